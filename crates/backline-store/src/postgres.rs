//! All that is true of PostgreSQL only: how a database is opened, and what keeps several processes on it apart.
//!
//! Invariants: a commit that was answered survives power loss, or the start is refused; what a stopped process holds
//! in an open transaction is free again after [`IDLE_MAX`]; the password of an address is shown nowhere.

pub mod claim;
pub mod hint;
mod unopened;

pub use unopened::Unopened;

use crate::error::StoreError;
use crate::sqlite::Connections;
use sea_orm::sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions};
use sea_orm::sqlx::{self, ConnectOptions, Connection};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, SqlxPostgresConnector};
use secrecy::{ExposeSecret, SecretString};
use std::time::Duration;
use unopened::Place;

/// How long a first connection may take, and how long a query waits for one while the server starts again.
const CONNECT_MAX: Duration = Duration::from_secs(10);
/// The server ends a session that does nothing for so long within a transaction: its process was stopped, or cut off,
/// and what it has locked is wanted by others. Shorter than a lease, so that takeovers are not held up.
const IDLE_MAX: Duration = Duration::from_secs(10);
/// A connection that rested for so long is asked whether it still lives before it is used.
const REST_MAX: Duration = Duration::from_secs(2);
const READERS_MAX: u32 = 8;
/// The oldest server on which the tests are known to pass.
const VERSION_MIN: i32 = 150_000;
/// Tells Backline's locks from those of other programs in the same database.
const LOCKS: i32 = 0x4261_636b;

/// A database that was looked at and found fit.
pub(crate) struct Server {
    options: PgConnectOptions,
    place: Place,
}

impl Server {
    /// Reads an address and looks at what answers there.
    pub async fn find(url: &SecretString) -> Result<Self, StoreError> {
        let (options, place) = read(url)?;
        let server = Self { options, place };
        server.examine().await?;
        Ok(server)
    }

    /// One connection that writes and a few that read, as with SQLite.
    pub fn connections(&self) -> Connections {
        let writer = SqlxPostgresConnector::from_sqlx_postgres_pool(self.pool(1));
        let reader = SqlxPostgresConnector::from_sqlx_postgres_pool(self.pool(READERS_MAX));
        Connections { writer, reader }
    }

    async fn examine(&self) -> Result<(), StoreError> {
        let fail = |error| self.place.failed(error);
        let connecting = tokio::time::timeout(CONNECT_MAX, PgConnection::connect_with(&self.options));
        let mut connection = match connecting.await {
            Ok(connected) => connected.map_err(fail)?,
            Err(_) => return Err(self.place.silent(CONNECT_MAX).into()),
        };
        let found: (i32, String, String, String, String) =
            sqlx::query_as(FIND).fetch_one(&mut connection).await.map_err(fail)?;
        let found = Found(found.0, found.1, found.2, found.3, found.4);
        connection.close().await.map_err(fail)?;
        match found.fault() {
            Some((what, why)) => Err(self.place.unfit(what, why)),
            None => Ok(()),
        }
    }

    /// Connects when it is first asked, and again when the server was away.
    fn pool(&self, connections: u32) -> PgPool {
        PgPoolOptions::new()
            .max_connections(connections)
            .min_connections(0)
            .acquire_timeout(CONNECT_MAX)
            .idle_timeout(None)
            .max_lifetime(None)
            .test_before_acquire(false)
            .before_acquire(|connection, meta| {
                Box::pin(async move {
                    if meta.idle_for > REST_MAX {
                        connection.ping().await?;
                    }
                    Ok(true)
                })
            })
            .connect_lazy_with(self.options.clone())
    }
}

/// What is asked of a server before anything is written there.
const FIND: &str = "SELECT current_setting('server_version_num')::int4, current_setting('fsync'), \
    current_setting('synchronous_commit'), current_setting('transaction_read_only'), current_setting('server_encoding')";

#[derive(Debug, Clone)]
struct Found(i32, String, String, String, String);

