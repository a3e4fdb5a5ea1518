//! Reads SARIF 2.1.0.
//!
//! Owns what counts as a finding: a result of kind `fail` that is neither suppressed nor gone, of a rule about
//! security. A row is a result.
//!
//! Source: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>

mod dependency;
mod fingerprint;
mod location;
mod message;
mod rule;
mod wire;

use super::collect::{Collector, Position, links, long_text, one_line};
use super::document::Document;
use super::lenient::word;
use super::refusal::parse;
use super::{Finding, Format, Identity, Kind, Limits, Location, Refused, Report, date, identifier};
use location::{Roots, Spot};
use rule::Rules;
use std::collections::BTreeSet;
use wire::{Log, Rule, Run, SarifResult};

pub(super) fn read(document: &Document<'_>, limits: &Limits) -> Result<Report, Refused> {
    let log: Log<'_> = parse(document)?;
    let mut collector = Collector::new(limits);
    for run in &log.runs {
        read_run(run, &mut collector)?;
    }
    let families: BTreeSet<String> = log.runs.iter().map(family).collect();
    if families.len() > 1 {
        let names: Vec<&str> = families.iter().map(String::as_str).collect();
        collector.problem(format!("runs of several tools are in one file: {}", names.join(", ")));
    }
    let failed =
        log.runs.iter().flat_map(|run| &run.invocations.0).any(|i| i.execution_successful == Some(false));
    if failed {
        collector
            .problem("the tool says that its run failed: what is missing is not taken as fixed".to_owned());
    }
    let categories: BTreeSet<&str> = log.runs.iter().filter_map(category).collect();
    let driver = log.runs.first().map(|run| &run.tool.driver);
    let version = driver.and_then(|driver| driver.semantic_version.some().or(driver.version.some()));
    let ends = log.runs.iter().flat_map(|run| &run.invocations.0).map(|invocation| &invocation.end_time_utc);
    let scanned_at = ends.filter_map(|end| date(end.or_empty())).max();
    let scanner = match families.len() {
        0 => "unknown".to_owned(),
        _ => families.into_iter().collect::<Vec<_>>().join("+"),
    };
    let collected = collector.finish();
    Ok(Report {
        format: Format::Sarif,
        scanner,
        scanner_version: version.map(str::to_owned),
        target: (!categories.is_empty()).then(|| categories.into_iter().collect::<Vec<_>>().join(",")),
        scan_kind: "sarif".to_owned(),
        scanned_at,
        is_complete: !failed,
        findings: collected.findings,
        rows: collected.rows,
        merged: collected.merged,
        skipped: collected.skipped,
        problems: collected.problems,
    })
}

/// The tool's name in lower case.
fn family(run: &Run<'_>) -> String {
    word(&run.tool.driver.name).unwrap_or("unknown").to_lowercase()
}

/// What is before the last slash of the id; the rest names the single run.
fn category<'r>(run: &'r Run<'_>) -> Option<&'r str> {
    let id = word(&run.automation_details.as_ref()?.id)?;
    id.rsplit_once('/').map(|(category, _)| category).filter(|category| !category.is_empty())
}

fn read_run(run: &Run<'_>, collector: &mut Collector) -> Result<(), Refused> {
    let (family, rules, roots) = (family(run), Rules::of(&run.tool), Roots::of(run));
    for result in &run.results.0 {
        let (rule_id, rule) = rules.find(result);
        if let Some(reason) = why_not(result, rule) {
            collector.skip(&reason, rule_id.unwrap_or("a result without rule"))?;
            continue;
        }
        if rule_id.is_none() {
            collector.problem("a result names no rule: it is told apart by its place only".to_owned());
        }
        let spot = location::spot(result, run, &roots);
        let message = message::message(result, rule, &run.tool.driver);
        read_result(
            Row { result, rule, rule_id: rule_id.unwrap_or_default(), spot, message, family: &family },
            collector,
        )?;
    }
    Ok(())
}

