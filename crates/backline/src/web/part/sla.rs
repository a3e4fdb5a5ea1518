//! How the time that an SLA leaves is told.

use crate::web::part::moment::{self, Moment};
use backline_core::vulnerability::Vulnerability;
use jiff::{SignedDuration, Timestamp};

/// From here on it is said in amber.
const NEAR: SignedDuration = SignedDuration::from_hours(72);

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sla {
    /// `t-bad`, `t-wait` or empty.
    pub class: &'static str,
    /// "2 d 4 h left", "1 d over", "Met".
    pub text: String,
    pub due: Option<Moment>,
}

impl Sla {
    pub fn of(vulnerability: &Vulnerability, now: Timestamp) -> Self {
        let Some(due_at) = vulnerability.due_at else {
            return Self { class: "", text: "No SLA".to_owned(), due: None };
        };
        let ended_at = vulnerability.resolved.as_ref().map(|resolution| resolution.at);
        let is_dismissed = vulnerability.dismissed.is_some();
        let left = due_at.duration_since(ended_at.unwrap_or(now));
        let (class, text) = match (ended_at, left.is_negative()) {
            (None, _) if is_dismissed => ("", "Dismissed".to_owned()),
            (Some(_), false) => ("", "Met".to_owned()),
            (Some(_), true) => ("", format!("Met {} late", moment::length(left))),
            (None, true) => ("t-bad", format!("{} over", moment::length(left))),
            (None, false) if left <= NEAR => ("t-wait", format!("{} left", moment::length(left))),
            (None, false) => ("", format!("{} left", moment::length(left))),
        };
        Self { class, text, due: Some(Moment::of(due_at)) }
    }

    /// Whether a clock stands beside it.
    pub fn is_pressing(&self) -> bool {
        !self.class.is_empty()
    }
}
