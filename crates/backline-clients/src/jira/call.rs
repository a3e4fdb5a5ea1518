//! One call: where it goes, how its answer is taken.

use super::{Jira, JiraError, error};
use crate::transport::{Method, Request, Response};
use crate::{json, secret, url};
use serde::de::DeserializeOwned;
use serde_json::Value as Json;

pub(super) struct Call {
    method: Method,
    /// From `/rest` on, encoded.
    path: String,
    query: Vec<(&'static str, String)>,
    body: Option<Json>,
}

impl Call {
    pub(super) fn get(segments: &[&str]) -> Self {
        Self::new(Method::Get, segments, None)
    }

    pub(super) fn post(segments: &[&str], body: Json) -> Self {
        Self::new(Method::Post, segments, Some(body))
    }

    pub(super) fn put(segments: &[&str], body: Json) -> Self {
        Self::new(Method::Put, segments, Some(body))
    }

    pub(super) fn delete(segments: &[&str], body: Json) -> Self {
        Self::new(Method::Delete, segments, Some(body))
    }

    /// With a query parameter.
    pub(super) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.query.push((name, value.into()));
        self
    }

    fn new(method: Method, segments: &[&str], body: Option<Json>) -> Self {
        let mut path = "/rest/api/3".to_owned();
        for segment in segments {
            path.push('/');
            path.push_str(&url::segment(segment));
        }
        Self { method, path, query: Vec::new(), body }
    }
}

impl Jira {
    /// The answer if it is a 2xx that Jira itself may have sent.
    pub(super) async fn send(&self, call: Call) -> Result<Response, JiraError> {
        let response = self.exchange(&call).await?;
        error::check(&response)?;
        // A dead API token is answered as an anonymous reader, with whatever is public.
        // Source: <https://github.com/MrRefactoring/jira.js/issues/418>
        if call.method == Method::Get
            && response
                .header("x-seraph-loginreason")
                .is_some_and(|reason| reason.contains("AUTHENTICATED_FAILED"))
        {
            return Err(JiraError::Unauthorized);
        }
        Ok(response)
    }

    /// The answer whatever its status, without what stands in for the caller.
    pub(super) async fn exchange(&self, call: &Call) -> Result<Response, JiraError> {
        let query: Vec<(&str, &str)> =
            call.query.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let address = url::with_query(&format!("{}{}", self.base, call.path), &query);
        let authorization = zeroize::Zeroizing::new(self.auth.header());
        let mut request = Request::new(call.method, address)
            .header("accept", "application/json")
            .header("authorization", authorization.as_str());
        if let Some(body) = &call.body {
            request = request.json(body);
        }
        let method = call.method.as_str();
        let mut response = self.transport.send(request).await.map_err(|lost| {
            tracing::debug!(method, path = call.path, %lost, "jira gave no answer");
            error::unreachable(lost)
        })?;
        tracing::debug!(
            method,
            path = call.path,
            status = response.status,
            trace = response.header("atl-traceid").unwrap_or_default(),
            "jira answered"
        );
        if !response.is_success() {
            let sent = authorization.split(' ').next_back();
            secret::cut(&mut response.body, sent.into_iter().chain([self.auth.token()]));
        }
        Ok(response)
    }

    pub(super) async fn load<T: DeserializeOwned>(&self, call: Call) -> Result<T, JiraError> {
        let response = self.send(call).await?;
        json::read(&response.body).map_err(error::garbled)
    }

    /// For writes that answer with nothing of interest: any other 2xx is not Jira's, or speaks of another call.
    pub(super) async fn write(&self, call: Call, expected: &[u16]) -> Result<(), JiraError> {
        let response = self.send(call).await?;
        if !expected.contains(&response.status) {
            return Err(error::garbled(format!("status {} to a write", response.status)));
        }
        if response.body.trim_ascii().is_empty() {
            return Ok(());
        }
        json::read::<serde::de::IgnoredAny>(&response.body).map(drop).map_err(error::garbled)
    }

    /// For writes that make something: the 2xx that says so, and its body.
    pub(super) async fn make(&self, call: Call, expected: &[u16]) -> Result<Json, JiraError> {
        let response = self.send(call).await?;
        if !expected.contains(&response.status) {
            return Err(error::garbled(format!("status {} where something was made", response.status)));
        }
        json::read(&response.body).map_err(error::garbled)
    }
}
