//! Reads Jira's description of a field, wherever it stands: createmeta, editmeta, a transition's screen.
//!
//! Invariant: an odd field is kept with what is known of it, so that a page can say why it cannot be mapped. None is
//! lost: a field that Jira requires and that nobody sees would make every create fail.

use crate::json::{first_text, text};
use backline_core::ids::FieldId;
use backline_core::jira::field::{Choice, FieldMeta, Schema};
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// Fields as a list, each naming itself. One that stands there twice, as where the list changed between two pages, is
/// kept once; one without a name is kept without one.
pub(super) fn from_list(fields: &[Json]) -> Vec<FieldMeta> {
    let mut seen: BTreeMap<FieldId, usize> = BTreeMap::new();
    let mut kept: Vec<FieldMeta> = Vec::new();
    for field in fields.iter().filter(|field| !field.is_null()) {
        let id = first_text(field, &["fieldId", "key", "id", "name"]).unwrap_or_default();
        let field = read(field, FieldId(id));
        match seen.get(&field.id) {
            Some(place) if !field.id.as_str().is_empty() => kept[*place].is_required |= field.is_required,
            _ => {
                seen.insert(field.id.clone(), kept.len());
                kept.push(field);
            }
        }
    }
    kept
}

/// Fields as an object by id, as editmeta and transitions have them; null and absence mean none.
pub(super) fn from_map(fields: &Json) -> Vec<FieldMeta> {
    let fields = fields.as_object().into_iter().flatten();
    fields.map(|(id, field)| read(field, FieldId(id.clone()))).collect()
}

fn read(field: &Json, id: FieldId) -> FieldMeta {
    FieldMeta {
        name: first_text(field, &["name"]).unwrap_or_else(|| match id.as_str() {
            "" => "a field without a name".to_owned(),
            id => id.to_owned(),
        }),
        id,
        is_required: field["required"] == true,
        has_default: match &field["hasDefaultValue"] {
            Json::Bool(has_default) => *has_default,
            _ => !field["defaultValue"].is_null(),
        },
        schema: schema(&field["schema"]),
        operations: match &field["operations"] {
            Json::Array(operations) => operations.iter().filter_map(text).collect(),
            // Left out by some answers; the screen shows it, so it is assumed to be settable.
            _ => vec!["set".to_owned()],
        },
        allowed: field["allowedValues"].as_array().map(|values| values.iter().filter_map(choice).collect()),
    }
}

fn schema(schema: &Json) -> Option<Schema> {
    Some(Schema {
        kind: first_text(schema, &["type"])?,
        items: text(&schema["items"]),
        system: text(&schema["system"]),
        custom: text(&schema["custom"]),
    })
}

/// One allowed value; `None` for one that is switched off, which Jira would refuse, and for one without an id.
pub(super) fn choice(value: &Json) -> Option<Choice> {
    if let Some(bare) = text(value) {
        return Some(Choice::new(bare.clone(), bare));
    }
    if value["disabled"] == true || value["archived"] == true {
        return None;
    }
    let id = first_text(value, &["id", "accountId", "groupId", "key", "value", "name", "label"])?;
    let label = first_text(value, &["value", "label", "name", "displayName", "title", "key"])
        .unwrap_or_else(|| id.clone());
    let children = value["children"].as_array().into_iter().flatten().filter_map(choice).collect();
    Some(Choice { id, label, children })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_odd_field_is_kept_with_what_is_known() {
        let fields = from_list(&[
            json!({"fieldId": "customfield_1", "required": true}),
            json!({"key": "customfield_2", "name": "Team", "schema": {"type": "team", "items": 7}, "allowedValues": null}),
            json!({"name": "Nameless", "schema": {"custom": "x"}, "operations": null}),
            json!({"required": true}),
            json!(null),
            json!("words"),
            json!({"fieldId": "customfield_2", "name": "Team", "required": true}),
        ]);
        let ids: Vec<&str> = fields.iter().map(|field| field.id.as_str()).collect();
        assert_eq!(ids, ["customfield_1", "customfield_2", "Nameless", "", ""]);
        assert!(fields[1].is_required, "one of the two said so");
        assert_eq!(fields[3].name, "a field without a name");
        assert_eq!(fields[0].name, "customfield_1");
        assert!(fields[0].schema.is_none() && fields[0].is_mandatory());
        assert_eq!(fields[1].schema.as_ref().unwrap().items.as_deref(), Some("7"));
        assert!(fields[1].allowed.is_none() && fields[2].schema.is_none());
    }

    #[test]
    fn a_default_is_recognised_by_its_value_where_the_flag_is_missing() {
        let fields = from_map(&json!({
            "a": {"required": true, "defaultValue": {"id": "3"}},
            "b": {"required": true, "hasDefaultValue": false, "defaultValue": {"id": "3"}},
            "c": {"required": true, "defaultValue": null},
        }));
        let defaults: Vec<bool> = fields.iter().map(|field| field.has_default).collect();
        assert_eq!(defaults, [true, false, false]);
    }

    #[test]
    fn every_kind_of_allowed_value_has_an_id_and_a_label() {
        let check =
            |value: Json, id: &str, label: &str| assert_eq!(choice(&value), Some(Choice::new(id, label)));
        check(json!({"id": 10100, "value": "red"}), "10100", "red");
        check(json!({"id": "3", "name": "High"}), "3", "High");
        check(json!({"id": "5", "label": "five"}), "5", "five");
        check(json!({"accountId": "712020:a", "displayName": "Ann"}), "712020:a", "Ann");
        check(json!({"groupId": "g", "name": "staff"}), "g", "staff");
        check(json!({"id": "9"}), "9", "9");
        check(json!("red"), "red", "red");
        assert_eq!(choice(&json!({"id": "1", "value": "off", "disabled": true})), None);
        assert_eq!(choice(&json!({})), None);
        assert_eq!(choice(&Json::Null), None);
    }

    #[test]
    fn cascading_options_keep_their_children() {
        let parent = json!({"id": "1", "value": "EU", "children": [{"id": "2", "value": "FR"}, {"id": "3", "disabled": true}]});
        assert_eq!(choice(&parent).unwrap().children, [Choice::new("2", "FR")]);
    }
}
