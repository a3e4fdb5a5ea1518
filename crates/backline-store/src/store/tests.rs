use crate::crypto::KeyRing;
use crate::{Sequence, Store, StoreError};
use jiff::Timestamp;
use sea_orm::ConnectionTrait;
use secrecy::{ExposeSecret, SecretString};
use std::path::Path;
use std::sync::Arc;

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

async fn open(path: &Path, key: &str) -> Result<Store, StoreError> {
    Store::open(path, KeyRing::from_hex(&key.repeat(32)).unwrap(), Arc::new(Sequence::default())).await
}

#[tokio::test]
async fn what_was_answered_is_there_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("backline.db");
    let store = open(&path, "0a").await.unwrap();
    let instance = store.instance();
    store.save_secret("slack", SecretString::from("s3cret"), "ada", NOW).await.unwrap();
    store.close().await;
    let store = open(&path, "0a").await.unwrap();
    assert_eq!(store.load_secret("slack").await.unwrap().unwrap().expose_secret(), "s3cret");
    assert_eq!(store.instance(), instance);
}

#[cfg(unix)]
#[tokio::test]
async fn its_files_are_nobody_elses_to_read() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let _store = open(&folder.path().join("backline.db"), "0a").await.unwrap();
    for name in ["backline.db", "backline.db-wal"] {
        let mode = std::fs::metadata(folder.path().join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

#[tokio::test]
async fn a_foreign_key_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("backline.db");
    open(&path, "0a").await.unwrap().close().await;
    assert!(matches!(open(&path, "0b").await, Err(StoreError::WrongKey)));
    assert!(open(&path, "0a").await.is_ok(), "and nothing was written over");
}

#[tokio::test]
async fn a_file_of_a_newer_version_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("backline.db");
    let store = open(&path, "0a").await.unwrap();
    store
        .write(|tx| {
            Box::pin(async move {
                let newer = "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m9999_later', 0)";
                tx.execute_unprepared(newer).await?;
                Ok(())
            })
        })
        .await
        .unwrap();
    store.close().await;
    assert!(
        matches!(open(&path, "0a").await, Err(StoreError::NewerSchema(version)) if version == "m9999_later")
    );
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("backline.db");
    std::fs::write(&path, "not a database, but long enough to be looked at".repeat(100)).unwrap();
    assert!(open(&path, "0a").await.is_err());
}

#[tokio::test]
async fn a_commit_survives_power_loss_and_a_deleted_secret_is_zeroed() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder.path().join("backline.db"), "0a").await.unwrap();
    let settings = store
        .write(|tx| {
            Box::pin(async move {
                let mut settings = Vec::new();
                for pragma in ["synchronous", "secure_delete", "foreign_keys"] {
                    let query = sea_orm::Statement::from_string(
                        tx.get_database_backend(),
                        format!("SELECT {pragma} AS value FROM pragma_{pragma}"),
                    );
                    let row = tx.query_one_raw(query).await?;
                    settings.push((pragma, row.and_then(|row| row.try_get::<i64>("", "value").ok())));
                }
                Ok(settings)
            })
        })
        .await
        .unwrap();
    assert_eq!(settings, [("synchronous", Some(2)), ("secure_delete", Some(1)), ("foreign_keys", Some(1))]);
}

#[tokio::test]
async fn tokens_that_a_disconnect_deletes_are_not_in_the_file() {
    // The envelope itself must be gone, since a later leak of the key would open it.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("backline.db");
    let store = open(&path, "0a").await.unwrap();
    store.save_secret("github", SecretString::from("ghp_0123"), "ada", NOW).await.unwrap();
    store.delete_setting("github", "ada", NOW).await.unwrap();
    assert!(store.load_secret("github").await.unwrap().is_none());
    store.close().await;
    let bytes = std::fs::read(&path).unwrap();
    assert!(!bytes.windows(8).any(|part| part == b"ghp_0123"));
}
