//! The file's own shape, with the places of what can be wrong.

use crate::mapping::portable::Named;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::collections::BTreeMap;
use std::fmt;
use toml::Spanned;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    pub format: Spanned<i64>,
    #[serde(default)]
    pub project: Vec<Spanned<Project>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Project {
    pub id: Option<Spanned<String>>,
    pub site: Option<Named>,
    pub project: Named,
    pub issue_type: Named,
    #[serde(default)]
    pub rule: Rule,
    #[serde(default)]
    pub field: Vec<Spanned<Field>>,
    #[serde(default)]
    pub step: Vec<Spanned<Step>>,
    #[serde(default)]
    pub closed: Vec<Spanned<Closed>>,
    pub closed_otherwise: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Closed {
    pub resolution: Option<Named>,
    pub status: Option<Named>,
    pub means: Spanned<String>,
    pub expires_days: Option<u16>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    #[serde(default)]
    pub severities: Vec<Spanned<String>>,
    #[serde(default)]
    pub repositories: Vec<String>,
    #[serde(default)]
    pub scanners: Vec<String>,
    #[serde(default)]
    pub fix_available: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    pub field: Named,
    pub owner: Option<Spanned<String>>,
    pub jira: Option<Vec<Spanned<Named>>>,
    pub backline: Option<Spanned<String>>,
    pub manual: Option<String>,
    #[serde(default)]
    pub values: BTreeMap<String, Spanned<Named>>,
    pub default: Option<Spanned<Named>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    pub stage: Spanned<String>,
    pub status: Option<Spanned<Named>>,
    #[serde(default)]
    pub comments: bool,
    #[serde(default)]
    pub comment_text: String,
    #[serde(default)]
    pub field: Vec<Spanned<Field>>,
}

/// A name alone, or a table of name, id and what lies below. A site's name is its `url`, a project's its `key`.
impl<'de> Deserialize<'de> for Named {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NamedVisitor)
    }
}

struct NamedVisitor;

impl<'de> Visitor<'de> for NamedVisitor {
    type Value = Named;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name, or a table of name and id")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Named, E> {
        Ok(Named { name: Some(text.to_owned()), ..Named::default() })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Named, A::Error> {
        let mut named = Named::default();
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "name" | "key" | "url" => named.name = Some(map.next_value()?),
                "id" => named.id = Some(map.next_value()?),
                "below" => named.below = Some(Box::new(map.next_value()?)),
                other => return Err(A::Error::unknown_field(other, &["name", "id", "below"])),
            }
        }
        if named.name.is_none() && named.id.is_none() {
            return Err(A::Error::custom("neither a name nor an id is given"));
        }
        Ok(named)
    }
}
