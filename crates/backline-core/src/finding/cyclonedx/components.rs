//! The components that vulnerabilities refer to, and where each stands.
//!
//! Owns the search by reference, also through BOM-Links, and the reading of places: properties of Trivy and Syft,
//! evidence, or the manifest that depends on the component.
//!
//! Invariant: the same scan has the same place here as in the scanner's own format, where that has one.

use super::wire::{Bom, Component};
use crate::finding::lenient::{Word, word};
use crate::finding::package::{self, Coordinates, image_repository, manifest_path};
use std::collections::BTreeMap;

pub(super) struct Components<'r, 'a> {
    by_ref: BTreeMap<&'r str, &'r Component<'a>>,
    /// By the reference of what a manifest lists, directly or not.
    manifests: BTreeMap<&'r str, &'r str>,
    pub subject: Option<&'r Component<'a>>,
}

/// What one reference leads to.
pub(super) struct Affected {
    pub package: Coordinates,
    pub purl: Option<String>,
    pub version: String,
    pub path: Option<String>,
    pub place: String,
    pub is_known: bool,
}

impl<'r, 'a> Components<'r, 'a> {
    pub(super) fn of(bom: &'r Bom<'a>) -> Self {
        let subject = bom.metadata.as_ref().and_then(|metadata| metadata.component.as_ref());
        let mut by_ref = BTreeMap::new();
        for component in bom.components.0.iter().chain(subject) {
            add(component, &mut by_ref);
        }
        let manifests = nearest_manifests(bom, &by_ref);
        Self { by_ref, manifests, subject }
    }

    /// The component behind an entry of `affects`; one that is in another document is known by its reference only.
    pub(super) fn affected(&self, reference: &str, stated_version: Option<&str>) -> Affected {
        let local = local_part(reference);
        let component = [reference, local.as_str()].into_iter().find_map(|key| self.by_ref.get(key)).copied();
        let Some(component) = component else {
            let purl = local.starts_with("pkg:").then_some(local.as_str());
            let package = purl
                .and_then(package::from_purl)
                .unwrap_or_else(|| package::from_name("generic", None, &local));
            let version = purl
                .and_then(package::version_in_purl)
                .or(stated_version.map(str::to_owned))
                .unwrap_or_default();
            return Affected {
                package,
                purl: purl.map(str::to_owned),
                version,
                path: None,
                place: self.whole(),
                is_known: false,
            };
        };
        let purl = word(&component.purl);
        let in_purl = || purl.and_then(package::version_in_purl);
        let version = component
            .version
            .some()
            .map(str::to_owned)
            .or_else(in_purl)
            .or(stated_version.map(str::to_owned));
        let version = version.unwrap_or_default();
        let named = || {
            let name = word(&component.name).unwrap_or(&local);
            package::from_name("generic", word(&component.group), name)
        };
        let manifest = || self.manifests.get(word(&component.bom_ref)?).copied();
        let path = own_path(component).or_else(manifest).map(str::to_owned);
        let place = match (&path, self.image()) {
            (Some(path), None) => manifest_path(path, &version),
            (Some(path), Some(_)) => format!("{}!{}", self.whole(), manifest_path(path, &version)),
            (None, Some(_)) => self.whole(),
            // A file scanned by itself is often named by its version.
            (None, None) => manifest_path(&self.whole(), &version),
        };
        Affected {
            package: purl.and_then(package::from_purl).unwrap_or_else(named),
            purl: purl.map(str::to_owned),
            version,
            path,
            place,
            is_known: true,
        }
    }

    /// The image that the document is about, as it names it.
    pub(super) fn image(&self) -> Option<String> {
        let subject = self.subject.filter(|subject| word(&subject.kind) == Some("container"))?;
        let tag = property(subject, &["aquasecurity:trivy:RepoTag"]);
        let name = word(&subject.name);
        let is_archive =
            name.is_some_and(|name| [".tar", ".tar.gz", ".tgz"].iter().any(|end| name.ends_with(end)));
        tag.filter(|_| is_archive).or(name).map(str::to_owned)
    }

