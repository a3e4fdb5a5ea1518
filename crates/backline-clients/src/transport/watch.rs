//! Keeps what was sent and how it was answered, so that it can be told afterwards.
//!
//! Stands before a transport for the calls of one operation. Reads by `GET` pass unseen.
//!
//! Invariant: what is told has no host and nothing secret in it, and is short, however long the request was.

mod redact;

use super::{Method, Request, Response, Transport, TransportError};
use serde_json::Value as Json;
use std::sync::{Arc, Mutex};

/// A transport that remembers.
pub struct Watch {
    inner: Arc<dyn Transport>,
    seen: Mutex<Vec<Seen>>,
}

/// As it went out; nothing is read from it before the answer is there.
struct Seen {
    method: &'static str,
    path: String,
    body: Option<Vec<u8>>,
    status: Option<u16>,
}

/// A request that was meant to change something, and its answer's status. Its `Debug` shows no body.
#[derive(Clone)]
pub struct Exchange {
    pub method: &'static str,
    /// With its query, from behind the host on.
    pub path: String,
    body: Json,
    /// `None` where no whole answer came.
    pub status: Option<u16>,
}

impl Watch {
    pub fn over(inner: Arc<dyn Transport>) -> Arc<Self> {
        Arc::new(Self { inner, seen: Mutex::default() })
    }

    /// The latest exchange; `None` where nothing was sent.
    pub fn take(&self) -> Option<Exchange> {
        let seen = self.seen.lock().expect("no panic while the list is held").pop()?;
        let body = seen.body.and_then(|body| serde_json::from_slice(&body).ok()).unwrap_or_default();
        Some(Exchange { method: seen.method, path: seen.path, body, status: seen.status })
    }
}

#[async_trait::async_trait]
impl Transport for Watch {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        if request.method == Method::Get {
            return self.inner.send(request).await;
        }
        let method = request.method.as_str();
        let path = request.url[request.origin().len()..].to_owned();
        let body = request.body.clone();
        let answer = self.inner.send(request).await;
        let status = answer.as_ref().ok().map(|answer| answer.status);
        self.seen.lock().expect("no panic while the list is held").push(Seen { method, path, body, status });
        answer
    }
}

impl Exchange {
    /// The body as people may read it.
    pub fn body(&self) -> String {
        redact::body(&self.body)
    }

    /// The same of one element of a list in the body.
    pub fn element(&self, list: &str, index: usize) -> String {
        redact::body(&self.body[list][index])
    }
}

impl std::fmt::Debug for Exchange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Exchange")
            .field("method", &self.method)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::Watch;
    use crate::jira::{Auth, CreateIssue, Jira, JiraError};
    use crate::scripted::Scripted;
    use crate::transport::{Request, TransportError};
    use backline_core::ids::FieldId;
    use serde_json::json;

    const TOKEN: &str = "ATATT-hidden";

    fn create(summary: &str) -> CreateIssue {
        let fields = [(FieldId::new("summary"), json!(summary))].into();
        CreateIssue { fields, ..CreateIssue::default() }
    }

    #[tokio::test]
    async fn a_write_is_kept_with_its_status_and_without_host_or_token() {
        let transport = Scripted::always(400, r#"{"errorMessages":["no"],"errors":{}}"#);
        let (jira, watch) =
            Jira::new(transport, "https://api.example/ex/jira/c", Auth::Bearer(TOKEN.into())).watched();
        jira.create_issue(&create("One")).await.unwrap_err();
        jira.myself().await.unwrap_err();
        let seen = watch.take().unwrap();
        assert_eq!(
            (seen.method, seen.path.as_str(), seen.status),
            ("POST", "/ex/jira/c/rest/api/3/issue", Some(400))
        );
        assert_eq!(seen.body(), r#"{"fields":{"summary":"One"}}"#);
        assert!(watch.take().is_none(), "reads are not kept");
        assert!(!format!("{seen:?}{}", seen.body()).contains(TOKEN));
    }

    #[tokio::test]
    async fn each_element_of_a_call_is_told_by_itself() {
        let transport = Scripted::always(201, "{}");
        let (jira, watch) = Jira::new(transport, "https://api", Auth::Bearer(TOKEN.into())).watched();
        jira.create_issues(&[create("One"), create("Two")]).await.unwrap_err();
        let seen = watch.take().unwrap();
        assert_eq!(seen.element("issueUpdates", 1), r#"{"fields":{"summary":"Two"}}"#);
        assert_eq!(seen.element("issueUpdates", 2), "");
    }

    #[tokio::test]
    async fn a_request_without_an_answer_is_kept_too() {
        let transport =
            Scripted::new(|_: &Request| Err(TransportError::Unknown { reason: "reset".to_owned() }));
        let (jira, watch) = Jira::new(transport, "https://api", Auth::Bearer(TOKEN.into())).watched();
        let lost = jira.create_issue(&create("One")).await.unwrap_err();
        assert!(matches!(lost, JiraError::Unreachable { .. }));
        assert_eq!(watch.take().unwrap().status, None);
        assert!(Watch::over(Scripted::always(200, "")).take().is_none());
    }
}
