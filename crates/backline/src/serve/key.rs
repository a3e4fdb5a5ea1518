//! The key that seals secrets at rest: from the configuration, else from its file, made at the first start.

use crate::config::Config;
use anyhow::Context;
use backline_store::crypto::KeyRing;
use secrecy::ExposeSecret;
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::Path;

/// # Errors
/// A file that cannot be read or made, or that holds no key; the message names it.
pub fn ring(config: &Config) -> anyhow::Result<KeyRing> {
    read(config, make)
}

/// The same where a key made now would open nothing.
pub fn existing(config: &Config) -> anyhow::Result<KeyRing> {
    read(config, |path| anyhow::bail!("there is no key file {}", path.display()))
}

fn read(config: &Config, absent: impl Fn(&Path) -> anyhow::Result<String>) -> anyhow::Result<KeyRing> {
    if let Some(key) = &config.key {
        return KeyRing::from_hex(key.expose_secret()).context("BACKLINE_KEY does not hold a key");
    }
    let path = config.key_file.as_path();
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => absent(path)?,
        Err(error) => return Err(error).context(format!("cannot read the key file {}", path.display())),
    };
    KeyRing::from_hex(&text).with_context(|| format!("the key file {} holds no key", path.display()))
}

/// Readable by its owner only, and on disk before anything is sealed with it.
fn make(path: &Path) -> anyhow::Result<String> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| anyhow::anyhow!("no random bytes for a key: {error}"))?;
    let text = format!("{}\n", hex::encode(bytes));
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file =
        options.open(path).with_context(|| format!("cannot make the key file {}", path.display()))?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    tracing::info!("made the key file {}: keep a copy of it apart from the database", path.display());
    Ok(text)
}
