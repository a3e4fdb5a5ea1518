//! Where a result stands, as a path that is the same on every machine.
//!
//! Owns artifact indexes, percent-encoding, and the removal of working directories and of the checkout folders of
//! hosted runners.
//!
//! Invariant: a path that enters an identity is not absolute.

use super::wire::{ArtifactLocation, Run, SarifResult};
use crate::finding::lenient::word;
use crate::finding::package::percent_decoded;

/// The place of a result. Every part may be missing: a location is optional.
#[derive(Debug, Default)]
pub(super) struct Spot {
    pub path: Option<String>,
    pub line: Option<u32>,
    pub column: Option<u32>,
    /// As written; may be a secret.
    pub snippet: Option<String>,
    /// The enclosing function or resource, where the tool names it.
    pub enclosing: Option<String>,
}

/// Folders that are removed from the front of absolute paths.
pub(super) struct Roots(Vec<String>);

impl Roots {
    pub(super) fn of(run: &Run<'_>) -> Self {
        let working = run.invocations.0.iter().map(|invocation| &invocation.working_directory.0);
        let bases = run.original_uri_base_ids.0.values();
        let mut roots: Vec<String> = working
            .chain(bases)
            .filter_map(|location| word(&location.uri))
            .map(percent_decoded)
            .map(|path| without_scheme(&path).trim_end_matches('/').to_owned())
            .filter(|root| !root.is_empty())
            .collect();
        roots.sort_by_key(|root| std::cmp::Reverse(root.len()));
        Self(roots)
    }

    fn relative(&self, uri: &str) -> String {
        let path = percent_decoded(uri).replace('\\', "/");
        let path = without_scheme(&path);
        let below = self.0.iter().find_map(|root| path.strip_prefix(root.as_str())?.strip_prefix('/'));
        let path = below.or_else(|| below_checkout(path)).unwrap_or(path);
        path.trim_start_matches("./").trim_start_matches('/').to_owned()
    }
}

pub(super) fn spot(result: &SarifResult<'_>, run: &Run<'_>, roots: &Roots) -> Spot {
    let Some(location) = result.locations.0.first() else { return Spot::default() };
    let physical = location.physical_location.as_ref();
    let region = physical.map(|physical| &physical.region.0);
    let names = location.logical_locations.0.iter();
    Spot {
        path: physical
            .and_then(|physical| uri(physical.artifact_location.as_ref()?, run))
            .map(|uri| roots.relative(uri))
            .filter(|path| !path.is_empty()),
        line: region.and_then(|region| region.start_line).filter(|line| *line > 0),
        column: region.and_then(|region| region.start_column),
        snippet: region.and_then(|region| region.snippet.0.text.some()).map(str::to_owned),
        enclosing: names.filter_map(|name| name.fully_qualified_name.some()).map(str::to_owned).next(),
    }
}

fn uri<'r>(location: &'r ArtifactLocation<'_>, run: &'r Run<'_>) -> Option<&'r str> {
    let indexed = || {
        let index = usize::try_from(location.index.0?).ok()?;
        word(&run.artifacts.0.get(index)?.location.as_ref()?.uri)
    };
    word(&location.uri).or_else(indexed)
}

/// `file:///C:/code/a.c` is `C:/code/a.c`, and `file:///src/a.c` is `/src/a.c`.
fn without_scheme(path: &str) -> &str {
    let Some(rest) = path.strip_prefix("file:") else { return path };
    let path = rest.strip_prefix("//localhost").or_else(|| rest.strip_prefix("//")).unwrap_or(rest);
    match path.as_bytes() {
        [b'/', _, b':', ..] => &path[1..],
        _ => path,
    }
}

/// What GitHub's runner calls its work folder: hosted, and installed by oneself.
const WORK_FOLDERS: [&str; 2] = ["work", "_work"];

/// Hosted runners check out below folders of their own, which say nothing about the repository.
fn below_checkout(path: &str) -> Option<&str> {
    if let Some(below) = path.strip_prefix("/github/workspace/") {
        return Some(below);
    }
    if let Some(below) = path.strip_prefix("/builds/") {
        return below.splitn(3, '/').nth(2);
    }
    // GitHub's runner checks `owner/api` out as `api/api` in its work folder, wherever that folder is.
    let mut rest = path.strip_prefix('/')?;
    while let Some((folder, below)) = rest.split_once('/') {
        if WORK_FOLDERS.contains(&folder) {
            let (workspace, below) = below.split_once('/')?;
            let (repository, below) = below.split_once('/')?;
            return (workspace == repository).then_some(below);
        }
        rest = below;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_relative_wherever_the_scan_ran() {
        let roots = Roots(vec!["/srv/scan/dd".to_owned()]);
        assert_eq!(roots.relative("file:///srv/scan/dd/docker/setEnv.sh"), "docker/setEnv.sh");
        assert_eq!(roots.relative("file:///srv/ci/_work/api/api/src/a%20b.js"), "src/a b.js");
        assert_eq!(roots.relative("/srv/_work/api/src/a.js"), "srv/_work/api/src/a.js");
        for folder in WORK_FOLDERS {
            assert_eq!(roots.relative(&format!("/srv/ci/{folder}/api/api/src/a.js")), "src/a.js");
        }
        assert_eq!(roots.relative("/builds/acme/api/src/a.js"), "src/a.js");
        assert_eq!(roots.relative("./src/100%.js"), "src/100%.js");
        assert_eq!(roots.relative("file:///C:/code/file1.c"), "C:/code/file1.c");
    }
}
