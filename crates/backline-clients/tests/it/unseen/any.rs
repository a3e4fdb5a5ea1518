//! Drawn JSON: of any shape with the names that Jira uses, or a right answer with something wrong in it.

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value as Json, json};

/// Names that some reader looks for.
const NAMES: &[&str] = &[
    "id",
    "key",
    "name",
    "fieldId",
    "schema",
    "type",
    "items",
    "system",
    "custom",
    "customId",
    "required",
    "operations",
    "allowedValues",
    "hasDefaultValue",
    "defaultValue",
    "children",
    "value",
    "label",
    "disabled",
    "archived",
    "displayName",
    "accountId",
    "groupId",
    "active",
    "fields",
    "issues",
    "issueTypes",
    "results",
    "values",
    "startAt",
    "maxResults",
    "total",
    "isLast",
    "nextPageToken",
    "status",
    "statuses",
    "statusCategory",
    "project",
    "properties",
    "comments",
    "transitions",
    "to",
    "hasScreen",
    "isAvailable",
    "object",
    "globalId",
    "relationship",
    "url",
    "title",
    "summary",
    "resolved",
    "permissions",
    "havePermission",
    "simplified",
    "style",
    "projectTypeKey",
    "subtask",
    "baseUrl",
    "deploymentType",
    "scopes",
    "errors",
    "errorMessages",
    "message",
    "code",
    "detail",
    "error",
    "error_description",
    "access_token",
    "refresh_token",
    "expires_in",
    "scope",
    "content",
    "text",
    "version",
    "marks",
    "attrs",
];

/// Words that mean something to some reader, or look as if.
const WORDS: &[&str] = &[
    "",
    " ",
    "10001",
    "customfield_10030",
    "SEC-1",
    "priority",
    "array",
    "option",
    "string",
    "user",
    "number",
    "date",
    "datetime",
    "option-with-child",
    "json",
    "set",
    "add",
    "done",
    "new",
    "next-gen",
    "true",
    "null",
    "com.atlassian.jira.plugin.system.customfieldtypes:select",
    "com.pyxis.greenhopper.jira:gh-lexo-rank",
    "ari:cloud:ecosystem::extension/a/b/static/c",
    "Größe\u{202e}\u{0}",
    "<b>x</b>",
    "2026-10-15",
    "2026-09-01T14:30:00.000+0200",
    "invalid_grant",
    "backline.comment",
    "doc",
    "-1",
    "1e999",
];

pub fn json() -> BoxedStrategy<Json> {
    let leaf = prop_oneof![
        3 => Just(Json::Null),
        2 => any::<bool>().prop_map(Json::Bool),
        2 => any::<i64>().prop_map(Json::from),
        1 => any::<f64>().prop_map(Json::from),
        6 => select(WORDS).prop_map(Json::from),
        2 => ".{0,20}".prop_map(Json::from),
    ];
    leaf.prop_recursive(4, 24, 5, |inner| {
        prop_oneof![
            2 => vec(inner.clone(), 0..5).prop_map(Json::Array),
            5 => object(inner),
        ]
    })
    .boxed()
}

fn object(inner: impl Strategy<Value = Json>) -> impl Strategy<Value = Json> {
    let name = prop_oneof![9 => select(NAMES).prop_map(str::to_owned), 1 => ".{0,10}"];
    btree_map(name, inner, 0..5).prop_map(|entries| Json::Object(entries.into_iter().collect()))
}

/// One wrong thing at one place.
#[derive(Debug, Clone)]
pub enum Wrong {
    Replaced(Json),
    Removed,
    Doubled,
    Wrapped,
    AsText,
}

/// Some wrong things, each at the place of that number among all values.
pub fn wrongs() -> impl Strategy<Value = Vec<(usize, Wrong)>> {
    let wrong = prop_oneof![
        4 => json().prop_map(Wrong::Replaced),
        3 => Just(Wrong::Removed),
        2 => Just(Wrong::Doubled),
        1 => Just(Wrong::Wrapped),
        2 => Just(Wrong::AsText),
    ];
    vec((any::<usize>(), wrong), 0..6)
}

pub fn with(mut answer: Json, wrongs: &[(usize, Wrong)]) -> Json {
    for (place, wrong) in wrongs {
        let mut left = place % count(&answer);
        spoil(&mut answer, &mut left, wrong);
    }
    answer
}

fn count(json: &Json) -> usize {
    1 + match json {
        Json::Array(items) => items.iter().map(count).sum(),
        Json::Object(entries) => entries.values().map(count).sum(),
        _ => 0,
    }
}

/// Finds the value that is `left` further on; tells whether it was found.
fn spoil(json: &mut Json, left: &mut usize, wrong: &Wrong) -> bool {
    if *left == 0 {
        match wrong {
            Wrong::Replaced(other) => *json = other.clone(),
            Wrong::Removed => *json = Json::Null,
            Wrong::Doubled => *json = json!([json.clone(), json.clone()]),
            Wrong::Wrapped => *json = json!({ "value": json.clone() }),
            Wrong::AsText => *json = Json::String(json.to_string()),
        }
        return true;
    }
    *left -= 1;
    match json {
        Json::Array(items) => {
            if *left < items.len() && matches!(wrong, Wrong::Doubled) {
                items.insert(*left, items[*left].clone());
                return true;
            }
            items.iter_mut().any(|item| spoil(item, left, wrong))
        }
        Json::Object(entries) => {
            let names: Vec<String> = entries.keys().cloned().collect();
            if *left < names.len() && matches!(wrong, Wrong::Removed) {
                entries.remove(&names[*left]);
                return true;
            }
            entries.values_mut().any(|value| spoil(value, left, wrong))
        }
        _ => false,
    }
}
