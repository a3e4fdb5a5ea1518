//! The two mutations that REST lacks: making a pull request a draft, and ready again.
//!
//! This is no GraphQL server: it finds the mutation's name in the text and answers the fields that clients ask for.

use crate::github::answer::{Answer, ok};
use crate::github::error::Refusal;
use crate::github::request::{Cx, Input};
use crate::github::wire::node_id;
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
pub struct Query {
    query: String,
    #[serde(default)]
    variables: Value,
}

pub async fn mutate(cx: Cx, Input(input): Input<Query>) -> Answer {
    let known = [("convertPullRequestToDraft", true), ("markPullRequestReadyForReview", false)];
    let found = known.into_iter().find(|(name, _)| input.query.contains(name));
    let Some((name, is_draft)) = found else {
        cx.github.count_unsupported("POST /github/api/graphql".to_owned());
        let message =
            "This simulator's GraphQL knows convertPullRequestToDraft and markPullRequestReadyForReview";
        return Err(Refusal::new(StatusCode::NOT_IMPLEMENTED, message));
    };
    cx.change(|change| {
        let text = format!("{} {}", input.query, input.variables);
        let ids = change.state.pulls.values().map(|pull| pull.id);
        let id = ids.into_iter().find(|id| text.contains(&format!("\"{}\"", node_id("PullRequest", id))));
        let Some(id) = id else {
            let message = "Could not resolve to a node with the global id given";
            return Ok(ok(json!({"data": {name: null}, "errors": [{"type": "NOT_FOUND", "path": [name], "message": message}]})));
        };
        change.set_draft(id, is_draft);
        let pull = change.pull(id);
        let shown = json!({
            "id": node_id("PullRequest", id),
            "number": pull.number,
            "isDraft": pull.is_draft,
            "title": pull.title,
            "state": if pull.is_open { "OPEN" } else { "CLOSED" },
            "url": change.wire().pull_html_url(&pull),
        });
        Ok(ok(json!({"data": {name: {"clientMutationId": null, "pullRequest": shown}}})))
    })
}
