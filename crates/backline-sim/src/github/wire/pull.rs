//! Pull requests: the form in lists, the full form, the form in webhooks, and the same seen as an issue.

use super::{Wire, node_id};
use crate::github::clock;
use crate::github::diff::{self, FileChange};
use crate::github::model::{Commit, Pull, Repo};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

impl Wire<'_> {
    /// Lists have no `merged`, `mergeable` or counts.
    pub fn simple_pull(&self, pull: &Pull) -> Value {
        let repo = self.state.repo(pull.repo);
        let (url, html) = (self.repo_url(repo), self.pull_html_url(pull));
        let (own, issue) = (format!("{url}/pulls/{}", pull.number), format!("{url}/issues/{}", pull.number));
        let at = |time: Option<jiff::Timestamp>| time.map(clock::text);
        let mut body = json!({
            "url": own,
            "id": pull.id,
            "node_id": node_id("PullRequest", pull.id),
            "html_url": html,
            "diff_url": format!("{html}.diff"),
            "patch_url": format!("{html}.patch"),
            "issue_url": issue,
            "number": pull.number,
            "state": if pull.is_open { "open" } else { "closed" },
            "locked": false,
            "title": pull.title,
            "user": self.user(pull.author),
            "body": pull.body,
            "created_at": clock::text(pull.created_at),
            "updated_at": clock::text(pull.updated_at),
            "closed_at": at(pull.closed_at),
            "merged_at": at(pull.merged_at),
            "merge_commit_sha": self.merge_commit_sha(pull),
            "assignee": self.user_or_null(pull.assignees.first().copied()),
            "assignees": self.users(&pull.assignees),
            "requested_reviewers": self.users(&pull.requested_reviewers),
            "requested_teams": [],
            "labels": self.labels(repo, &pull.labels),
            "milestone": null,
            "draft": pull.is_draft,
            "head": self.end(repo, &pull.head_ref, &pull.head_sha),
            "base": self.end(repo, &pull.base_ref, &pull.base_sha),
            "author_association": "MEMBER",
            "auto_merge": null,
            "active_lock_reason": null,
        });
        let mut links = json!({"self": {"href": own}, "html": {"href": html}, "issue": {"href": issue}});
        for (name, address) in [
            ("comments", format!("{issue}/comments")),
            ("review_comments", format!("{own}/comments")),
            ("review_comment", format!("{url}/pulls/comments{{/number}}")),
            ("commits", format!("{own}/commits")),
            ("statuses", format!("{url}/statuses/{}", pull.head_sha)),
        ] {
            body[format!("{name}_url")] = json!(address);
            links[name] = json!({"href": address});
        }
        body["_links"] = links;
        body
    }

    pub fn full_pull(&self, pull: &Pull) -> Value {
        let mut body = self.hook_pull(pull);
        if pull.is_open {
            let is_mergeable = self.is_mergeable(pull);
            let state = match (is_mergeable, pull.is_draft) {
                (false, _) => "dirty",
                (true, true) => "draft",
                (true, false) => "clean",
            };
            body["mergeable"] = json!(is_mergeable);
            body["rebaseable"] = json!(is_mergeable);
            body["mergeable_state"] = json!(state);
        }
        body
    }

    /// As webhooks carry it: GitHub has not computed mergeability when it sends them.
    pub fn hook_pull(&self, pull: &Pull) -> Value {
        let mut body = self.simple_pull(pull);
        let changes = self.pull_changes(pull);
        let (additions, deletions) = self.sums(&changes);
        for (key, value) in [
            ("merged", json!(pull.merged_at.is_some())),
            ("mergeable", Value::Null),
            ("rebaseable", Value::Null),
            ("mergeable_state", json!("unknown")),
            ("merged_by", self.user_or_null(pull.merged_by)),
            ("comments", json!(self.state.comments_of(pull).count())),
            ("review_comments", json!(0)),
            ("maintainer_can_modify", json!(pull.maintainer_can_modify)),
            ("commits", json!(self.pull_commits(pull).len())),
            ("additions", json!(additions)),
            ("deletions", json!(deletions)),
            ("changed_files", json!(changes.len())),
        ] {
            body[key] = value;
        }
        body
    }

    pub fn pull_html_url(&self, pull: &Pull) -> String {
        format!("{}/pull/{}", self.repo_html_url(self.state.repo(pull.repo)), pull.number)
    }

    fn end(&self, repo: &Repo, branch: &str, sha: &str) -> Value {
        json!({
            "label": format!("{}:{branch}", self.state.user(repo.owner).login),
            "ref": branch,
            "sha": sha,
            "user": self.user(repo.owner),
            "repo": self.repo(repo),
        })
    }

    pub fn is_mergeable(&self, pull: &Pull) -> bool {
        let base = self.state.branch_tip(pull.repo, &pull.base_ref);
        base.is_some_and(|base| self.state.merge_commits(&base, &pull.head_sha).is_ok())
    }

    /// While a pull request is open GitHub names the commit of a trial merge here, so that this field alone
    /// never means "merged". The trial commit itself is not kept.
    fn merge_commit_sha(&self, pull: &Pull) -> Option<String> {
        if pull.merge_commit_sha.is_some() || !pull.is_open {
            return pull.merge_commit_sha.clone();
        }
        let base = self.state.branch_tip(pull.repo, &pull.base_ref)?;
        let trial = format!("trial merge of {} into {base}", pull.head_sha);
        Some(hex::encode(&Sha256::digest(trial.as_bytes())[..20]))
    }

    /// Oldest first.
    pub fn pull_commits(&self, pull: &Pull) -> Vec<&Commit> {
        self.state.commits_between(&pull.base_sha, &pull.head_sha)
    }

    /// Against the point where the branches parted.
    pub fn pull_changes(&self, pull: &Pull) -> Vec<FileChange> {
        let origin = self.state.merge_base(&pull.base_sha, &pull.head_sha);
        let before = origin.map(|sha| self.state.files_of_commit(&sha)).unwrap_or_default();
        diff::changed_files(&before, &self.state.files_of_commit(&pull.head_sha))
    }

    /// As `git diff` prints it.
    pub fn pull_diff(&self, pull: &Pull) -> String {
        let mut text = String::new();
        for change in self.pull_changes(pull) {
            let old = change.previous_path.as_deref().unwrap_or(&change.path);
            let side = |prefix: &str, path: &str, is_there: bool| match is_there {
                true => format!("{prefix}/{path}"),
                false => "/dev/null".to_owned(),
            };
            let from = side("a", old, change.old.is_some());
            let to = side("b", &change.path, change.new.is_some());
            text.push_str(&format!("diff --git a/{old} b/{}\n", change.path));
            match self.text_diff(&change).patch {
                Some(patch) => text.push_str(&format!("--- {from}\n+++ {to}\n{patch}\n")),
                None => text.push_str(&format!("Binary files {from} and {to} differ\n")),
            }
        }
        text
    }

    pub fn issue(&self, pull: &Pull) -> Value {
        let repo = self.state.repo(pull.repo);
        let (url, html) = (self.repo_url(repo), self.pull_html_url(pull));
        let own = format!("{url}/issues/{}", pull.number);
        json!({
            "url": own,
            "repository_url": url,
            "labels_url": format!("{own}/labels{{/name}}"),
            "comments_url": format!("{own}/comments"),
            "events_url": format!("{own}/events"),
            "html_url": html,
            "id": pull.id,
            "node_id": node_id("PullRequest", pull.id),
            "number": pull.number,
            "title": pull.title,
            "user": self.user(pull.author),
            "labels": self.labels(repo, &pull.labels),
            "state": if pull.is_open { "open" } else { "closed" },
            "state_reason": null,
            "locked": false,
            "assignee": self.user_or_null(pull.assignees.first().copied()),
            "assignees": self.users(&pull.assignees),
            "milestone": null,
            "comments": self.state.comments_of(pull).count(),
            "created_at": clock::text(pull.created_at),
            "updated_at": clock::text(pull.updated_at),
            "closed_at": pull.closed_at.map(clock::text),
            "author_association": "MEMBER",
            "active_lock_reason": null,
            "draft": pull.is_draft,
            "pull_request": {
                "url": format!("{url}/pulls/{}", pull.number),
                "html_url": html,
                "diff_url": format!("{html}.diff"),
                "patch_url": format!("{html}.patch"),
                "merged_at": pull.merged_at.map(clock::text),
            },
            "body": pull.body,
            "closed_by": null,
        })
    }
}
