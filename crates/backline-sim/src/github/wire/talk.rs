//! Comments and reviews.

use super::{Wire, node_id};
use crate::github::clock;
use crate::github::model::{Comment, Pull, Review};
use serde_json::{Value, json};

impl Wire<'_> {
    pub fn comment(&self, comment: &Comment) -> Value {
        let repo = self.state.repo(comment.repo);
        let url = self.repo_url(repo);
        json!({
            "url": format!("{url}/issues/comments/{}", comment.id),
            "html_url": format!("{}/pull/{}#issuecomment-{}", self.repo_html_url(repo), comment.number, comment.id),
            "issue_url": format!("{url}/issues/{}", comment.number),
            "id": comment.id,
            "node_id": node_id("IssueComment", comment.id),
            "user": self.user(comment.author),
            "created_at": clock::text(comment.created_at),
            "updated_at": clock::text(comment.updated_at),
            "author_association": "MEMBER",
            "body": comment.body,
            "performed_via_github_app": null,
        })
    }

    /// `state` is in capitals, except in webhooks.
    pub fn review(&self, pull: &Pull, review: &Review) -> Value {
        let repo = self.state.repo(review.repo);
        let html = format!("{}#pullrequestreview-{}", self.pull_html_url(pull), review.id);
        let own = format!("{}/pulls/{}", self.repo_url(repo), review.number);
        let mut body = json!({
            "id": review.id,
            "node_id": node_id("PullRequestReview", review.id),
            "user": self.user(review.author),
            "body": review.body,
            "state": review.state,
            "html_url": html,
            "pull_request_url": own,
            "author_association": "MEMBER",
            "_links": {"html": {"href": html}, "pull_request": {"href": own}},
            "commit_id": review.commit,
        });
        if let Some(at) = review.submitted_at {
            body["submitted_at"] = json!(clock::text(at));
        }
        body
    }
}
