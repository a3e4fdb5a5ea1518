use super::{BackupError, back_up, restore};
use crate::crypto::KeyRing;
use crate::testing::{day, project};
use crate::{Sequence, Store};
use std::fs;
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;

fn keys(digits: &str) -> KeyRing {
    KeyRing::from_hex(&digits.repeat(32)).unwrap()
}

async fn open(path: &Path) -> Store {
    Store::open(path, keys("0a"), Arc::new(Sequence::default())).await.unwrap()
}

/// A folder with a database that is in use, and a backup of it.
async fn backed_up() -> (TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder.path().join("backline.db")).await;
    store.save_project(project(), "ada", day(1)).await.unwrap();
    let to = folder.path().join("b.backup");
    back_up(&folder.path().join("backline.db"), &keys("0a"), &to, "1", day(2)).await.unwrap();
    (folder, store)
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_backup_of_a_database_in_use_becomes_a_database_that_is_marked() {
    let (folder, store) = backed_up().await;
    let elsewhere = tempfile::tempdir().unwrap();
    let database = elsewhere.path().join("backline.db");
    let (header, aside) =
        restore(&folder.path().join("b.backup"), &keys("0a"), &database, false, day(4)).await.unwrap();
    assert_eq!((header.made_at, aside), (day(2), None));
    let restored = open(&database).await;
    assert_eq!(restored.instance(), store.instance(), "the markers in Jira are known again");
    assert_eq!(restored.list_projects().await.unwrap(), store.list_projects().await.unwrap());
    assert_eq!(
        names(folder.path()).iter().filter(|name| name.contains("copy") || name.contains("part")).count(),
        0
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(folder.path().join("b.backup")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[tokio::test]
async fn what_is_there_is_never_written_over() {
    let (folder, store) = backed_up().await;
    let (database, backup) = (folder.path().join("backline.db"), folder.path().join("b.backup"));
    let again = back_up(&database, &keys("0a"), &backup, "1", day(3)).await;
    assert!(matches!(again, Err(BackupError::Exists(_))));
    assert!(matches!(
        restore(&backup, &keys("0a"), &database, false, day(4)).await,
        Err(BackupError::Exists(_))
    ));
    let in_use = restore(&backup, &keys("0a"), &database, true, day(4)).await;
    assert!(matches!(in_use, Err(BackupError::Store(crate::StoreError::InUse(_)))), "{in_use:?}");
    store.close().await;

    // Replaced: what was there lies beside it.
    let (_, aside) = restore(&backup, &keys("0a"), &database, true, day(4)).await.unwrap();
    assert_eq!(open(&aside.unwrap()).await.list_projects().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_bad_backup_leaves_everything_as_it_was() {
    let (folder, store) = backed_up().await;
    drop(store);
    let (database, backup) = (folder.path().join("new.db"), folder.path().join("b.backup"));
    assert!(matches!(
        restore(&backup, &keys("0b"), &database, false, day(4)).await,
        Err(BackupError::OtherKey(_))
    ));
    let bytes = fs::read(&backup).unwrap();
    fs::write(&backup, &bytes[..bytes.len() - 9]).unwrap();
    assert!(matches!(restore(&backup, &keys("0a"), &database, false, day(4)).await, Err(BackupError::Cut)));
    fs::write(&backup, "SQLite format 3").unwrap();
    assert!(matches!(
        restore(&backup, &keys("0a"), &database, false, day(4)).await,
        Err(BackupError::NoBackup)
    ));
    assert!(!names(folder.path()).iter().any(|name| name.starts_with("new.") && name != "new.lock"));
    let nothing = back_up(&database, &keys("0a"), &folder.path().join("c"), "1", day(2)).await;
    assert!(matches!(nothing, Err(BackupError::NoDatabase(_))));
}
