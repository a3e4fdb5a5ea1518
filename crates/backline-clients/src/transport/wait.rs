//! How long an answer asks us to wait.
//!
//! Headers that name an instant are measured against the same answer's `Date`, so this needs no clock, and a
//! wrong clock on either side makes no difference.

use super::Response;
use jiff::Timestamp;
use jiff::fmt::rfc2822;
use std::time::Duration;

/// The longest wait that is believed: budgets are hourly, and asking once more after this is harmless.
const WAIT_MAX: Duration = Duration::from_secs(2 * 60 * 60);

/// From `Retry-After` (seconds or HTTP date), its `Beta-` form, or else the instant in one of `reset_headers`
/// (ISO 8601 or seconds since 1970). `None` where the answer does not say.
pub(crate) fn asked(response: &Response, reset_headers: &[&str]) -> Option<Duration> {
    let wait = ["retry-after", "beta-retry-after"]
        .iter()
        .find_map(|name| seconds(response.header(name)?).or_else(|| until(response, name)))
        .or_else(|| reset_headers.iter().find_map(|name| until(response, name)))?;
    Some(bounded(wait))
}

/// A wait, or the longest that is believed.
pub(crate) fn bounded(wait: Duration) -> Duration {
    wait.min(WAIT_MAX)
}

/// Whole or fractional seconds, rounded up.
fn seconds(value: &str) -> Option<Duration> {
    let seconds: f64 = value.trim().parse().ok()?;
    (seconds.is_finite() && seconds >= 0.0).then(|| Duration::from_secs(seconds.ceil().min(1e9) as u64))
}

fn until(response: &Response, name: &str) -> Option<Duration> {
    let end = instant(response.header(name)?)?;
    let now = instant(response.header("date")?)?;
    Some(end.duration_since(now).try_into().unwrap_or(Duration::ZERO))
}

fn instant(value: &str) -> Option<Timestamp> {
    let value = value.trim();
    if let Ok(seconds) = value.parse::<i64>() {
        return Timestamp::from_second(seconds).ok();
    }
    value.parse().ok().or_else(|| rfc2822::DateTimeParser::new().parse_timestamp(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(headers: &[(&str, &str)], wait_s: Option<u64>) {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let response = Response { status: 429, headers, body: Vec::new() };
        assert_eq!(
            asked(&response, &["x-ratelimit-reset"]),
            wait_s.map(Duration::from_secs),
            "{:?}",
            response.headers
        );
    }

    #[test]
    fn every_spelling_of_a_wait_is_understood() {
        let date = ("date", "Wed, 08 Oct 2025 14:59:30 GMT");
        check(&[("retry-after", "1847")], Some(1847));
        check(&[("beta-retry-after", "7")], Some(7));
        check(&[("retry-after", "0.2")], Some(1));
        check(&[("retry-after", "Wed, 08 Oct 2025 15:00:00 GMT"), date], Some(30));
        check(&[("retry-after", "Wed, 08 Oct 2025 14:00:00 GMT"), date], Some(0));
        check(&[("x-ratelimit-reset", "2025-10-08T15:00:00Z"), date], Some(30));
        check(&[("x-ratelimit-reset", "1759935600"), date], Some(30));
        check(&[("retry-after", "5"), ("x-ratelimit-reset", "2025-10-08T15:00:00Z"), date], Some(5));
    }

    #[test]
    fn what_cannot_be_measured_is_no_wait() {
        check(&[], None);
        check(&[("retry-after", "soon")], None);
        check(&[("retry-after", "-3")], None);
        check(&[("retry-after", "Wed, 08 Oct 2025 15:00:00 GMT")], None);
    }

    #[test]
    fn an_absurd_wait_is_cut() {
        check(&[("retry-after", "999999999999")], Some(7200));
    }
}
