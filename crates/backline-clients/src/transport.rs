//! The one door through which every outgoing request leaves.
//!
//! Owns the plain request and answer, and the three ways in which an answer can be missing. Knows nothing of
//! Jira, GitHub or Slack. Two doors exist: [`web::WebTransport`] over the network, and simulators in the same
//! process.
//!
//! Invariant: an error says whether the request may have been executed.

pub mod web;

mod hosts;
pub(crate) mod wait;
pub mod watch;

pub use hosts::is_safe_for_secrets;

use std::fmt;
use std::time::Duration;

/// How long a call may take in all, from connecting to the last byte of the answer.
pub const DEADLINE: Duration = Duration::from_secs(30);
/// The same for a call to a token endpoint.
pub const TOKEN_DEADLINE: Duration = Duration::from_secs(15);

/// Sends one request. Implementations neither retry nor follow redirects, and obey [`Request::deadline`].
#[async_trait::async_trait]
pub trait Transport: Send + Sync {
    /// # Errors
    /// Only where there is no whole answer; a 500 is an answer.
    async fn send(&self, request: Request) -> Result<Response, TransportError>;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

impl Method {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// One request. Its `Debug` shows neither path, header values nor body: each may hold a secret.
#[derive(Clone)]
pub struct Request {
    pub method: Method,
    /// Absolute.
    pub url: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Option<Vec<u8>>,
    pub deadline: Duration,
}

impl Request {
    /// Without headers or body, with the usual [`DEADLINE`].
    pub fn new(method: Method, url: impl Into<String>) -> Self {
        Self { method, url: url.into(), headers: Vec::new(), body: None, deadline: DEADLINE }
    }

    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_ascii_lowercase(), value.into()));
        self
    }

    /// A JSON body with its `content-type`.
    pub fn json(mut self, body: &serde_json::Value) -> Self {
        self.body = Some(body.to_string().into_bytes());
        self.header("content-type", "application/json")
    }

    /// `https://host:port` of the address, for logs.
    pub fn origin(&self) -> &str {
        let start = self.url.find("://").map_or(0, |at| at + 3);
        let end = self.url[start..].find(['/', '?', '#']).map_or(self.url.len(), |at| start + at);
        &self.url[..end]
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.headers.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("Request")
            .field("method", &self.method.as_str())
            .field("origin", &self.origin())
            .field("headers", &names)
            .field("body_bytes", &self.body.as_ref().map(Vec::len))
            .field("deadline", &self.deadline)
            .finish()
    }
}

/// A whole answer of any status. Its `Debug` shows no body: a token endpoint's holds tokens.
#[derive(Clone)]
pub struct Response {
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Response {
    /// The first header of that name, compared without case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("body_bytes", &self.body.len())
            .finish()
    }
}

/// Why there is no answer, cut by what that means for a write.
#[derive(Debug, Clone, thiserror::Error)]
pub enum TransportError {
    /// Refused by us, or no connection: no byte of the request left, so it may simply be sent again.
    #[error("the request was not sent: {reason}")]
    NotSent { reason: String },
    /// The connection broke, or the answer was cut or too large: the request may have been executed.
    #[error("the answer was lost: {reason}")]
    Unknown { reason: String },
    /// No whole answer in time: the request may have been executed, or may still be.
    #[error("no answer within {} s", after.as_secs())]
    Deadline { after: Duration },
}

impl TransportError {
    /// Whether the request certainly had no effect.
    pub fn is_not_sent(&self) -> bool {
        matches!(self, Self::NotSent { .. })
    }
}
