//! Where a Trivy result stands: manifest, image, or resource of a cluster.
//!
//! Owns the reading of `ArtifactName`, `ArtifactType` and `Target`.
//!
//! Invariant: what enters an identity holds no tag, no digest and no absolute path.

use super::wire::{Report, Resource, Results};
use crate::finding::lenient::word;
use crate::finding::package::{image_repository, manifest_path};

/// What was scanned.
pub(super) struct Artifact {
    /// As reported, with its tag.
    pub image: Option<String>,
    /// The image's repository, or the folder.
    pub target: Option<String>,
    pub scan_kind: String,
    is_image: bool,
}

impl Artifact {
    pub(super) fn of(report: &Report<'_>) -> Self {
        let name = word(&report.artifact_name);
        if let Some(cluster) = word(&report.cluster_name) {
            return Self {
                image: None,
                target: Some(cluster.to_owned()),
                scan_kind: "kubernetes".to_owned(),
                is_image: false,
            };
        }
        let scan_kind = match word(&report.artifact_type) {
            Some("container_image") => "image",
            Some("filesystem") => "fs",
            Some("repository") => "repository",
            Some("cyclonedx" | "spdx") => "sbom",
            Some("vm") => "vm",
            Some(other) => other,
            // The bare array of old versions names neither artifact nor type.
            None => "fs",
        };
        let is_image = scan_kind == "image";
        let is_archive =
            name.is_some_and(|name| [".tar", ".tar.gz", ".tgz"].iter().any(|end| name.ends_with(end)));
        let named = match report.metadata.0.repo_tags.iter().next() {
            Some(tag) if is_image && is_archive => Some(tag),
            _ => name,
        };
        Self {
            image: named.filter(|_| is_image).map(str::to_owned),
            target: named.map(|name| if is_image { image_repository(name) } else { folder(name) }),
            scan_kind: scan_kind.to_owned(),
            is_image,
        }
    }
}

fn folder(name: &str) -> String {
    let name = name.trim_start_matches("./").trim_end_matches('/');
    if name.is_empty() { ".".to_owned() } else { name.to_owned() }
}

/// One result's place, before its packages narrow it down.
pub(super) struct Place<'a> {
    artifact: &'a Artifact,
    /// `namespace/kind/name` in a cluster.
    pub resource: Option<String>,
    target: String,
    class: String,
}

impl<'a> Place<'a> {
    pub(super) fn of(artifact: &'a Artifact, resource: Option<&Resource<'_>>, results: &Results<'_>) -> Self {
        let resource = resource.map(|resource| {
            let parts = [&resource.namespace, &resource.kind, &resource.name];
            parts.into_iter().filter_map(word).collect::<Vec<_>>().join("/")
        });
        Self {
            artifact,
            resource: resource.filter(|name| !name.is_empty()),
            target: word(&results.target).unwrap_or_default().to_owned(),
            class: word(&results.class).unwrap_or_default().to_owned(),
        }
    }

    pub(super) fn image(&self) -> Option<String> {
        match &self.resource {
            Some(_) if self.is_system() => Some(system_name(&self.target).to_owned()),
            _ => self.artifact.image.clone(),
        }
    }

    /// The manifest that a package stands in; `None` for packages of the system.
    pub(super) fn manifest(&self, package_path: Option<&str>) -> Option<String> {
        // Trivy calls the target of loose files by their language: the file itself is in the package's path.
        let is_language = ["Java", "Python", "Node.js", "Ruby", "Conda"].contains(&self.target.as_str());
        match package_path {
            _ if self.is_system() => None,
            Some(path) if is_language || self.target.is_empty() => Some(path.to_owned()),
            _ => Some(self.target.clone()).filter(|target| !target.is_empty()),
        }
    }

    /// The place of a package's identity.
    pub(super) fn of_package(&self, package_path: Option<&str>, version: &str) -> String {
        let manifest = self.manifest(package_path).map(|path| manifest_path(&path, version));
        let whole = match &self.artifact.target {
            Some(target) if self.artifact.is_image => target.clone(),
            _ => image_repository(system_name(&self.target)),
        };
        let place = match manifest {
            Some(path) if self.artifact.is_image => format!("{whole}!{path}"),
            Some(path) => path,
            None => whole,
        };
        self.within_resource(&place)
    }

    /// The place of a file: a configuration or source file.
    pub(super) fn of_file(&self) -> String {
        let path = manifest_path(&self.target, "");
        match &self.artifact.target {
            Some(image) if self.artifact.is_image => format!("{image}!{path}"),
            _ => self.within_resource(&path),
        }
    }

    /// The file as it is shown.
    pub(super) fn file(&self) -> Option<String> {
        Some(self.target.trim_start_matches("./").to_owned()).filter(|target| !target.is_empty())
    }

    fn within_resource(&self, place: &str) -> String {
        match &self.resource {
            Some(resource) => format!("{resource}!{place}"),
            None => place.to_owned(),
        }
    }

    fn is_system(&self) -> bool {
        // The bare array of old versions has no class, but says the system in brackets.
        self.class == "os-pkgs" || (self.class.is_empty() && system_name(&self.target) != self.target)
    }
}

/// `alpine:3.10 (alpine 3.10.2)` without the brackets.
fn system_name(target: &str) -> &str {
    match target.rsplit_once(" (") {
        Some((name, rest)) if rest.ends_with(')') => name,
        _ => target,
    }
}
