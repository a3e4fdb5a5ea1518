//! Trivy's vulnerable packages and licences.
//!
//! Owns the way from one entry to one finding; counting and merging are the collector's.

use super::place::Place;
use super::wire::{Cvss, License, Vulnerability};
use crate::finding::collect::{links, long_text, one_line};
use crate::finding::lenient::word;
use crate::finding::package::{Coordinates, from_name, from_purl};
use crate::finding::rating::{CvssVersion, Score, best};
use crate::finding::{Finding, Identity, Kind, Location, Package, identifier, key};
use crate::severity::{Rating, Severity};
use std::collections::BTreeMap;

/// One entry of `Vulnerabilities`. `package_type` is the result's `Type`.
pub(super) fn vulnerability(row: &Vulnerability<'_>, place: &Place<'_>, package_type: &str) -> Finding {
    let version = row.installed_version.or_empty();
    let path = word(&row.pkg_path);
    let purl = row.pkg_identifier.as_ref().and_then(|identifier| word(&identifier.purl));
    let package = purl.and_then(from_purl).unwrap_or_else(|| named(package_type, row.pkg_name.as_str()));
    let identifiers = identifier::with_aliases(row.id.as_str(), row.vendor_ids.iter());
    let fixed_versions: Vec<String> = row
        .fixed_version
        .or_empty()
        .split(',')
        .map(str::trim)
        .filter(|v| !v.is_empty())
        .map(str::to_owned)
        .collect();
    let title = row.title.some().unwrap_or(row.id.as_str());
    Finding {
        kind: Kind::Package,
        identity: Identity::Package {
            advisory: identifiers.first().cloned().unwrap_or_default(),
            package: package.key,
            place: place.of_package(path, version),
        },
        title: one_line(title),
        description: long_text(row.description.or_empty()),
        rating: rating(word(&row.severity), row.severity_source.some(), &row.cvss.0),
        identifiers,
        cwes: identifier::cwes_in(row.cwe_ids.iter()),
        location: Location {
            path: place.manifest(path),
            line: None,
            image: place.image(),
            resource: place.resource.clone(),
        },
        rule: None,
        remedy: (!fixed_versions.is_empty())
            .then(|| format!("Upgrade {} to {}", package.name, fixed_versions.join(" or "))),
        package: Some(Package {
            ecosystem: package.ecosystem,
            name: package.name,
            version: version.to_owned(),
            purl: purl.map(str::to_owned),
            fixed_versions,
        }),
        references: links(row.primary_url.some().into_iter().chain(row.references.iter())),
    }
}

/// Older versions write no purl: the ecosystem follows from the result's type.
fn named(package_type: &str, name: &str) -> Coordinates {
    let (ecosystem, namespace) = match package_type {
        "npm" | "yarn" | "pnpm" | "bun" | "node-pkg" | "javascript" => ("npm", None),
        "pip" | "pipenv" | "poetry" | "uv" | "pylock" | "python-pkg" => ("pypi", None),
        "conda-pkg" | "conda-environment" => ("conda", None),
        "bundler" | "gemspec" => ("gem", None),
        "cargo" | "rustbinary" | "rust-binary" => ("cargo", None),
        "composer" | "composer-vendor" => ("composer", None),
        "gomod" | "gobinary" => ("golang", None),
        "jar" | "pom" | "gradle" | "gradle-lockfile" | "sbt" | "sbt-lockfile" => ("maven", None),
        "nuget" | "nuget-config" | "dotnet-core" | "packages-props" => ("nuget", None),
        "pub" => ("pub", None),
        "hex" | "mix-lock" => ("hex", None),
        "conan" | "conan-lock" => ("conan", None),
        "cocoapods" => ("cocoapods", None),
        "swift" => ("swift", None),
        "alpine" | "wolfi" | "chainguard" => ("apk", Some(package_type)),
        "debian" | "ubuntu" => ("deb", Some(package_type)),
        "redhat" | "centos" | "rocky" | "alma" | "amazon" | "oracle" | "fedora" | "photon" | "azurelinux"
        | "cbl-mariner" | "suse" | "opensuse" => ("rpm", Some(package_type)),
        "" => ("generic", None),
        other => (other, None),
    };
    from_name(ecosystem, namespace, name)
}

/// Trivy's word; a score of the source that Trivy took the word from, else the national database's, else the best.
fn rating(severity: Option<&str>, source: Option<&str>, cvss: &BTreeMap<String, Cvss<'_>>) -> Rating {
    let of = |source: &str| cvss.get(source).and_then(score_of);
    let score =
        source.and_then(of).or_else(|| of("nvd")).or_else(|| best(cvss.values().filter_map(score_of)));
    let severity_word = severity.unwrap_or_default();
    let severity = match (severity, &score) {
        (Some(word), _) => Severity::from_word(word),
        (None, Some(score)) => score.band(),
        (None, None) => Severity::Unknown,
    };
    Rating {
        severity,
        source: source.unwrap_or("trivy").to_owned(),
        word: severity_word.to_owned(),
        score: score.as_ref().map(|score| score.score),
        vector: score.and_then(|score| score.vector),
    }
}

fn score_of(cvss: &Cvss<'_>) -> Option<Score> {
    best(
        [
            Score::new(CvssVersion::V4, cvss.v40_score.0, cvss.v40_vector.some()),
            Score::new(CvssVersion::V30, cvss.v3_score.0, cvss.v3_vector.some()),
            Score::new(CvssVersion::V2, cvss.v2_score.0, cvss.v2_vector.some()),
        ]
        .into_iter()
        .flatten(),
    )
}

/// One entry of `Licenses`.
pub(super) fn license(row: &License<'_>, place: &Place<'_>) -> Finding {
    let name = row.name.as_str();
    let bearer = word(&row.pkg_name).or(word(&row.file_path)).unwrap_or_default();
    let category = row.category.some().map(|category| format!(" ({category})")).unwrap_or_default();
    let of = if bearer.is_empty() { String::new() } else { format!(" of {bearer}") };
    let severity_word = word(&row.severity).unwrap_or_default();
    Finding {
        kind: Kind::License,
        identity: Identity::Code {
            family: super::FAMILY.to_owned(),
            rule: name.to_owned(),
            fingerprint: key::digest(["license", &place.of_file(), bearer]),
        },
        title: one_line(&format!("License {name}{of}{category}")),
        description: String::new(),
        rating: Rating {
            severity: Severity::from_word(severity_word),
            source: super::FAMILY.to_owned(),
            word: severity_word.to_owned(),
            score: None,
            vector: None,
        },
        identifiers: Vec::new(),
        cwes: Vec::new(),
        package: None,
        location: Location {
            path: word(&row.file_path).map(str::to_owned).or_else(|| place.file()),
            line: None,
            image: place.image(),
            resource: place.resource.clone(),
        },
        rule: Some(name.to_owned()),
        remedy: None,
        references: links(row.link.some()),
    }
}
