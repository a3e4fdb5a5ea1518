//! Every sample against counts that were made without a product parser (see `samples/README.md`).

use crate::{read, sample};
use backline_core::finding::{Format, Report};

/// File, rows, findings, doubles, and findings by severity: critical, high, medium, low, info, unknown.
///
/// Rows are the sample folder's own count. Severities were counted by hand from the raw JSON: where the scanner
/// gives a word, that word; for SARIF the level (a note is low), or the security severity.
type Row = (&'static str, usize, usize, usize, [usize; 6]);

pub const SAMPLES: &[Row] = &[
    ("trivy/alpine-310.json", 4, 4, 0, [0, 0, 4, 0, 0, 0]),
    ("trivy/npm.json", 1, 1, 0, [0, 0, 1, 0, 0, 0]),
    ("trivy/pom.json", 2, 2, 0, [1, 1, 0, 0, 0, 0]),
    ("trivy/pom-fixed.json", 0, 0, 0, [0, 0, 0, 0, 0, 0]),
    ("trivy/pom-found-again.json", 2, 2, 0, [1, 1, 0, 0, 0, 0]),
    ("trivy/gomod-vex.json", 4, 4, 0, [0, 0, 0, 0, 0, 4]),
    ("trivy/npm-with-suppressed.json", 2, 1, 0, [0, 1, 0, 0, 0, 0]),
    ("trivy/scheme2-many.json", 5, 5, 0, [1, 1, 3, 0, 0, 0]),
    ("trivy/misconf-and-secrets.json", 5, 5, 0, [2, 2, 1, 0, 0, 0]),
    ("trivy/cvss4.json", 3, 3, 0, [0, 0, 1, 2, 0, 0]),
    ("trivy/none.json", 0, 0, 0, [0, 0, 0, 0, 0, 0]),
    // 63 of the 72 results are of rules about quality.
    ("sarif/codeql-output.sarif.json", 72, 9, 0, [0, 9, 0, 0, 0, 0]),
    // Three results are written six times each.
    ("sarif/shellcheck-bash-report.sarif.json", 27, 12, 15, [0, 0, 0, 12, 0, 0]),
    ("sarif/suppressions.sarif.json", 4, 1, 0, [0, 0, 1, 0, 0, 0]),
    ("sarif/blackduck-fingerprints.sarif.json", 5, 5, 0, [0, 3, 1, 1, 0, 0]),
    // One result has the kind "pass".
    ("sarif/flawfinder.sarif.json", 54, 53, 0, [0, 2, 1, 50, 0, 0]),
    ("sarif/trivy-alpine-310.sarif.json", 4, 4, 0, [0, 0, 4, 0, 0, 0]),
    ("sarif/njsscan.sarif.json", 2, 2, 0, [0, 1, 1, 0, 0, 0]),
    ("sarif/no-runs.sarif.json", 0, 0, 0, [0, 0, 0, 0, 0, 0]),
    // The only vulnerability is analysed as not affecting the product.
    ("cyclonedx/valid-vulnerability-1.4.json", 1, 0, 0, [0, 0, 0, 0, 0, 0]),
    ("cyclonedx/log4j.json", 8, 8, 0, [4, 1, 3, 0, 0, 0]),
    ("cyclonedx/trivy-pom.cdx.json", 2, 2, 0, [1, 1, 0, 0, 0, 0]),
    // Debian's word for its own package (low) counts before that of other distributions.
    ("cyclonedx/trivy-fluentd-short.cdx.json", 3, 3, 0, [1, 1, 0, 1, 0, 0]),
];

fn skipped(report: &Report) -> usize {
    report.skipped.iter().map(|skip| skip.count).sum()
}

#[test]
fn counts_are_those_of_an_independent_count() {
    for (name, rows, findings, merged, severities) in SAMPLES {
        let report = read(sample(name));
        let by = report.by_severity();
        assert_eq!(
            (report.rows, report.findings.len(), report.merged),
            (*rows, *findings, *merged),
            "{name}"
        );
        assert_eq!([by.critical, by.high, by.medium, by.low, by.info, by.unknown], *severities, "{name}");
    }
}

#[test]
fn every_row_is_a_finding_a_double_or_skipped_with_a_reason() {
    for (name, ..) in SAMPLES {
        let report = read(sample(name));
        assert_eq!(report.rows, report.findings.len() + report.merged + skipped(&report), "{name}");
        for skip in &report.skipped {
            assert!(
                !skip.reason.is_empty() && !skip.examples.is_empty() && skip.count > 0,
                "{name}: {skip:?}"
            );
        }
    }
}

#[test]
fn the_folder_of_a_sample_is_its_format() {
    for (name, ..) in SAMPLES {
        let format = match name.split_once('/').expect("a folder").0 {
            "trivy" => Format::Trivy,
            "sarif" => Format::Sarif,
            _ => Format::Cyclonedx,
        };
        assert_eq!(backline_core::finding::detect(&sample(name)), Ok(format), "{name}");
    }
}

#[test]
fn every_sample_in_the_folder_is_in_the_table() {
    let root = format!("{}/../../samples", env!("CARGO_MANIFEST_DIR"));
    let mut found = 0;
    for folder in ["trivy", "sarif", "cyclonedx"] {
        for entry in std::fs::read_dir(format!("{root}/{folder}")).expect("a folder") {
            let name = format!("{folder}/{}", entry.expect("an entry").file_name().to_string_lossy());
            assert!(SAMPLES.iter().any(|(known, ..)| *known == name), "{name} is not in the table");
            found += 1;
        }
    }
    assert_eq!(found, SAMPLES.len());
}

#[test]
fn findings_can_be_shown_and_told_apart() {
    for (name, ..) in SAMPLES {
        let report = read(sample(name));
        let mut identities: Vec<_> = report.findings.iter().map(|finding| &finding.identity).collect();
        identities.sort();
        identities.dedup();
        assert_eq!(identities.len(), report.findings.len(), "{name}");
        for finding in &report.findings {
            assert!(
                !finding.title.is_empty() && !finding.title.contains('\n'),
                "{name}: {:?}",
                finding.title
            );
            assert!(finding.references.iter().all(|link| link.starts_with("http")), "{name}");
            assert!(finding.location.path.as_deref().is_none_or(|path| !path.starts_with('/')), "{name}");
        }
    }
}

#[test]
fn a_secret_is_nowhere_in_its_finding() {
    let text = String::from_utf8(sample("trivy/misconf-and-secrets.json")).expect("text");
    let report = read(text.replace("GITHUB_PAT=", "GITHUB_PAT_hunter2="));
    let shown = format!("{:?}", report.findings);
    assert!(!shown.contains("hunter2") && !shown.contains("GITHUB_PAT"), "{shown}");
}

#[test]
fn a_scan_says_what_it_was_of() {
    let of = |name: &str| {
        let report = read(sample(name));
        format!("{} {} {:?}", report.scanner, report.scan_kind, report.target)
    };
    assert_eq!(of("trivy/alpine-310.json"), r#"trivy image Some("ghcr.io/aquasecurity/trivy-test-images")"#);
    assert_eq!(of("trivy/scheme2-many.json"), r#"trivy image Some("teamdojo")"#);
    assert_eq!(of("trivy/misconf-and-secrets.json"), r#"trivy fs Some(".")"#);
    assert_eq!(of("sarif/codeql-output.sarif.json"), "codeql sarif None");
    assert_eq!(of("cyclonedx/trivy-pom.cdx.json"), r#"trivy sbom Some("testdata/fixtures/repo/pom")"#);
}
