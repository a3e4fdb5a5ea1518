//! What stays the same finding over scans, and what does not.

use crate::samples::SAMPLES;
use crate::{read, sample};
use backline_core::finding::{Identity, Report, scope_key, vulnerability_key};
use backline_core::ids::RepositoryName;
use expect_test::expect;

fn identities(report: &Report) -> Vec<Identity> {
    let mut identities: Vec<Identity> =
        report.findings.iter().map(|finding| finding.identity.clone()).collect();
    identities.sort();
    identities
}

#[test]
fn the_same_report_has_the_same_identities() {
    for (name, ..) in SAMPLES {
        assert_eq!(identities(&read(sample(name))), identities(&read(sample(name))), "{name}");
    }
}

#[test]
fn keys_and_rows_in_another_order_have_the_same_identities() {
    for (name, ..) in SAMPLES {
        let report: serde_json::Value = serde_json::from_slice(&sample(name)).expect("JSON");
        let turned = serde_json::to_vec(&turned(report)).expect("JSON");
        assert_eq!(identities(&read(&turned)), identities(&read(sample(name))), "{name}");
    }
}

/// Every object with its keys, and every list of results with its entries, in the opposite order.
fn turned(value: serde_json::Value) -> serde_json::Value {
    use serde_json::Value;
    const ROWS: [&str; 6] =
        ["results", "Results", "vulnerabilities", "Vulnerabilities", "Secrets", "components"];
    match value {
        Value::Object(fields) => {
            let turn = |(key, value): (String, Value)| match value {
                Value::Array(rows) if ROWS.contains(&key.as_str()) => {
                    (key, Value::Array(rows.into_iter().rev().map(turned).collect()))
                }
                value => (key, turned(value)),
            };
            let fields: Vec<_> = fields.into_iter().map(turn).collect();
            Value::Object(fields.into_iter().rev().collect())
        }
        Value::Array(values) => Value::Array(values.into_iter().map(turned).collect()),
        scalar => scalar,
    }
}

#[test]
fn an_upgrade_that_is_still_vulnerable_is_the_same_finding() {
    let keeps = |name: &str, from: &str, to: &str| {
        let text = String::from_utf8(sample(name)).expect("text");
        assert!(text.contains(from));
        assert_eq!(identities(&read(text.replace(from, to))), identities(&read(&text)), "{name}");
    };
    keeps("trivy/npm.json", "3.3.9", "3.3.10");
    keeps("trivy/scheme2-many.json", "1.14", "1.15");
    keeps("trivy/alpine-310.json", "alpine-310\"", "alpine-311\"");
    keeps("sarif/blackduck-fingerprints.sarif.json", "4.17.20", "4.17.19");
    keeps("sarif/trivy-alpine-310.sarif.json", "1.1.1c-r0", "1.1.1b-r0");
    keeps("cyclonedx/log4j.json", "2.13.2", "2.13.3");
    keeps("cyclonedx/trivy-fluentd-short.cdx.json", "6.0.2.1", "6.0.2.0");
}

#[test]
fn moved_code_is_the_same_finding() {
    let pattern = regex::Regex::new(r#"("startLine"\s*:\s*)(\d+)"#).expect("a pattern");
    for name in ["sarif/codeql-output.sarif.json", "sarif/njsscan.sarif.json", "sarif/flawfinder.sarif.json"]
    {
        let text = String::from_utf8(sample(name)).expect("text");
        let moved = pattern.replace_all(&text, |found: &regex::Captures<'_>| {
            format!("{}{}", &found[1], found[2].parse::<u32>().expect("a line") + 7)
        });
        assert_ne!(moved, text);
        assert_eq!(identities(&read(moved.as_bytes())), identities(&read(&text)), "{name}");
    }
}

#[test]
fn two_formats_of_one_scan_show_one_vulnerability() {
    let json = read(sample("trivy/pom.json"));
    let cyclonedx = read(sample("cyclonedx/trivy-pom.cdx.json"));
    assert_eq!(identities(&json), identities(&cyclonedx));
}

fn result(line: u32, snippet: &str) -> String {
    format!(
        r#"{{"ruleId": "r", "message": {{"text": "m"}}, "locations": [{{"physicalLocation": {{
            "artifactLocation": {{"uri": "a.c"}}, "region": {{"startLine": {line}, "snippet": {{"text": "{snippet}"}}}}}}}}]}}"#
    )
}

fn sarif(results: &[String]) -> Report {
    read(format!(
        r#"{{"version": "2.1.0", "runs": [{{"tool": {{"driver": {{"name": "T"}}}}, "results": [{}]}}]}}"#,
        results.join(",")
    ))
}

#[test]
fn like_code_in_one_file_is_told_apart_by_an_ordinal() {
    let two = sarif(&[result(1, "gets(x)"), result(9, "gets( x)")]);
    assert_eq!((two.findings.len(), two.merged), (2, 0));

    let turned_and_moved = sarif(&[result(19, "gets(x)"), result(11, "gets(x)")]);
    assert_eq!(identities(&two), identities(&turned_and_moved));

    let one_place_twice = sarif(&[result(1, "gets(x)"), result(1, "gets(x)")]);
    assert_eq!((one_place_twice.findings.len(), one_place_twice.merged), (1, 1));

    let other_code = sarif(&[result(1, "puts(x)")]);
    assert_ne!(identities(&other_code)[0], identities(&one_place_twice)[0]);
}

#[test]
fn keys_are_what_is_stored_for_ever() {
    let origin = RepositoryName::from("Acme/Payments-API");
    let report = read(sample("trivy/npm.json"));
    let identity = &report.findings[0].identity;
    let key = vulnerability_key(&origin, identity, "CVE-2019-11358");
    expect!["f5072870efb611858c016ec096550e4caac004eb5425fdbdf59e550851ab1733"].assert_eq(key.as_str());
    assert_ne!(key, vulnerability_key(&origin, identity, "GHSA-6c3j-c64m-qhgq"));
    assert_eq!(
        key,
        vulnerability_key(&RepositoryName::from("acme/payments-api"), identity, "CVE-2019-11358")
    );

    let scope = scope_key(&report, &origin, None, None);
    expect!["18a8b6c8144e10696f17789b35b44aa99c42f8114e2975098e5b838b9f103c7b"].assert_eq(scope.as_str());
    let others =
        [scope_key(&report, &origin, Some("v2"), None), scope_key(&report, &origin, None, Some("backend"))];
    assert!(others.iter().all(|other| *other != scope) && others[0] != others[1]);
}
