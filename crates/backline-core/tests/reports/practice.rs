//! What scanners write in practice and the standards do not say.

use crate::read;
use backline_core::finding::{Identity, Kind, Report};
use backline_core::severity::Severity;
use expect_test::expect;

const VULNERABILITY: &str = r#"{"VulnerabilityID": "CVE-2021-23337", "PkgName": "lodash",
    "InstalledVersion": "4.17.20", "Severity": "HIGH"}"#;

fn of_results(results: &str) -> Report {
    read(format!(
        r#"{{"SchemaVersion": 2, "ArtifactName": ".", "ArtifactType": "filesystem", "Results": [{results}]}}"#
    ))
}

fn identities(report: &Report) -> Vec<&Identity> {
    report.findings.iter().map(|finding| &finding.identity).collect()
}

#[test]
fn a_license_is_told_apart_by_its_package() {
    let license = |package: &str| {
        format!(
            r#"{{"Severity": "HIGH", "Category": "restricted", "PkgName": "{package}", "Name": "GPL-3.0"}}"#
        )
    };
    let report = of_results(&format!(
        r#"{{"Target": "Java", "Class": "license", "Licenses": [{}, {}]}}"#,
        license("a"),
        license("b")
    ));
    assert_eq!(report.findings.len(), 2);
    expect!["License GPL-3.0 of a (restricted)"].assert_eq(&report.findings[0].title);
    assert_eq!(report.findings[0].kind, Kind::License);
}

#[test]
fn a_secret_keeps_its_identity_when_it_moves_and_is_never_kept() {
    let secret = |line: u32| {
        of_results(&format!(
            r#"{{"Target": ".env", "Class": "secret", "Secrets": [{{"RuleID": "aws-access-key-id", "Severity":
                "CRITICAL", "Title": "AWS key", "StartLine": {line}, "Match": "KEY=********",
                "Code": {{"Lines": [{{"Content": "KEY=hunter2"}}]}}}}]}}"#
        ))
    };
    assert_eq!(identities(&secret(3)), identities(&secret(30)));
    assert!(!format!("{:?}", secret(3)).contains("hunter2"));
    assert_eq!(secret(3).findings[0].location.line, Some(3));
}

