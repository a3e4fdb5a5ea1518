//! What Jira last said of its limits.
//!
//! Only observes: when to slow down is the caller's policy. Shared by all clients of one site.
//!
//! Source: <https://developer.atlassian.com/cloud/jira/platform/rate-limiting/>

use crate::transport::Response;
use std::sync::{Mutex, PoisonError};

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_without_limits_leaves_the_last_ones() {
        let budget = Budget::default();
        let with = |headers: &[(&str, &str)]| Response {
            status: 200,
            headers: headers.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect(),
            body: Vec::new(),
        };
        budget.observe(&with(&[
            ("x-ratelimit-limit", "400"),
            ("x-ratelimit-remaining", "3"),
            ("x-ratelimit-nearlimit", "true"),
        ]));
        budget.observe(&with(&[]));
        assert_eq!(budget.last(), Limits { limit: Some(400), remaining: Some(3), is_near: true });
        budget.observe(&with(&[("x-beta-ratelimit-remaining", "9")]));
        assert_eq!(budget.last(), Limits { limit: None, remaining: Some(9), is_near: false });
    }
}
