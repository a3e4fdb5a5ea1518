//! An object that an app defines: JSON as it is typed, for those who know the app.

use super::{Control, Kind, Raw, Shown};
use crate::jira::field::FieldMeta;
use crate::jira::value::Value;
use crate::mapping::catalogue::Shape;
use serde_json::Value as Json;

pub struct Object;

impl Kind for Object {
    fn title(&self) -> &'static str {
        "Object of an app, as JSON"
    }

    fn recognises(&self, shown: &Shown<'_>) -> bool {
        shown.kind == "object" && shown.is_plain_or(&[])
    }

    fn control(&self) -> Control {
        Control::Area
    }

    fn fits(&self, _shape: Shape) -> bool {
        false
    }

    fn compose(&self, _field: &FieldMeta, raw: Raw) -> Result<Value, String> {
        let Raw::Text(text) = raw else { return Err("JSON is wanted here".to_owned()) };
        match serde_json::from_str::<Json>(&text) {
            Ok(object @ Json::Object(_)) => Ok(Value::Object(object)),
            Ok(_) => Err("an object is wanted here, in braces".to_owned()),
            Err(error) => Err(format!("this is not JSON: {error}")),
        }
    }

    fn write(&self, value: Option<&Value>) -> Json {
        match value {
            Some(Value::Object(object)) => object.clone(),
            _ => Json::Null,
        }
    }

    fn read(&self, json: &Json) -> Option<Value> {
        json.is_object().then(|| Value::Object(json.clone()))
    }
}
