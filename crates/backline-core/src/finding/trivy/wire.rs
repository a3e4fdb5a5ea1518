//! Trivy's JSON, as far as it is read.
//!
//! Field names are Trivy's. What decides identity or severity is strict, the rest takes any value.
//!
//! Source: <https://trivy.dev/latest/docs/configuration/reporting/#json>

use crate::finding::lenient::{List, Loose, Number, Text, Texts, Word};
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default, bound(deserialize = "'de: 'a"))]
pub(super) struct Report<'a> {
    pub artifact_name: Option<Word<'a>>,
    pub artifact_type: Option<Word<'a>>,
    pub created_at: Text<'a>,
    pub metadata: Loose<Metadata<'a>>,
    pub trivy: Loose<Tool<'a>>,
    pub results: List<Results<'a>>,
    pub cluster_name: Option<Word<'a>>,
    pub resources: List<Resource<'a>>,
    /// The Kubernetes form of some versions, under three names.
    pub findings: List<Resource<'a>>,
    pub vulnerabilities: List<Resource<'a>>,
    pub misconfigurations: List<Resource<'a>>,
}

#[derive(Deserialize, Default, Clone)]
#[serde(rename_all = "PascalCase", default, bound(deserialize = "'de: 'a"))]
pub(super) struct Metadata<'a> {
    pub repo_tags: Texts<'a>,
}

#[derive(Deserialize, Default, Clone)]
#[serde(rename_all = "PascalCase", default, bound(deserialize = "'de: 'a"))]
pub(super) struct Tool<'a> {
    pub version: Text<'a>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default, bound(deserialize = "'de: 'a"))]
pub(super) struct Resource<'a> {
    pub namespace: Option<Word<'a>>,
    pub kind: Option<Word<'a>>,
    pub name: Option<Word<'a>>,
    pub results: List<Results<'a>>,
}

/// One target: a lockfile, the packages of an image, a configuration file.
#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default, bound(deserialize = "'de: 'a"))]
pub(super) struct Results<'a> {
    pub target: Option<Word<'a>>,
    pub class: Option<Word<'a>>,
    #[serde(rename = "Type")]
    pub kind: Option<Word<'a>>,
    pub vulnerabilities: List<Vulnerability<'a>>,
    pub misconfigurations: List<Misconfiguration<'a>>,
    pub secrets: List<Secret<'a>>,
    pub licenses: List<License<'a>>,
    pub experimental_modified_findings: List<Modified<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
pub(super) struct Vulnerability<'a> {
    #[serde(rename = "VulnerabilityID", deserialize_with = "super::super::lenient::name")]
    pub id: Word<'a>,
    #[serde(rename = "VendorIDs", default)]
    pub vendor_ids: Texts<'a>,
    pub pkg_name: Word<'a>,
    #[serde(default)]
    pub pkg_path: Option<Word<'a>>,
    #[serde(default)]
    pub pkg_identifier: Option<PkgIdentifier<'a>>,
    #[serde(default)]
    pub installed_version: Text<'a>,
    #[serde(default)]
    pub fixed_version: Text<'a>,
    #[serde(default)]
    pub status: Option<Word<'a>>,
    #[serde(default)]
    pub severity: Option<Word<'a>>,
    #[serde(default)]
    pub severity_source: Text<'a>,
    #[serde(rename = "CVSS", default)]
    pub cvss: Loose<BTreeMap<String, Cvss<'a>>>,
    #[serde(rename = "CweIDs", default)]
    pub cwe_ids: Texts<'a>,
    #[serde(default)]
    pub title: Text<'a>,
    #[serde(default)]
    pub description: Text<'a>,
    #[serde(rename = "PrimaryURL", default)]
    pub primary_url: Text<'a>,
    #[serde(default)]
    pub references: Texts<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default, bound(deserialize = "'de: 'a"))]
pub(super) struct PkgIdentifier<'a> {
    #[serde(rename = "PURL")]
    pub purl: Option<Word<'a>>,
}

#[derive(Deserialize, Default, Clone)]
#[serde(rename_all = "PascalCase", default, bound(deserialize = "'de: 'a"))]
pub(super) struct Cvss<'a> {
    pub v40_score: Number,
    pub v40_vector: Text<'a>,
    pub v3_score: Number,
    pub v3_vector: Text<'a>,
    pub v2_score: Number,
    pub v2_vector: Text<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
pub(super) struct Misconfiguration<'a> {
    #[serde(rename = "ID")]
    pub id: Word<'a>,
    #[serde(rename = "AVDID", default)]
    pub avd_id: Text<'a>,
    #[serde(default)]
    pub title: Text<'a>,
    #[serde(default)]
    pub description: Text<'a>,
    #[serde(default)]
    pub message: Text<'a>,
    #[serde(default)]
    pub resolution: Text<'a>,
    #[serde(default)]
    pub severity: Option<Word<'a>>,
    #[serde(rename = "PrimaryURL", default)]
    pub primary_url: Text<'a>,
    #[serde(default)]
    pub references: Texts<'a>,
    /// `FAIL`, `PASS` or `EXCEPTION`; old versions list failures only and write none.
    #[serde(default)]
    pub status: Option<Word<'a>>,
    #[serde(default)]
    pub cause_metadata: Option<Cause<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default, bound(deserialize = "'de: 'a"))]
pub(super) struct Cause<'a> {
    pub resource: Option<Word<'a>>,
    pub start_line: Text<'a>,
}

/// A secret. `Match` and `Code` hold it, or the text around it: they are not even read into a row, except for
/// the masked line, of which only a hash is kept.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
pub(super) struct Secret<'a> {
    #[serde(rename = "RuleID")]
    pub rule_id: Word<'a>,
    #[serde(default)]
    pub category: Text<'a>,
    #[serde(default)]
    pub severity: Option<Word<'a>>,
    #[serde(default)]
    pub title: Text<'a>,
    #[serde(default)]
    pub start_line: Text<'a>,
    #[serde(rename = "Match", default)]
    pub masked_line: Text<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
pub(super) struct License<'a> {
    pub name: Word<'a>,
    #[serde(default)]
    pub severity: Option<Word<'a>>,
    #[serde(default)]
    pub category: Text<'a>,
    #[serde(default)]
    pub pkg_name: Option<Word<'a>>,
    #[serde(default)]
    pub file_path: Option<Word<'a>>,
    #[serde(default)]
    pub link: Text<'a>,
}

/// A finding that a VEX statement or an ignore file took out.
#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default, bound(deserialize = "'de: 'a"))]
pub(super) struct Modified<'a> {
    pub status: Text<'a>,
    pub statement: Text<'a>,
    pub finding: Loose<ModifiedFinding<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default, bound(deserialize = "'de: 'a"))]
pub(super) struct ModifiedFinding<'a> {
    #[serde(rename = "VulnerabilityID")]
    pub vulnerability_id: Text<'a>,
    #[serde(rename = "ID")]
    pub id: Text<'a>,
    #[serde(rename = "RuleID")]
    pub rule_id: Text<'a>,
    #[serde(rename = "PkgName")]
    pub pkg_name: Text<'a>,
}
