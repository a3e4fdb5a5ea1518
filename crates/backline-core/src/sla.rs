//! Until when a vulnerability of a severity is to be fixed.

use crate::severity::Severity;
use jiff::{SignedDuration, Timestamp};

/// Days from detection, per severity; `None` where nothing is promised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Policy {
    pub critical_days: u16,
    pub high_days: u16,
    pub medium_days: u16,
    pub low_days: u16,
}

impl Default for Policy {
    fn default() -> Self {
        Self { critical_days: 3, high_days: 14, medium_days: 30, low_days: 90 }
    }
}

impl Policy {
    /// The end of the SLA, counted in whole days of 24 hours from detection.
    pub fn due_at(&self, severity: Severity, detected_at: Timestamp) -> Option<Timestamp> {
        let days = match severity {
            Severity::Critical => self.critical_days,
            Severity::High => self.high_days,
            Severity::Medium => self.medium_days,
            Severity::Low => self.low_days,
            Severity::Info | Severity::Unknown => return None,
        };
        detected_at.checked_add(SignedDuration::from_hours(24 * i64::from(days))).ok()
    }
}
