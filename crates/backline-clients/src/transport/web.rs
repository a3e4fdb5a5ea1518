//! The network behind [`Transport`](super::Transport).
//!
//! Owns connections, TLS, the host list and the size cap. No retries, no redirects, no cookies.
//!
//! Invariant: a request to a host that is not listed never leaves, and no answer holds more than the cap.

use super::hosts::{self, AllowedHosts};
use super::{Method, Request, Response, TransportError};
use reqwest::header::{HeaderName, HeaderValue};
use std::sync::RwLock;
use std::time::Duration;

/// The usual largest answer that is read.
pub const RESPONSE_BYTES_MAX: usize = 10 * 1024 * 1024;
/// How long connecting may take; a failure here is certain to have sent nothing.
const CONNECT_DEADLINE: Duration = Duration::from_secs(10);

#[derive(Debug, Clone)]
pub struct WebOptions {
    /// GitHub refuses requests without one.
    pub user_agent: String,
    /// `host` or `host:port`; everything else is refused unsent.
    pub allowed_hosts: Vec<String>,
    /// Usually [`RESPONSE_BYTES_MAX`]; measured after decompression.
    pub response_bytes_max: usize,
}

/// Sends over the network. Cheap to share, not to make: it owns the connections.
#[derive(Debug)]
pub struct WebTransport {
    /// For everything but this machine; obeys the usual proxy variables.
    outward: reqwest::Client,
    /// For loopback, where a proxy would be wrong.
    direct: reqwest::Client,
    hosts: RwLock<AllowedHosts>,
    response_bytes_max: usize,
}

impl WebTransport {
    /// # Errors
    /// [`TransportError::NotSent`] where TLS cannot be set up or the user agent is not a header value.
    pub fn new(options: WebOptions) -> Result<Self, TransportError> {
        // An error only means that the process has chosen its provider already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = || {
            reqwest::Client::builder()
                .user_agent(options.user_agent.clone())
                .redirect(reqwest::redirect::Policy::none())
                .connect_timeout(CONNECT_DEADLINE)
        };
        Ok(Self {
            outward: builder().build().map_err(not_sent)?,
            direct: builder().no_proxy().build().map_err(not_sent)?,
            hosts: RwLock::new(AllowedHosts::new(&options.allowed_hosts)),
            response_bytes_max: options.response_bytes_max,
        })
    }

    /// Replaces the list of hosts, when an operator gave other addresses; takes effect with the next request.
    pub fn allow(&self, hosts: &[String]) {
        *self.hosts.write().expect("no panic while the list is held") = AllowedHosts::new(hosts);
    }

    fn check(&self, url: &str) -> Result<reqwest::Url, TransportError> {
        let hosts = self.hosts.read().expect("no panic while the list is held");
        hosts.check(url).map_err(|reason| TransportError::NotSent { reason })
    }
}

#[async_trait::async_trait]
impl super::Transport for WebTransport {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let deadline = request.deadline;
        let url = self.check(&request.url)?;
        let client = if hosts::is_loopback(&url) { &self.direct } else { &self.outward };
        let mut outgoing = client.request(method(request.method), url).timeout(deadline);
        for (name, value) in &request.headers {
            let (name, value) = header(name, value)?;
            outgoing = outgoing.header(name, value);
        }
        if let Some(body) = request.body {
            outgoing = outgoing.body(body);
        }
        let mut answer = outgoing.send().await.map_err(|error| lost(error, deadline))?;
        let status = answer.status().as_u16();
        let headers = answer
            .headers()
            .iter()
            .map(|(name, value)| {
                (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
            })
            .collect();
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| lost(error, deadline))? {
            if body.len() + chunk.len() > self.response_bytes_max {
                let reason = format!("the answer is larger than {} bytes", self.response_bytes_max);
                return Err(TransportError::Unknown { reason });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Response { status, headers, body })
    }
}

fn method(method: Method) -> reqwest::Method {
    match method {
        Method::Get => reqwest::Method::GET,
        Method::Post => reqwest::Method::POST,
        Method::Put => reqwest::Method::PUT,
        Method::Patch => reqwest::Method::PATCH,
        Method::Delete => reqwest::Method::DELETE,
    }
}

fn header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), TransportError> {
    let refused = || TransportError::NotSent { reason: format!("header {name:?} cannot be sent") };
    let key = HeaderName::from_bytes(name.as_bytes()).map_err(|_| refused())?;
    let mut content = HeaderValue::from_str(value).map_err(|_| refused())?;
    // Kept out of logs and of HTTP/2's compression tables.
    content.set_sensitive(name == "authorization");
    Ok((key, content))
}

fn not_sent(error: reqwest::Error) -> TransportError {
    TransportError::NotSent { reason: chain(error) }
}

fn lost(error: reqwest::Error, after: Duration) -> TransportError {
    if error.is_connect() || error.is_builder() {
        not_sent(error)
    } else if error.is_timeout() {
        TransportError::Deadline { after }
    } else {
        TransportError::Unknown { reason: chain(error) }
    }
}

/// The error and its causes, without the address: a webhook's address is a secret.
fn chain(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut out = error.to_string();
    let mut cause = std::error::Error::source(&error);
    while let Some(inner) = cause {
        out = format!("{out}: {inner}");
        cause = inner.source();
    }
    crate::text::clean(&out)
}

#[cfg(test)]
mod tests;
