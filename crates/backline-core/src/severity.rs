//! How bad a finding is, in the scanner's word and in ours.
//!
//! No number is invented: an absent score stays absent, and a severity that nobody stated is `Unknown`,
//! which is never read as low.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Ordered from worst to mildest; `Unknown` sorts last because nothing is known, not because it is mild.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Critical,
    High,
    Medium,
    Low,
    Info,
    Unknown,
}

impl Severity {
    pub const ALL: [Self; 6] =
        [Self::Critical, Self::High, Self::Medium, Self::Low, Self::Info, Self::Unknown];

    /// The lower-case word used in JSON, URLs and value maps.
    pub fn word(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
            Self::Info => "info",
            Self::Unknown => "unknown",
        }
    }

    /// The word as pages and tickets show it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Critical => "Critical",
            Self::High => "High",
            Self::Medium => "Medium",
            Self::Low => "Low",
            Self::Info => "Info",
            Self::Unknown => "Unknown",
        }
    }

    /// Reads any scanner's word, without regard to case; a word that no scanner uses is `Unknown`.
    pub fn from_word(word: &str) -> Self {
        match word.trim().to_ascii_lowercase().as_str() {
            "critical" => Self::Critical,
            "high" | "important" | "error" => Self::High,
            "medium" | "moderate" | "warning" => Self::Medium,
            "low" | "minor" => Self::Low,
            "info" | "informational" | "information" | "negligible" | "note" | "none" => Self::Info,
            _ => Self::Unknown,
        }
    }

    /// The band of a CVSS version 3 or 4 base score (0.0-10.0).
    ///
    /// Source: <https://www.first.org/cvss/v3.1/specification-document> section 5.
    pub fn from_cvss_score(score: f64) -> Self {
        match score {
            s if s >= 9.0 => Self::Critical,
            s if s >= 7.0 => Self::High,
            s if s >= 4.0 => Self::Medium,
            s if s > 0.0 => Self::Low,
            _ => Self::Info,
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.title())
    }
}

impl std::str::FromStr for Severity {
    type Err = ();
    /// Our own words only, as [`Severity::word`] writes them.
    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|severity| severity.word() == text).ok_or(())
    }
}

/// A severity with where it comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rating {
    pub severity: Severity,
    /// Who said so: `nvd`, `ghsa`, `redhat`, or the scanner's name.
    pub source: String,
    /// The source's own word, unchanged.
    pub word: String,
    /// CVSS base score, 0.0-10.0, if one was stated.
    pub score: Option<f64>,
    /// CVSS vector, if one was stated.
    pub vector: Option<String>,
}
