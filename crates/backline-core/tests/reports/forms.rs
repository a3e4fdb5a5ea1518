//! The forms that each format allows, one small report each.

use crate::read;
use backline_core::finding::{Identity, Report};
use backline_core::severity::Severity;

fn sarif(rules: &str, results: &str) -> Report {
    read(format!(
        r#"{{"runs": [{{"results": [{results}], "tool": {{"driver": {{"name": "T", "rules": [{rules}]}},
            "extensions": [{{"name": "E", "rules": [{{"id": "ext", "shortDescription": {{"text": "Of an extension"}}}}]}}]}}}}],
            "version": "2.1.0"}}"#
    ))
}

fn skips(report: &Report) -> Vec<(&str, usize)> {
    report.skipped.iter().map(|skip| (skip.reason.as_str(), skip.count)).collect()
}

#[test]
fn sarif_results_that_are_not_open_are_skipped() {
    let report = sarif(
        r#"{"id": "q", "properties": {"problem.severity": "warning", "tags": ["maintainability"]}}"#,
        r#"{"ruleId": "r", "kind": "pass"}, {"ruleId": "r", "kind": "review"}, {"ruleId": "q"},
           {"ruleId": "r", "baselineState": "absent"},
           {"ruleId": "a", "suppressions": [{"status": "accepted"}, {}]},
           {"ruleId": "b", "suppressions": [{"status": "underReview"}]},
           {"ruleId": "c", "suppressions": [{"status": "rejected"}]},
           {"ruleId": "d", "suppressions": []}"#,
    );
    assert_eq!(
        skips(&report),
        [
            ("absent since the baseline", 1),
            ("kind is pass, not fail", 1),
            ("kind is review, not fail", 1),
            ("quality rule", 1),
            ("suppressed", 1)
        ]
    );
    let open: Vec<_> = report.findings.iter().filter_map(|finding| finding.rule.as_deref()).collect();
    assert_eq!(open, ["b", "c", "d"]);
}

