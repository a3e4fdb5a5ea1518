//! Git objects: commits, trees and blobs. Creating one moves no branch.

use crate::github::answer::{Answer, created, ok};
use crate::github::change::Change;
use crate::github::error::Refusal;
use crate::github::model::{Entry, EntryKind, Repo, Signature};
use crate::github::object::{CommitDraft, File, Files};
use crate::github::request::{Cx, Input, RepoPath};
use crate::github::wire::{Wire, base64_lines, node_id};
use axum::extract::{Path, Query};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

type ObjectPath = (String, String, String);

/// `author` and `committer` as clients send them.
#[derive(Debug, Deserialize)]
pub struct Who {
    name: Option<String>,
    email: Option<String>,
    date: Option<Timestamp>,
}

impl Who {
    pub fn signature(self, default: Signature) -> Signature {
        Signature {
            name: self.name.unwrap_or(default.name),
            email: self.email.unwrap_or(default.email),
            at: self.date.unwrap_or(default.at),
        }
    }
}

pub async fn commit(cx: Cx, Path((owner, name, sha)): Path<ObjectPath>) -> Answer {
    cx.read(|wire| {
        let repo = wire.state.load_repo(&(owner, name))?;
        let commit = wire.state.commits.find(&sha).ok_or_else(Refusal::not_found)?;
        Ok(ok(wire.git_commit(&repo, commit)))
    })
}

#[derive(Deserialize)]
pub struct NewCommit {
    message: String,
    tree: String,
    #[serde(default)]
    parents: Vec<String>,
    author: Option<Who>,
    committer: Option<Who>,
}

pub async fn create_commit(cx: Cx, Path(path): Path<RepoPath>, Input(input): Input<NewCommit>) -> Answer {
    cx.change(|change| {
        let repo = change.state.load_repo(&path)?;
        if change.state.trees.find(&input.tree).is_none() {
            return Err(Refusal::unprocessable("Tree SHA does not exist"));
        }
        if input.parents.iter().any(|sha| change.state.commits.find(sha).is_none()) {
            return Err(Refusal::unprocessable("Parent SHA does not exist or is not a commit object"));
        }
        let me = change.signature();
        let author = input.author.map_or(me.clone(), |who| who.signature(me));
        let committer = input.committer.map_or(author.clone(), |who| who.signature(author.clone()));
        let (tree, parents, message) = (input.tree, input.parents, input.message);
        let user = Some(change.user.id);
        let sha = change.state.write_commit(CommitDraft { tree, parents, message, author, committer, user });
        let commit = change.state.commits.find(&sha).ok_or_else(Refusal::not_found)?;
        Ok(created(change.wire().git_commit(&repo, commit)))
    })
}

#[derive(Deserialize)]
pub struct TreeQuery {
    recursive: Option<String>,
}

/// Takes a tree, a commit, or a branch. Any value of `recursive` counts, as on GitHub.
pub async fn tree(
    cx: Cx,
    Path((owner, name, at)): Path<ObjectPath>,
    Query(query): Query<TreeQuery>,
) -> Answer {
    cx.read(|wire| {
        let repo = wire.state.load_repo(&(owner, name))?;
        let of_commit = || wire.state.find_commit(repo.id, &at).map(|commit| commit.tree.clone());
        let sha = wire.state.trees.find(&at).map(|_| at.clone()).or_else(of_commit);
        let sha = sha.ok_or_else(Refusal::not_found)?;
        Ok(ok(tree_json(&wire, &repo, &sha, query.recursive.is_some())))
    })
}

fn tree_json(wire: &Wire, repo: &Repo, sha: &str, is_recursive: bool) -> Value {
    let mut entries = Vec::new();
    collect(wire, sha, "", is_recursive, &mut entries);
    let entries: Value = entries.iter().map(|(path, entry)| wire.tree_entry(repo, path, entry)).collect();
    let url = format!("{}/git/trees/{sha}", wire.repo_url(repo));
    json!({"sha": sha, "url": url, "tree": entries, "truncated": false})
}

