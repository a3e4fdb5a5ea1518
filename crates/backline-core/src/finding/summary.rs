//! How many findings of each severity a report has.

use super::{Finding, Report};
use crate::severity::Severity;
use serde::{Deserialize, Serialize};

/// Findings by severity; every severity is a key, also with none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    pub critical: usize,
    pub high: usize,
    pub medium: usize,
    pub low: usize,
    pub info: usize,
    pub unknown: usize,
}

impl Summary {
    pub fn of<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> Self {
        let mut summary = Self::default();
        for finding in findings {
            *match finding.rating.severity {
                Severity::Critical => &mut summary.critical,
                Severity::High => &mut summary.high,
                Severity::Medium => &mut summary.medium,
                Severity::Low => &mut summary.low,
                Severity::Info => &mut summary.info,
                Severity::Unknown => &mut summary.unknown,
            } += 1;
        }
        summary
    }
}

impl Report {
    pub fn by_severity(&self) -> Summary {
        Summary::of(&self.findings)
    }
}
