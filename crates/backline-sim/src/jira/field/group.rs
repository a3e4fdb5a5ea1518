//! A group of people (`grouppicker`), by name or id; read back with both.

use super::{At, Kind, Wrong, id_in};
use crate::jira::config::Field;
use crate::jira::look::Look;
use serde_json::Value;

pub struct InGroup;

impl Kind for InGroup {
    fn schema(&self) -> (&'static str, Option<&'static str>) {
        ("group", None)
    }

    fn parse(&self, look: &Look, _: &Field, _: At, sent: &Value) -> Result<Value, Wrong> {
        let groups = &look.state.config.groups;
        let name = id_in(sent, "name").or_else(|| sent.as_str().map(str::to_owned));
        let id = id_in(sent, "groupId");
        let group = groups.iter().find(|g| name.as_deref() == Some(g.name) || id.as_ref() == Some(&g.id));
        match group {
            Some(group) => Ok(group.id.clone().into()),
            None => {
                let wanted = name.or(id).unwrap_or_default();
                Err(Wrong::field(format!("Could not find group with name '{wanted}'.")))
            }
        }
    }

    fn render(&self, look: &Look, _: &Field, stored: &Value) -> Value {
        let group = look.state.config.groups.iter().find(|group| Some(group.id.as_str()) == stored.as_str());
        group.map_or(Value::Null, |group| look.group(group))
    }

    fn text(&self, look: &Look, _: &Field, stored: &Value) -> String {
        let group = look.state.config.groups.iter().find(|group| Some(group.id.as_str()) == stored.as_str());
        group.map(|group| group.name.to_owned()).unwrap_or_default()
    }

    fn change_id(&self, stored: &Value) -> Option<String> {
        stored.as_str().map(str::to_owned)
    }
}
