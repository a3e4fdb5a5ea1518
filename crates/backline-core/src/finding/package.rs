//! What a package and the place where it stands are called, the same from every scanner.
//!
//! Owns purls, ecosystem words, image references and manifest paths as parts of an identity.
//!
//! Invariant: neither a package's version nor an image's tag or digest is left in what this file returns.

use packageurl::PackageUrl;
use std::str::FromStr;

/// A package's stable names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Coordinates {
    /// The purl's type, lower case.
    pub ecosystem: String,
    /// As people write it in that ecosystem: `group:artifact` for Maven, without the distribution for its packages.
    pub name: String,
    /// The purl without version, qualifiers and subpath.
    pub key: String,
}

/// Reads a purl; `None` if it is not one.
pub(super) fn from_purl(purl: &str) -> Option<Coordinates> {
    let purl = PackageUrl::from_str(purl.trim()).ok()?;
    Some(coordinates(purl.ty(), purl.namespace(), purl.name()))
}

/// The version in a purl.
pub(super) fn version_in_purl(purl: &str) -> Option<String> {
    PackageUrl::from_str(purl.trim()).ok()?.version().map(str::to_owned)
}

/// Builds the names from an ecosystem and the name that people write there.
pub(super) fn from_name(ecosystem: &str, namespace: Option<&str>, name: &str) -> Coordinates {
    let split = match ecosystem {
        "maven" => name.split_once(':'),
        "npm" | "golang" | "composer" | "swift" => name.rsplit_once('/'),
        _ => None,
    };
    match (namespace, split) {
        (Some(namespace), _) => coordinates(ecosystem, Some(namespace), name),
        (None, Some((namespace, name))) => coordinates(ecosystem, Some(namespace), name),
        (None, None) => coordinates(ecosystem, None, name),
    }
}

fn coordinates(ecosystem: &str, namespace: Option<&str>, name: &str) -> Coordinates {
    let ecosystem = ecosystem.to_ascii_lowercase();
    let name = match ecosystem.as_str() {
        "pypi" => name.to_ascii_lowercase().replace(['_', '.'], "-"),
        _ => name.to_owned(),
    };
    let shown = match (ecosystem.as_str(), namespace) {
        ("apk" | "deb" | "rpm" | "alpm", _) | (_, None) => name.clone(),
        ("maven", Some(group)) => format!("{group}:{name}"),
        (_, Some(namespace)) => format!("{namespace}/{name}"),
    };
    let key = key(&ecosystem, namespace, &name).unwrap_or_else(|| format!("{ecosystem}/{shown}"));
    Coordinates { ecosystem, name: shown, key }
}

fn key(ecosystem: &str, namespace: Option<&str>, name: &str) -> Option<String> {
    let mut purl = PackageUrl::new(ecosystem, name).ok()?;
    if let Some(namespace) = namespace {
        purl.with_namespace(namespace).ok()?;
    }
    Some(purl.to_string())
}

/// An image's repository: `ghcr.io/acme/api:1.2@sha256:…` is `ghcr.io/acme/api`, and Docker's own names are short.
pub(super) fn image_repository(reference: &str) -> String {
    let reference = reference.trim();
    let untagged = reference.split_once('@').map_or(reference, |(name, _)| name);
    let name = match untagged.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') && !name.is_empty() => name,
        _ => untagged,
    };
    let name = name.strip_prefix("index.").unwrap_or(name);
    let name = name.strip_prefix("docker.io/").unwrap_or(name);
    name.strip_prefix("library/").unwrap_or(name).to_owned()
}

/// A manifest's path with forward slashes, relative, and without the package's own version in a file's name.
pub(super) fn manifest_path(path: &str, version: &str) -> String {
    let path = path.trim().replace('\\', "/");
    let path = path.trim_start_matches("./").trim_start_matches('/');
    // A jar is called `log4j-core-2.13.2.jar`: with the version in it, an upgrade would look like a new finding.
    // Shorter texts than `1.2` occur in too many names to be taken for a version.
    if version.len() >= 3 { path.replace(version, "*") } else { path.to_owned() }
}

/// Text with its percent escapes resolved; as it is where they give no UTF-8.
pub(super) fn percent_decoded(uri: &str) -> String {
    let bytes = uri.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let escape = bytes.get(at + 1..at + 3).filter(|_| bytes[at] == b'%').and_then(|digits| {
            let text = std::str::from_utf8(digits).ok()?;
            u8::from_str_radix(text, 16).ok()
        });
        decoded.push(escape.unwrap_or(bytes[at]));
        at += if escape.is_some() { 3 } else { 1 };
    }
    String::from_utf8(decoded).unwrap_or_else(|_| uri.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_and_qualifiers_are_no_part_of_the_key() {
        let key = |purl: &str| from_purl(purl).expect("a purl").key;
        assert_eq!(
            key("pkg:apk/alpine/libssl1.1@1.1.1c-r0?arch=x86_64&distro=3.10.2"),
            "pkg:apk/alpine/libssl1.1"
        );
        assert_eq!(key("pkg:npm/%40angular/core@1.0.0#src"), "pkg:npm/%40angular/core");
        assert_eq!(
            key("pkg:golang/github.com/docker/distribution@v2.7.1%2Bincompatible"),
            "pkg:golang/github.com/docker/distribution"
        );
    }

    #[test]
    fn a_name_gives_the_same_key_as_the_purl() {
        let same = |purl: &str, ecosystem: &str, namespace: Option<&str>, name: &str| {
            assert_eq!(from_purl(purl).expect("a purl"), from_name(ecosystem, namespace, name));
        };
        same(
            "pkg:maven/org.apache.tomcat/tomcat-catalina@9.0.109",
            "maven",
            None,
            "org.apache.tomcat:tomcat-catalina",
        );
        same("pkg:npm/%40angular/core@1.0.0", "npm", None, "@angular/core");
        same("pkg:pypi/ruamel-yaml@1", "pypi", None, "Ruamel_YAML");
        same("pkg:apk/alpine/musl@1", "apk", Some("alpine"), "musl");
        same(
            "pkg:golang/github.com/docker/distribution@v2",
            "golang",
            None,
            "github.com/docker/distribution",
        );
    }

    #[test]
    fn images_lose_tag_digest_and_docker_prefix() {
        assert_eq!(image_repository("localhost:5000/acme/api:1.2@sha256:00"), "localhost:5000/acme/api");
        assert_eq!(image_repository("localhost:5000/acme/api"), "localhost:5000/acme/api");
        assert_eq!(image_repository("docker.io/library/alpine:3.10"), "alpine");
    }

    #[test]
    fn a_jar_keeps_its_place_over_an_upgrade() {
        assert_eq!(manifest_path("./lib/log4j-core-2.13.2.jar", "2.13.2"), "lib/log4j-core-*.jar");
        assert_eq!(manifest_path("/app/x-1.jar", "1"), "app/x-1.jar");
    }
}
