//! What GitHub says when it refuses: `{message, documentation_url, errors, status}`.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

#[derive(Debug, Clone)]
pub struct Refusal {
    pub status: StatusCode,
    pub message: String,
    pub errors: Vec<Value>,
}

impl Refusal {
    pub fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, message: message.into(), errors: Vec::new() }
    }

    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "Not Found")
    }

    pub fn conflict(message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, message)
    }

    pub fn unprocessable(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, message)
    }

    /// `code` is `missing`, `missing_field`, `invalid` or `already_exists`.
    pub fn field(resource: &str, field: &str, code: &str) -> Self {
        let error = json!({"resource": resource, "field": field, "code": code});
        Self { errors: vec![error], ..Self::unprocessable("Validation Failed") }
    }

    /// A rule with words of its own.
    pub fn custom(resource: &str, field: Option<&str>, message: impl Into<String>) -> Self {
        let mut error = json!({"resource": resource, "code": "custom", "message": message.into()});
        if let Some(field) = field {
            error["field"] = json!(field);
        }
        Self { errors: vec![error], ..Self::unprocessable("Validation Failed") }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut body = json!({
            "message": self.message,
            "documentation_url": "https://docs.github.com/rest",
            "status": self.status.as_u16().to_string(),
        });
        if !self.errors.is_empty() {
            body["errors"] = Value::Array(self.errors);
        }
        (self.status, Json(body)).into_response()
    }
}
