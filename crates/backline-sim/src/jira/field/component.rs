//! A component of the project.

use super::{At, Kind, Reading, Wrong, id_in};
use crate::jira::config::{Component, Field};
use crate::jira::look::Look;
use serde_json::Value;

pub struct InComponent;

fn offered<'a>(look: &'a Look, at: At) -> impl Iterator<Item = &'a Component> {
    look.state.config.components.values().filter(move |component| component.project == at.project)
}

impl Kind for InComponent {
    fn schema(&self) -> (&'static str, Option<&'static str>) {
        ("component", None)
    }

    fn allowed(&self, look: &Look, _: &Field, at: At) -> Option<Vec<Value>> {
        Some(offered(look, at).map(|component| look.component_ref(component)).collect())
    }

    fn parse(&self, look: &Look, _: &Field, at: At, sent: &Value) -> Result<Value, Wrong> {
        if let Some(id) = id_in(sent, "id") {
            let found = offered(look, at).find(|component| component.id.to_string() == id);
            let found = found.ok_or_else(|| Wrong::field(format!("Component id '{id}' is not valid")))?;
            return Ok(found.id.into());
        }
        let Some(name) = sent.get("name").and_then(Value::as_str) else {
            return Err(Wrong::not_an_object());
        };
        let found = offered(look, at).find(|component| component.name == name);
        let found = found.ok_or_else(|| Wrong::field(format!("Component name '{name}' is not valid")))?;
        Ok(found.id.into())
    }

    fn reading(&self) -> Reading {
        Reading::Listed
    }

    fn render(&self, look: &Look, _: &Field, stored: &Value) -> Value {
        let component = stored.as_u64().and_then(|id| look.state.config.components.get(&id));
        component.map_or(Value::Null, |component| look.component_ref(component))
    }

    fn text(&self, look: &Look, _: &Field, stored: &Value) -> String {
        let component = stored.as_u64().and_then(|id| look.state.config.components.get(&id));
        component.map(|component| component.name.clone()).unwrap_or_default()
    }
}
