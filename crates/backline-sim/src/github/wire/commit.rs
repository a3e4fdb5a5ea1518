//! Commits, changed files, trees, blobs and directory contents.

use super::{Wire, node_id};
use crate::github::clock;
use crate::github::diff::{self, FileChange, Status, TextDiff};
use crate::github::model::{Commit, Entry, EntryKind, Repo, Signature};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

impl Wire<'_> {
    fn signature(who: &Signature) -> Value {
        json!({"name": who.name, "email": who.email, "date": clock::text(who.at)})
    }

    fn parents(&self, repo: &Repo, commit: &Commit, kind: &str) -> Value {
        let (url, html) = (self.repo_url(repo), self.repo_html_url(repo));
        let parent = |sha: &String| json!({"sha": sha, "url": format!("{url}/{kind}/{sha}"), "html_url": format!("{html}/commit/{sha}")});
        commit.parents.iter().map(parent).collect()
    }

    /// The git object alone, as `/git/commits` shows it.
    pub fn git_commit(&self, repo: &Repo, commit: &Commit) -> Value {
        let url = self.repo_url(repo);
        json!({
            "sha": commit.sha,
            "node_id": node_id("Commit", &commit.sha),
            "url": format!("{url}/git/commits/{}", commit.sha),
            "html_url": format!("{}/commit/{}", self.repo_html_url(repo), commit.sha),
            "author": Self::signature(&commit.author),
            "committer": Self::signature(&commit.committer),
            "tree": {"sha": commit.tree, "url": format!("{url}/git/trees/{}", commit.tree)},
            "message": commit.message,
            "parents": self.parents(repo, commit, "git/commits"),
            "verification": {"verified": false, "reason": "unsigned", "signature": null, "payload": null, "verified_at": null},
        })
    }

    /// The repository's view of a commit, without files.
    pub fn commit(&self, repo: &Repo, commit: &Commit) -> Value {
        let url = format!("{}/commits/{}", self.repo_url(repo), commit.sha);
        json!({
            "sha": commit.sha,
            "node_id": node_id("Commit", &commit.sha),
            "commit": {
                "author": Self::signature(&commit.author),
                "committer": Self::signature(&commit.committer),
                "message": commit.message,
                "tree": {"sha": commit.tree, "url": format!("{}/git/trees/{}", self.repo_url(repo), commit.tree)},
                "url": format!("{}/git/commits/{}", self.repo_url(repo), commit.sha),
                "comment_count": 0,
                "verification": {"verified": false, "reason": "unsigned", "signature": null, "payload": null, "verified_at": null},
            },
            "url": url,
            "html_url": format!("{}/commit/{}", self.repo_html_url(repo), commit.sha),
            "comments_url": format!("{url}/comments"),
            "author": self.user_or_null(commit.user),
            "committer": self.user_or_null(commit.user),
            "parents": self.parents(repo, commit, "commits"),
        })
    }

    /// With the files that it changed against its first parent, and their sums.
    pub fn full_commit(&self, repo: &Repo, commit: &Commit) -> Value {
        let before = commit.parents.first().map(|sha| self.state.files_of_commit(sha)).unwrap_or_default();
        let changes = diff::changed_files(&before, &self.state.files(&commit.tree));
        let mut body = self.commit(repo, commit);
        let (additions, deletions) = self.sums(&changes);
        body["stats"] =
            json!({"total": additions + deletions, "additions": additions, "deletions": deletions});
        body["files"] = changes.iter().map(|change| self.file_change(repo, change, &commit.sha)).collect();
        body
    }

    /// A commit as a push webhook shows it.
    pub fn pushed_commit(&self, repo: &Repo, commit: &Commit) -> Value {
        let before = commit.parents.first().map(|sha| self.state.files_of_commit(sha)).unwrap_or_default();
        let changes = diff::changed_files(&before, &self.state.files(&commit.tree));
        let paths = |wanted: &[Status]| -> Value {
            changes
                .iter()
                .filter(|change| wanted.contains(&change.status))
                .map(|change| json!(change.path))
                .collect()
        };
        let who = |who: &Signature| {
            let login = commit.user.map(|id| self.state.user(id).login.clone());
            json!({"name": who.name, "email": who.email, "date": clock::text(who.at), "username": login})
        };
        json!({
            "id": commit.sha,
            "tree_id": commit.tree,
            "distinct": true,
            "message": commit.message,
            "timestamp": clock::text(commit.committer.at),
            "url": format!("{}/commit/{}", self.repo_html_url(repo), commit.sha),
            "author": who(&commit.author),
            "committer": who(&commit.committer),
            "added": paths(&[Status::Added]),
            "removed": paths(&[Status::Removed]),
            "modified": paths(&[Status::Modified, Status::Renamed]),
        })
    }

    pub fn text_diff(&self, change: &FileChange) -> TextDiff {
        let content = |file: &Option<crate::github::object::File>| {
            file.as_ref().and_then(|file| self.state.read_blob(&file.sha)).unwrap_or_default()
        };
        diff::text_diff(&content(&change.old), &content(&change.new))
    }

    /// Lines added and removed over all changes.
    pub fn sums(&self, changes: &[FileChange]) -> (usize, usize) {
        changes.iter().map(|change| self.text_diff(change)).fold((0, 0), |(additions, deletions), diff| {
            (additions + diff.additions, deletions + diff.deletions)
        })
    }

    pub fn file_change(&self, repo: &Repo, change: &FileChange, at: &str) -> Value {
        let mut body = change_json(change, &self.text_diff(change));
        let (url, html, path) = (self.repo_url(repo), self.repo_html_url(repo), &change.path);
        body["blob_url"] = json!(format!("{html}/blob/{at}/{path}"));
        body["raw_url"] = json!(format!("{html}/raw/{at}/{path}"));
        body["contents_url"] = json!(format!("{url}/contents/{path}?ref={at}"));
        body
    }

    pub fn tree_entry(&self, repo: &Repo, path: &str, entry: &Entry) -> Value {
        let (kind, folder) = match entry.kind {
            EntryKind::Blob => ("blob", "blobs"),
            EntryKind::Tree => ("tree", "trees"),
        };
        let mut body = json!({
            "path": path,
            "mode": entry.mode,
            "type": kind,
            "sha": entry.sha,
            "url": format!("{}/git/{folder}/{}", self.repo_url(repo), entry.sha),
        });
        if let Some(content) = self.state.read_blob(&entry.sha) {
            body["size"] = json!(content.len());
        }
        body
    }

    /// A file or directory of the contents API; `with_content` adds a file's content in base64.
    pub fn content(&self, repo: &Repo, path: &str, entry: &Entry, at: &str, with_content: bool) -> Value {
        let (url, html) = (self.repo_url(repo), self.repo_html_url(repo));
        let (kind, view, folder) = match entry.kind {
            EntryKind::Blob => ("file", "blob", "blobs"),
            EntryKind::Tree => ("dir", "tree", "trees"),
        };
        let own = format!("{url}/contents/{path}?ref={at}");
        let git = format!("{url}/git/{folder}/{}", entry.sha);
        let page = format!("{html}/{view}/{at}/{path}");
        let content = self.state.read_blob(&entry.sha);
        let download = content.is_some().then(|| format!("{html}/raw/{at}/{path}"));
        let mut body = json!({
            "name": path.rsplit('/').next().unwrap_or(path),
            "path": path,
            "sha": entry.sha,
            "size": content.as_ref().map_or(0, Vec::len),
            "url": own,
            "html_url": page,
            "git_url": git,
            "download_url": download,
            "type": kind,
            "_links": {"self": own, "git": git, "html": page},
        });
        if let Some(content) = content.filter(|_| with_content) {
            body["content"] = json!(base64_lines(&content));
            body["encoding"] = json!("base64");
        }
        body
    }
}

/// The part of a changed file that needs no address.
fn change_json(change: &FileChange, diff: &TextDiff) -> Value {
    let status = match change.status {
        Status::Added => "added",
        Status::Removed => "removed",
        Status::Modified => "modified",
        Status::Renamed => "renamed",
    };
    let mut body = json!({
        "sha": change.new.as_ref().or(change.old.as_ref()).map(|file| file.sha.clone()),
        "filename": change.path,
        "status": status,
        "additions": diff.additions,
        "deletions": diff.deletions,
        "changes": diff.additions + diff.deletions,
    });
    if let Some(patch) = &diff.patch {
        body["patch"] = json!(patch);
    }
    if let Some(previous) = &change.previous_path {
        body["previous_filename"] = json!(previous);
    }
    body
}

/// GitHub breaks base64 after 60 characters.
pub fn base64_lines(content: &[u8]) -> String {
    let text = STANDARD.encode(content);
    let lines = text.as_bytes().chunks(60).map(|line| std::str::from_utf8(line).expect("base64 is ASCII"));
    lines.map(|line| format!("{line}\n")).collect()
}
