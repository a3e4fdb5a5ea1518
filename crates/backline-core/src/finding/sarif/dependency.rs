//! Results that are about a package and not about the team's own code.
//!
//! SARIF has no place for a package, so each tool puts it elsewhere. Owns those places: purls in properties, Black
//! Duck's component properties, and the lines of Trivy's and Grype's messages.

use super::wire::{Rule, SarifResult};
use crate::finding::Package;
use crate::finding::package::{from_name, from_purl, version_in_purl};
use regex::Regex;
use std::sync::LazyLock;

/// "A high vulnerability in npm package: lodash, version 4.17.20 was found at: /package-lock.json"
static GRYPE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"vulnerability in (\S+) package: (\S+), version (\S+) was found")
        .expect("the pattern is constant")
});

/// The package, and its part of the identity.
pub(super) struct Dependency {
    pub package: Package,
    pub key: String,
}

/// `None` if the result names no package.
pub(super) fn dependency(
    result: &SarifResult<'_>,
    rule: Option<&Rule<'_>>,
    message: &str,
) -> Option<Dependency> {
    let purl = result.properties.0.purl.some().or_else(|| rule?.properties.as_ref()?.purls.iter().next());
    if let Some(purl) = purl
        && let Some(coordinates) = from_purl(purl)
    {
        return Some(Dependency {
            package: Package {
                ecosystem: coordinates.ecosystem,
                name: coordinates.name,
                version: version_in_purl(purl).unwrap_or_default(),
                purl: Some(purl.to_owned()),
                fixed_versions: fixed_versions(message),
            },
            key: coordinates.key,
        });
    }
    let (ecosystem, name, version) =
        from_properties(result).or_else(|| from_trivy(message)).or_else(|| from_grype(message))?;
    let coordinates = from_name(&ecosystem, None, &name);
    Some(Dependency {
        package: Package {
            ecosystem: coordinates.ecosystem,
            name: coordinates.name,
            version,
            purl: None,
            fixed_versions: fixed_versions(message),
        },
        key: coordinates.key,
    })
}

type Named = (String, String, String);

fn from_properties(result: &SarifResult<'_>) -> Option<Named> {
    let properties = &result.properties.0;
    let name = properties.component.some()?;
    let ecosystem = properties.component_origin.some().unwrap_or("generic");
    Some((
        ecosystem.to_ascii_lowercase(),
        name.to_owned(),
        properties.component_version.or_empty().to_owned(),
    ))
}

/// Trivy writes "Package: NAME" and "Installed Version: VERSION" on lines of their own, and no ecosystem.
fn from_trivy(message: &str) -> Option<Named> {
    let name = line_after(message, "Package: ")?;
    let version = line_after(message, "Installed Version: ")?;
    Some(("generic".to_owned(), name.to_owned(), version.to_owned()))
}

fn from_grype(message: &str) -> Option<Named> {
    let found = GRYPE.captures(message)?;
    let ecosystem = match &found[1] {
        "java-archive" => "maven",
        "python" => "pypi",
        "go-module" => "golang",
        "rust-crate" => "cargo",
        other => other,
    };
    Some((ecosystem.to_owned(), found[2].to_owned(), found[3].to_owned()))
}

fn fixed_versions(message: &str) -> Vec<String> {
    let versions = line_after(message, "Fixed Version: ").unwrap_or_default().split(',');
    versions.map(str::trim).filter(|version| !version.is_empty()).map(str::to_owned).collect()
}

fn line_after<'m>(message: &'m str, label: &str) -> Option<&'m str> {
    message.lines().find_map(|line| line.strip_prefix(label)).map(str::trim).filter(|text| !text.is_empty())
}
