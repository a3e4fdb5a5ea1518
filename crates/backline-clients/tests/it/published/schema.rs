//! The schemas of the document: as published for answers, closed for requests.

use super::value;
use jsonschema::Validator;
use serde_json::{Map, Value as Json, json};

pub struct Schemas {
    published: Json,
    closed: Json,
}

impl Schemas {
    pub fn new(document: &Json) -> Self {
        let published = document["components"]["schemas"].clone();
        Self { closed: closed(&published), published }
    }

    pub fn check_answer(&self, schema: &Json, body: &Json) -> Vec<String> {
        problems(&validator(schema.clone(), &self.published), body)
    }

    pub fn check_request(&self, schema: &Json, body: &Json) -> Vec<String> {
        problems(&validator(closed(schema), &self.closed), body)
    }

    pub fn check_parameter(&self, schema: &Json, text: &str) -> Vec<String> {
        problems(&validator(schema.clone(), &self.published), &value::typed(&schema["type"], text))
    }
}

fn validator(schema: Json, schemas: &Json) -> Validator {
    let mut needed = Map::new();
    add_needed(&schema, schemas, &mut needed);
    // Beside a reference nothing else counts, so the reference stands apart from the schemas it points into.
    let root = json!({"allOf": [schema], "components": {"schemas": needed}});
    // Timestamps have an offset without a colon, which is no date-time of JSON Schema.
    jsonschema::draft4::options().should_validate_formats(false).build(&root).expect("a schema")
}

/// Adds the schemas to which this one refers, and those to which they do: all of them would take a second to build.
fn add_needed(schema: &Json, schemas: &Json, needed: &mut Map<String, Json>) {
    match schema {
        Json::Object(object) => {
            let reference = object.get("$ref").and_then(Json::as_str);
            if let Some(name) = reference.and_then(|path| path.strip_prefix("#/components/schemas/"))
                && !needed.contains_key(name)
            {
                needed.insert(name.to_owned(), schemas[name].clone());
                add_needed(&schemas[name], schemas, needed);
            }
            object.values().for_each(|value| add_needed(value, schemas, needed));
        }
        Json::Array(list) => list.iter().for_each(|value| add_needed(value, schemas, needed)),
        _ => {}
    }
}

pub fn problems(validator: &Validator, body: &Json) -> Vec<String> {
    validator
        .iter_errors(body)
        .map(|error| format!("{error} at {:?}", error.instance_path().as_str()))
        .collect()
}

/// The schema with every object closed to what it does not name, and without what only answers have.
fn closed(schema: &Json) -> Json {
    match schema {
        Json::Object(object) => {
            let mut copy: Map<String, Json> =
                object.iter().map(|(key, value)| (key.clone(), closed(value))).collect();
            if let Some(Json::Object(properties)) = copy.get_mut("properties") {
                properties.retain(|_, property| property["readOnly"] != true);
                copy.insert("additionalProperties".to_owned(), json!(false));
            }
            Json::Object(copy)
        }
        Json::Array(list) => list.iter().map(closed).collect(),
        other => other.clone(),
    }
}
