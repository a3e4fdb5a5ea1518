//! Merging two trees: whole files, three ways.
//!
//! Changes nothing by itself. Invariant: a file that both sides changed differently is a conflict, never a guess.

use super::object::Files;
use super::state::State;

/// The merged tree, or the paths in conflict.
pub fn merge_files(origin: &Files, base: &Files, head: &Files) -> Result<Files, Vec<String>> {
    let mut merged = base.clone();
    let mut conflicts = Vec::new();
    let paths: std::collections::BTreeSet<&String> = origin.keys().chain(head.keys()).collect();
    for path in paths {
        let (before, theirs, ours) = (origin.get(path), head.get(path), base.get(path));
        if theirs == before || theirs == ours {
            continue;
        }
        if ours != before {
            conflicts.push(path.clone());
            continue;
        }
        match theirs {
            Some(file) => merged.insert(path.clone(), file.clone()),
            None => merged.remove(path),
        };
    }
    if conflicts.is_empty() { Ok(merged) } else { Err(conflicts) }
}

impl State {
    pub fn merge_commits(&self, base: &str, head: &str) -> Result<Files, Vec<String>> {
        let origin = self.merge_base(base, head).map(|sha| self.files_of_commit(&sha)).unwrap_or_default();
        merge_files(&origin, &self.files_of_commit(base), &self.files_of_commit(head))
    }
}

#[cfg(test)]
mod tests {
    use super::super::object::File;
    use super::*;

    fn files(content: &[(&str, &str)]) -> Files {
        let file = |sha: &str| File { mode: "100644".to_owned(), sha: sha.to_owned() };
        content.iter().map(|(path, sha)| ((*path).to_owned(), file(sha))).collect()
    }

    #[test]
    fn changes_of_both_sides_are_kept() {
        let merged = merge_files(
            &files(&[("a", "1"), ("b", "1"), ("gone", "1")]),
            &files(&[("a", "2"), ("b", "1"), ("gone", "1")]),
            &files(&[("a", "1"), ("b", "2"), ("new", "1")]),
        );
        assert_eq!(merged, Ok(files(&[("a", "2"), ("b", "2"), ("new", "1")])));
    }

    #[test]
    fn different_changes_of_one_file_conflict() {
        let merged = merge_files(&files(&[("a", "1")]), &files(&[("a", "2")]), &files(&[("a", "3")]));
        assert_eq!(merged, Err(vec!["a".to_owned()]));
    }
}
