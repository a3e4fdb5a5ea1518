//! Reads Trivy's JSON report.
//!
//! Owns what counts as a row: each vulnerability, failed misconfiguration, secret, licence, and each entry that an
//! ignore file or a VEX statement took out. Checks that passed are not rows.
//!
//! Source: <https://trivy.dev/latest/docs/configuration/reporting/#json>

mod code;
mod dependency;
mod place;
mod wire;

use super::collect::Collector;
use super::document::Document;
use super::lenient::{List, word};
use super::refusal::parse;
use super::{Format, Limits, Refused, Report, date};
use place::{Artifact, Place};
use wire::{Modified, Resource, Results};

const FAMILY: &str = "trivy";

pub(super) fn read(document: &Document<'_>, limits: &Limits) -> Result<Report, Refused> {
    let report = match document.json().starts_with('[') {
        true => wire::Report { results: parse::<List<Results<'_>>>(document)?, ..Default::default() },
        false => parse::<wire::Report<'_>>(document)?,
    };
    let artifact = Artifact::of(&report);
    let mut collector = Collector::new(limits);
    for results in &report.results.0 {
        read_results(results, &Place::of(&artifact, None, results), &mut collector)?;
    }
    let lists = [&report.resources, &report.findings, &report.vulnerabilities, &report.misconfigurations];
    for resource in lists.into_iter().flat_map(|list| &list.0) {
        read_resource(resource, &artifact, &mut collector)?;
    }
    let collected = collector.finish();
    Ok(Report {
        format: Format::Trivy,
        scanner: FAMILY.to_owned(),
        scanner_version: report.trivy.0.version.some().map(str::to_owned),
        target: artifact.target,
        scan_kind: artifact.scan_kind,
        scanned_at: date(report.created_at.or_empty()),
        is_complete: true,
        findings: collected.findings,
        rows: collected.rows,
        merged: collected.merged,
        skipped: collected.skipped,
        problems: collected.problems,
    })
}

fn read_resource(
    resource: &Resource<'_>,
    artifact: &Artifact,
    collector: &mut Collector,
) -> Result<(), Refused> {
    for results in &resource.results.0 {
        read_results(results, &Place::of(artifact, Some(resource), results), collector)?;
    }
    Ok(())
}

fn read_results(results: &Results<'_>, place: &Place<'_>, collector: &mut Collector) -> Result<(), Refused> {
    let package_type = word(&results.kind).unwrap_or_default();
    for row in &results.vulnerabilities.0 {
        match word(&row.status) {
            Some("not_affected") => collector.skip("not affected", row.id.as_str())?,
            _ => collector.finding(dependency::vulnerability(row, place, package_type))?,
        }
    }
    for row in &results.misconfigurations.0 {
        match word(&row.status) {
            None | Some("FAIL") => {
                let (finding, position) = code::misconfiguration(row, place);
                collector.finding_at(finding, position)?;
            }
            Some("EXCEPTION") => collector.skip("suppressed by an exception", row.id.as_str())?,
            // A check that passed is no row.
            Some(_) => {}
        }
    }
    for row in &results.secrets.0 {
        let (finding, position) = code::secret(row, place);
        collector.finding_at(finding, position)?;
    }
    for row in &results.licenses.0 {
        collector.finding(dependency::license(row, place))?;
    }
    for row in &results.experimental_modified_findings.0 {
        skip_modified(row, collector)?;
    }
    Ok(())
}

fn skip_modified(row: &Modified<'_>, collector: &mut Collector) -> Result<(), Refused> {
    let reason = match row.status.some() {
        Some(status) => format!("suppressed ({})", status.replace('_', " ")),
        None => "suppressed".to_owned(),
    };
    let finding = &row.finding.0;
    let id = finding.vulnerability_id.some().or(finding.id.some()).or(finding.rule_id.some());
    let mut example = id.unwrap_or("an entry without id").to_owned();
    if let Some(package) = finding.pkg_name.some() {
        example.push_str(&format!(" in {package}"));
    }
    if let Some(statement) = row.statement.some() {
        example.push_str(&format!(": {statement}"));
    }
    collector.skip(&reason, &super::collect::one_line(&example))
}
