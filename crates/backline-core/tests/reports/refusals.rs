//! What is not taken, and the three sentences that say so.

use backline_core::finding::{self, Limits, Refused};
use expect_test::{Expect, expect};

fn refused(bytes: impl AsRef<[u8]>) -> Refused {
    finding::read(bytes.as_ref(), &Limits::default()).expect_err("refused")
}

fn check(bytes: impl AsRef<[u8]>, expected: Expect) {
    let Refused { place, rule, remedy } = refused(bytes);
    expected.assert_eq(&format!("{place}\n{rule}\n{remedy}"));
}

/// Whatever value is wrong, the remedy is the same.
fn check_value(report: impl AsRef<[u8]>, place: &str, rule: &str) {
    let remedy = "correct the value at this place, or make the report again with the scanner's own output; \
                  nothing of this report was taken";
    let refused = refused(report);
    assert_eq!([&*refused.place, &*refused.rule, &*refused.remedy], [place, rule, remedy]);
}

fn trivy(vulnerability: &str) -> String {
    format!(
        r#"{{"SchemaVersion": 2, "ArtifactName": "a", "Results": [{{"Target": "t", "Vulnerabilities": [{vulnerability}]}}]}}"#
    )
}

fn sarif(run: &str) -> String {
    format!(r#"{{"version": "2.1.0", "runs": [{{"tool": {{"driver": {{"name": "T"}}}}, {run}}}]}}"#)
}

fn cyclonedx(vulnerability: &str) -> String {
    format!(r#"{{"bomFormat": "CycloneDX", "specVersion": "1.5", "vulnerabilities": [{vulnerability}]}}"#)
}

#[test]
fn nothing_and_what_is_not_text() {
    for text in ["", " \n\t"] {
        check(
            text,
            expect![[r#"
            byte 0
            the file is empty: a report was expected
            check that the scanner ran and wrote its report to this file"#]],
        );
    }
    check(
        vec![0; 100_000_000],
        expect![[r#"
        byte 0
        expected text, found a NUL byte: this is not a text file
        upload the file exactly as the scanner wrote it, as UTF-8 text"#]],
    );
    check(
        b"{\"a\": \"\x00\"}",
        expect![[r#"
        byte 7
        expected text, found a NUL byte: this is not a text file
        upload the file exactly as the scanner wrote it, as UTF-8 text"#]],
    );
    check(
        b"\xEF\xBB\xBF{\"a\": \"\xff\"}",
        expect![[r#"
        byte 10
        expected UTF-8 text, found the byte 0xff, which is not UTF-8
        upload the file exactly as the scanner wrote it, as UTF-8 text"#]],
    );
    check(
        b"\xFF\xFE{\0\"",
        expect![[r#"
        byte 4
        expected UTF-16 text, found half a character at the end
        write the report as UTF-8 (in PowerShell: the scanner's own output option in place of `>`)"#]],
    );
    check(
        b"\x1f\x8b\x08\0",
        expect![[r#"
        byte 0
        the file is compressed with gzip: a JSON report was expected
        unpack it first (`gunzip FILE`)"#]],
    );
    check(
        b"PK\x03\x04",
        expect![[r#"
        byte 0
        the file is a zip archive: a JSON report was expected
        unpack it and upload the reports in it one by one"#]],
    );
    check(
        "the scanner said no",
        expect![[r#"
        line 1, column 1 (byte 0)
        expected a JSON report, found other text
        upload a report in one of these formats: Trivy JSON, SARIF 2.1.0, CycloneDX 1.4 to 1.7 JSON"#]],
    );
}

#[test]
fn broken_json() {
    let report = trivy(r#"{"VulnerabilityID": "CVE-2020-1", "PkgName": "p"}"#);
    check(
        &report[..100],
        expect![[r#"
        line 1, column 100 (byte 99)
        the JSON ends here, in the middle of a value: the file is truncated
        let the scanner finish and upload the whole file"#]],
    );
    check(
        "{",
        expect![[r#"
        line 1, column 1 (byte 0)
        the JSON ends here, in the middle of a value: the file is truncated
        let the scanner finish and upload the whole file"#]],
    );
    check(
        format!("INFO start\n{report}\n{{}}"),
        expect![[r#"
        line 3, column 1 (byte 155)
        the JSON document is over, but more text follows
        remove what follows, or upload one document per file"#]],
    );
    check(
        r#"{"SchemaVersion": 2,}"#,
        expect![[r#"
        line 1, column 21 (byte 20)
        this is not valid JSON: trailing comma
        upload the file exactly as the scanner wrote it, not edited or cut"#]],
    );
    check(
        format!(r#"{{"runs": {}1{}}}"#, "[".repeat(64), "]".repeat(64)),
        expect![[r#"
        line 1, column 73 (byte 72)
        the JSON is nested more than 64 levels deep
        no scanner writes such a report: upload the file exactly as the scanner wrote it"#]],
    );
    assert!(
        matches!(finding::detect(format!("{}1{}", "[".repeat(64), "]".repeat(64)).as_bytes()), Err(e) if e.rule.contains("known"))
    );
}

#[test]
fn what_is_of_no_known_format() {
    for json in ["{}", "[]", "null", r#"{"hello": [1]}"#, r#"[["Target"]]"#] {
        check(
            json,
            expect![[r#"
            /
            this is JSON, but not a report of a known format
            upload a report in one of these formats: Trivy JSON, SARIF 2.1.0, CycloneDX 1.4 to 1.7 JSON"#]],
        );
    }
}

#[test]
fn what_is_known_but_not_read() {
    check(
        r#"{"matches": [], "descriptor": {}}"#,
        expect![[r#"
        /
        this is Grype JSON, which is not supported yet
        run `grype -o sarif` or `grype -o cyclonedx-json`"#]],
    );
    check(
        r#"{"spdxVersion": "SPDX-2.3"}"#,
        expect![[r#"
        /
        this is SPDX, which is not supported yet
        SPDX lists packages and no vulnerabilities: have the scanner read it and write CycloneDX JSON"#]],
    );
    check(
        r#"<?xml version="1.0"?><bom xmlns="http://cyclonedx.org/schema/bom/1.5"/>"#,
        expect![[r#"
        /
        this is CycloneDX XML, which is not supported yet
        have the tool write CycloneDX as JSON, and upload that"#]],
    );
    check(
        "<!DOCTYPE html><html>",
        expect![[r#"
        /
        this is an HTML page, which is not supported yet
        look at it: it may be an error page that was saved as the report"#]],
    );
    check(
        r#"{"version": "2.0.0", "runs": []}"#,
        expect![[r#"
        /version
        expected SARIF version 2.1.0, found 2.0.0
        have the tool write SARIF 2.1.0 (older files: `sarif-multitool transform`)"#]],
    );
    check(
        r#"{"runs": []}"#,
        expect![[r#"
        /version
        expected the SARIF version 2.1.0, found none
        have the tool write SARIF 2.1.0"#]],
    );
    check(
        r#"{"bomFormat": "CycloneDX", "specVersion": "1.2"}"#,
        expect![[r#"
        /specVersion
        expected CycloneDX version 1.4 to 1.7, found 1.2
        have the tool write CycloneDX 1.4 or newer: older versions cannot hold vulnerabilities"#]],
    );
    check(
        r#"{"bomFormat": "CycloneDX", "specVersion": 1.5}"#,
        expect![[r#"
        /specVersion
        expected a string, found 1.5
        upload the file exactly as the tool wrote it"#]],
    );
    check(
        r#"{"SchemaVersion": 3, "ArtifactName": "a"}"#,
        expect![[r#"
        /SchemaVersion
        expected Trivy's schema version 2, found 3
        upgrade Backline, or have Trivy write SARIF (`--format sarif`)"#]],
    );
}

#[test]
fn other_formats_are_called_by_their_name() {
    let name = |json: &str| {
        let rule = refused(json).rule;
        rule.trim_start_matches("this is ").split(',').next().unwrap_or_default().to_owned()
    };
    assert_eq!(name(r#"{"results": [], "errors": [], "paths": {}, "version": "1"}"#), "Semgrep JSON");
    assert_eq!(name(r#"{"results": [{"source": {}, "packages": []}]}"#), "OSV-Scanner JSON");
    assert_eq!(name(r#"{"vulnerabilities": [], "ok": true}"#), "Snyk JSON");
    assert_eq!(name(r#"{"auditReportVersion": 2, "vulnerabilities": {}}"#), "npm audit JSON");
    assert_eq!(name(r#"{"database": {}, "lockfile": {}, "vulnerabilities": {}}"#), "cargo-audit JSON");
    assert_eq!(name(r#"{"version": "15", "vulnerabilities": [], "scan": {}}"#), "GitLab security report");
    assert_eq!(name(r#"[{"check_type": "terraform"}]"#), "Checkov JSON");
    assert_eq!(name(r#"[{"RuleID": "r", "Fingerprint": "f"}]"#), "Gitleaks JSON");
    assert_eq!(name(r#"{"@context": "https://openvex.dev/ns", "statements": []}"#), "OpenVEX");
    assert_eq!(name(r#"{"document": {}, "product_tree": {}}"#), "CSAF");
}

#[test]
fn a_wrong_type_where_identity_or_severity_is_read() {
    check_value(
        trivy(r#"{"VulnerabilityID": "CVE-2020-1", "PkgName": "p", "Severity": 5}"#),
        "/Results/0/Vulnerabilities/0/Severity",
        "expected a string, found the number 5",
    );
    check_value(
        trivy(r#"{"VulnerabilityID": ["CVE-2020-1"], "PkgName": "p"}"#),
        "/Results/0/Vulnerabilities/0/VulnerabilityID",
        "expected a string, found an array",
    );
    check_value(
        trivy(r#"{"PkgName": "p"}"#),
        "/Results/0/Vulnerabilities/0",
        "`VulnerabilityID` is required, and missing",
    );
    check_value(
        trivy(r#"{"VulnerabilityID": "C", "PkgName": "p", "PkgIdentifier": {"PURL": {}}}"#),
        "/Results/0/Vulnerabilities/0/PkgIdentifier/PURL",
        "expected a string, found an object",
    );
    check_value(r#"{"SchemaVersion": 2, "Results": {}}"#, "/Results", "expected an array, found an object");
    check_value(
        sarif(r#""results": [{"ruleId": 7}]"#),
        "/runs/0/results/0/ruleId",
        "expected a string, found the number 7",
    );
    check_value(
        sarif(r#""results": [{"level": {}}]"#),
        "/runs/0/results/0/level",
        "expected a string, found an object",
    );
    check_value(r#"{"version": "2.1.0", "runs": null}"#, "/runs", "expected an array, found null");
    check_value(
        r#"{"version": "2.1.0", "runs": [{"tool": {"driver": {"rules": [{"properties": {"security-severity": []}}]}}}]}"#,
        "/runs/0/tool/driver/rules/0/properties/security-severity",
        "expected a number, found an array",
    );
    check_value(
        cyclonedx(r#"{"id": "CVE-2020-1", "ratings": [{"severity": 5}]}"#),
        "/vulnerabilities/0/ratings/0/severity",
        "expected a string, found the number 5",
    );
    check_value(
        cyclonedx(r#"{"id": "CVE-2020-1", "affects": [{"ref": null}]}"#),
        "/vulnerabilities/0/affects/0/ref",
        "expected a string, found null",
    );
}

#[test]
fn more_rows_than_the_limit() {
    let report =
        trivy(r#"{"VulnerabilityID": "A", "PkgName": "p"}, {"VulnerabilityID": "B", "PkgName": "p"}"#);
    let limits = Limits { rows_max: 1, ..Limits::default() };
    let refused = finding::read(report.as_bytes(), &limits).expect_err("refused");
    expect!["the report has more than 1 rows"].assert_eq(&refused.rule);
}

#[test]
fn another_format_than_was_said() {
    let refused = finding::read_as("sarif", trivy("").as_bytes(), &Limits::default()).expect_err("refused");
    expect!["expected a report of the format sarif, found trivy"].assert_eq(&refused.rule);
}

#[test]
fn what_is_only_shown_is_never_refused() {
    let report = trivy(
        r#"{"VulnerabilityID": "CVE-2020-1", "PkgName": "p", "Severity": "APOCALYPTIC", "Title": {"a": []},
            "Description": 5, "References": "https://example.com/1", "CVSS": [1], "CweIDs": {"x": 1}, "New": [{}]}"#,
    );
    let report = crate::read(report);
    assert_eq!(report.by_severity().unknown, 1);
    assert_eq!(report.findings[0].references, ["https://example.com/1"]);
}
