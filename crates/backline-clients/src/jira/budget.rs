//! What Jira says of its limits.
//!
//! Only reads: when to slow down is the caller's policy. There are three limits of their own: points an hour for the
//! app or the site, calls a second of one endpoint, and writes to one issue.
//!
//! Source: <https://developer.atlassian.com/cloud/jira/platform/rate-limiting/>

use super::ThrottleScope;
use crate::transport::{Response, wait};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// The limits in the newest answer that had any.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Limits {
    /// Calls allowed in the present window, of the endpoint that was called.
    pub limit: Option<u64>,
    pub remaining: Option<u64>,
    /// Jira's own warning: less than a fifth is left.
    pub is_near: bool,
}

/// The last seen limits of one site.
#[derive(Debug, Default)]
pub struct Budget(Mutex<Limits>);

impl Budget {
    pub fn last(&self) -> Limits {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn observe(&self, response: &Response) {
        let named = |name: &str| {
            response
                .header(&format!("x-ratelimit-{name}"))
                .or_else(|| response.header(&format!("x-beta-ratelimit-{name}")))
        };
        let number = |name: &str| named(name).and_then(|value| value.trim().parse().ok());
        let seen = Limits {
            limit: number("limit"),
            remaining: number("remaining"),
            is_near: named("nearlimit").is_some_and(|value| value.trim().eq_ignore_ascii_case("true")),
        };
        if seen != Limits::default() {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = seen;
        }
    }
}

/// That something is to be left alone for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Throttle {
    pub scope: ThrottleScope,
    /// `None` where Jira named no time.
    pub wait: Option<Duration>,
}

/// What an answer asks to leave alone: a 429 the scope that it names, any other answer a quota of which it says that
/// nothing is left.
pub fn throttle(response: &Response) -> Option<Throttle> {
    if response.status == 429 {
        return Some(Throttle { scope: scope(response), wait: asked(response) });
    }
    let spent =
        ["ratelimit", "beta-ratelimit"].iter().find_map(|name| spent_quota(response.header(name)?))?;
    Some(Throttle { scope: ThrottleScope::Quota, wait: Some(spent) })
}

/// How long an answer asks to wait, of whatever status.
pub(super) fn asked(response: &Response) -> Option<Duration> {
    wait::asked(response, &["x-ratelimit-reset", "x-beta-ratelimit-reset"])
}

/// Which of the limits a 429 is about.
fn scope(response: &Response) -> ThrottleScope {
    let reason = ["ratelimit-reason", "beta-ratelimit-reason", "x-ratelimit-reason"]
        .iter()
        .find_map(|name| response.header(name))
        .unwrap_or_default();
    match reason {
        reason if reason.contains("quota") => ThrottleScope::Quota,
        reason if reason.contains("burst") => ThrottleScope::Burst,
        reason if reason.contains("per-issue") => ThrottleScope::Issue,
        _ => ThrottleScope::Unknown,
    }
}

/// The time until the reset of a quota of which nothing is left, as in `"global-app-quota";r=0;t=600`.
fn spent_quota(value: &str) -> Option<Duration> {
    value.split(',').filter(|policy| policy.contains("quota")).find_map(|policy| {
        let number = |name: &str| {
            let part = policy.split(';').find_map(|part| part.trim().strip_prefix(name))?;
            part.trim().parse::<u64>().ok()
        };
        let left = number("t=").filter(|_| number("r=") == Some(0))?;
        Some(wait::bounded(Duration::from_secs(left)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, headers: &[(&str, &str)]) -> Response {
        let headers = headers.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        Response { status, headers, body: Vec::new() }
    }

    #[test]
    fn an_answer_without_limits_leaves_the_last_ones() {
        let budget = Budget::default();
        budget.observe(&answer(
            200,
            &[
                ("x-ratelimit-limit", "400"),
                ("x-ratelimit-remaining", "3"),
                ("x-ratelimit-nearlimit", "true"),
            ],
        ));
        budget.observe(&answer(200, &[]));
        assert_eq!(budget.last(), Limits { limit: Some(400), remaining: Some(3), is_near: true });
        budget.observe(&answer(200, &[("x-beta-ratelimit-remaining", "9")]));
        assert_eq!(budget.last(), Limits { limit: None, remaining: Some(9), is_near: false });
    }

    #[test]
    fn a_spent_quota_is_seen_before_the_first_refusal() {
        let check = |name: &str, value: &str, wait_s: Option<u64>| {
            let seen = throttle(&answer(200, &[(name, value)]));
            assert_eq!(seen.and_then(|seen| seen.wait), wait_s.map(Duration::from_secs), "{value}");
            assert!(seen.is_none_or(|seen| seen.scope == ThrottleScope::Quota));
        };
        check("Beta-RateLimit", r#""global-app-quota";r=0;t=600"#, Some(600));
        check("RateLimit", r#""jira-burst-based";r=0;t=1, "tenant-app-quota"; r=0; t=60"#, Some(60));
        check("RateLimit", r#""global-app-quota";r=11000;t=600"#, None);
        check("RateLimit", r#""global-app-quota";t=600"#, None);
        check("RateLimit", r#""jira-burst-based";r=0;t=1"#, None);
        check("RateLimit", r#""global-app-quota";r=0;t=99999999999"#, Some(7_200));
        check("RateLimit", "nonsense;;quota=;r=;t=", None);
    }
}
