//! What an answer says when it is no: a document for people and programs alike (RFC 9457).
//!
//! Programs branch on `code`; people read `detail` and `remedy`. A handler answers a [`Problem`];
//! [`super::mistaken::describe`] writes it with the request's id.

use crate::web::error::PageError;
use crate::web::jira::refusal;
use crate::web::part::blocked::sentence;
use axum::body::Body;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use backline_core::finding::Refused;
use backline_core::mapping::doctor::{MappingProblem, Verdict};
use backline_engine::failure::Failure;
use backline_engine::ingest::IngestError;
use backline_engine::projects::SaveError;
use backline_store::StoreError;
use serde::Serialize;
use std::any::Any;
use utoipa::ToSchema;

/// The problem, boxed: it stands in the error of every handler.
#[derive(Debug, Clone)]
pub struct Problem(pub Box<Document>);

/// `application/problem+json`.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Document {
    /// Names the kind of problem: `urn:backline:problem:<code>`.
    #[serde(rename = "type")]
    pub kind: String,
    pub title: String,
    pub status: u16,
    /// Stable; to branch on.
    pub code: &'static str,
    pub detail: String,
    /// What to do, starting with a verb.
    pub remedy: String,
    /// Stands in the service's log too.
    pub request_id: String,
    /// Of a refused report: JSON pointer or byte offset. Of a refused configuration file: the line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// Of what is refused at a place: what was expected there, and what was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// Of a refused mapping or file: every problem, each with its field.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Object>)]
    pub problems: Vec<MappingProblem>,
    #[serde(skip)]
    pub retry_after_s: Option<u64>,
}

impl Problem {
    pub fn new(
        status: StatusCode,
        code: &'static str,
        detail: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self(Box::new(Document {
            kind: format!("urn:backline:problem:{code}"),
            title: status.canonical_reason().unwrap_or("Error").to_owned(),
            status: status.as_u16(),
            code,
            detail: detail.into(),
            remedy: remedy.into(),
            request_id: String::new(),
            place: None,
            rule: None,
            problems: Vec::new(),
            retry_after_s: None,
        }))
    }

    pub fn missing(thing: &str) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not_found",
            format!("There is no such {thing}."),
            "Check the address; the list of the same resource names what there is.",
        )
    }

    /// A part of the request has a value that it cannot have.
    pub fn invalid(detail: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_request", detail, remedy)
    }

    pub fn unavailable(code: &'static str, detail: impl Into<String>, retry_after_s: u64) -> Self {
        let remedy = "Send the same request again later; nothing was changed.";
        let mut problem = Self::new(StatusCode::SERVICE_UNAVAILABLE, code, detail, remedy);
        problem.0.retry_after_s = Some(retry_after_s);
        problem
    }

    pub fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "Backline failed; the log names the fault under the request's id.",
            "Try again. If it comes back, report the request's id.",
        )
    }

    pub fn not_connected() -> Self {
        Failure::Disconnected.into()
    }

    /// What a status says by itself, with the sentence that came with it.
    pub fn of_status(status: StatusCode, detail: &str) -> Self {
        let (code, remedy) = match status {
            StatusCode::NOT_FOUND => return Self::missing("address"),
            StatusCode::METHOD_NOT_ALLOWED => {
                ("method_not_allowed", "Use a method that /api/openapi.json names for this address.")
            }
            StatusCode::PAYLOAD_TOO_LARGE => ("too_large", "Send less in one request."),
            StatusCode::UNSUPPORTED_MEDIA_TYPE => {
                ("unsupported_media_type", "Send JSON with content-type: application/json.")
            }
            _ if status.is_server_error() => return Self::internal(),
            _ => ("invalid_request", "Compare the request with /api/openapi.json."),
        };
        let detail = if detail.trim().is_empty() { "The request cannot be taken." } else { detail };
        Self::new(status, code, sentence(detail), remedy)
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Missing(thing) => Self::new(
                StatusCode::NOT_FOUND,
                "not_found",
                sentence(&format!("{thing} does not exist")),
                "Check the id; the list of the same resource names what there is.",
            ),
            StoreError::Conflict(thing) => Self::new(
                StatusCode::CONFLICT,
                "conflict",
                sentence(&format!("{thing} was changed by someone else meanwhile")),
                "Read it again and repeat the change; theirs is kept, yours was not saved.",
            ),
            StoreError::Cursor => Self::invalid(
                "“after” is no cursor of this list.",
                "Send the “next” of the page before, to the letter; leave it out for the first page.",
            ),
            StoreError::Unavailable { .. } | StoreError::Closed | StoreError::Unknown => {
                tracing::warn!(%error, "a request could not use the database");
                Self::unavailable("database_unavailable", "The database is not available.", 5)
            }
            _ => {
                tracing::error!(%error, "a request failed");
                Self::internal()
            }
        }
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        use backline_clients::jira::JiraError;
        let failure = match failure {
            Failure::Store(error) => return error.into(),
            failure => failure,
        };
        let four = refusal::explain(&failure);
        let (status, code, wait) = match &failure {
            Failure::Disconnected | Failure::GrantLost => (StatusCode::CONFLICT, "jira_not_connected", None),
            Failure::Jira(JiraError::Gone) | Failure::Gone => (StatusCode::NOT_FOUND, "jira_not_found", None),
            Failure::Jira(JiraError::Throttled { wait, .. } | JiraError::Unavailable { wait, .. }) => {
                let wait = wait.map_or(10, |wait| wait.as_secs().max(1));
                (StatusCode::SERVICE_UNAVAILABLE, "jira_unavailable", Some(wait))
            }
            Failure::Jira(JiraError::Unreachable { .. }) => {
                (StatusCode::SERVICE_UNAVAILABLE, "jira_unavailable", Some(10))
            }
            _ => (StatusCode::BAD_GATEWAY, "jira_refused", None),
        };
        let mut problem = Self::new(status, code, four.why, four.remedy);
        problem.0.retry_after_s = wait;
        problem
    }
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        let mut problem = Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "report_refused",
            format!("At {}: {} Nothing of the report was stored.", refused.place, sentence(&refused.rule)),
            sentence(&refused.remedy),
        );
        problem.0.place = Some(refused.place);
        problem.0.rule = Some(refused.rule);
        problem
    }
}

