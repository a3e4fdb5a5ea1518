//! Files of Jira's that lie in `shared/jira` beside the project, or beside a folder that holds it.

use serde_json::Value as Json;
use std::path::{Path, PathBuf};

fn folder() -> Option<PathBuf> {
    let from = Path::new(env!("CARGO_MANIFEST_DIR"));
    from.ancestors().map(|dir| dir.join("shared/jira")).find(|dir| dir.is_dir())
}

/// The JSON of a file; `None`, and a line that says so, where the whole folder is absent.
pub fn read(name: &str) -> Option<Json> {
    let Some(folder) = folder() else {
        eprintln!("skipped: {name} of Jira's published and recorded documents is not beside this repository");
        return None;
    };
    let text = std::fs::read_to_string(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    Some(serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}")))
}

/// `folder/file` of every recorded answer, sorted; none where the whole folder is absent.
pub fn recorded() -> Vec<String> {
    let Some(folder) = folder().map(|folder| folder.join("recorded")) else { return Vec::new() };
    let entries = |dir: &Path| {
        std::fs::read_dir(dir).expect("it can be listed").map(|entry| entry.expect("an entry").path())
    };
    let mut names: Vec<String> = entries(&folder)
        .filter(|path| path.is_dir())
        .flat_map(|dir| entries(&dir).collect::<Vec<_>>())
        .filter(|path| path.extension().is_some_and(|end| end == "json"))
        .filter_map(|path| path.strip_prefix(&folder).ok()?.to_str().map(str::to_owned))
        .collect();
    names.sort();
    names
}
