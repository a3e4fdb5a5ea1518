//! SARIF 2.1.0, as far as it is read.
//!
//! Field names are the standard's. What decides identity, severity or whether a result counts is strict, the rest
//! takes any value.
//!
//! Source: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>

use crate::finding::lenient::{List, Loose, Number, Text, Texts, Word};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

#[derive(Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
pub(super) struct Log<'a> {
    pub runs: Vec<Run<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
pub(super) struct Run<'a> {
    pub tool: Tool<'a>,
    #[serde(default)]
    pub results: List<SarifResult<'a>>,
    #[serde(default)]
    pub artifacts: List<Artifact<'a>>,
    #[serde(default)]
    pub automation_details: Option<AutomationDetails<'a>>,
    #[serde(default)]
    pub invocations: Loose<Vec<Invocation<'a>>>,
    #[serde(default)]
    pub original_uri_base_ids: Loose<BTreeMap<String, ArtifactLocation<'a>>>,
}

#[derive(Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
pub(super) struct Tool<'a> {
    pub driver: Component<'a>,
    #[serde(default)]
    pub extensions: List<Component<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default, bound(deserialize = "'de: 'a"))]
pub(super) struct Component<'a> {
    pub name: Option<Word<'a>>,
    pub guid: Text<'a>,
    pub version: Text<'a>,
    pub semantic_version: Text<'a>,
    pub rules: List<Rule<'a>>,
    pub global_message_strings: Loose<BTreeMap<String, Message<'a>>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default, bound(deserialize = "'de: 'a"))]
pub(super) struct Rule<'a> {
    pub id: Option<Word<'a>>,
    pub name: Text<'a>,
    pub short_description: Loose<Message<'a>>,
    pub full_description: Loose<Message<'a>>,
    pub help: Loose<Message<'a>>,
    pub help_uri: Text<'a>,
    pub message_strings: Loose<BTreeMap<String, Message<'a>>>,
    pub default_configuration: Option<Configuration<'a>>,
    pub properties: Option<RuleProperties<'a>>,
    pub relationships: Loose<Vec<Relationship<'a>>>,
}

#[derive(Deserialize, Default)]
#[serde(default, bound(deserialize = "'de: 'a"))]
pub(super) struct RuleProperties<'a> {
    #[serde(rename = "security-severity")]
    pub security_severity: Number,
    #[serde(rename = "problem.severity")]
    pub problem_severity: Text<'a>,
    pub tags: Texts<'a>,
    pub cwe: Texts<'a>,
    pub purls: Texts<'a>,
    #[serde(rename = "cvssv3_vector")]
    pub cvssv3_vector: Text<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default, bound(deserialize = "'de: 'a"))]
pub(super) struct Configuration<'a> {
    pub level: Option<Word<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default, bound(deserialize = "'de: 'a"))]
pub(super) struct Relationship<'a> {
    pub target: Loose<RelationshipTarget<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default, bound(deserialize = "'de: 'a"))]
pub(super) struct RelationshipTarget<'a> {
    pub id: Text<'a>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default, bound(deserialize = "'de: 'a"))]
pub(super) struct SarifResult<'a> {
    pub rule_id: Option<Word<'a>>,
    pub rule_index: Loose<Option<i64>>,
    pub rule: Option<RuleReference<'a>>,
    pub kind: Option<Word<'a>>,
    pub level: Option<Word<'a>>,
    pub message: Loose<Message<'a>>,
    pub locations: List<Location<'a>>,
    pub fingerprints: Loose<BTreeMap<String, Value>>,
    pub partial_fingerprints: Loose<BTreeMap<String, Value>>,
    pub correlation_guid: Text<'a>,
    pub suppressions: List<Suppression<'a>>,
    pub baseline_state: Option<Word<'a>>,
    pub fixes: Loose<Vec<Fix<'a>>>,
    pub properties: Loose<ResultProperties<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default, bound(deserialize = "'de: 'a"))]
pub(super) struct RuleReference<'a> {
    pub id: Option<Word<'a>>,
    pub index: Loose<Option<i64>>,
    pub tool_component: Loose<ComponentReference<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default, bound(deserialize = "'de: 'a"))]
pub(super) struct ComponentReference<'a> {
    pub index: Option<i64>,
    pub name: Text<'a>,
    pub guid: Text<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default, bound(deserialize = "'de: 'a"))]
pub(super) struct Message<'a> {
    pub text: Text<'a>,
    pub markdown: Text<'a>,
    pub id: Text<'a>,
    pub arguments: Texts<'a>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default, bound(deserialize = "'de: 'a"))]
pub(super) struct Location<'a> {
    pub physical_location: Option<PhysicalLocation<'a>>,
    pub logical_locations: Loose<Vec<LogicalLocation<'a>>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default, bound(deserialize = "'de: 'a"))]
pub(super) struct PhysicalLocation<'a> {
    pub artifact_location: Option<ArtifactLocation<'a>>,
    pub region: Loose<Region<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default, bound(deserialize = "'de: 'a"))]
pub(super) struct LogicalLocation<'a> {
    pub fully_qualified_name: Text<'a>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default, bound(deserialize = "'de: 'a"))]
pub(super) struct ArtifactLocation<'a> {
    pub uri: Option<Word<'a>>,
    pub index: Loose<Option<i64>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default, bound(deserialize = "'de: 'a"))]
pub(super) struct Region<'a> {
    pub start_line: Option<u32>,
    pub start_column: Option<u32>,
    pub snippet: Loose<Message<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default, bound(deserialize = "'de: 'a"))]
pub(super) struct Artifact<'a> {
    pub location: Option<ArtifactLocation<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default, bound(deserialize = "'de: 'a"))]
pub(super) struct AutomationDetails<'a> {
    pub id: Option<Word<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default, bound(deserialize = "'de: 'a"))]
pub(super) struct Invocation<'a> {
    pub execution_successful: Option<bool>,
    pub end_time_utc: Text<'a>,
    pub working_directory: Loose<ArtifactLocation<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default, bound(deserialize = "'de: 'a"))]
pub(super) struct Suppression<'a> {
    pub status: Option<Word<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default, bound(deserialize = "'de: 'a"))]
pub(super) struct Fix<'a> {
    pub description: Loose<Message<'a>>,
}

/// What tools that scan dependencies add; the last three are Black Duck's.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default, bound(deserialize = "'de: 'a"))]
pub(super) struct ResultProperties<'a> {
    pub purl: Text<'a>,
    pub cwe: Texts<'a>,
    pub component: Text<'a>,
    pub component_version: Text<'a>,
    pub component_origin: Text<'a>,
}
