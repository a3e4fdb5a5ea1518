//! Jira's published OpenAPI document, held against the simulator's answers.
//!
//! The document lies beside the project, not in it; without it nothing is checked and one line says so.

use jsonschema::Validator;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock};

/// Keys that real answers have although the schemas are closed, with the ends of the paths that answer them and where
/// they were seen.
const BEYOND_THE_SCHEMA: [(&str, &str, &str); 5] = [
    ("untranslatedName", "/field", "recorded field lists name it for custom fields"),
    ("untranslatedName", "issuetypes", "recorded create metadata of issue types"),
    ("untranslatedName", "createmeta", "as above, at the older endpoint"),
    ("fieldId", "transitions", "recorded transitions with their fields"),
    ("defaultLocale", "serverInfo", "recorded server information"),
];

/// Answers that are not as published at all, by a part of their path, and why.
const UNLIKE_THE_SCHEMA: [(&str, &str); 2] = [
    ("createmeta/ALL/issuetypes/10007", "this issue type is there for metadata that lacks what is promised"),
    ("/user/bulk", "sites answer null among the values for an account that is not there"),
];

struct Published {
    document: Value,
    validators: Mutex<BTreeMap<String, Option<Arc<Validator>>>>,
}

fn published() -> Option<&'static Published> {
    static PUBLISHED: OnceLock<Option<Published>> = OnceLock::new();
    PUBLISHED
        .get_or_init(|| {
            let from = Path::new(env!("CARGO_MANIFEST_DIR"));
            let files = from.ancestors().map(|dir| dir.join("shared/jira/swagger-v3.v3.json"));
            let Some(file) = files.into_iter().find(|file| file.exists()) else {
                eprintln!("skipped: Jira's OpenAPI document is not here, answers are not held against it");
                return None;
            };
            let text = std::fs::read_to_string(file).expect("readable");
            let document = serde_json::from_str(&text).expect("JSON");
            Some(Published { document, validators: Mutex::default() })
        })
        .as_ref()
}

/// Fails when a 2xx answer to `/rest/api/3/{path}` is not as published.
pub fn check(method: &str, path: &str, status: u16, body: &Value) {
    if !(200..300).contains(&status) || body == "" {
        return;
    }
    let Some(published) = published() else { return };
    let path = format!("/rest/api/3/{}", path.split('?').next().expect("never empty"));
    if UNLIKE_THE_SCHEMA.iter().any(|(part, _)| path.contains(part)) {
        return;
    }
    let Some(validator) = published.validator(method, &path, status) else { return };
    let errors: Vec<String> = validator
        .iter_errors(&without_exceptions(body, &path))
        .map(|error| format!("{} at {}", error, error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{method} {path}: {}\n{body:#}", errors.join("\n"));
}

impl Published {
    fn validator(&self, method: &str, path: &str, status: u16) -> Option<Arc<Validator>> {
        let paths = self.document["paths"].as_object()?;
        let mut matching: Vec<&String> = paths.keys().filter(|template| is_like(template, path)).collect();
        matching.sort_by_key(|template| template.matches('{').count());
        let template = *matching.first().unwrap_or_else(|| panic!("{path} is not published"));
        let key = format!("{method} {template} {status}");
        let mut validators = self.validators.lock().expect("no test panics in here");
        let built = validators.entry(key).or_insert_with(|| {
            let responses = &paths[template][method.to_lowercase()]["responses"];
            let schema = responses.pointer(&format!("/{status}/content/application~1json/schema"))?;
            let mut root = schema.clone();
            root["components"] = json!({"schemas": self.document["components"]["schemas"]});
            if let Some(reference) = schema.get("$ref") {
                root = json!({"allOf": [{"$ref": reference}], "components": root["components"]});
            }
            // Timestamps have an offset without a colon, which is no date-time of JSON Schema.
            let options = jsonschema::draft4::options().should_validate_formats(false);
            Some(Arc::new(options.build(&root).expect("a schema")))
        });
        built.clone()
    }
}

fn is_like(template: &str, path: &str) -> bool {
    let (template, path): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
    template.len() == path.len()
        && template.iter().zip(&path).all(|(part, actual)| part.starts_with('{') || part == actual)
}

/// Without the documented extra keys, and without nulls: Jira answers null where the schema says absent.
fn without_exceptions(value: &Value, path: &str) -> Value {
    let is_beyond =
        |key: &str| BEYOND_THE_SCHEMA.iter().any(|(extra, end, _)| key == *extra && path.ends_with(end));
    match value {
        Value::Object(object) => {
            let kept = object.iter().filter(|(key, value)| !value.is_null() && !is_beyond(key));
            let kept = kept.map(|(key, value)| (key.clone(), without_exceptions(value, path)));
            Value::Object(kept.collect())
        }
        Value::Array(values) => values.iter().map(|value| without_exceptions(value, path)).collect(),
        other => other.clone(),
    }
}
