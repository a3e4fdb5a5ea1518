//! Merging a pull request, in GitHub's three ways. The head branch stays.

use super::{Change, CommitBy, Refusal};
use crate::github::merge::merge_files;
use crate::github::model::{Commit, Pull, Sha};
use axum::http::StatusCode;
use serde_json::Value;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MergeMethod {
    Merge,
    Squash,
    Rebase,
}

impl Change<'_> {
    /// Gives the name of the commit that the base branch now points to. `expected_head` guards against a push
    /// that the caller has not seen.
    ///
    /// # Errors
    /// 405 when it is closed, a draft or in conflict; 409 when the head moved.
    pub fn merge_pull(
        &mut self,
        id: u64,
        method: MergeMethod,
        title: Option<String>,
        message: Option<String>,
        expected_head: Option<&str>,
    ) -> Result<Sha, Refusal> {
        let pull = self.pull(id);
        let refuse = |message: &str| Refusal::new(StatusCode::METHOD_NOT_ALLOWED, message);
        if !pull.is_open {
            return Err(refuse("Pull Request is not mergeable"));
        }
        if pull.is_draft {
            return Err(refuse("Pull Request is still a draft"));
        }
        if expected_head.is_some_and(|sha| sha != pull.head_sha) {
            return Err(Refusal::conflict("Head branch was modified. Review and try the merge again."));
        }
        let base = self.state.branch_tip(pull.repo, &pull.base_ref);
        let base = base.ok_or_else(|| refuse("Pull Request is not mergeable"))?;
        let sha = self.merged_commit(&pull, &base, method, title, message);
        let sha = sha.ok_or_else(|| refuse("Pull Request is not mergeable"))?;
        let repo = self.state.repo(pull.repo).clone();
        self.mark_merged(id, Some(base), sha.clone());
        self.write_ref(&repo, &format!("refs/heads/{}", pull.base_ref), Some(&sha), false);
        Ok(sha)
    }

    /// `None` when the branches conflict.
    fn merged_commit(
        &mut self,
        pull: &Pull,
        base: &str,
        method: MergeMethod,
        title: Option<String>,
        message: Option<String>,
    ) -> Option<Sha> {
        let owner = self.state.user(self.state.repo(pull.repo).owner).login.clone();
        let commits: Vec<Commit> =
            self.state.commits_between(base, &pull.head_sha).into_iter().cloned().collect();
        if method == MergeMethod::Rebase {
            return self.rebased(base, &commits);
        }
        let files = self.state.merge_commits(base, &pull.head_sha).ok()?;
        let (parents, default_title, default_message) = match method {
            MergeMethod::Squash => {
                let lines: Vec<String> =
                    commits.iter().map(|commit| format!("* {}", commit.message)).collect();
                let title = format!("{} (#{})", pull.title, pull.number);
                (vec![base.to_owned()], title, lines.join("\n\n"))
            }
            MergeMethod::Merge | MergeMethod::Rebase => {
                let title = format!("Merge pull request #{} from {owner}/{}", pull.number, pull.head_ref);
                (vec![base.to_owned(), pull.head_sha.clone()], title, pull.title.clone())
            }
        };
        let title = title.filter(|title| !title.is_empty()).unwrap_or(default_title);
        let text = format!("{title}\n\n{}", message.unwrap_or(default_message));
        Some(self.commit_tree(&files, parents, text.trim_end(), CommitBy::default()))
    }

    /// Each commit again on top of the base, with its own author and message.
    fn rebased(&mut self, base: &str, commits: &[Commit]) -> Option<Sha> {
        let mut tip = base.to_owned();
        for commit in commits.iter().filter(|commit| commit.parents.len() < 2) {
            let origin =
                commit.parents.first().map(|parent| self.state.files_of_commit(parent)).unwrap_or_default();
            let onto = self.state.files_of_commit(&tip);
            let files = merge_files(&origin, &onto, &self.state.files(&commit.tree)).ok()?;
            let by = CommitBy { author: Some(commit.author.clone()), committer: Some(self.signature()) };
            tip = self.commit_tree(&files, vec![tip], &commit.message, by);
        }
        Some(tip)
    }

    /// `before` is the base branch without the merge, so that what was merged can still be shown.
    pub(super) fn mark_merged(&mut self, id: u64, before: Option<Sha>, commit: Sha) {
        let (at, by) = (self.at, self.user.id);
        self.touch_pull(id, |pull| {
            pull.is_open = false;
            pull.base_sha = before.unwrap_or_else(|| pull.base_sha.clone());
            pull.closed_at = Some(at);
            pull.merged_at = Some(at);
            pull.merged_by = Some(by);
            pull.merge_commit_sha = Some(commit);
        });
        self.emit_pull(id, "closed", Value::Null);
    }
}
