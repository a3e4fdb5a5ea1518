//! Moving branches, and what a moved branch does to the pull requests that start or end there.

use super::{Change, Refusal};
use crate::github::model::{Repo, Sha, Signature};
use crate::github::object::{CommitDraft, FILE_MODE, File};
use crate::github::state::ref_key;
use axum::http::StatusCode;
use serde_json::{Map, Value, json};

/// A path and its new content, or `None` to delete it.
type FileEdit = (String, Option<Vec<u8>>);

/// Who a commit names; what is absent is the acting user, now.
#[derive(Debug, Default)]
pub struct CommitBy {
    pub author: Option<Signature>,
    pub committer: Option<Signature>,
}

const NULL_SHA: &str = "0000000000000000000000000000000000000000";
/// GitHub lists at most so many commits in a push webhook.
const PUSHED_COMMITS_MAX: usize = 2048;

impl Change<'_> {
    pub fn create_ref(&mut self, repo: &Repo, full_ref: &str, sha: &str) -> Result<(), Refusal> {
        let mut parts = full_ref.splitn(3, '/');
        let is_full = parts.next() == Some("refs") && parts.next().is_some();
        if !is_full || !parts.next().is_some_and(is_valid_name) {
            return Err(Refusal::unprocessable(
                "Reference name must start with 'refs/' and have two slashes",
            ));
        }
        if self.state.tip(repo.id, full_ref).is_some() {
            return Err(Refusal::unprocessable("Reference already exists"));
        }
        self.check_object(sha)?;
        self.write_ref(repo, full_ref, Some(sha), false);
        Ok(())
    }

    pub fn move_ref(&mut self, repo: &Repo, full_ref: &str, sha: &str, force: bool) -> Result<(), Refusal> {
        let missing = || Refusal::unprocessable("Reference does not exist");
        let before = self.state.refs.find(&ref_key(repo.id, full_ref)).cloned().ok_or_else(missing)?;
        self.check_object(sha)?;
        let is_forward = self.state.is_ancestor(&before, sha);
        if !is_forward && !force {
            return Err(Refusal::unprocessable("Update is not a fast forward"));
        }
        self.write_ref(repo, full_ref, Some(sha), !is_forward);
        Ok(())
    }

    pub fn delete_ref(&mut self, repo: &Repo, full_ref: &str) -> Result<(), Refusal> {
        if self.state.refs.find(&ref_key(repo.id, full_ref)).is_none() {
            return Err(Refusal::unprocessable("Reference does not exist"));
        }
        if full_ref == format!("refs/heads/{}", repo.default_branch) {
            return Err(Refusal::unprocessable("Cannot delete the default branch"));
        }
        self.write_ref(repo, full_ref, None, false);
        Ok(())
    }

    fn check_object(&self, sha: &str) -> Result<(), Refusal> {
        match self.state.commits.find(&sha.to_owned()) {
            Some(_) => Ok(()),
            None => Err(Refusal::unprocessable("Object does not exist")),
        }
    }

    /// Commits edits on top of a branch and moves it.
    pub fn commit_files(
        &mut self,
        repo: &Repo,
        branch: &str,
        message: &str,
        edits: Vec<FileEdit>,
        by: CommitBy,
    ) -> Result<Sha, Refusal> {
        let missing = || Refusal::new(StatusCode::NOT_FOUND, format!("Branch {branch} not found"));
        let parent = self.state.branch_tip(repo.id, branch).ok_or_else(missing)?;
        let mut files = self.state.files_of_commit(&parent);
        for (path, content) in edits {
            let mode = files.get(&path).map_or_else(|| FILE_MODE.to_owned(), |file| file.mode.clone());
            match content {
                Some(content) => {
                    let sha = self.state.write_blob(&content);
                    files.insert(path, File { mode, sha });
                }
                None => {
                    files.remove(&path);
                }
            }
        }
        let sha = self.commit_tree(&files, vec![parent], message, by);
        self.write_ref(repo, &format!("refs/heads/{branch}"), Some(&sha), false);
        Ok(sha)
    }

    pub(super) fn commit_tree(
        &mut self,
        files: &crate::github::object::Files,
        parents: Vec<Sha>,
        message: &str,
        by: CommitBy,
    ) -> Sha {
        let author = by.author.unwrap_or_else(|| self.signature());
        let committer = by.committer.unwrap_or_else(|| author.clone());
        let tree = self.state.write_files(files);
        let user = Some(self.user.id);
        self.state.write_commit(CommitDraft {
            tree,
            parents,
            message: message.to_owned(),
            author,
            committer,
            user,
        })
    }

    /// Moves, creates or (with `None`) deletes a ref and tells everyone.
    pub(super) fn write_ref(&mut self, repo: &Repo, full_ref: &str, after: Option<&str>, is_forced: bool) {
        let key = ref_key(repo.id, full_ref);
        let before = self.state.refs.find(&key).cloned();
        if before.as_deref() == after {
            return;
        }
        match after {
            Some(sha) => self.state.refs.put(key, sha.to_owned()),
            None => {
                self.state.refs.remove(&key);
            }
        }
        let at = self.at;
        self.state.repos.edit(&repo.id, |repo| repo.pushed_at = at);
        self.emit_push(repo, full_ref, before.as_deref(), after, is_forced);
        if let Some(branch) = full_ref.strip_prefix("refs/heads/") {
            self.follow_head(repo, branch, after);
            self.follow_base(repo, branch, before.as_deref(), after);
        }
    }

    fn open_pulls(&self, repo: &Repo, concerns: impl Fn(&crate::github::model::Pull) -> bool) -> Vec<u64> {
        let pulls = self.state.pulls_of(repo.id);
        pulls.filter(|pull| pull.is_open && concerns(pull)).map(|pull| pull.id).collect()
    }

    fn follow_head(&mut self, repo: &Repo, branch: &str, after: Option<&str>) {
        for id in self.open_pulls(repo, |pull| pull.head_ref == branch) {
            let Some(after) = after else {
                self.close_pull(id);
                continue;
            };
            let pull = self.pull(id);
            let base = self.state.branch_tip(repo.id, &pull.base_ref).unwrap_or(pull.base_sha);
            self.touch_pull(id, |pull| {
                pull.head_sha = after.to_owned();
                pull.base_sha = base;
            });
            self.emit_pull(id, "synchronize", json!({"before": pull.head_sha, "after": after}));
        }
    }

    /// A pull request whose head a push has brought into its base counts as merged, as on GitHub.
    fn follow_base(&mut self, repo: &Repo, branch: &str, before: Option<&str>, after: Option<&str>) {
        for id in self.open_pulls(repo, |pull| pull.base_ref == branch) {
            match after {
                None => self.close_pull(id),
                Some(after) => {
                    let head = self.pull(id).head_sha;
                    if self.state.is_ancestor(&head, after) {
                        self.mark_merged(id, before.map(str::to_owned), after.to_owned());
                    }
                }
            }
        }
    }

    fn emit_push(
        &mut self,
        repo: &Repo,
        full_ref: &str,
        before: Option<&str>,
        after: Option<&str>,
        is_forced: bool,
    ) {
        let (from, to) = (before.unwrap_or(NULL_SHA), after.unwrap_or(NULL_SHA));
        let known =
            before.map(str::to_owned).or_else(|| self.state.branch_tip(repo.id, &repo.default_branch));
        let wire = self.wire();
        let commits = match after {
            Some(after) => self.state.commits_between(known.as_deref().unwrap_or(NULL_SHA), after),
            None => Vec::new(),
        };
        let commits: Vec<Value> =
            commits.iter().take(PUSHED_COMMITS_MAX).map(|commit| wire.pushed_commit(repo, commit)).collect();
        let head = after.and_then(|sha| self.state.commits.find(&sha.to_owned()));
        let short = |sha: &str| sha[..12].to_owned();
        let mut body = Map::new();
        for (key, value) in [
            ("ref", json!(full_ref)),
            ("before", json!(from)),
            ("after", json!(to)),
            ("created", json!(before.is_none())),
            ("deleted", json!(after.is_none())),
            ("forced", json!(is_forced)),
            ("base_ref", Value::Null),
            (
                "compare",
                json!(format!("{}/compare/{}...{}", wire.repo_html_url(repo), short(from), short(to))),
            ),
            ("commits", json!(commits)),
            ("head_commit", head.map_or(Value::Null, |commit| wire.pushed_commit(repo, commit))),
            ("pusher", json!({"name": self.user.login, "email": super::email(&self.user)})),
        ] {
            body.insert(key.to_owned(), value);
        }
        self.emit(repo.id, "push", None, body);
    }
}

/// The part of git's rules for names that protects paths and pages.
/// Source: <https://git-scm.com/docs/git-check-ref-format>
pub fn is_valid_name(name: &str) -> bool {
    let is_bad = |letter: char| letter.is_control() || " ~^:?*[\\".contains(letter);
    !name.is_empty()
        && !name.contains(is_bad)
        && !name.contains("..")
        && !name.contains("@{")
        && name.split('/').all(|part| !part.is_empty() && !part.starts_with('.') && !part.ends_with(".lock"))
        && !name.ends_with('.')
}
