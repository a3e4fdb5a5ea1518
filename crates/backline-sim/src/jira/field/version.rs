//! A version of the project; archived ones are not offered and not taken.

use super::{At, Kind, Reading, Wrong, id_in};
use crate::jira::config::{Field, Version};
use crate::jira::look::Look;
use serde_json::Value;

pub struct InVersion;

fn offered<'a>(look: &'a Look, at: At) -> impl Iterator<Item = &'a Version> {
    look.state.config.versions.values().filter(move |v| v.project == at.project && !v.is_archived)
}

impl Kind for InVersion {
    fn schema(&self) -> (&'static str, Option<&'static str>) {
        ("version", None)
    }

    fn allowed(&self, look: &Look, _: &Field, at: At) -> Option<Vec<Value>> {
        Some(offered(look, at).map(|version| look.version_row(version)).collect())
    }

    fn parse(&self, look: &Look, _: &Field, at: At, sent: &Value) -> Result<Value, Wrong> {
        if let Some(id) = id_in(sent, "id") {
            let found = offered(look, at).find(|version| version.id.to_string() == id);
            let found = found.ok_or_else(|| Wrong::field(format!("Version id '{id}' is not valid")))?;
            return Ok(found.id.into());
        }
        let Some(name) = sent.get("name").and_then(Value::as_str) else {
            return Err(Wrong::not_an_object());
        };
        let found = offered(look, at).find(|version| version.name == name);
        let found = found.ok_or_else(|| Wrong::field(format!("Version name '{name}' is not valid")))?;
        Ok(found.id.into())
    }

    fn reading(&self) -> Reading {
        Reading::Listed
    }

    fn render(&self, look: &Look, _: &Field, stored: &Value) -> Value {
        let version = stored.as_u64().and_then(|id| look.state.config.versions.get(&id));
        version.map_or(Value::Null, |version| look.version_ref(version))
    }

    fn text(&self, look: &Look, _: &Field, stored: &Value) -> String {
        let version = stored.as_u64().and_then(|id| look.state.config.versions.get(&id));
        version.map(|version| version.name.clone()).unwrap_or_default()
    }
}
