//! What Jira says of its limits.
//!
//! Only reads: when to slow down is the caller's policy. There are three limits of their own: points an hour for the
//! app or the site, calls a second of one endpoint, and writes to one issue.
//!
//! Source: <https://developer.atlassian.com/cloud/jira/platform/rate-limiting/>

use super::ThrottleScope;
use crate::transport::{Response, wait};
use std::time::Duration;

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
