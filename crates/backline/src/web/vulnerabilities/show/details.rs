//! The facts of a vulnerability as labelled lines.

use crate::web::part::link;
use crate::web::part::moment::Moment;
use backline_core::finding::Kind;
use backline_core::vulnerability::Vulnerability;

/// A label and its value.
pub type Line = (&'static str, String);

/// What and where it is.
pub fn about(vulnerability: &Vulnerability) -> Vec<Line> {
    let location = &vulnerability.location;
    let package = vulnerability.package.as_ref();
    let path = location.path.as_ref().map(|path| match location.line {
        Some(line) => format!("{path}:{line}"),
        None => path.clone(),
    });
    let kind = match vulnerability.kind {
        Kind::Package => "Vulnerable package",
        Kind::Code => "Weakness in code",
        Kind::Secret => "Secret",
        Kind::Infrastructure => "Misconfiguration",
        Kind::License => "License",
    };
    present([
        ("Kind", Some(kind.to_owned())),
        ("Repository", Some(vulnerability.repository.to_string())),
        ("Package", package.map(|package| format!("{} ({})", package.name, package.ecosystem))),
        ("Installed version", package.map(|package| package.version.clone())),
        ("Fixed versions", package.map(|package| package.fixed_versions.join(", "))),
        ("File", path),
        ("Image", location.image.clone()),
        ("Resource", location.resource.clone()),
        ("Rule", vulnerability.rule.clone()),
        ("Weakness", Some(vulnerability.cwes.join(", "))),
        ("Other ids", Some(vulnerability.identifiers.iter().skip(1).cloned().collect::<Vec<_>>().join(", "))),
    ])
}

/// How bad it is, and who says so.
pub fn rating(vulnerability: &Vulnerability) -> Vec<Line> {
    let rating = &vulnerability.rating;
    present([
        ("Source", Some(rating.source.clone())),
        ("Their word", Some(rating.word.clone())),
        ("CVSS score", rating.score.map(|score| format!("{score:.1}"))),
        ("CVSS vector", rating.vector.clone()),
    ])
}

/// How it was tracked.
pub fn history(vulnerability: &Vulnerability) -> Vec<Line> {
    let came_back = (vulnerability.reopened_count > 0).then(|| vulnerability.reopened_count.to_string());
    present([
        ("First seen", Some(Moment::of(vulnerability.detected_at).text)),
        ("Last seen", Some(Moment::of(vulnerability.last_seen_at).text)),
        ("Scanners", Some(vulnerability.scanners.join(", "))),
        ("Times it came back", came_back),
        ("Fingerprint", Some(vulnerability.key.to_string())),
    ])
}

/// Those of its references that open a web page.
pub fn references(vulnerability: &Vulnerability) -> Vec<String> {
    vulnerability.references.iter().filter_map(|address| link::web(address)).map(str::to_owned).collect()
}

fn present<const N: usize>(lines: [(&'static str, Option<String>); N]) -> Vec<Line> {
    lines
        .into_iter()
        .filter_map(|(label, value)| Some((label, value.filter(|value| !value.is_empty())?)))
        .collect()
}
