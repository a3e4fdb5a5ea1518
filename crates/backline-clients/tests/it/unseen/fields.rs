//! Every field of a screen can be mapped, or it is said why not; and none is lost.

use super::any::{json, with, wrongs};
use super::{check, now};
use crate::jira::answer;
use crate::recording::Recording;
use backline_core::jira::field::FieldMeta;
use backline_core::jira::kind::{self, Raw};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;

/// Fields as a create screen lists them: right ones, odd ones, and what is no field at all.
fn screens() -> impl Strategy<Value = Vec<Json>> {
    let odd = prop_oneof![
        3 => wrongs().prop_map(|wrongs| with(answer::field(), &wrongs)),
        3 => (json(), json(), json()).prop_map(|(schema, operations, allowed)| json!({
            "fieldId": "customfield_10030", "name": "Größe", "required": true,
            "schema": schema, "operations": operations, "allowedValues": allowed,
        })),
        2 => (0..500_u32, kinds()).prop_map(|(number, custom)| json!({
            "fieldId": format!("customfield_{number}"), "key": format!("customfield_{number}"), "name": "Team",
            "schema": {"type": "any", "custom": custom}, "operations": ["set"],
        })),
        1 => json(),
    ];
    // Hundreds of fields, of which some are odd.
    let plain = |number: usize| json!({"fieldId": format!("plain_{number}"), "schema": {"type": "string"}});
    (vec(odd, 0..6), prop_oneof![9 => 0..5_usize, 1 => 200..400_usize]).prop_map(move |(odd, many)| {
        let plain = (0..many).map(plain);
        odd.into_iter().chain(plain).collect()
    })
}

fn kinds() -> impl Strategy<Value = String> {
    prop_oneof![
        "com\\.atlassian\\.jira\\.plugin\\.system\\.customfieldtypes:[a-z]{1,20}",
        "com\\.[a-z]{1,10}\\.app:[a-z-]{1,20}",
        ".{0,30}",
    ]
}

/// What a field is known by.
fn name(field: &Json) -> Option<String> {
    ["fieldId", "key", "id", "name"].iter().find_map(|key| match &field[*key] {
        Json::String(text) if !text.is_empty() => Some(text.clone()),
        Json::Number(number) => Some(number.to_string()),
        _ => None,
    })
}

fn is_accounted_for(field: &FieldMeta, value: &Json) -> Result<(), TestCaseError> {
    match kind::of(field) {
        Err(reason) => prop_assert!(!reason.trim().is_empty()),
        Ok(kind) => {
            prop_assert!(!kind.title().is_empty() && !field.id.as_str().is_empty());
            // What a form, a create and a later read do with it.
            let _ = kind.control();
            for raw in [Raw::Text("High".to_owned()), Raw::Number(5.0), Raw::Number(f64::NAN)] {
                if let Ok(composed) = kind.compose(field, raw) {
                    let written = kind.write(Some(&composed));
                    prop_assert!(!written.is_null(), "{field:?}: {composed:?} clears the field");
                }
            }
            let _ = (kind.write(None), kind.read(value));
        }
    }
    Ok(())
}

#[test]
fn no_field_of_a_create_screen_is_lost() {
    check((screens(), json()), |(screen, value)| {
        let total = screen.len();
        let recording = Recording::new(vec![(200, json!({"fields": screen, "startAt": 0, "total": total}))]);
        let fields = now(recording.jira().create_fields(&"1".into(), &"2".into()));
        let fields = fields.map_err(|error| TestCaseError::fail(error.to_string()))?;
        let named: BTreeSet<String> = screen.iter().filter_map(name).collect();
        let read: Vec<&str> =
            fields.iter().map(|field| field.id.as_str()).filter(|id| !id.is_empty()).collect();
        prop_assert_eq!(read.len(), named.len(), "one is there twice or not at all");
        prop_assert!(read.iter().all(|id| named.contains(*id)));
        let nameless = screen.iter().filter(|field| !field.is_null() && name(field).is_none()).count();
        prop_assert_eq!(fields.len() - read.len(), nameless);
        fields.iter().try_for_each(|field| is_accounted_for(field, &value))
    });
}

#[test]
fn no_field_of_an_edit_or_a_transition_screen_is_lost() {
    check((screens(), json()), |(screen, value)| {
        let by_id: Json =
            (0..).zip(&screen).map(|(n, field): (u32, _)| (n.to_string(), field.clone())).collect();
        let recording = Recording::new(vec![(200, json!({ "fields": by_id }))]);
        let fields = now(recording.jira().edit_fields(&"1".into()));
        let fields = fields.map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(fields.len(), screen.len());
        let mut transitions = answer::transitions();
        transitions["transitions"][0]["fields"] = by_id;
        let recording = Recording::new(vec![(200, transitions)]);
        let transitions = now(recording.jira().transitions(&"1".into()));
        let transitions = transitions.map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(&transitions[0].fields, &fields);
        fields.iter().try_for_each(|field| is_accounted_for(field, &value))
    });
}
