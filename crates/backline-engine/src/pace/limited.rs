//! The door to one Jira site that stays shut for as long as Jira asked.
//!
//! A quota holds up every call of the site, a burst limit the calls of one endpoint, a limit of writes those to one
//! issue. A call that would come too early is not sent: it is answered as Jira would answer it. Where the hour's points
//! run out, what can wait is left for the next hour.
//!
//! Invariant: no request to a limited scope leaves before the time that Jira named, whoever makes it: the loop, a page
//! or a command.
//! Source: <https://developer.atlassian.com/cloud/jira/platform/rate-limiting/>

use crate::clock::later;
use crate::context::Context;
use crate::pace::{self, Scope};
use backline_clients::jira::ThrottleScope;
use backline_clients::jira::budget::{self, Throttle};
use backline_clients::transport::{Method, Request, Response, Transport, TransportError};
use jiff::Timestamp;
use std::sync::Arc;
use std::time::Duration;

/// A transport for the calls to one site.
pub struct Limited {
    cx: Context,
    site: String,
}

impl Limited {
    pub fn new(cx: &Context, site: impl Into<String>) -> Arc<Self> {
        Arc::new(Self { cx: cx.clone(), site: site.into() })
    }

    /// What holds a request up, and until when.
    fn shut(&self, parts: &Parts, now: Timestamp) -> Option<(Timestamp, &'static str)> {
        let until = |scope: &Scope| self.cx.pace.paused_until(scope, now);
        let site = until(&Scope::site(&self.site)).map(|until| (until, "jira-quota-tenant-based"));
        let endpoint = until(&parts.endpoint).map(|until| (until, "jira-burst-based"));
        let issue = parts.issue.as_ref().and_then(until).map(|until| (until, "jira-per-issue-on-write"));
        [site, endpoint, issue].into_iter().flatten().max_by_key(|(until, _)| *until)
    }

    async fn shut_for(&self, parts: Parts, throttle: Throttle) {
        let Some(wait) = throttle.wait else { return };
        let until = later(self.cx.clock.now(), wait);
        tracing::info!(site = self.site, scope = ?throttle.scope, wait_s = wait.as_secs(), "jira asks to be left alone");
        let scope = match (throttle.scope, parts.issue) {
            (ThrottleScope::Issue, Some(issue)) => issue,
            (ThrottleScope::Burst, _) | (ThrottleScope::Issue, None) => parts.endpoint,
            (ThrottleScope::Quota | ThrottleScope::Unknown, _) => Scope::site(&self.site),
        };
        pace::leave_alone(&self.cx, scope, until).await;
    }
}

#[async_trait::async_trait]
impl Transport for Limited {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let parts = Parts::of(&self.site, &request);
        let now = self.cx.clock.now();
        if let Some((until, reason)) = self.shut(&parts, now) {
            return Ok(too_early(until, reason, now));
        }
        let response = self.cx.transport.send(request).await?;
        if let Some(throttle) = budget::throttle(&response) {
            self.shut_for(parts, throttle).await;
        }
        if let Some(left) = budget::running_out(&response) {
            let now = self.cx.clock.now();
            self.cx.pace.save(&self.site, later(now, left), now);
        }
        Ok(response)
    }
}

/// The parts of a site that one request is about.
#[derive(Debug, PartialEq, Eq)]
struct Parts {
    /// Method and path, without the names of issues and projects.
    endpoint: Scope,
    /// The issue that is written to.
    issue: Option<Scope>,
}

impl Parts {
    fn of(site: &str, request: &Request) -> Self {
        let path = request.url.split_once("/rest/").map_or("", |(_, path)| path);
        let path = path.split('?').next().unwrap_or_default();
        let segments: Vec<&str> = path.split('/').skip(2).collect();
        let is_name = |segment: &&str| segment.contains(|c: char| c.is_ascii_digit());
        let issue = match segments.as_slice() {
            ["issue", issue, ..] if is_name(issue) && request.method != Method::Get => {
                Some(Scope::Part(format!("{site} issue {issue}")))
            }
            _ => None,
        };
        let plain: Vec<&str> =
            segments.iter().map(|segment| if is_name(segment) { "*" } else { segment }).collect();
        let endpoint = format!("{site} {} {}", request.method.as_str(), plain.join("/"));
        Self { endpoint: Scope::Part(endpoint), issue }
    }
}

/// What Jira would answer: a whole number of seconds, never too few.
fn too_early(until: Timestamp, reason: &str, now: Timestamp) -> Response {
    let left = Duration::try_from(until.duration_since(now)).unwrap_or_default();
    let seconds = left.as_millis().div_ceil(1_000);
    let headers = vec![
        ("retry-after".to_owned(), seconds.to_string()),
        ("ratelimit-reason".to_owned(), reason.to_owned()),
    ];
    Response { status: 429, headers, body: Vec::new() }
}

#[cfg(test)]
mod tests;
