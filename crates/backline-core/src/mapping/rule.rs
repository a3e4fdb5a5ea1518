//! Which vulnerabilities go to a connected project.

use crate::mapping::ConnectedProject;
use crate::severity::Severity;
use crate::vulnerability::Vulnerability;
use serde::{Deserialize, Serialize};

/// All stated terms must hold; the empty rule takes everything.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// Severities that are taken; empty takes all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub severities: Vec<Severity>,
    /// Repository patterns, `*` for any run of characters: `acme/*`; empty takes all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub repositories: Vec<String>,
    /// Scanner families; empty takes all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scanners: Vec<String>,
    /// Only those for which a fixed version is known.
    #[serde(default)]
    pub fix_available: bool,
}

impl Rule {
    pub fn matches(&self, vulnerability: &Vulnerability) -> bool {
        let severity = vulnerability.rating.severity;
        (self.severities.is_empty() || self.severities.contains(&severity))
            && (self.repositories.is_empty()
                || self.repositories.iter().any(|pattern| glob(pattern, vulnerability.repository.as_str())))
            && (self.scanners.is_empty()
                || vulnerability.scanners.iter().any(|scanner| self.scanners.contains(scanner)))
            && (!self.fix_available
                || vulnerability.package.as_ref().is_some_and(|package| !package.fixed_versions.is_empty()))
    }
}

/// The project that takes a vulnerability: the first, by position, whose rule matches.
pub fn route<'p>(
    projects: &'p [ConnectedProject],
    vulnerability: &Vulnerability,
) -> Option<&'p ConnectedProject> {
    projects
        .iter()
        .filter(|project| project.rule.matches(vulnerability))
        .min_by_key(|project| project.position)
}

/// The stable key of the subject that a vulnerability belongs to; one vulnerability, one subject.
pub fn group_key(vulnerability: &Vulnerability) -> String {
    format!("vulnerability:{}", vulnerability.key)
}

/// `*` matches any run of characters, everything else itself, without regard to case.
fn glob(pattern: &str, text: &str) -> bool {
    let pattern = pattern.to_ascii_lowercase();
    let text = text.to_ascii_lowercase();
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return rest.is_empty() };
    for part in middle {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::glob;

    #[test]
    fn a_star_stands_for_any_run_of_characters() {
        for (pattern, text, matches) in [
            ("acme/*", "acme/payments-api", true),
            ("acme/*", "globex/payments-api", false),
            ("*/payments-*", "acme/payments-api", true),
            ("acme/api", "acme/api-2", false),
            ("*", "anything", true),
            ("a*b*a", "aba", true),
            ("ab*ba", "aba", false),
        ] {
            assert_eq!(glob(pattern, text), matches, "{pattern} on {text}");
        }
    }
}
