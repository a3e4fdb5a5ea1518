//! The bodies that come with a refusal.
//!
//! Six shapes are known: Jira's classic one, RFC 7807, bulk errors, the gateway's, plain text or nothing, and
//! markup. Reading never fails; what is not understood is kept as text.

use super::FieldProblem;
use crate::{json, text};
use backline_core::ids::FieldId;
use serde_json::Value as Json;

/// More complaints than a page shows; an answer with thousands is not kept whole.
const PROBLEMS_MAX: usize = 100;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// `errorMessages` and `errors`.
    Jira,
    /// `code` and `message`: the request did not reach Jira.
    Gateway,
    /// `type`, `title`, `status`, `detail`.
    Problem,
    Html,
    /// Text, nothing, or JSON of another shape.
    Other,
}

pub(super) struct Said {
    pub(super) shape: Shape,
    pub(super) problems: Vec<FieldProblem>,
}

impl Said {
    /// The complaints, or a mention of the status where there is none.
    pub(super) fn or_status(self, status: u16) -> Vec<FieldProblem> {
        if self.problems.is_empty() {
            return vec![FieldProblem { field: None, message: format!("status {status} without a reason") }];
        }
        self.problems
    }
}

pub(super) fn read(body: &[u8]) -> Said {
    if json::is_html(body) {
        return Said { shape: Shape::Html, problems: Vec::new() };
    }
    let Ok(json) = serde_json::from_slice::<Json>(json::without_mark(body)) else {
        return Said { shape: Shape::Other, problems: plain(body).into_iter().collect() };
    };
    let is_jira = !json["errorMessages"].is_null() || !json["errors"].is_null();
    let shape = if is_jira {
        Shape::Jira
    } else if !json["code"].is_null() && !json["message"].is_null() {
        Shape::Gateway
    } else if json["status"].is_number() && (json["title"].is_string() || json["detail"].is_string()) {
        Shape::Problem
    } else {
        Shape::Other
    };
    Said { shape, problems: problems(&json) }
}

/// The words of a body that is no JSON. Compressed and otherwise binary ones have none.
fn plain(body: &[u8]) -> Option<FieldProblem> {
    let is_binary = body.iter().any(|byte| matches!(byte, 0..=8 | 14..=31));
    let text = Json::String(String::from_utf8_lossy(body).into_owned());
    if is_binary { None } else { problem(None, &text) }
}

fn problems(json: &Json) -> Vec<FieldProblem> {
    let mut found = Vec::new();
    if let Json::Object(errors) = &json["errors"] {
        let named = errors.iter().filter_map(|(field, message)| problem(Some(field), message));
        found.extend(named.take(PROBLEMS_MAX));
    }
    for list in [&json["errors"], &json["errorMessages"]] {
        let messages = list.as_array().into_iter().flatten();
        found.extend(messages.filter_map(|message| problem(None, message)).take(PROBLEMS_MAX));
    }
    if found.is_empty() {
        let keys = ["errorMessages", "detail", "message", "error_description", "title", "error"];
        found.extend(keys.iter().find_map(|key| problem(None, &json[*key])));
    }
    if found.is_empty() {
        found.extend(problem(None, json));
    }
    found.truncate(PROBLEMS_MAX);
    found
}

/// A complaint from a text or from an object with a `message`.
fn problem(field: Option<&str>, message: &Json) -> Option<FieldProblem> {
    let words = json::text(message).or_else(|| json::first_text(message, &["message", "detail", "title"]))?;
    let message = text::clean(&words);
    let field = field.map(|field| FieldId(text::clean(field)));
    (!message.is_empty()).then_some(FieldProblem { field, message })
}

/// All complaints in one line, cut to a message's length.
pub(super) fn sentence(problems: &[FieldProblem]) -> String {
    let words: Vec<String> = problems
        .iter()
        .map(|problem| match &problem.field {
            Some(field) => format!("{field}: {}", problem.message),
            None => problem.message.clone(),
        })
        .collect();
    text::clean(&words.join("; "))
}
