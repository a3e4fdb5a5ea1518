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

/// The time until the reset of a quota of which less than a fifth is left. Jira says how much is left only to those who
/// come near the end; what a fifth is stands in the policy of the same name.
pub fn running_out(response: &Response) -> Option<Duration> {
    let near = ["", "beta-"].iter().filter_map(|prefix| {
        let standing = response.header(&format!("{prefix}ratelimit"))?;
        let policies = response.header(&format!("{prefix}ratelimit-policy")).unwrap_or_default();
        quotas(standing)
            .filter(|quota| is_near(quota, policies))
            .filter_map(|quota| number(quota, "t="))
            .max()
    });
    near.max().map(seconds)
}

fn is_near(quota: &str, policies: &str) -> bool {
    let name = |part: &str| part.split(';').next().unwrap_or_default().trim().to_owned();
    let whole = quotas(policies).find(|policy| name(policy) == name(quota));
    let whole = whole.and_then(|policy| number(policy, "q="));
    number(quota, "r=").is_some_and(|left| whole.is_none_or(|whole| left < whole / 5))
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
    let mut spent = quotas(value).filter(|quota| number(quota, "r=") == Some(0));
    spent.find_map(|quota| number(quota, "t=")).map(seconds)
}

/// The parts of a header that are about an hour's points.
fn quotas(value: &str) -> impl Iterator<Item = &str> {
    value.split(',').filter(|part| part.contains("quota"))
}

fn number(policy: &str, name: &str) -> Option<u64> {
    let part = policy.split(';').find_map(|part| part.trim().strip_prefix(name))?;
    part.trim().parse().ok()
}

fn seconds(count: u64) -> Duration {
    wait::bounded(Duration::from_secs(count))
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

    #[test]
    fn points_that_run_out_are_seen_before_they_are_spent() {
        let check = |standing: &str, policy: &str, wait_s: Option<u64>| {
            let seen =
                running_out(&answer(200, &[("Beta-RateLimit", standing), ("Beta-RateLimit-Policy", policy)]));
            assert_eq!(seen, wait_s.map(Duration::from_secs), "{standing} of {policy}");
        };
        let policy = r#""global-app-quota";q=65000;w=3600"#;
        check(r#""global-app-quota";r=12999;t=600"#, policy, Some(600));
        check(r#""global-app-quota";r=13000;t=600"#, policy, None);
        check(r#""global-app-quota";t=600"#, policy, None);
        check(r#""global-app-quota";r=40;t=600"#, "", Some(600));
        check(r#""jira-burst-based";r=1;t=1"#, policy, None);
        let two = r#""global-app-quota";q=65000;w=3600, "tenant-app-quota";q=1000;w=3600"#;
        check(r#""tenant-app-quota";r=500;t=600"#, two, None);
        check(r#""global-app-quota";t=600, "tenant-app-quota";r=5;t=90"#, two, Some(90));
    }
}