#[test]
fn sarif_severity_is_the_security_severity_then_the_level() {
    let severity = |rule: &str, result: &str| {
        let report = sarif(rule, result);
        report.findings[0].rating.severity
    };
    let scored = |score: &str| format!(r#"{{"id": "r", "properties": {{"security-severity": {score}}}}}"#);
    assert_eq!(severity(&scored(r#""9.0""#), r#"{"ruleId": "r", "level": "note"}"#), Severity::Critical);
    assert_eq!(severity(&scored("7.0"), r#"{"ruleId": "r"}"#), Severity::High);
    assert_eq!(severity(&scored(r#""high""#), r#"{"ruleId": "r", "level": "note"}"#), Severity::Low);

    let note = r#"{"id": "r", "defaultConfiguration": {"level": "note"}}"#;
    assert_eq!(severity(note, r#"{"ruleId": "r"}"#), Severity::Low);
    assert_eq!(severity(note, r#"{"ruleId": "r", "level": "error"}"#), Severity::High);
    assert_eq!(severity("", r#"{"ruleId": "r"}"#), Severity::Medium);
    assert_eq!(severity("", r#"{"ruleId": "r", "level": "none"}"#), Severity::Info);
    assert_eq!(severity("", r#"{"ruleId": "r", "level": "dire"}"#), Severity::Unknown);
}

#[test]
fn sarif_rules_are_found_by_index_by_id_and_in_extensions() {
    let rules = r#"{"id": "r", "shortDescription": {"text": "First"}}, {"id": "s", "name": "Second"}"#;
    let title = |result: &str| sarif(rules, result).findings[0].title.clone();
    assert_eq!(title(r#"{"ruleIndex": 1}"#), "Second");
    assert_eq!(title(r#"{"ruleId": "r", "ruleIndex": 1}"#), "First");
    assert_eq!(title(r#"{"ruleId": "r/special"}"#), "First");
    assert_eq!(title(r#"{"rule": {"index": 0, "toolComponent": {"index": 0}}}"#), "Of an extension");
    assert_eq!(title(r#"{"rule": {"id": "ext", "toolComponent": {"name": "E"}}}"#), "Of an extension");
    assert_eq!(title(r#"{"ruleId": "nowhere", "ruleIndex": -1}"#), "nowhere");
}

#[test]
fn sarif_messages_are_made_from_the_rule() {
    let rule = r#"{"id": "r", "messageStrings": {"m": {"text": "'{0}' flows into [{1}](1)"}}}"#;
    let report = sarif(rule, r#"{"ruleId": "r", "message": {"id": "m", "arguments": ["x", "a query"]}}"#);
    assert_eq!(report.findings[0].description, "'x' flows into a query");
}

#[test]
fn sarif_places_may_be_indexes_or_missing() {
    let report = read(
        r#"{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "T"}},
            "artifacts": [{"location": {"uri": "src/a.c"}}], "automationDetails": {"id": "nightly/linux/2026-01-01"},
            "invocations": [{"executionSuccessful": false}],
            "results": [{"ruleId": "a", "locations": [{"physicalLocation": {"artifactLocation": {"index": 0}}}]},
                        {"ruleId": "b", "locations": [{}]}, {"ruleId": "c", "locations": null}]}]}"#,
    );
    let paths: Vec<_> = report.findings.iter().map(|finding| finding.location.path.as_deref()).collect();
    assert_eq!(paths, [Some("src/a.c"), None, None]);
    assert_eq!(report.target.as_deref(), Some("nightly/linux"));
    assert!(!report.is_complete);
}

#[test]
fn trivy_of_old_and_of_clusters() {
    let row = r#"{"VulnerabilityID": "CVE-2020-1001", "PkgName": "musl", "InstalledVersion": "1.1", "Severity": "LOW"}"#;
    let old = read(format!(
        r#"[{{"Target": "acme/api:1 (alpine 3.9)", "Type": "alpine", "Vulnerabilities": [{row}]}}]"#
    ));
    let expected = Identity::Package {
        advisory: "CVE-2020-1001".to_owned(),
        package: "pkg:apk/alpine/musl".to_owned(),
        place: "acme/api".to_owned(),
    };
    assert_eq!(old.findings[0].identity, expected);

    let cluster = read(format!(
        r#"{{"ClusterName": "prod", "Resources": [{{"Namespace": "shop", "Kind": "Deployment", "Name": "api", "Results": [
            {{"Target": "acme/api:1 (alpine 3.9)", "Class": "os-pkgs", "Type": "alpine", "Vulnerabilities": [{row}]}}]}}]}}"#
    ));
    let Identity::Package { place, .. } = &cluster.findings[0].identity else { panic!("a package") };
    assert_eq!(place, "shop/Deployment/api!acme/api");
    assert_eq!((cluster.scan_kind.as_str(), cluster.target.as_deref()), ("kubernetes", Some("prod")));
}

#[test]
fn trivy_counts_failed_checks_and_not_passed_ones() {
    let report = read(
        r#"{"SchemaVersion": 2, "ArtifactName": ".", "Results": [{"Target": "Dockerfile", "Class": "config",
            "Misconfigurations": [{"ID": "DS001", "Status": "PASS"}, {"ID": "DS002", "Status": "FAIL", "Severity": "HIGH"},
                                  {"ID": "DS003", "Status": "EXCEPTION"}],
            "Licenses": [{"Name": "GPL-3.0", "PkgName": "readline", "Severity": "HIGH"}]}]}"#,
    );
    assert_eq!((report.rows, report.findings.len()), (3, 2));
    assert_eq!(skips(&report), [("suppressed by an exception", 1)]);
}

#[test]
fn trivy_two_versions_in_one_lockfile_are_one_finding() {
    let row = |version: &str, fixed: &str| {
        format!(
            r#"{{"VulnerabilityID": "CVE-2020-1001", "PkgName": "ms", "InstalledVersion": "{version}", "FixedVersion": "{fixed}"}}"#
        )
    };
    let report = read(format!(
        r#"{{"SchemaVersion": 2, "ArtifactName": ".", "Results": [{{"Target": "package-lock.json", "Class": "lang-pkgs",
            "Type": "npm", "Vulnerabilities": [{}, {}]}}]}}"#,
        row("2.0.0", "2.0.1"),
        row("1.0.0", "1.0.1")
    ));
    assert_eq!((report.rows, report.findings.len(), report.merged), (2, 1, 1));
    let package = report.findings[0].package.as_ref().expect("a package");
    assert_eq!((package.version.as_str(), package.fixed_versions.len()), ("1.0.0", 2));
}

fn cyclonedx(vulnerability: &str) -> Report {
    read(format!(
        r#"{{"vulnerabilities": [{vulnerability}], "specVersion": "1.6", "bomFormat": "CycloneDX",
            "metadata": {{"component": {{"type": "container", "name": "ghcr.io/acme/api:1.2"}}}},
            "components": [{{"type": "application", "name": "app", "components": [
                {{"bom-ref": "inner", "name": "lodash", "version": "4.17.20", "purl": "pkg:npm/lodash@4.17.20"}}]}}]}}"#
    ))
}

#[test]
fn cyclonedx_components_may_be_nested_or_behind_a_link() {
    let report = cyclonedx(
        r#"{"id": "CVE-2021-23337", "affects": [{"ref": "inner"}, {"ref": "urn:cdx:f08a6ccd/1#inner"},
            {"ref": "urn:cdx:f08a6ccd/1#pkg%3Anpm%2Fminimist%401.2.0"}]}"#,
    );
    assert_eq!((report.rows, report.findings.len(), report.merged), (3, 2, 1));
    let packages: Vec<_> = report.findings.iter().filter_map(|finding| finding.package.as_ref()).collect();
    assert_eq!((packages[0].name.as_str(), packages[1].name.as_str()), ("lodash", "minimist"));
    assert_eq!(packages[1].version, "1.2.0");
    assert_eq!(report.problems.len(), 1);
    let Identity::Package { place, .. } = &report.findings[0].identity else { panic!("a package") };
    assert_eq!(place, "ghcr.io/acme/api");
}

#[test]
fn cyclonedx_analysis_decides_what_is_open() {
    let of = |state: &str| {
        let report = cyclonedx(&format!(
            r#"{{"id": "CVE-2021-23337", "analysis": {{"state": "{state}"}}, "affects": [{{"ref": "inner"}}]}}"#
        ));
        (report.rows, report.findings.len())
    };
    for state in ["exploitable", "in_triage", "a_new_one"] {
        assert_eq!(of(state), (1, 1), "{state}");
    }
    for state in ["not_affected", "false_positive", "resolved", "resolved_with_pedigree"] {
        assert_eq!(of(state), (1, 0), "{state}");
    }
    let unaffected = cyclonedx(
        r#"{"id": "CVE-2021-23337", "affects": [{"ref": "inner", "versions": [{"version": "1", "status": "unaffected"}]}]}"#,
    );
    assert_eq!(skips(&unaffected), [("version not affected", 1)]);
    assert_eq!(cyclonedx(r#"{"id": "CVE-2021-23337"}"#).findings.len(), 1);
}

#[test]
fn cyclonedx_trusts_the_advisorys_own_source_first() {
    let severity = |ratings: &str| {
        let report = cyclonedx(&format!(
            r#"{{"id": "CVE-2021-23337", "source": {{"name": "ghsa"}}, "ratings": [{ratings}], "affects": [{{"ref": "inner"}}]}}"#
        ));
        report.findings[0].rating.severity
    };
    let other = r#"{"source": {"name": "amazon"}, "severity": "low"}"#;
    let nvd = r#"{"source": {"name": "nvd"}, "severity": "critical", "score": 9.8, "method": "CVSSv31"}"#;
    let own = r#"{"source": {"name": "ghsa"}, "severity": "high"}"#;
    let version_2 = r#"{"score": 10, "method": "CVSSv2"}"#;
    assert_eq!(severity(&[other, nvd, own].join(",")), Severity::High);
    assert_eq!(severity(&[other, nvd].join(",")), Severity::Critical);
    assert_eq!(severity(other), Severity::Low);
    assert_eq!(severity(version_2), Severity::High);
    assert_eq!(severity(r#"{"severity": "sticky"}"#), Severity::Unknown);
    assert_eq!(severity(""), Severity::Unknown);
}
