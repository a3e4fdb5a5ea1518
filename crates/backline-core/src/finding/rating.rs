//! From CVSS entries to one rating.
//!
//! Owns the order of trust among CVSS versions and the band of each. A scanner's own word comes before all of it,
//! and each format's reader sees to that.
//!
//! Invariant: a score is one that the report states, or that its vector gives; none is made up.

use crate::severity::Severity;
use cvss::Cvss;
use std::str::FromStr;

/// Best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum CvssVersion {
    V4,
    V31,
    V30,
    V2,
}

impl CvssVersion {
    /// Reads the version from a vector's own prefix; version 2 has none.
    pub(super) fn of_vector(vector: &str) -> Option<Self> {
        match vector.trim() {
            v if v.starts_with("CVSS:4") => Some(Self::V4),
            v if v.starts_with("CVSS:3.1") => Some(Self::V31),
            v if v.starts_with("CVSS:3") => Some(Self::V30),
            v if v.trim_start_matches('(').starts_with("AV:") => Some(Self::V2),
            _ => None,
        }
    }
}

/// One CVSS statement.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Score {
    pub version: CvssVersion,
    /// 0.0-10.0.
    pub score: f64,
    pub vector: Option<String>,
}

impl Score {
    /// A statement of a score, a vector or both; a vector alone is calculated. `None` if neither can be used.
    pub(super) fn new(version: CvssVersion, score: Option<f64>, vector: Option<&str>) -> Option<Self> {
        let vector = vector.map(str::trim).filter(|vector| !vector.is_empty());
        let score = score.or_else(|| Cvss::from_str(vector?).ok().map(|cvss| cvss.score()))?;
        let version = vector.and_then(CvssVersion::of_vector).unwrap_or(version);
        (0.0..=10.0).contains(&score).then(|| Self { version, score, vector: vector.map(str::to_owned) })
    }

    /// Version 2 knows no critical.
    pub(super) fn band(&self) -> Severity {
        match (self.version, Severity::from_cvss_score(self.score)) {
            (CvssVersion::V2, Severity::Critical) => Severity::High,
            (_, severity) => severity,
        }
    }
}

/// The newest CVSS version's highest score.
pub(super) fn best(scores: impl IntoIterator<Item = Score>) -> Option<Score> {
    scores.into_iter().min_by(|a, b| a.version.cmp(&b.version).then(b.score.total_cmp(&a.score)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_newer_version_is_trusted_over_a_higher_score() {
        let score = |version, score| Score::new(version, Some(score), None).expect("a score");
        let best =
            best([score(CvssVersion::V2, 10.0), score(CvssVersion::V31, 5.0), score(CvssVersion::V31, 7.5)]);
        assert_eq!(best.expect("one").score, 7.5);
    }

    #[test]
    fn version_2_has_no_critical_and_a_vector_gives_its_score() {
        let score =
            Score::new(CvssVersion::V2, Some(10.0), Some("AV:N/AC:L/Au:N/C:C/I:C/A:C")).expect("a score");
        assert_eq!(score.band(), Severity::High);
        let score = Score::new(CvssVersion::V2, None, Some("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"));
        assert_eq!(score.map(|score| (score.version, score.score)), Some((CvssVersion::V31, 9.8)));
    }
}
