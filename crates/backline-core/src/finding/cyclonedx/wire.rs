//! CycloneDX 1.4 to 1.7, as far as it is read.
//!
//! Field names are the standard's. What decides identity, severity or whether an entry counts is strict, the rest
//! takes any value.
//!
//! Source: <https://cyclonedx.org/docs/1.6/json/>

use crate::finding::lenient::{List, Loose, Number, Text, Word};
use serde::Deserialize;

#[derive(Deserialize, Default)]
#[serde(default, bound(deserialize = "'de: 'a"))]
pub(super) struct Bom<'a> {
    pub metadata: Option<Metadata<'a>>,
    pub components: List<Component<'a>>,
    pub dependencies: List<Dependency<'a>>,
    pub vulnerabilities: List<Vulnerability<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default, bound(deserialize = "'de: 'a"))]
pub(super) struct Metadata<'a> {
    pub timestamp: Text<'a>,
    /// A list until 1.4; an object of components and services since 1.5.
    pub tools: Tools<'a>,
    pub component: Option<Component<'a>>,
}

/// The two forms of `tools`, as one list.
#[derive(Default)]
pub(super) struct Tools<'a>(pub Vec<Tool<'a>>);

#[derive(Deserialize, Default)]
#[serde(default, bound(deserialize = "'de: 'a"))]
pub(super) struct Tool<'a> {
    pub name: Text<'a>,
    pub version: Text<'a>,
}

impl<'de: 'a, 'a> Deserialize<'de> for Tools<'a> {
    fn deserialize<D: serde::Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged, bound(deserialize = "'de: 'a"))]
        enum Form<'a> {
            List(Vec<Tool<'a>>),
            Components { components: Vec<Tool<'a>> },
            Other(serde::de::IgnoredAny),
        }
        Ok(match Form::deserialize(source)? {
            Form::List(tools) | Form::Components { components: tools } => Self(tools),
            Form::Other(_) => Self::default(),
        })
    }
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "kebab-case", default, bound(deserialize = "'de: 'a"))]
pub(super) struct Component<'a> {
    pub bom_ref: Option<Word<'a>>,
    #[serde(rename = "type")]
    pub kind: Option<Word<'a>>,
    pub group: Option<Word<'a>>,
    pub name: Option<Word<'a>>,
    pub version: Text<'a>,
    pub purl: Option<Word<'a>>,
    pub properties: Loose<Vec<Property<'a>>>,
    pub evidence: Loose<Evidence<'a>>,
    pub components: List<Component<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default, bound(deserialize = "'de: 'a"))]
pub(super) struct Property<'a> {
    pub name: Text<'a>,
    pub value: Text<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default, bound(deserialize = "'de: 'a"))]
pub(super) struct Evidence<'a> {
    pub occurrences: Vec<Occurrence<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default, bound(deserialize = "'de: 'a"))]
pub(super) struct Occurrence<'a> {
    pub location: Text<'a>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default, bound(deserialize = "'de: 'a"))]
pub(super) struct Dependency<'a> {
    #[serde(rename = "ref")]
    pub reference: Option<Word<'a>>,
    pub depends_on: List<Word<'a>>,
}

#[derive(Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
pub(super) struct Vulnerability<'a> {
    pub id: Word<'a>,
    #[serde(default)]
    pub source: Loose<Source<'a>>,
    #[serde(default)]
    pub references: Loose<Vec<Reference<'a>>>,
    #[serde(default)]
    pub ratings: List<Rating<'a>>,
    #[serde(default)]
    pub cwes: Loose<Vec<u32>>,
    #[serde(default)]
    pub description: Text<'a>,
    #[serde(default)]
    pub detail: Text<'a>,
    #[serde(default)]
    pub recommendation: Text<'a>,
    #[serde(default)]
    pub advisories: Loose<Vec<Advisory<'a>>>,
    #[serde(default)]
    pub analysis: Option<Analysis<'a>>,
    #[serde(default)]
    pub affects: List<Affected<'a>>,
    #[serde(default)]
    pub properties: Loose<Vec<Property<'a>>>,
}

#[derive(Deserialize, Default)]
#[serde(default, bound(deserialize = "'de: 'a"))]
pub(super) struct Source<'a> {
    pub name: Text<'a>,
    pub url: Text<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default, bound(deserialize = "'de: 'a"))]
pub(super) struct Reference<'a> {
    pub id: Text<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default, bound(deserialize = "'de: 'a"))]
pub(super) struct Rating<'a> {
    pub source: Loose<Source<'a>>,
    pub score: Number,
    pub severity: Option<Word<'a>>,
    pub method: Text<'a>,
    pub vector: Text<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default, bound(deserialize = "'de: 'a"))]
pub(super) struct Advisory<'a> {
    pub url: Text<'a>,
}

#[derive(Deserialize, Default)]
#[serde(default, bound(deserialize = "'de: 'a"))]
pub(super) struct Analysis<'a> {
    pub state: Option<Word<'a>>,
}

#[derive(Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
pub(super) struct Affected<'a> {
    #[serde(rename = "ref")]
    pub reference: Word<'a>,
    #[serde(default)]
    pub versions: List<AffectedVersion<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(default, bound(deserialize = "'de: 'a"))]
pub(super) struct AffectedVersion<'a> {
    pub version: Text<'a>,
    pub status: Option<Word<'a>>,
}
