//! The shape of JSON: which keys stand where, and of which types their values are.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Types by path. Elements of an array share one path that ends in `[]`; null says nothing of a type.
pub type Shape = BTreeMap<String, BTreeSet<&'static str>>;

pub fn shape<'a>(values: impl IntoIterator<Item = &'a Value>) -> Shape {
    let mut shape = Shape::new();
    for value in values {
        add(value, "", &mut shape);
    }
    shape
}

fn add(value: &Value, path: &str, shape: &mut Shape) {
    let kind = match value {
        Value::Null => None,
        Value::Bool(_) => Some("boolean"),
        Value::Number(_) => Some("number"),
        Value::String(_) => Some("string"),
        Value::Array(_) => Some("array"),
        Value::Object(_) => Some("object"),
    };
    shape.entry(path.to_owned()).or_default().extend(kind);
    match value {
        Value::Array(values) => values.iter().for_each(|value| add(value, &format!("{path}[]"), shape)),
        Value::Object(object) => {
            for (key, value) in object {
                add(value, &format!("{path}.{key}"), shape);
            }
        }
        _ => {}
    }
}

/// Where two shapes differ, in words. What stands below a difference is not told again.
pub fn differences(recorded: &Shape, answered: &Shape) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let paths: BTreeSet<&String> = recorded.keys().chain(answered.keys()).collect();
    let mut told: Vec<&String> = Vec::new();
    for path in paths {
        let is_told = told.iter().any(|above| is_below(path, above));
        if is_told || is_mute(recorded, path) || is_mute(answered, path) {
            continue;
        }
        let word = match (recorded.get(path), answered.get(path)) {
            (Some(_), None) => "is not answered",
            (None, Some(_)) => "is not recorded",
            // Only nulls on one side tell nothing.
            (Some(one), Some(other)) if one.is_empty() || other.is_empty() || !one.is_disjoint(other) => {
                continue;
            }
            _ => "has another type",
        };
        found.push(format!("{path} {word}"));
        told.push(path);
    }
    found
}

fn is_below(path: &str, above: &str) -> bool {
    path.strip_prefix(above).is_some_and(|rest| rest.starts_with(['.', '[']))
}

/// Whether a shape cannot say what stands at a path, since there are only nulls and empty lists above it.
fn is_mute(shape: &Shape, path: &String) -> bool {
    let above = shape.iter().filter(|(above, _)| is_below(path, above));
    let nearest = above.max_by_key(|(above, _)| above.len());
    !shape.contains_key(path)
        && nearest.is_some_and(|(above, types)| {
            types.is_empty() || types.contains("array") && !shape.contains_key(&format!("{above}[]"))
        })
}

#[test]
fn a_key_more_a_key_less_and_another_type_are_told() {
    let recorded = serde_json::json!({"a": 1, "b": {"c": 1}, "d": [{"e": 1}, {"f": null}], "i": []});
    let answered = serde_json::json!({"a": "1", "d": [{"e": 2, "f": {"h": 3}, "g": 4}], "i": [{"j": 1}]});
    let found = differences(&shape([&recorded]), &shape([&answered]));
    assert_eq!(found, [".a has another type", ".b is not answered", ".d[].g is not recorded"]);
}
