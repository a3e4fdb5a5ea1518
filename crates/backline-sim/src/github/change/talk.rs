//! Comments and reviews.

use super::{Change, Refusal, check_body};
use crate::github::model::{Comment, Pull, Review, ReviewState};
use serde_json::{Map, Value, json};

impl Change<'_> {
    pub fn comment(&mut self, pull: &Pull, body: String) -> Result<u64, Refusal> {
        if body.is_empty() {
            return Err(Refusal::custom("IssueComment", Some("body"), "Body cannot be blank"));
        }
        check_body("IssueComment", &body)?;
        let id = self.state.next_id();
        let comment = Comment {
            id,
            repo: pull.repo,
            number: pull.number,
            author: self.user.id,
            body,
            created_at: self.at,
            updated_at: self.at,
        };
        self.touch_pull(pull.id, |_| {});
        self.state.comments.put(id, comment.clone());
        self.emit_comment(&comment, "created", Value::Null);
        Ok(id)
    }

    pub fn edit_comment(&mut self, id: u64, body: String) -> Result<(), Refusal> {
        let old = self.state.comments.find(&id).cloned().ok_or_else(Refusal::not_found)?;
        check_body("IssueComment", &body)?;
        if body == old.body {
            return Ok(());
        }
        let at = self.at;
        self.state.comments.edit(&id, |comment| {
            comment.body = body;
            comment.updated_at = at;
        });
        let comment = self.state.comments.find(&id).cloned().ok_or_else(Refusal::not_found)?;
        self.emit_comment(&comment, "edited", json!({"changes": {"body": {"from": old.body}}}));
        Ok(())
    }

    pub fn delete_comment(&mut self, id: u64) -> Result<(), Refusal> {
        let comment = self.state.comments.remove(&id).ok_or_else(Refusal::not_found)?;
        self.emit_comment(&comment, "deleted", Value::Null);
        Ok(())
    }

    fn emit_comment(&mut self, comment: &Comment, action: &str, extra: Value) {
        let Some(pull) = self.state.pull(comment.repo, comment.number) else { return };
        let mut body = Map::new();
        body.insert("issue".to_owned(), self.wire().issue(pull));
        body.insert("comment".to_owned(), self.wire().comment(comment));
        if let Value::Object(extra) = extra {
            body.extend(extra);
        }
        self.emit(comment.repo, "issue_comment", Some(action), body);
    }

    /// `Pending` stays unseen by others until it is submitted.
    pub fn review(&mut self, pull: &Pull, state: ReviewState, body: String) -> Result<u64, Refusal> {
        self.check_review(pull, state, &body)?;
        let id = self.state.next_id();
        let review = Review {
            id,
            repo: pull.repo,
            number: pull.number,
            author: self.user.id,
            state,
            body,
            commit: pull.head_sha.clone(),
            submitted_at: (state != ReviewState::Pending).then_some(self.at),
        };
        self.state.reviews.put(id, review);
        if state != ReviewState::Pending {
            self.after_review(pull, id, "submitted");
        }
        Ok(id)
    }

    pub fn submit_review(
        &mut self,
        pull: &Pull,
        id: u64,
        state: ReviewState,
        body: Option<String>,
    ) -> Result<(), Refusal> {
        let old = self.state.reviews.find(&id).cloned().ok_or_else(Refusal::not_found)?;
        if old.state != ReviewState::Pending {
            return Err(Refusal::unprocessable("Can not submit a review that is not pending"));
        }
        let body = body.unwrap_or(old.body);
        self.check_review(pull, state, &body)?;
        let at = self.at;
        self.state.reviews.edit(&id, |review| {
            (review.state, review.body, review.submitted_at) = (state, body, Some(at));
        });
        self.after_review(pull, id, "submitted");
        Ok(())
    }

    pub fn dismiss_review(&mut self, pull: &Pull, id: u64) -> Result<(), Refusal> {
        let old = self.state.reviews.find(&id).cloned().ok_or_else(Refusal::not_found)?;
        if !matches!(old.state, ReviewState::Approved | ReviewState::ChangesRequested) {
            return Err(Refusal::unprocessable("Can not dismiss a commented pull request review"));
        }
        self.state.reviews.edit(&id, |review| review.state = ReviewState::Dismissed);
        self.after_review(pull, id, "dismissed");
        Ok(())
    }

    fn check_review(&self, pull: &Pull, state: ReviewState, body: &str) -> Result<(), Refusal> {
        check_body("PullRequestReview", body)?;
        let is_own = pull.author == self.user.id;
        match state {
            ReviewState::Approved if is_own => {
                Err(Refusal::unprocessable("Review Can not approve your own pull request"))
            }
            ReviewState::ChangesRequested if is_own => {
                Err(Refusal::unprocessable("Review Can not request changes on your own pull request"))
            }
            ReviewState::ChangesRequested | ReviewState::Commented if body.is_empty() => {
                Err(Refusal::unprocessable("Review body is required for this event"))
            }
            _ => Ok(()),
        }
    }

    fn after_review(&mut self, pull: &Pull, id: u64, action: &str) {
        let by = self.user.id;
        self.touch_pull(pull.id, |pull| pull.requested_reviewers.retain(|reviewer| *reviewer != by));
        let pull = self.pull(pull.id);
        let Some(review) = self.state.reviews.find(&id) else { return };
        let mut shown = self.wire().review(&pull, review);
        shown["state"] = json!(shown["state"].as_str().unwrap_or_default().to_ascii_lowercase());
        let mut body = Map::new();
        body.insert("review".to_owned(), shown);
        body.insert("pull_request".to_owned(), self.wire().simple_pull(&pull));
        self.emit(pull.repo, "pull_request_review", Some(action), body);
    }
}
