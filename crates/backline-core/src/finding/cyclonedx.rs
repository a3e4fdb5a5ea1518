//! Reads CycloneDX JSON with vulnerabilities.
//!
//! Owns what counts as a row: each component that a vulnerability affects, and a vulnerability that names none.
//! What an analysis calls not affected, false positive or resolved is skipped.
//!
//! Source: <https://cyclonedx.org/docs/1.6/json/>

mod components;
mod rating;
mod wire;

use super::collect::{Collector, links, long_text, one_line};
use super::document::Document;
use super::lenient::word;
use super::refusal::parse;
use super::{Finding, Format, Identity, Kind, Limits, Location, Package, Refused, Report, date, identifier};
use components::{Affected, Components};
use wire::{Bom, Vulnerability};

pub(super) fn read(document: &Document<'_>, limits: &Limits) -> Result<Report, Refused> {
    let bom: Bom<'_> = parse(document)?;
    let components = Components::of(&bom);
    let tool = bom
        .metadata
        .as_ref()
        .and_then(|metadata| metadata.tools.0.iter().find(|tool| tool.name.some().is_some()));
    let scanner = tool.and_then(|tool| tool.name.some()).unwrap_or("cyclonedx").to_lowercase();
    let mut collector = Collector::new(limits);
    for vulnerability in &bom.vulnerabilities.0 {
        read_vulnerability(vulnerability, &components, &scanner, &mut collector)?;
    }
    let target = Some(components.whole()).filter(|name| !name.is_empty());
    let collected = collector.finish();
    Ok(Report {
        format: Format::Cyclonedx,
        scanner,
        scanner_version: tool.and_then(|tool| tool.version.some()).map(str::to_owned),
        target,
        scan_kind: "sbom".to_owned(),
        scanned_at: bom.metadata.as_ref().and_then(|metadata| date(metadata.timestamp.or_empty())),
        is_complete: true,
        findings: collected.findings,
        rows: collected.rows,
        merged: collected.merged,
        skipped: collected.skipped,
        problems: collected.problems,
    })
}

fn read_vulnerability(
    vulnerability: &Vulnerability<'_>,
    components: &Components<'_, '_>,
    scanner: &str,
    collector: &mut Collector,
) -> Result<(), Refused> {
    let id = vulnerability.id.as_str();
    let state = vulnerability.analysis.as_ref().and_then(|analysis| word(&analysis.state));
    let closed = state.and_then(closed_state);
    if vulnerability.affects.0.is_empty() {
        if let Some(reason) = closed {
            return collector.skip(reason, id);
        }
        let subject = components.subject.and_then(|subject| word(&subject.bom_ref));
        let affected = components.affected(subject.unwrap_or_default(), None);
        return collector.finding(finding(vulnerability, affected, components, scanner));
    }
    for entry in &vulnerability.affects.0 {
        let reference = entry.reference.as_str();
        let versions = &entry.versions.0;
        let is_unaffected = |status: Option<&str>| status == Some("unaffected");
        if let Some(reason) = closed {
            collector.skip(reason, &format!("{id} in {reference}"))?;
        } else if !versions.is_empty() && versions.iter().all(|version| is_unaffected(word(&version.status)))
        {
            collector.skip("version not affected", &format!("{id} in {reference}"))?;
        } else {
            let stated = versions.iter().find(|version| !is_unaffected(word(&version.status)));
            let affected = components.affected(reference, stated.and_then(|version| version.version.some()));
            if !affected.is_known {
                collector.problem(format!("the component {} is not in this document", one_line(reference)));
            }
            collector.finding(finding(vulnerability, affected, components, scanner))?;
        }
    }
    Ok(())
}

/// States in which nothing is left to be done.
fn closed_state(state: &str) -> Option<&'static str> {
    match state {
        "not_affected" => Some("analysis says not affected"),
        "false_positive" => Some("analysis says false positive"),
        "resolved" | "resolved_with_pedigree" => Some("analysis says resolved"),
        _ => None,
    }
}

fn finding(
    vulnerability: &Vulnerability<'_>,
    affected: Affected,
    components: &Components<'_, '_>,
    scanner: &str,
) -> Finding {
    let id = vulnerability.id.as_str();
    let aliases = vulnerability.references.0.iter().filter_map(|reference| reference.id.some());
    let identifiers = identifier::with_aliases(id, aliases);
    let texts = [vulnerability.description.or_empty(), vulnerability.detail.or_empty()];
    let cwes: Vec<String> = vulnerability.cwes.0.iter().map(|number| format!("CWE-{number}")).collect();
    let urls = vulnerability.advisories.0.iter().filter_map(|advisory| advisory.url.some());
    let title = match affected.package.name.as_str() {
        "" => id.to_owned(),
        name => format!("{id} in {name}"),
    };
    Finding {
        kind: Kind::Package,
        identity: Identity::Package {
            advisory: identifiers.first().cloned().unwrap_or_default(),
            package: affected.package.key,
            place: affected.place,
        },
        title: one_line(&title),
        description: long_text(&texts.join("\n\n")),
        rating: rating::rating(vulnerability, scanner),
        identifiers,
        cwes: identifier::cwes_in(cwes.iter().map(String::as_str)),
        package: Some(Package {
            ecosystem: affected.package.ecosystem,
            name: affected.package.name,
            version: affected.version,
            purl: affected.purl,
            fixed_versions: fixed_versions(vulnerability),
        }),
        location: Location { path: affected.path, line: None, image: components.image(), resource: None },
        rule: None,
        remedy: vulnerability.recommendation.some().map(long_text),
        references: links(vulnerability.source.0.url.some().into_iter().chain(urls)),
    }
}

/// The format has no field for fixed versions: Grype writes a property, Trivy a sentence.
fn fixed_versions(vulnerability: &Vulnerability<'_>) -> Vec<String> {
    let properties = vulnerability.properties.0.iter();
    let stated = properties
        .filter(|property| property.name.some() == Some("grype:fixed_versions"))
        .find_map(|property| property.value.some());
    let advised = || {
        let (_, versions) = vulnerability.recommendation.some()?.split_once(" to version ")?;
        // A sentence may go on: versions have no blank in them.
        versions.split(", ").all(|version| !version.trim_end_matches('.').contains(' ')).then_some(versions)
    };
    let versions = stated.or_else(advised).unwrap_or_default().split(',');
    let versions = versions.map(|version| version.trim().trim_end_matches('.').to_owned());
    versions.filter(|version| !version.is_empty()).collect()
}
