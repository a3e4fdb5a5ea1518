//! Opening, editing, closing and reopening pull requests.

use super::{Change, Refusal, check_body};
use crate::github::model::{Pull, Repo, UserKind};
use serde_json::{Map, Value, json};

#[derive(Debug, Default)]
pub struct PullDraft {
    pub title: String,
    pub body: Option<String>,
    /// `branch` or `owner:branch`.
    pub head: String,
    pub base: String,
    pub is_draft: bool,
    pub maintainer_can_modify: bool,
}

/// `None` leaves a field as it is.
#[derive(Debug, Default)]
pub struct PullEdit {
    pub title: Option<String>,
    pub body: Option<Option<String>>,
    pub is_open: Option<bool>,
    pub base: Option<String>,
    pub maintainer_can_modify: Option<bool>,
}

const RESOURCE: &str = "PullRequest";

impl Change<'_> {
    /// Gives the new pull request's id.
    pub fn open_pull(&mut self, repo: &Repo, draft: PullDraft) -> Result<u64, Refusal> {
        if draft.title.trim().is_empty() {
            return Err(Refusal::field(RESOURCE, "title", "missing_field"));
        }
        check_body(RESOURCE, draft.body.as_deref().unwrap_or(""))?;
        let owner = self.state.user(repo.owner).login.clone();
        let head = match draft.head.split_once(':') {
            Some((user, branch)) if user.eq_ignore_ascii_case(&owner) => branch,
            Some(_) => return Err(Refusal::field(RESOURCE, "head", "invalid")),
            None => &draft.head,
        };
        let tip = |branch: &str| self.state.branch_tip(repo.id, branch);
        let base_sha = tip(&draft.base).ok_or_else(|| Refusal::field(RESOURCE, "base", "invalid"))?;
        let head_sha = tip(head).ok_or_else(|| Refusal::field(RESOURCE, "head", "invalid"))?;
        self.check_new(repo, head, &draft.base)?;
        if self.state.commits_between(&base_sha, &head_sha).is_empty() {
            let message = format!("No commits between {} and {head}", draft.base);
            return Err(Refusal::custom(RESOURCE, None, message));
        }
        let number = repo.last_number + 1;
        self.state.repos.edit(&repo.id, |repo| repo.last_number = number);
        let id = self.state.next_id();
        let pull = Pull {
            id,
            repo: repo.id,
            number,
            title: draft.title,
            body: draft.body,
            is_open: true,
            is_draft: draft.is_draft,
            author: self.user.id,
            head_ref: head.to_owned(),
            head_sha,
            base_ref: draft.base,
            base_sha,
            created_at: self.at,
            updated_at: self.at,
            closed_at: None,
            merged_at: None,
            merged_by: None,
            merge_commit_sha: None,
            labels: Vec::new(),
            assignees: Vec::new(),
            requested_reviewers: Vec::new(),
            maintainer_can_modify: draft.maintainer_can_modify,
        };
        self.state.pulls.put(id, pull);
        self.emit_pull(id, "opened", Value::Null);
        Ok(id)
    }

    fn check_new(&self, repo: &Repo, head: &str, base: &str) -> Result<(), Refusal> {
        let is_same = |pull: &Pull| pull.is_open && pull.head_ref == head && pull.base_ref == base;
        if !self.state.pulls_of(repo.id).any(is_same) {
            return Ok(());
        }
        let owner = &self.state.user(repo.owner).login;
        Err(Refusal::custom(RESOURCE, None, format!("A pull request already exists for {owner}:{head}.")))
    }

    /// One edit may change texts and state; GitHub then sends `edited` first.
    pub fn edit_pull(&mut self, id: u64, edit: PullEdit) -> Result<(), Refusal> {
        let old = self.pull(id);
        let repo = self.state.repo(old.repo).clone();
        let changes = self.check_edit(&repo, &old, &edit)?;
        if edit.is_open == Some(true) && !old.is_open {
            self.check_reopen(&repo, &old)?;
        }
        if let Some(is_allowed) = edit.maintainer_can_modify {
            self.state.pulls.edit(&id, |pull| pull.maintainer_can_modify = is_allowed);
        }
        if !changes.is_empty() {
            let base_sha = edit.base.as_ref().and_then(|base| self.state.branch_tip(repo.id, base));
            self.touch_pull(id, |pull| {
                pull.title = edit.title.unwrap_or_else(|| pull.title.clone());
                pull.body = edit.body.unwrap_or_else(|| pull.body.clone());
                if let (Some(base), Some(sha)) = (edit.base, base_sha) {
                    (pull.base_ref, pull.base_sha) = (base, sha);
                }
            });
            self.emit_pull(id, "edited", json!({"changes": changes}));
        }
        match edit.is_open {
            Some(false) if old.is_open => self.close_pull(id),
            Some(true) if !old.is_open => self.reopen_pull(id),
            _ => {}
        }
        Ok(())
    }

    /// What the `edited` webhook will say: the old value of each field that really changes.
    fn check_edit(&self, repo: &Repo, old: &Pull, edit: &PullEdit) -> Result<Map<String, Value>, Refusal> {
        let mut changes = Map::new();
        if let Some(title) = edit.title.as_ref().filter(|title| **title != old.title) {
            if title.trim().is_empty() {
                return Err(Refusal::field(RESOURCE, "title", "missing_field"));
            }
            changes.insert("title".to_owned(), json!({"from": old.title}));
        }
        if let Some(body) = edit.body.as_ref().filter(|body| **body != old.body) {
            check_body(RESOURCE, body.as_deref().unwrap_or(""))?;
            changes.insert("body".to_owned(), json!({"from": old.body}));
        }
        if let Some(base) = edit.base.as_ref().filter(|base| **base != old.base_ref) {
            if !old.is_open || self.state.branch_tip(repo.id, base).is_none() {
                return Err(Refusal::field(RESOURCE, "base", "invalid"));
            }
            self.check_new(repo, &old.head_ref, base)?;
            let from = json!({"ref": {"from": old.base_ref}, "sha": {"from": old.base_sha}});
            changes.insert("base".to_owned(), from);
        }
        Ok(changes)
    }

    fn check_reopen(&self, repo: &Repo, old: &Pull) -> Result<(), Refusal> {
        let refuse = |message: String| Err(Refusal::custom(RESOURCE, Some("state"), message));
        if old.merged_at.is_some() {
            return refuse("state cannot be changed. The pull request cannot be reopened.".to_owned());
        }
        if self.state.branch_tip(repo.id, &old.head_ref).is_none() {
            return refuse(format!("state cannot be changed. The {} branch has been deleted.", old.head_ref));
        }
        self.check_new(repo, &old.head_ref, &old.base_ref)
    }

    pub(super) fn close_pull(&mut self, id: u64) {
        let at = self.at;
        self.touch_pull(id, |pull| {
            pull.is_open = false;
            pull.closed_at = Some(at);
        });
        self.emit_pull(id, "closed", Value::Null);
    }

    fn reopen_pull(&mut self, id: u64) {
        let pull = self.pull(id);
        let head = self.state.branch_tip(pull.repo, &pull.head_ref);
        let base = self.state.branch_tip(pull.repo, &pull.base_ref);
        self.touch_pull(id, |pull| {
            pull.is_open = true;
            pull.closed_at = None;
            pull.head_sha = head.unwrap_or_else(|| pull.head_sha.clone());
            pull.base_sha = base.unwrap_or_else(|| pull.base_sha.clone());
        });
        self.emit_pull(id, "reopened", Value::Null);
    }

    pub fn set_draft(&mut self, id: u64, is_draft: bool) {
        if self.pull(id).is_draft == is_draft {
            return;
        }
        self.touch_pull(id, |pull| pull.is_draft = is_draft);
        self.emit_pull(id, if is_draft { "converted_to_draft" } else { "ready_for_review" }, Value::Null);
    }

    /// Adds or, with `add` false, removes people who were asked to review. Unknown logins are refused.
    pub fn request_reviewers(&mut self, id: u64, logins: &[String], add: bool) -> Result<(), Refusal> {
        for login in logins {
            let reviewer = self.state.user_by_login(login).filter(|user| user.kind != UserKind::Organization);
            let author = self.pull(id).author;
            let Some(reviewer) = reviewer.map(|user| user.id).filter(|reviewer| *reviewer != author) else {
                let message = "Reviews may only be requested from collaborators, and not from the author.";
                return Err(Refusal::unprocessable(message));
            };
            if self.pull(id).requested_reviewers.contains(&reviewer) == add {
                continue;
            }
            self.touch_pull(id, |pull| {
                pull.requested_reviewers.retain(|known| *known != reviewer);
                if add {
                    pull.requested_reviewers.push(reviewer);
                }
            });
            let action = if add { "review_requested" } else { "review_request_removed" };
            let extra = json!({"requested_reviewer": self.wire().user(reviewer)});
            self.emit_pull(id, action, extra);
        }
        Ok(())
    }
}