#[test]
fn an_unusual_severity_is_unknown_and_said() {
    let severity = |said: &str| {
        let row = VULNERABILITY.replace(r#""Severity": "HIGH""#, said);
        let report = of_results(&format!(r#"{{"Target": "t", "Vulnerabilities": [{row}]}}"#));
        (report.findings[0].rating.severity, report.problems.join("; "))
    };
    let (unusual, problems) = severity(r#""Severity": "SPICY""#);
    assert_eq!(unusual, Severity::Unknown);
    expect![[r#"the severity "SPICY" is not known, and is kept as unknown"#]].assert_eq(&problems);
    assert_eq!(severity(r#""Status": "affected""#), (Severity::Unknown, String::new()));
    let scored = severity(r#""CVSS": {"nvd": {"V3Score": 9.8}}"#);
    assert_eq!(scored, (Severity::Critical, String::new()));
}

fn sarif(results: &[&str]) -> Report {
    read(format!(
        r#"{{"version": "2.1.0", "runs": [{{"tool": {{"driver": {{"name": "T"}}}}, "results": [{}]}}]}}"#,
        results.join(",")
    ))
}

#[test]
fn a_fingerprint_that_is_none_is_passed_over() {
    let at = |line: u32, snippet: &str| {
        format!(
            r#"{{"ruleId": "a", "fingerprints": {{"matchBasedId/v1": "requires login"}}, "locations": [{{"physicalLocation":
                {{"artifactLocation": {{"uri": "a.py"}}, "region": {{"startLine": {line}, "snippet": {{"text": "{snippet}"}}}}}}}}]}}"#
        )
    };
    let one = sarif(&[&at(9, "eval(x)")]);
    let with_another_above = sarif(&[&at(1, "eval(y)"), &at(10, "eval(x)")]);
    assert_eq!(with_another_above.findings.len(), 2);
    assert!(with_another_above.findings.iter().any(|finding| finding.identity == one.findings[0].identity));
}

#[test]
fn one_advisory_in_two_packages_is_two_findings() {
    let package = |name: &str| {
        format!(
            r#"{{"ruleId": "CVE-2019-1549", "message": {{"text": "Package: {name}\nInstalled Version: 1.1.1c-r0\nFixed Version: 1.1.1d-r0"}}}}"#
        )
    };
    let report = sarif(&[&package("libcrypto1.1"), &package("libssl1.1")]);
    assert_eq!(report.findings.len(), 2);
    let found = report.findings[0].package.as_ref().expect("a package");
    assert_eq!((report.findings[0].kind, found.name.as_str()), (Kind::Package, "libcrypto1.1"));
    assert_eq!(found.fixed_versions, ["1.1.1d-r0"]);
}

const PURL: &str = "pkg:npm/lodash@4.17.20";

fn bom(components: &str, rest: &str) -> Report {
    read(format!(
        r#"{{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{components}], {rest}}}"#
    ))
}

fn rated(source: &str, ratings: &str) -> (Severity, String, Option<f64>) {
    let report = bom(
        "",
        &format!(
            r#""vulnerabilities": [{{"id": "CVE-2021-23337", "source": {{"name": "{source}"}}, "ratings": [{ratings}],
                "affects": [{{"ref": "{PURL}"}}]}}]"#
        ),
    );
    let rating = report.findings[0].rating.clone();
    (rating.severity, rating.source, rating.score)
}

#[test]
fn the_first_rating_has_no_privilege() {
    let v2 = r#"{"source": {"name": "nvd"}, "score": 10, "method": "CVSSv2"}"#;
    let v31 = r#"{"source": {"name": "nvd"}, "score": 5.3, "method": "CVSSv31"}"#;
    let v4 = r#"{"source": {"name": "x"}, "score": 8.1, "method": "CVSSv4"}"#;
    let own = r#"{"source": {"name": "ghsa"}, "severity": "low"}"#;
    let bare = r#"{"severity": "critical"}"#;
    let listed = |ratings: &[&str]| rated("ghsa", &ratings.join(","));
    assert_eq!(listed(&[v2, v31]), (Severity::Medium, "nvd".to_owned(), Some(5.3)));
    assert_eq!(listed(&[v2, v31, v4]), (Severity::High, "x".to_owned(), Some(8.1)));
    assert_eq!(listed(&[v2, bare]).0, Severity::Critical);
    assert_eq!(listed(&[bare, v4, own]).0, Severity::Low);
    assert_eq!(listed(&[v2]).0, Severity::High);
    assert_eq!(listed(&[]), (Severity::Unknown, "cyclonedx".to_owned(), None));
}

#[test]
fn the_place_is_the_nearest_manifest_that_depends_on_the_component() {
    let manifest = |name: &str| {
        format!(
            r#"{{"bom-ref": "{name}", "type": "application", "name": "{name}", "properties":
                [{{"name": "aquasecurity:trivy:Class", "value": "lang-pkgs"}}]}}"#
        )
    };
    let report = bom(
        &format!(
            r#"{}, {}, {{"bom-ref": "direct", "name": "direct"}}, {{"bom-ref": "deep", "name": "deep"}}"#,
            manifest("a/package-lock.json"),
            manifest("b/package-lock.json")
        ),
        r#""dependencies": [{"ref": "a/package-lock.json", "dependsOn": ["direct"]},
            {"ref": "direct", "dependsOn": ["deep", "direct"]}, {"ref": "deep", "dependsOn": ["direct"]},
            {"ref": "b/package-lock.json", "dependsOn": ["deep"]}],
           "vulnerabilities": [{"id": "CVE-2021-23337", "affects": [{"ref": "direct"}, {"ref": "deep"}]}]"#,
    );
    let paths: Vec<_> = report.findings.iter().map(|finding| finding.location.path.as_deref()).collect();
    assert_eq!(paths, [Some("a/package-lock.json"), Some("b/package-lock.json")]);
}

#[test]
fn the_tool_is_named_in_both_forms() {
    let scanner = |tools: &str| {
        let report = bom("", &format!(r#""metadata": {{"tools": {tools}}}, "vulnerabilities": []"#));
        (report.scanner, report.scanner_version)
    };
    let trivy = ("trivy".to_owned(), Some("0.69".to_owned()));
    assert_eq!(scanner(r#"[{"vendor": "aqua", "name": "Trivy", "version": "0.69"}]"#), trivy);
    assert_eq!(scanner(r#"{"components": [{"name": "trivy", "version": "0.69"}]}"#), trivy);
    assert_eq!(scanner("7"), ("cyclonedx".to_owned(), None));
}
