//! Answers as published, one a resource. A test holds each against the document.

use serde_json::{Value as Json, json};

pub fn status() -> Json {
    json!({"id": "3", "name": "Doing", "statusCategory": {"id": 4, "key": "indeterminate", "name": "In Progress"}})
}

pub fn issue() -> Json {
    json!({"id": "10001", "key": "SEC-1", "fields": {
        "project": {"id": "10000", "key": "SEC"},
        "status": status(),
        "summary": "A weakness",
    }, "properties": {"backline.link": {"n": 1}}})
}

pub fn issues() -> Json {
    json!({"issues": [issue()]})
}

pub fn field() -> Json {
    json!({
        "fieldId": "priority",
        "key": "priority",
        "name": "Priority",
        "required": true,
        "hasDefaultValue": true,
        "operations": ["set"],
        "schema": {"type": "priority", "system": "priority"},
        "allowedValues": [{"id": "2", "name": "High"}],
    })
}

/// The same where fields stand in an object by id.
pub fn fields_by_id() -> Json {
    let mut field = field();
    field.as_object_mut().unwrap().remove("fieldId");
    json!({"priority": field})
}

pub fn transitions() -> Json {
    json!({"transitions": [
        {"id": "31", "name": "Done", "hasScreen": true, "isAvailable": true, "to": status(), "fields": fields_by_id()},
    ]})
}

pub fn issue_type() -> Json {
    json!({"id": "10004", "name": "Bug", "subtask": false, "hierarchyLevel": 0})
}

pub fn statuses() -> Json {
    json!([{"self": "https://a.example", "id": "10004", "name": "Bug", "subtask": false, "statuses": [status()]}])
}

pub fn project() -> Json {
    json!({"id": "10000", "key": "SEC", "name": "Security", "projectTypeKey": "software", "style": "classic"})
}

pub fn permissions() -> Json {
    json!({"permissions": {"EDIT_ISSUES": {
        "id": "12", "key": "EDIT_ISSUES", "name": "Edit Issues", "type": "PROJECT", "havePermission": true,
    }}})
}

pub fn person() -> Json {
    json!({"accountId": "712020:a", "accountType": "atlassian", "displayName": "Ann", "active": true})
}

pub fn server_info() -> Json {
    json!({"baseUrl": "https://acme.example", "deploymentType": "Cloud", "version": "1001.0.0-SNAPSHOT"})
}

pub fn comment(id: &str) -> Json {
    json!({"id": id, "properties": [{"key": "backline.comment", "value": {"key": "k"}}]})
}

/// Two pages of a list that stands under `key`, one item each, which only `total` ends.
pub fn two_pages(key: &str, item: &Json) -> Vec<(u16, Json)> {
    let page = |start_at: u64| {
        let mut page = json!({"startAt": start_at, "maxResults": 1, "total": 2});
        page[key] = json!([item]);
        (200, page)
    };
    vec![page(0), page(1)]
}
