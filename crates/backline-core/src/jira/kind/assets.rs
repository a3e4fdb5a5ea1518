//! Objects of Assets, each as `workspace:object`. No value of theirs is in create metadata.
//!
//! Source: <https://support.atlassian.com/jira/kb/format-the-payload-to-update-assets-custom-fields-via-rest-api>

use super::{Control, Kind, Raw, Shown};
use crate::jira::field::FieldMeta;
use crate::jira::value::Value;
use crate::mapping::catalogue::Shape;
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;

pub struct Assets;

impl Kind for Assets {
    fn title(&self) -> &'static str {
        "Assets objects, by id"
    }

    fn recognises(&self, shown: &Shown<'_>) -> bool {
        shown.is_array_of("cmdb-object-field") || shown.is_atlassian(&["cmdb-object-cftype"])
    }

    fn control(&self) -> Control {
        Control::Words
    }

    fn fits(&self, _shape: Shape) -> bool {
        false
    }

    fn compose(&self, _field: &FieldMeta, raw: Raw) -> Result<Value, String> {
        let Raw::Text(text) = raw else { return Err("ids of objects are wanted here".to_owned()) };
        let words: Vec<&str> = text.split([',', ' ', '\n']).filter(|word| !word.is_empty()).collect();
        if let Some(wrong) = words.iter().find(|word| object(word).is_none()) {
            return Err(format!("'{wrong}' is not an object such as workspace:88"));
        }
        match words.is_empty() {
            true => Err("ids of objects are wanted here".to_owned()),
            false => Ok(Value::Choices(words.into_iter().map(str::to_owned).collect())),
        }
    }

    fn write(&self, value: Option<&Value>) -> Json {
        match value {
            Some(Value::Choices(objects)) => objects.iter().filter_map(|id| self.write_element(id)).collect(),
            _ => json!([]),
        }
    }

    fn read(&self, json: &Json) -> Option<Value> {
        let part = |object: &Json, name: &str| object.get(name)?.as_str().map(str::to_owned);
        let of = |json: &Json| Some(format!("{}:{}", part(json, "workspaceId")?, part(json, "objectId")?));
        let objects: BTreeSet<String> = json.as_array()?.iter().filter_map(of).collect();
        (!objects.is_empty()).then_some(Value::Choices(objects))
    }

    fn write_element(&self, element: &str) -> Option<Json> {
        let (workspace, object) = object(element)?;
        Some(json!({"workspaceId": workspace, "id": element, "objectId": object}))
    }
}

fn object(word: &str) -> Option<(&str, &str)> {
    word.split_once(':').filter(|(workspace, object)| !workspace.is_empty() && object.parse::<u64>().is_ok())
}
