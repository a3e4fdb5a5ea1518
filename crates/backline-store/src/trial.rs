//! Stores for tests, of this crate and of those that build on it: on SQLite, or all on PostgreSQL where
//! `BACKLINE_TEST_DATABASE=postgres` says so (`./test pg`). Not part of what is shipped.
//!
//! A test binary has one cluster of its own, on a socket in a temporary folder, and each test a database there. A shell
//! stands between the two and waits for the test binary to end, however it ends: then the cluster is stopped and its
//! folder removed.

use crate::crypto::KeyRing;
use crate::ids_source::{Ids, Sequence};
use crate::postgres::Server;
use crate::store::{Store, Time};
use sea_orm::sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use secrecy::{ExposeSecret, SecretString};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use tokio::sync::OnceCell;

/// Where Debian has the programs of its PostgreSQL, which is not in the search path.
const PROGRAMS: &str = "/usr/lib/postgresql/15/bin";
/// The server refuses to run as root.
const SUPERVISE: &str = r#"
set -eu
programs=$1
# In memory where there is room for it: a disk is slow to forget the thousands of files of a cluster.
base=${TMPDIR:-/tmp}
free=$(df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 { print $4 }')
[ -w /dev/shm ] && [ "${free:-0}" -gt 4000000 ] && base=/dev/shm
folder=$(mktemp -d "$base/backline-pg.XXXXXX")
if [ "$(id -u)" = 0 ]; then
  who=postgres
  id -u "$who" >/dev/null 2>&1 || who=nobody
  chown "$who" "$folder"
  as() { setpriv --reuid="$who" --regid="$(id -g "$who")" --clear-groups -- "$@"; }
else
  as() { "$@"; }
fi
stop() {
  as "$programs/pg_ctl" -D "$folder/data" -m immediate -w stop >/dev/null 2>&1 || true
  rm -rf "$folder"
}
trap stop EXIT
trap 'exit 1' INT TERM HUP
cd "$folder"
fail() { cat "$folder"/*.log >&2; exit 1; }
as "$programs/initdb" -D "$folder/data" -U backline -A trust -E UTF8 --no-locale --no-sync \
  >"$folder/initdb.log" 2>&1 || fail
cp "$folder/data/pg_hba.conf" "$folder/hba"
{ echo 'local all locked scram-sha-256'; cat "$folder/hba"; } >"$folder/data/pg_hba.conf"
as "$programs/pg_ctl" -D "$folder/data" -l "$folder/data/server.log" -w start -o \
  "-k $folder -c listen_addresses= -c max_connections=300 -c autovacuum=off -c full_page_writes=off -c max_wal_size=256MB" \
  >"$folder/start.log" 2>&1 </dev/null || fail
echo "$folder"
cat >/dev/null
"#;

/// A server of this test binary alone.
pub struct Cluster {
    folder: PathBuf,
    databases: AtomicU64,
    template: OnceCell<()>,
    /// Waits for the end of its input, which comes with that of this process.
    _shell: Child,
}

impl Cluster {
    /// The cluster of this binary, where tests are run for PostgreSQL; else `None`, and said on standard error.
    pub fn wanted() -> Option<&'static Self> {
        static CLUSTER: OnceLock<Cluster> = OnceLock::new();
        #[expect(
            clippy::disallowed_methods,
            reason = "the one switch of the tests, and no part of what is shipped"
        )]
        let wanted = std::env::var("BACKLINE_TEST_DATABASE");
        match wanted.as_deref() {
            Ok("postgres") => Some(CLUSTER.get_or_init(Self::start)),
            Ok(other) => panic!("BACKLINE_TEST_DATABASE={other}: only postgres is known"),
            Err(_) => None,
        }
    }

    /// As [`Self::wanted`], for tests that are of PostgreSQL alone.
    pub fn or_skipped() -> Option<&'static Self> {
        let wanted = Self::wanted();
        if wanted.is_none() {
            eprintln!("skipped: this is a test of PostgreSQL, which `./test pg` runs");
        }
        wanted
    }

    fn start() -> Self {
        assert!(
            Path::new(PROGRAMS).join("postgres").exists(),
            "PostgreSQL 15 is not installed in {PROGRAMS}: apt-get install postgresql-15"
        );
        let mut shell = Command::new("sh")
            .args(["-c", SUPERVISE, "cluster", PROGRAMS])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a shell starts");
        let mut folder = String::new();
        let out = shell.stdout.take().expect("its output is piped");
        BufReader::new(out).read_line(&mut folder).expect("it can be read");
        assert!(!folder.is_empty(), "the cluster did not start; the reason stands above");
        Self {
            folder: PathBuf::from(folder.trim_end()),
            databases: AtomicU64::new(0),
            template: OnceCell::new(),
            _shell: shell,
        }
    }

    /// The address of a database by its name.
    pub fn url(&self, database: &str) -> SecretString {
        format!("postgres://backline@localhost/{database}?host={}", self.folder.display()).into()
    }

    /// Makes a database without any table, and answers its address.
    pub async fn empty_database(&self) -> SecretString {
        self.make_database("template1").await
    }

    async fn make_database(&self, template: &str) -> SecretString {
        let name = format!("test{}", self.databases.fetch_add(1, Ordering::Relaxed));
        self.run(&format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
        self.url(&name)
    }

    /// Runs a statement as the cluster's owner.
    pub async fn run(&self, statement: &str) {
        let mut owner =
            PgConnection::connect(self.url("postgres").expose_secret()).await.expect("the owner gets in");
        owner
            .execute(AssertSqlSafe(statement.to_owned()))
            .await
            .unwrap_or_else(|error| panic!("{statement}: {error}"));
        owner.close().await.expect("it ends");
    }

    /// Makes a database with every table and nothing in them, and answers its address.
    pub async fn database(&self) -> SecretString {
        let template = self.template.get_or_init(async || {
            self.run("CREATE DATABASE fresh").await;
            on(&self.url("fresh"), Arc::new(Sequence::default())).await.close().await;
        });
        template.await;
        self.make_database("fresh").await
    }
}

impl Store {
    /// An empty store of a test's own, with a fixed key and ids that count.
    pub async fn fresh() -> Self {
        match Cluster::wanted() {
            None => Self::in_memory().await.expect("a store in memory opens"),
            Some(cluster) => on(&cluster.database().await, Arc::new(Sequence::default())).await,
        }
    }
}

/// One process's store on a database of the cluster; leases are measured by the caller's time, which tests make up.
/// Two on one database need ids of their own.
pub async fn on(url: &SecretString, ids: Arc<dyn Ids>) -> Store {
    let keys = KeyRing::from_hex(&"07".repeat(32)).expect("64 hex digits are a key");
    let server = Server::find(url).await.expect("the cluster answers");
    Store::start(server.connections(), Time::OfTheCaller, None, keys, ids).await.expect("the store opens")
}

/// What a statement answers, as plain text; for tests that watch processes from outside.
pub fn ask(url: &str, query: &str) -> String {
    let asked =
        Command::new(Path::new(PROGRAMS).join("psql")).args(["-X", "-A", "-t", "-c", query, url]).output();
    let asked = asked.expect("psql runs");
    assert!(asked.status.success(), "{query}: {}", String::from_utf8_lossy(&asked.stderr));
    String::from_utf8_lossy(&asked.stdout).trim().to_owned()
}
