//! Error answers, in the shapes that Jira has for them.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// An answer that refuses. Turned into a response by the router.
#[derive(Debug)]
pub struct Refusal {
    status: StatusCode,
    /// Absent: an empty body.
    body: Option<Value>,
}

impl Refusal {
    /// `errorMessages` with one text.
    pub fn message(status: StatusCode, text: impl Into<String>) -> Self {
        Self { status, body: Some(json!({"errorMessages": [text.into()], "errors": {}})) }
    }

    /// 400 with one entry in `errors`.
    pub fn field(name: &str, text: impl Into<String>) -> Self {
        let mut problems = Problems::default();
        problems.field(name, text);
        problems.into_refusal()
    }

    pub fn bad(text: impl Into<String>) -> Self {
        Self::message(StatusCode::BAD_REQUEST, text)
    }

    pub fn empty(status: StatusCode) -> Self {
        Self { status, body: None }
    }

    pub fn json(status: StatusCode, body: Value) -> Self {
        Self { status, body: Some(body) }
    }

    /// RFC 7807, as for unknown routes and methods.
    pub fn problem(status: StatusCode, detail: String) -> Self {
        let title = status.canonical_reason().unwrap_or_default();
        let body =
            json!({"type": "about:blank", "title": title, "status": status.as_u16(), "detail": detail});
        Self { status, body: Some(body) }
    }

    pub fn gateway(status: StatusCode, message: &str) -> Self {
        Self { status, body: Some(json!({"code": status.as_u16(), "message": message})) }
    }

    pub fn no_issue() -> Self {
        Self::message(StatusCode::NOT_FOUND, "Issue does not exist or you do not have permission to see it.")
    }

    pub fn no_project(key: &str) -> Self {
        Self::message(StatusCode::NOT_FOUND, format!("No project could be found with key '{key}'."))
    }

    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The body, as bulk operations nest it.
    pub fn into_body(self) -> Value {
        self.body.unwrap_or_else(|| json!({"errorMessages": [], "errors": {}}))
    }

    /// The texts that belong to no field, for pages.
    pub fn messages(&self) -> Vec<String> {
        let messages =
            self.body.as_ref().and_then(|body| body.get("errorMessages")).and_then(Value::as_array);
        messages.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    }

    /// The text of each field that has one, by field id.
    pub fn fields(&self) -> BTreeMap<String, String> {
        let fields = self.body.as_ref().and_then(|body| body.get("errors")).and_then(Value::as_object);
        let fields = fields.into_iter().flatten();
        fields.filter_map(|(id, text)| Some((id.clone(), text.as_str()?.to_owned()))).collect()
    }

    /// Every text in it, for pages.
    pub fn texts(&self) -> Vec<String> {
        self.messages().into_iter().chain(self.fields().into_values()).collect()
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        match self.body {
            Some(body) => (self.status, Json(body)).into_response(),
            None => self.status.into_response(),
        }
    }
}

/// All that is wrong with one request, gathered so that one answer names every field.
#[derive(Debug, Default)]
pub struct Problems {
    messages: Vec<String>,
    fields: Map<String, Value>,
}

impl Problems {
    pub fn message(&mut self, text: impl Into<String>) {
        self.messages.push(text.into());
    }

    /// The first text of a field stays.
    pub fn field(&mut self, name: &str, text: impl Into<String>) {
        self.fields.entry(name).or_insert_with(|| text.into().into());
    }

    pub fn has_field(&self, name: &str) -> bool {
        self.fields.contains_key(name)
    }

    pub fn is_empty(&self) -> bool {
        self.messages.is_empty() && self.fields.is_empty()
    }

    pub fn into_refusal(self) -> Refusal {
        let body = json!({"errorMessages": self.messages, "errors": self.fields});
        Refusal { status: StatusCode::BAD_REQUEST, body: Some(body) }
    }

    pub fn into_result(self) -> Result<(), Refusal> {
        if self.is_empty() { Ok(()) } else { Err(self.into_refusal()) }
    }
}