impl From<IngestError> for Problem {
    fn from(error: IngestError) -> Self {
        match error {
            IngestError::Refused(refused) => refused.into(),
            IngestError::Store(error) => error.into(),
            IngestError::Interrupted => {
                tracing::error!("reading a report was interrupted");
                Self::internal()
            }
        }
    }
}

impl From<SaveError> for Problem {
    fn from(error: SaveError) -> Self {
        match error {
            SaveError::Refused(problems) => Self::mapping(problems),
            SaveError::Blocks(verdicts) => Self::blocks(verdicts),
            SaveError::Failed(failure) => failure.into(),
        }
    }
}

impl Problem {
    /// A mapping that Jira would refuse; the last good version stays live.
    pub fn mapping(problems: Vec<MappingProblem>) -> Self {
        let named: Vec<String> =
            problems.iter().map(|problem| format!("{}: {}", problem.field_name, problem.what)).collect();
        let mut refused = Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "mapping_refused",
            format!("Jira would refuse this mapping: {}.", named.join("; ")),
            "Mend each of `problems` and save again; nothing was saved.",
        );
        refused.0.problems = problems;
        refused
    }
}

impl Problem {
    /// A mapping with which some vulnerabilities get no ticket.
    fn blocks(verdicts: Vec<Verdict>) -> Self {
        let named = verdicts.iter().map(|verdict| {
            let MappingProblem { field_name, why, .. } = &verdict.problem;
            format!("{field_name}, of {} vulnerabilities: {why}", verdict.count)
        });
        let mut refused = Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "mapping_blocks",
            format!("Some tickets would be refused: {}.", named.collect::<Vec<_>>().join("; ")),
            "Mend each of `problems`, or send `accept_blocked: true` to save all the same.",
        );
        refused.0.problems = verdicts.into_iter().map(|verdict| verdict.problem).collect();
        refused
    }
}

/// Settings are saved by the room of the pages; their failures are the store's.
impl From<PageError> for Problem {
    fn from(error: PageError) -> Self {
        match error.into_response().status() {
            StatusCode::SERVICE_UNAVAILABLE => {
                Self::unavailable("database_unavailable", "The database is not available.", 5)
            }
            status => Self::of_status(status, ""),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// What a panicking handler answers; `CatchPanicLayer` has logged it.
pub fn panicked(_: Box<dyn Any + Send + 'static>) -> Response<Body> {
    Problem::internal().into_response()
}
