//! Everything that GitHub's simulator remembers, and how to look it up.
//!
//! Says what is there; what may be changed and whom it concerns stands in `change`.

use super::model::{Comment, Commit, Delivery, Hook, Pull, Repo, Review, Sha, Tree, User};
use super::table::Table;
use crate::journal::{Journal, Records};
use std::io;
use std::path::Path;
use std::sync::Arc;
use tokio::sync::mpsc;

pub struct State {
    pub users: Table<u64, User>,
    pub repos: Table<u64, Repo>,
    /// By `{repository id}/refs/heads/…`.
    pub refs: Table<String, Sha>,
    pub commits: Table<Sha, Commit>,
    pub trees: Table<Sha, Tree>,
    /// Content in base64.
    pub blobs: Table<Sha, String>,
    pub pulls: Table<u64, Pull>,
    pub comments: Table<u64, Comment>,
    pub reviews: Table<u64, Review>,
    pub hooks: Table<u64, Hook>,
    pub deliveries: Table<u64, Delivery>,
    counters: Table<String, u64>,
    /// Ids of deliveries that wait to be sent.
    pub outbox: mpsc::Sender<u64>,
}

impl State {
    pub fn open(path: Option<&Path>, outbox: mpsc::Sender<u64>) -> io::Result<Self> {
        let (journal, mut records) = match path {
            Some(path) => Journal::open(path)?,
            None => (Journal::in_memory(), Records::default()),
        };
        let journal = Arc::new(journal);
        Ok(Self {
            users: Table::load("user", &journal, &mut records)?,
            repos: Table::load("repo", &journal, &mut records)?,
            refs: Table::load("ref", &journal, &mut records)?,
            commits: Table::load("commit", &journal, &mut records)?,
            trees: Table::load("tree", &journal, &mut records)?,
            blobs: Table::load("blob", &journal, &mut records)?,
            pulls: Table::load("pull", &journal, &mut records)?,
            comments: Table::load("comment", &journal, &mut records)?,
            reviews: Table::load("review", &journal, &mut records)?,
            hooks: Table::load("hook", &journal, &mut records)?,
            deliveries: Table::load("delivery", &journal, &mut records)?,
            counters: Table::load("counter", &journal, &mut records)?,
            outbox,
        })
    }

    /// An id that was never given before, to any kind of object.
    pub fn next_id(&mut self) -> u64 {
        let key = "id".to_owned();
        let id = self.counters.find(&key).copied().unwrap_or(1000) + 1;
        self.counters.put(key, id);
        id
    }

    pub fn user(&self, id: u64) -> &User {
        self.users.find(&id).expect("users are never deleted and every record names one that exists")
    }

    pub fn user_by_login(&self, login: &str) -> Option<&User> {
        self.users.values().find(|user| user.login.eq_ignore_ascii_case(login))
    }

    pub fn user_by_token(&self, token: &str) -> Option<&User> {
        self.users.values().find(|user| user.token.as_deref() == Some(token))
    }

    pub fn repo(&self, id: u64) -> &Repo {
        self.repos.find(&id).expect("repositories are never deleted and every record names one that exists")
    }

    pub fn repo_by_name(&self, owner: &str, name: &str) -> Option<&Repo> {
        let owner = self.user_by_login(owner)?.id;
        self.repos.values().find(|repo| repo.owner == owner && repo.name.eq_ignore_ascii_case(name))
    }

    pub fn full_name(&self, repo: &Repo) -> String {
        format!("{}/{}", self.user(repo.owner).login, repo.name)
    }

    /// What `refs/heads/main`, or the read-only `refs/pull/7/head`, points to.
    pub fn tip(&self, repo: u64, full_ref: &str) -> Option<Sha> {
        if let Some(number) = full_ref.strip_prefix("refs/pull/").and_then(|rest| rest.strip_suffix("/head"))
        {
            return self.pull(repo, number.parse().ok()?).map(|pull| pull.head_sha.clone());
        }
        self.refs.find(&ref_key(repo, full_ref)).cloned()
    }

    pub fn branch_tip(&self, repo: u64, branch: &str) -> Option<Sha> {
        self.tip(repo, &format!("refs/heads/{branch}"))
    }

    /// Full names and targets of one repository, in order.
    pub fn refs_of(&self, repo: u64) -> Vec<(String, Sha)> {
        let prefix = format!("{repo}/");
        let mine = self.refs.iter().filter_map(|(key, sha)| Some((key.strip_prefix(&prefix)?, sha)));
        mine.map(|(name, sha)| (name.to_owned(), sha.clone())).collect()
    }

    /// A commit by branch, tag, full ref, full name or a prefix of at least seven digits.
    pub fn find_commit(&self, repo: u64, text: &str) -> Option<&Commit> {
        for full in [
            format!("refs/heads/{text}"),
            format!("refs/tags/{text}"),
            format!("refs/{text}"),
            text.to_owned(),
        ] {
            if let Some(commit) = self.tip(repo, &full).and_then(|sha| self.commits.find(&sha)) {
                return Some(commit);
            }
        }
        if text.len() < 7 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        self.commits.values().find(|commit| commit.sha.starts_with(&text.to_ascii_lowercase()))
    }

    pub fn pull(&self, repo: u64, number: u64) -> Option<&Pull> {
        self.pulls.values().find(|pull| pull.repo == repo && pull.number == number)
    }

    pub fn pulls_of(&self, repo: u64) -> impl DoubleEndedIterator<Item = &Pull> {
        self.pulls.values().filter(move |pull| pull.repo == repo)
    }

    pub fn comments_of(&self, pull: &Pull) -> impl Iterator<Item = &Comment> {
        let (repo, number) = (pull.repo, pull.number);
        self.comments.values().filter(move |comment| comment.repo == repo && comment.number == number)
    }

    pub fn reviews_of(&self, pull: &Pull) -> impl Iterator<Item = &Review> {
        let (repo, number) = (pull.repo, pull.number);
        self.reviews.values().filter(move |review| review.repo == repo && review.number == number)
    }
}

pub fn ref_key(repo: u64, full_ref: &str) -> String {
    format!("{repo}/{full_ref}")
}