/// Why a result is not an open weakness.
fn why_not(result: &SarifResult<'_>, rule: Option<&Rule<'_>>) -> Option<String> {
    let suppressions = &result.suppressions.0;
    let is_accepted = |status: Option<&str>| matches!(status, None | Some("accepted"));
    if !suppressions.is_empty()
        && suppressions.iter().all(|suppression| is_accepted(word(&suppression.status)))
    {
        return Some("suppressed".to_owned());
    }
    if word(&result.baseline_state) == Some("absent") {
        return Some("absent since the baseline".to_owned());
    }
    match word(&result.kind) {
        None | Some("fail") => {}
        Some(kind) => return Some(format!("kind is {kind}, not fail")),
    }
    rule.is_some_and(rule::is_about_quality).then(|| "quality rule".to_owned())
}

/// A result with all that belongs to it.
struct Row<'r, 'a> {
    result: &'r SarifResult<'a>,
    rule: Option<&'r Rule<'a>>,
    rule_id: &'r str,
    spot: Spot,
    message: String,
    family: &'r str,
}

fn read_result(row: Row<'_, '_>, collector: &mut Collector) -> Result<(), Refused> {
    let identifiers = identifier::weaknesses_in(row.rule_id);
    let found = if identifiers.is_empty() {
        None
    } else {
        dependency::dependency(row.result, row.rule, &row.message)
    };
    let kind = if found.is_some() { Kind::Package } else { kind(&row) };
    let path = row.spot.path.clone();
    let (identity, position) = match &found {
        Some(dependency) => {
            let place = super::package::manifest_path(
                path.as_deref().unwrap_or_default(),
                &dependency.package.version,
            );
            let advisory = identifiers.first().cloned().unwrap_or_default();
            (Identity::Package { advisory, package: dependency.key.clone(), place }, None)
        }
        None => {
            let print = fingerprint::fingerprint(row.result, &row.spot, kind == Kind::Secret);
            // Where a tool has its own fingerprint, two messages at one place are still one result.
            let text = if print.is_scanners { String::new() } else { row.message.clone() };
            let position = Position { line: row.spot.line, column: row.spot.column, text };
            let (family, rule) = (row.family.to_owned(), row.rule_id.to_owned());
            (Identity::Code { family, rule, fingerprint: print.hash }, Some(position))
        }
    };
    let title =
        message::title(row.rule).or(Some(row.rule_id).filter(|id| !id.is_empty())).unwrap_or(&row.message);
    let finding = Finding {
        identity,
        title: one_line(title),
        description: long_text(&message::description(&row.message, row.rule)),
        rating: rule::rating(row.result, row.rule, row.family),
        identifiers,
        cwes: cwes(&row),
        package: found.map(|dependency| dependency.package),
        location: Location { path, line: row.spot.line, image: None, resource: row.spot.enclosing.clone() },
        rule: Some(row.rule_id.to_owned()).filter(|id| !id.is_empty()),
        remedy: message::remedy(row.result, row.rule).map(|text| long_text(&text)),
        references: links(row.rule.and_then(|rule| rule.help_uri.some())),
        kind,
    };
    match position {
        Some(position) => collector.finding_at(finding, position),
        None => collector.finding(finding),
    }
}

fn cwes(row: &Row<'_, '_>) -> Vec<String> {
    let own = row.result.properties.0.cwe.iter();
    let Some(rule) = row.rule else { return identifier::cwes_in(own) };
    let related = rule.relationships.0.iter().filter_map(|relationship| relationship.target.0.id.some());
    let properties =
        rule.properties.iter().flat_map(|properties| properties.tags.iter().chain(properties.cwe.iter()));
    identifier::cwes_in(own.chain(related).chain(properties))
}

/// SARIF says nothing of kinds: the tool's family does, or Trivy's name for the rule.
fn kind(row: &Row<'_, '_>) -> Kind {
    const SECRETS: [&str; 5] = ["gitleaks", "trufflehog", "detect-secrets", "ggshield", "whispers"];
    const INFRASTRUCTURE: [&str; 7] =
        ["checkov", "tfsec", "kics", "terrascan", "kube-linter", "hadolint", "kubescape"];
    match row.rule.and_then(|rule| rule.name.some()) {
        Some("Secret") => return Kind::Secret,
        Some("Misconfiguration") => return Kind::Infrastructure,
        Some("License") => return Kind::License,
        _ => {}
    }
    if SECRETS.contains(&row.family) {
        Kind::Secret
    } else if INFRASTRUCTURE.contains(&row.family) {
        Kind::Infrastructure
    } else {
        Kind::Code
    }
}
