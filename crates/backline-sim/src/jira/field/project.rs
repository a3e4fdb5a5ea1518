//! A project: the issue's own, or one that a custom field names.

use super::{At, Kind, PROJECT, Wrong, id_in};
use crate::jira::config::Field;
use crate::jira::look::Look;
use serde_json::Value;

pub struct InProject;

impl Kind for InProject {
    fn schema(&self) -> (&'static str, Option<&'static str>) {
        ("project", None)
    }

    fn allowed(&self, look: &Look, field: &Field, at: At) -> Option<Vec<Value>> {
        let projects = look.state.config.projects.values();
        let offered = projects.filter(|project| field.no != PROJECT || project.id == at.project);
        Some(offered.map(|project| look.project_ref(project)).collect())
    }

    fn parse(&self, look: &Look, _: &Field, _: At, sent: &Value) -> Result<Value, Wrong> {
        let wanted = id_in(sent, "id").or_else(|| id_in(sent, "key"));
        let project = wanted.and_then(|wanted| look.state.config.find_project(&wanted));
        project.map(|p| p.id.into()).ok_or_else(|| Wrong::field("Specify a valid project ID or key"))
    }

    fn render(&self, look: &Look, _: &Field, stored: &Value) -> Value {
        let project = stored.as_u64().and_then(|id| look.state.config.projects.get(&id));
        project.map_or(Value::Null, |project| look.project_ref(project))
    }

    fn text(&self, look: &Look, _: &Field, stored: &Value) -> String {
        let project = stored.as_u64().and_then(|id| look.state.config.projects.get(&id));
        project.map(|project| project.name.clone()).unwrap_or_default()
    }
}