    /// The name of all that the document is about, without tag and digest; empty if it does not say.
    pub(super) fn whole(&self) -> String {
        let Some(subject) = self.subject else { return String::new() };
        if let Some(image) = self.image() {
            return image_repository(&image);
        }
        let name = word(&subject.name).unwrap_or_default();
        let name = word(&subject.group).map_or(name.to_owned(), |group| format!("{group}/{name}"));
        name.trim_start_matches("./").to_owned()
    }
}

/// The nearest manifest among those that depend on each reference: Trivy makes lockfiles components.
///
/// Goes down from all manifests at once, level by level, so that a large document is walked once and not once for
/// each component. At one distance the first manifest by name counts.
fn nearest_manifests<'r, 'a>(
    bom: &'r Bom<'a>,
    by_ref: &BTreeMap<&'r str, &'r Component<'a>>,
) -> BTreeMap<&'r str, &'r str> {
    let mut children: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for dependency in &bom.dependencies.0 {
        if let Some(parent) = word(&dependency.reference) {
            children.entry(parent).or_default().extend(dependency.depends_on.0.iter().map(Word::as_str));
        }
    }
    let mut nearest = BTreeMap::new();
    let mut level: BTreeMap<&str, &str> = by_ref
        .iter()
        .filter(|(_, component)| is_manifest(component))
        .filter_map(|(reference, component)| Some((*reference, word(&component.name)?)))
        .collect();
    while !level.is_empty() {
        let mut below: BTreeMap<&str, &str> = BTreeMap::new();
        for (parent, manifest) in &level {
            for child in children.get(parent).into_iter().flatten() {
                if !nearest.contains_key(child) {
                    below.entry(child).and_modify(|name| *name = (*name).min(manifest)).or_insert(manifest);
                }
            }
        }
        nearest.extend(below.iter().map(|(child, manifest)| (*child, *manifest)));
        level = below;
    }
    nearest
}

fn add<'r, 'a>(component: &'r Component<'a>, by_ref: &mut BTreeMap<&'r str, &'r Component<'a>>) {
    if let Some(reference) = word(&component.bom_ref) {
        by_ref.insert(reference, component);
    }
    for part in &component.components.0 {
        add(part, by_ref);
    }
}

fn own_path<'r>(component: &'r Component<'_>) -> Option<&'r str> {
    let occurrence =
        || component.evidence.0.occurrences.iter().find_map(|occurrence| occurrence.location.some());
    property(component, &["aquasecurity:trivy:FilePath", "syft:location:0:path"])
        .or_else(occurrence)
        // Syft names the database of the system's package manager, which all of its packages share.
        .filter(|path| {
            !["lib/apk/db/installed", "var/lib/dpkg/status", "var/lib/rpm"].iter().any(|db| path.contains(db))
        })
}

fn is_manifest(component: &Component<'_>) -> bool {
    word(&component.kind) == Some("application")
        && property(component, &["aquasecurity:trivy:Class"]) == Some("lang-pkgs")
}

fn property<'r>(component: &'r Component<'_>, names: &[&str]) -> Option<&'r str> {
    let mut properties = component.properties.0.iter();
    properties
        .find(|property| names.contains(&property.name.or_empty()))
        .and_then(|property| property.value.some())
}

/// What follows the `#` of a BOM-Link (`urn:cdx:SERIAL/VERSION#REF`), decoded; any other reference as it is.
///
/// Source: <https://cyclonedx.org/capabilities/bomlink/>
fn local_part(reference: &str) -> String {
    let Some((_, part)) = reference.split_once('#').filter(|(urn, _)| urn.starts_with("urn:cdx:")) else {
        return reference.to_owned();
    };
    package::percent_decoded(part)
}