impl Found {
    /// What of it Backline cannot work with, and why.
    fn fault(&self) -> Option<(String, &'static str)> {
        let Self(version, fsync, synchronous_commit, read_only, encoding) = self;
        let loses = "a commit that was answered could be lost with the power";
        if *version < VERSION_MIN {
            return Some((format!("version {}", version / 10_000), "15 or newer is needed"));
        }
        if fsync == "off" {
            return Some(("fsync=off".to_owned(), loses));
        }
        if synchronous_commit == "off" {
            return Some(("synchronous_commit=off".to_owned(), loses));
        }
        if read_only == "on" {
            return Some(("read-only transactions".to_owned(), "Backline writes, and so needs the primary"));
        }
        if encoding != "UTF8" {
            return Some((format!("the encoding {encoding}"), "texts are UTF-8"));
        }
        None
    }
}

fn read(url: &SecretString) -> Result<(PgConnectOptions, Place), StoreError> {
    let text = url.expose_secret();
    if !(text.starts_with("postgres://") || text.starts_with("postgresql://")) {
        return Err(Unopened::address("it does not begin with postgres://").into());
    }
    // A password with a slash in it would be cut there, and its rest be shown as the database's name.
    let after =
        text.split_once("://").map_or("", |(_, rest)| rest.trim_start_matches(|c| !"/?#".contains(c)));
    if after.contains('@') {
        return Err(Unopened::address("it has an @ behind the host").into());
    }
    let options: PgConnectOptions = text.parse().map_err(|error: sqlx::Error| match error {
        sqlx::Error::Configuration(cause) => Unopened::address(cause.to_string()),
        other => Unopened::address(other.to_string()),
    })?;
    let place = Place::of(&options);
    let idle_ms = IDLE_MAX.as_millis().to_string();
    let options = options
        .application_name("backline")
        .statement_cache_capacity(200)
        .options([
            ("idle_in_transaction_session_timeout", idle_ms.as_str()),
            // A peer that went away without a word is noticed within the time of a lease.
            ("tcp_keepalives_idle", "5"),
            ("tcp_keepalives_interval", "3"),
            ("tcp_keepalives_count", "3"),
        ])
        .disable_statement_logging();
    Ok((options, place))
}

/// Locks that Backline's processes take on a database; one set for each schema.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Lock {
    /// Together with others that take it so, and with none that takes it alone; until the transaction ends.
    Beside,
    Alone,
}

impl Lock {
    /// Waits for it inside a transaction, before anything is read there.
    pub async fn take<C: ConnectionTrait>(self, tx: &C) -> Result<(), sea_orm::DbErr> {
        let function = match self {
            Self::Beside => "pg_advisory_xact_lock_shared",
            Self::Alone => "pg_advisory_xact_lock",
        };
        tx.execute_raw(sea_orm::Statement::from_string(
            DbBackend::Postgres,
            format!("SELECT {function}({LOCKS}, hashtext(current_schema()))"),
        ))
        .await?;
        Ok(())
    }
}

/// Lets one process at a time change the schema: `act` runs while no other is at it.
///
/// `db` has one connection, which holds the lock; whoever fails gives it up with the connection.
pub(crate) async fn one_at_a_time<T>(
    db: &DatabaseConnection,
    act: impl Future<Output = Result<T, StoreError>>,
) -> Result<T, StoreError> {
    // Of another set than those of transactions, which may run in an older version all the while.
    db.execute_unprepared(&format!("SELECT pg_advisory_lock({}, hashtext(current_schema()))", LOCKS + 1))
        .await?;
    let acted = act.await?;
    db.execute_unprepared(&format!("SELECT pg_advisory_unlock({}, hashtext(current_schema()))", LOCKS + 1))
        .await?;
    Ok(acted)
}

/// Has every text compared byte by byte, as SQLite and Rust do, whatever language the database was made for: orders
/// are the same everywhere, an index finds prefixes, and no update of the system's languages spoils an index.
pub(crate) const COMPARE_BYTES: &str = r#"DO $$
DECLARE found record;
BEGIN
  FOR found IN
    SELECT columns.table_name, columns.column_name FROM information_schema.columns AS columns
    JOIN information_schema.tables AS tables USING (table_schema, table_name)
    WHERE columns.table_schema = current_schema() AND tables.table_type = 'BASE TABLE'
      AND columns.data_type = 'text' AND columns.collation_name IS DISTINCT FROM 'C'
  LOOP
    EXECUTE format('ALTER TABLE %I ALTER COLUMN %I TYPE text COLLATE "C"', found.table_name, found.column_name);
  END LOOP;
END $$"#;

#[cfg(test)]
mod tests;
