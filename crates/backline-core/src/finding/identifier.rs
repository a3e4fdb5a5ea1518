//! The ids of weaknesses: how they are written, which are one weakness, and which comes first.
//!
//! Owns the families whose ids name exactly one weakness. Errata of distributions (RHSA, DSA, ALAS, …) are not
//! among them: one of those covers many weaknesses, so as an alias it would join what is not one.
//!
//! Invariant: the order is CVE, then GHSA, then all others, and within a family by year, number and text, so the
//! first id of a finding does not depend on the order in the report.

use regex::Regex;
use std::sync::LazyLock;

static WEAKNESS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)\b(?:CVE-\d{4}-\d{4,}|GHSA(?:-[23456789cfghjmpqrvwx]{4}){3}|RUSTSEC-\d{4}-\d{4}|PYSEC-\d{4}-\d+|GO-\d{4}-\d{4,}|SNYK-[A-Z0-9]+(?:-[A-Z0-9]+)+|GMS-\d{4}-\d+|BDSA-\d{4}-\d+|MAL-\d{4}-\d+|OSV-\d{4}-\d+)\b",
    )
    .expect("the pattern is constant and tested")
});

static CWE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?i)\bCWE-0*(\d{1,5})\b").expect("the pattern is constant and tested"));

/// Writes an id in its family's usual case; an unknown family keeps its own.
pub(super) fn normalise(id: &str) -> String {
    let id = id.trim();
    match WEAKNESS.find(id) {
        Some(found) if found.len() == id.len() => usual_case(id),
        _ => id.to_owned(),
    }
}

/// All ids of known families in a text, in usual case, best first.
pub(super) fn weaknesses_in(text: &str) -> Vec<String> {
    ordered(WEAKNESS.find_iter(text).map(|found| usual_case(found.as_str())))
}

/// The scanner's own id and those of its aliases that name one weakness, normalised, best first, no doubles.
pub(super) fn with_aliases<'a>(own: &str, aliases: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let aliases = aliases.into_iter().map(str::trim);
    let whole = aliases.filter(|id| WEAKNESS.find(id).is_some_and(|found| found.len() == id.len()));
    ordered(std::iter::once(normalise(own)).chain(whole.map(usual_case)))
}

/// Sorts best first and removes doubles.
pub(super) fn ordered(ids: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut ids: Vec<String> = ids.into_iter().filter(|id| !id.is_empty()).collect();
    ids.sort_by_cached_key(|id| rank(id));
    ids.dedup();
    ids
}

/// The weakness classes in a text, as `CWE-79`, in order, no doubles.
pub(super) fn cwes_in<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut numbers: Vec<u32> = texts
        .into_iter()
        .flat_map(|text| CWE.captures_iter(text).filter_map(|found| found[1].parse().ok()))
        .collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers.into_iter().map(|number| format!("CWE-{number}")).collect()
}

fn usual_case(id: &str) -> String {
    match id.get(..5) {
        Some(prefix) if prefix.eq_ignore_ascii_case("GHSA-") => {
            format!("GHSA-{}", id[5..].to_ascii_lowercase())
        }
        _ => id.to_ascii_uppercase(),
    }
}

fn rank(id: &str) -> (u8, u64, u64, String) {
    let mut parts = id.splitn(3, '-');
    let family = match parts.next() {
        Some("CVE") => 0,
        Some("GHSA") => 1,
        _ => 2,
    };
    let mut number = || parts.next().and_then(|part| part.parse().ok()).unwrap_or(0);
    let (year, serial) = if family == 1 { (0, 0) } else { (number(), number()) };
    (family, year, serial, id.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn best_id_comes_first() {
        assert_eq!(
            with_aliases("ghsa-JFH8-c2jp-5v3q", ["cve-2021-44228", "CVE-2021-9999", "RUSTSEC-2021-0001"]),
            ["CVE-2021-9999", "CVE-2021-44228", "GHSA-jfh8-c2jp-5v3q", "RUSTSEC-2021-0001"]
        );
    }

    #[test]
    fn errata_are_not_aliases() {
        assert_eq!(with_aliases("CVE-2020-0001", ["RHSA-2020:1234", "DSA-4613-1"]), ["CVE-2020-0001"]);
    }

    #[test]
    fn unknown_families_keep_their_own_id() {
        assert_eq!(with_aliases("TEMP-0000000-2FC21E", []), ["TEMP-0000000-2FC21E"]);
        assert_eq!(weaknesses_in("BDSA-2020-1001 (CVE-2020-11022)"), ["CVE-2020-11022", "BDSA-2020-1001"]);
    }

    #[test]
    fn weakness_classes_lose_leading_zeros() {
        assert_eq!(cwes_in(["external/cwe/cwe-079", "CWE-327: Broken", "CWE-79"]), ["CWE-79", "CWE-327"]);
    }
}
