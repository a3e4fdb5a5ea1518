//! What the demo keeps between two starts: its simulators' port, its secrets, and what was done already.

use super::EMAIL;
use crate::app::App;
use crate::web::setup::password;
use anyhow::Context;
use backline_store::api_token::{NewToken, TokenScope};
use backline_store::user::NewUser;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// The demo's token, renewed at each start.
const TOKEN: &str = "demo";

pub struct Folder {
    path: PathBuf,
    kept: Kept,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    sim_address: Option<SocketAddr>,
    password: String,
    webhook_secret: String,
    #[serde(default)]
    has_samples: bool,
    /// Its simulators were told to fail.
    #[serde(default)]
    has_chaos: bool,
}

impl Folder {
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        std::fs::create_dir_all(path)
            .with_context(|| format!("cannot make the folder {}", path.display()))?;
        let file = path.join("demo-state.json");
        let kept = match std::fs::read(&file) {
            Ok(bytes) => serde_json::from_slice(&bytes)
                .with_context(|| format!("{} cannot be read", file.display()))?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Kept {
                sim_address: None,
                password: random_text(9)?,
                webhook_secret: random_text(24)?,
                has_samples: false,
                has_chaos: false,
            },
            Err(error) => return Err(error).with_context(|| format!("{} cannot be read", file.display())),
        };
        let folder = Self { path: path.to_owned(), kept };
        folder.keep()?;
        Ok(folder)
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn sim(&self) -> PathBuf {
        self.path.join("simulators")
    }

    pub fn password(&self) -> &str {
        &self.kept.password
    }

    pub fn webhook_secret(&self) -> &str {
        &self.kept.webhook_secret
    }

    pub fn has_samples(&self) -> bool {
        self.kept.has_samples
    }

    pub fn keep_samples(&mut self) -> anyhow::Result<()> {
        self.kept.has_samples = true;
        self.keep()
    }

    pub fn has_chaos(&self) -> bool {
        self.kept.has_chaos
    }

    pub fn keep_chaos(&mut self, has_chaos: bool) -> anyhow::Result<()> {
        self.kept.has_chaos = has_chaos;
        self.keep()
    }

    /// A free port at the first start, the same one later.
    pub fn sim_address(&self) -> anyhow::Result<SocketAddr> {
        Ok(self.kept.sim_address.unwrap_or(SocketAddr::from(([127, 0, 0, 1], 0))))
    }

    pub fn keep_sim_address(&mut self, address: SocketAddr) -> anyhow::Result<()> {
        self.kept.sim_address = Some(address);
        self.keep()
    }

    /// So that a `backline.toml` of the folder that the demo is started in does not count.
    pub fn empty_configuration(&self) -> anyhow::Result<PathBuf> {
        let file = self.path.join("demo.toml");
        std::fs::write(&file, "# The demo takes its settings from its simulators.\n")?;
        Ok(file)
    }

    /// Makes the demo's account where there is none.
    pub async fn account(&self, app: &App) -> anyhow::Result<()> {
        if app.store.has_users().await? {
            return Ok(());
        }
        let new = NewUser {
            email: EMAIL.to_owned(),
            name: "Demo".to_owned(),
            password_hash: password::hash(self.kept.password.clone()).await?,
        };
        app.store.create_first_user(new, app.now()).await?;
        Ok(())
    }

    /// A fresh token; the one of the last start ends.
    pub async fn token(&self, app: &App) -> anyhow::Result<String> {
        let new = NewToken {
            public_id: random_text(6)?,
            secret: random_text(24)?,
            name: TOKEN.to_owned(),
            scopes: vec![TokenScope::Admin],
            created_by: EMAIL.to_owned(),
            expires_at: None,
        };
        Ok(app.store.create_api_token(new, true, app.now()).await?)
    }

    /// Writes what the demo printed where the command line looks for it.
    pub fn note(&self, line: &Value) -> anyhow::Result<()> {
        write_private(&self.path.join("demo.json"), &serde_json::to_vec_pretty(line)?)
    }

    fn keep(&self) -> anyhow::Result<()> {
        write_private(&self.path.join("demo-state.json"), &serde_json::to_vec_pretty(&self.kept)?)
    }
}

/// Readable by its owner alone: it holds a password and a token.
fn write_private(file: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    use std::io::Write;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut out = options.open(file).with_context(|| format!("cannot write {}", file.display()))?;
    out.write_all(bytes).with_context(|| format!("cannot write {}", file.display()))
}

fn random_text(bytes: usize) -> anyhow::Result<String> {
    let mut random = vec![0; bytes];
    getrandom::fill(&mut random).map_err(|error| anyhow::anyhow!("no randomness: {error}"))?;
    Ok(hex::encode(random))
}
