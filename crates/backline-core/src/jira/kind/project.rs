//! Another project of the site.

use super::{Control, Kind, Lookup, Raw, Shown, choice};
use crate::jira::field::FieldMeta;
use crate::jira::value::Value;
use crate::mapping::catalogue::Shape;
use serde_json::{Value as Json, json};

pub struct Project;

impl Kind for Project {
    fn title(&self) -> &'static str {
        "Project"
    }

    fn recognises(&self, shown: &Shown<'_>) -> bool {
        shown.kind == "project"
    }

    fn control(&self) -> Control {
        Control::Project
    }

    fn lookup(&self, field: &FieldMeta) -> Lookup {
        if field.allowed.is_some() { Lookup::Listed } else { Lookup::Projects }
    }

    fn takes_manual(&self) -> bool {
        false
    }

    fn fits(&self, _shape: Shape) -> bool {
        false
    }

    fn compose(&self, field: &FieldMeta, raw: Raw) -> Result<Value, String> {
        let Raw::Choices(choices) = raw else {
            return Err("a project of the site is wanted here".to_owned());
        };
        let [project] = choices.as_slice() else { return Err("one project is wanted here".to_owned()) };
        choice::still_offered(field, project)?;
        Ok(Value::Choice(project.id.clone()))
    }

    fn write(&self, value: Option<&Value>) -> Json {
        match value {
            Some(Value::Choice(id)) => json!({"id": id}),
            _ => Json::Null,
        }
    }

    fn read(&self, json: &Json) -> Option<Value> {
        choice::id_of(json).map(Value::Choice)
    }
}
