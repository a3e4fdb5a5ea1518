//! What an answer says of the limits.
//!
//! `X-RateLimit-Limit` and `-Remaining` are those of the endpoint's requests per second, as recorded of real
//! sites; the hour's points stand in the informational headers, which kept their prefix after they were enforced.

use super::{Level, Refused, points};
use axum::http::{HeaderName, HeaderValue};
use axum::response::Response;
use jiff::Timestamp;

const RETRY_AFTER: HeaderName = HeaderName::from_static("retry-after");
const BETA_RETRY_AFTER: HeaderName = HeaderName::from_static("beta-retry-after");
const LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");
const NEAR: HeaderName = HeaderName::from_static("x-ratelimit-nearlimit");
const REASON: HeaderName = HeaderName::from_static("ratelimit-reason");
const POLICY: HeaderName = HeaderName::from_static("beta-ratelimit-policy");
const STANDING: HeaderName = HeaderName::from_static("beta-ratelimit");

/// The headers of a 429.
pub fn refuse(response: &mut Response, refused: Refused, now_ms: i64) {
    let seconds = whole_seconds(refused.wait_ms.max(1));
    // Times have no fraction here, so the next whole second is the first that is late enough.
    let reset = Timestamp::from_second(whole_seconds(now_ms + refused.wait_ms)).unwrap_or_default();
    let headers = response.headers_mut();
    headers.insert(RETRY_AFTER, seconds.into());
    headers.insert(BETA_RETRY_AFTER, seconds.into());
    headers.insert(LIMIT, refused.limit.into());
    headers.insert(REMAINING, 0.into());
    headers.insert(NEAR, HeaderValue::from_static("true"));
    headers.insert(REASON, HeaderValue::from_static(refused.reason));
    insert(response, RESET, &reset.to_string());
}

/// The headers of any other answer. `quota` is an app's, with the name of its policy.
pub fn inform(response: &mut Response, burst: Level, quota: Option<(Level, &'static str)>, now_ms: i64) {
    let headers = response.headers_mut();
    headers.insert(LIMIT, burst.limit.into());
    headers.insert(REMAINING, burst.remaining.into());
    if burst.is_near() || quota.is_some_and(|(level, _)| level.is_near()) {
        headers.insert(NEAR, HeaderValue::from_static("true"));
    }
    let Some((level, policy)) = quota else { return };
    insert(response, POLICY, &format!("\"{policy}\";q={};w=3600", level.limit));
    let seconds = whole_seconds(points::until_next_hour(now_ms));
    // How much is left is told only to those who come near the end.
    let left = if level.is_near() { format!(";r={}", level.remaining) } else { String::new() };
    insert(response, STANDING, &format!("\"{policy}\"{left};t={seconds}"));
}

fn insert(response: &mut Response, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

/// Milliseconds as seconds, a begun one counted whole.
fn whole_seconds(ms: i64) -> i64 {
    (ms + 999).div_euclid(1_000)
}
