//! Git objects: blobs, nested trees and commits, named by their content.
//!
//! Names have the length of git's but come from SHA-256, cut; nothing that talks to GitHub's API recomputes them.
//! Invariant: an object is never changed or deleted once it has a name.

use super::model::{Commit, Entry, EntryKind, Sha, Signature, Tree};
use super::state::State;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

pub const FILE_MODE: &str = "100644";
const TREE_MODE: &str = "040000";

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    pub mode: String,
    pub sha: Sha,
}

/// A whole tree, flat: full path to file.
pub type Files = BTreeMap<String, File>;

/// What a commit consists of before it has a name.
pub struct CommitDraft {
    pub tree: Sha,
    pub parents: Vec<Sha>,
    pub message: String,
    pub author: Signature,
    pub committer: Signature,
    pub user: Option<u64>,
}

impl State {
    pub fn write_blob(&mut self, content: &[u8]) -> Sha {
        let sha = name("blob", content);
        if self.blobs.find(&sha).is_none() {
            self.blobs.put(sha.clone(), STANDARD.encode(content));
        }
        sha
    }

    pub fn read_blob(&self, sha: &str) -> Option<Vec<u8>> {
        let text = self.blobs.find(&sha.to_owned())?;
        Some(STANDARD.decode(text).expect("blobs are written as base64"))
    }

    /// Writes the tree and every directory below it.
    pub fn write_files(&mut self, files: &Files) -> Sha {
        let mut tree = Tree::new();
        let mut folders: BTreeMap<&str, Files> = BTreeMap::new();
        for (path, file) in files {
            match path.split_once('/') {
                Some((folder, rest)) => {
                    folders.entry(folder).or_default().insert(rest.to_owned(), file.clone());
                }
                None => {
                    let entry =
                        Entry { mode: file.mode.clone(), kind: EntryKind::Blob, sha: file.sha.clone() };
                    tree.insert(path.clone(), entry);
                }
            }
        }
        for (folder, below) in folders {
            let sha = self.write_files(&below);
            tree.insert(folder.to_owned(), Entry { mode: TREE_MODE.to_owned(), kind: EntryKind::Tree, sha });
        }
        let mut content = String::new();
        for (name, entry) in &tree {
            content.push_str(&format!("{} {name}\0{}", entry.mode, entry.sha));
        }
        let sha = name("tree", content.as_bytes());
        if self.trees.find(&sha).is_none() {
            self.trees.put(sha.clone(), tree);
        }
        sha
    }

    /// Every file of a tree; an unknown tree has none.
    pub fn files(&self, tree: &str) -> Files {
        let mut files = Files::new();
        self.collect(tree, "", &mut files);
        files
    }

    fn collect(&self, tree: &str, prefix: &str, into: &mut Files) {
        let Some(entries) = self.trees.find(&tree.to_owned()) else { return };
        for (name, entry) in entries {
            let path = format!("{prefix}{name}");
            match entry.kind {
                EntryKind::Blob => {
                    into.insert(path, File { mode: entry.mode.clone(), sha: entry.sha.clone() });
                }
                EntryKind::Tree => self.collect(&entry.sha, &format!("{path}/"), into),
            }
        }
    }

    pub fn files_of_commit(&self, sha: &str) -> Files {
        self.commits.find(&sha.to_owned()).map(|commit| self.files(&commit.tree)).unwrap_or_default()
    }

    /// The entry at `path` below `tree`; the empty path is the tree itself.
    pub fn find_entry(&self, tree: &str, path: &str) -> Option<Entry> {
        let mut at = Entry { mode: TREE_MODE.to_owned(), kind: EntryKind::Tree, sha: tree.to_owned() };
        for part in path.split('/').filter(|part| !part.is_empty()) {
            at = self.trees.find(&at.sha)?.get(part)?.clone();
        }
        Some(at)
    }

    pub fn write_commit(&mut self, draft: CommitDraft) -> Sha {
        let mut content = format!("tree {}\n", draft.tree);
        for parent in &draft.parents {
            content.push_str(&format!("parent {parent}\n"));
        }
        for (role, who) in [("author", &draft.author), ("committer", &draft.committer)] {
            content.push_str(&format!("{role} {} <{}> {}\n", who.name, who.email, who.at));
        }
        content.push_str(&format!("\n{}", draft.message));
        let sha = name("commit", content.as_bytes());
        let CommitDraft { tree, parents, message, author, committer, user } = draft;
        let commit = Commit { sha: sha.clone(), tree, parents, message, author, committer, user };
        self.commits.put(sha.clone(), commit);
        sha
    }
}

fn name(kind: &str, content: &[u8]) -> Sha {
    let mut hash = Sha256::new();
    hash.update(format!("{kind} {}\0", content.len()));
    hash.update(content);
    hex::encode(&hash.finalize()[..20])
}