fn collect(wire: &Wire, sha: &str, prefix: &str, is_recursive: bool, into: &mut Vec<(String, Entry)>) {
    let Some(tree) = wire.state.trees.find(&sha.to_owned()) else { return };
    for (name, entry) in tree {
        let path = format!("{prefix}{name}");
        into.push((path.clone(), entry.clone()));
        if is_recursive && entry.kind == EntryKind::Tree {
            collect(wire, &entry.sha, &format!("{path}/"), true, into);
        }
    }
}

#[derive(Deserialize)]
pub struct NewTree {
    base_tree: Option<String>,
    tree: Vec<NewEntry>,
}

/// `content` writes a blob on the way; `sha: null` deletes the path.
#[derive(Deserialize)]
struct NewEntry {
    path: String,
    mode: Option<String>,
    #[serde(default, deserialize_with = "crate::github::request::present")]
    sha: Option<Option<String>>,
    content: Option<String>,
}

pub async fn create_tree(cx: Cx, Path(path): Path<RepoPath>, Input(input): Input<NewTree>) -> Answer {
    cx.change(|change| {
        let repo = change.state.load_repo(&path)?;
        let mut files = match &input.base_tree {
            None => Files::new(),
            Some(base) => {
                let of_commit = change.state.commits.find(base).map(|commit| commit.tree.clone());
                change.state.files(&of_commit.unwrap_or_else(|| base.clone()))
            }
        };
        for entry in input.tree {
            place(change, &mut files, entry)?;
        }
        let sha = change.state.write_files(&files);
        Ok(created(tree_json(&change.wire(), &repo, &sha, false)))
    })
}

fn place(change: &mut Change, files: &mut Files, entry: NewEntry) -> Result<(), Refusal> {
    let mode = entry.mode.unwrap_or_else(|| "100644".to_owned());
    let sha = match (entry.content, entry.sha) {
        (Some(content), _) => change.state.write_blob(content.as_bytes()),
        (None, Some(Some(sha))) => sha,
        (None, Some(None)) => {
            let below = format!("{}/", entry.path);
            files.retain(|path, _| *path != entry.path && !path.starts_with(&below));
            return Ok(());
        }
        (None, None) => return Err(Refusal::unprocessable("Must supply either tree.sha or tree.content")),
    };
    if change.state.trees.find(&sha).is_some() {
        for (path, file) in change.state.files(&sha) {
            files.insert(format!("{}/{path}", entry.path), file);
        }
    } else if change.state.blobs.find(&sha).is_some() {
        files.insert(entry.path, File { mode, sha });
    } else {
        return Err(Refusal::unprocessable(format!("tree.sha {sha} is not a valid blob")));
    }
    Ok(())
}

pub async fn blob(cx: Cx, Path((owner, name, sha)): Path<ObjectPath>) -> Answer {
    cx.read(|wire| {
        let repo = wire.state.load_repo(&(owner, name))?;
        let content = wire.state.read_blob(&sha).ok_or_else(Refusal::not_found)?;
        Ok(ok(json!({
            "sha": sha,
            "node_id": node_id("Blob", &sha),
            "size": content.len(),
            "url": format!("{}/git/blobs/{sha}", wire.repo_url(&repo)),
            "content": base64_lines(&content),
            "encoding": "base64",
        })))
    })
}

#[derive(Deserialize)]
pub struct NewBlob {
    content: String,
    encoding: Option<String>,
}

pub async fn create_blob(cx: Cx, Path(path): Path<RepoPath>, Input(input): Input<NewBlob>) -> Answer {
    let content = match input.encoding.as_deref() {
        Some("base64") => decode(&input.content)?,
        _ => input.content.into_bytes(),
    };
    cx.change(|change| {
        let repo = change.state.load_repo(&path)?;
        let sha = change.state.write_blob(&content);
        let url = format!("{}/git/blobs/{sha}", change.wire().repo_url(&repo));
        Ok(created(json!({"sha": sha, "url": url})))
    })
}

/// Base64, with line breaks as clients like to send them.
pub fn decode(text: &str) -> Result<Vec<u8>, Refusal> {
    let bare: String = text.chars().filter(|letter| !letter.is_ascii_whitespace()).collect();
    STANDARD.decode(bare).map_err(|_| Refusal::unprocessable("content is not valid Base64"))
}
