//! What create metadata says of each kind, and metadata that no document describes.

use crate::world::{Caller, World};
use serde_json::{Value, json};

/// The create screen of an issue type, by field id.
async fn screen(caller: &Caller<'_>, issue_type: &str) -> Vec<Value> {
    let mut fields = Vec::new();
    loop {
        let path = format!("issue/createmeta/ALL/issuetypes/{issue_type}?startAt={}", fields.len());
        let (status, page) = caller.get(&path).await;
        assert_eq!(status, 200, "{page}");
        let rows = page["fields"].as_array().expect("a list");
        if rows.is_empty() {
            assert_eq!(page["total"], fields.len());
            return fields;
        }
        fields.extend(rows.iter().cloned());
    }
}

#[tokio::test]
async fn the_metadata_shows_each_kind_as_sites_do() {
    let world = World::start().await;
    let fields = screen(&world.ada(), "10006").await;
    let of = |id: &str| fields.iter().find(|field| field["fieldId"] == id).unwrap_or_else(|| panic!("{id}"));
    let schema = |id: &str| {
        let schema = &of(id)["schema"];
        (schema["type"].as_str().expect("a type").to_owned(), schema["items"].as_str().map(str::to_owned))
    };
    for (id, kind, items) in [
        ("customfield_10206", "array", Some("option")),
        ("customfield_10208", "option-with-child", None),
        ("customfield_10213", "array", Some("user")),
        ("customfield_10215", "array", Some("group")),
        ("customfield_10219", "team", None),
        ("customfield_10220", "any", None),
        ("customfield_10223", "array", Some("json")),
        ("customfield_10235", "array", Some("design.field.name")),
        ("customfield_10236", "sd-customerrequesttype", None),
        ("customfield_10237", "array", Some("sd-customerorganization")),
        ("customfield_10241", "array", Some("cmdb-object-field")),
        ("customfield_10248", "object", None),
        ("timetracking", "timetracking", None),
        ("security", "securitylevel", None),
        ("parent", "issuelink", None),
    ] {
        assert_eq!(schema(id), (kind.to_owned(), items.map(str::to_owned)), "{id}");
    }
    assert_eq!(of("customfield_10213")["schema"]["configuration"], json!({"isMulti": true}));
    assert_eq!(of("customfield_10208")["allowedValues"][0]["children"][0]["value"], "Frankfurt");
    assert_eq!(of("customfield_10205")["allowedValues"].as_array().map(Vec::len), Some(2), "one is disabled");
    assert_eq!(of("customfield_10204")["hasDefaultValue"], true);
    assert_eq!(of("customfield_10204")["defaultValue"]["value"], "red");
    assert_eq!(of("versions")["operations"], json!(["set", "add", "remove"]));
    assert_eq!(of("timetracking")["operations"], json!(["set", "edit"]));
    let names = fields.iter().filter(|field| field["name"] == "Team").count();
    assert_eq!(names, 2, "names are not unique");
    let address = |id: &str| of(id)["autoCompleteUrl"].as_str().unwrap_or_default().to_owned();
    for (id, part) in [
        ("assignee", "/rest/api/3/user/assignable/search?project=ALL&query="),
        ("reporter", "/rest/api/3/user/recommend?context=Reporter&issueKey="),
        ("labels", "/rest/api/1.0/labels/suggest?query="),
        ("customfield_10216", "/rest/api/1.0/labels/suggest?customFieldId=10216&query="),
        ("customfield_10211", "/rest/api/1.0/users/picker?fieldName=customfield_10211&fieldConfigId="),
        ("customfield_10213", "/rest/api/3/user/search?query="),
        ("customfield_10219", "/gateway/api/v1/recommendations"),
        ("issuelinks", "/rest/api/3/issue/picker?currentProjectId="),
    ] {
        assert!(address(id).contains(part), "{id}: {}", address(id));
    }
    assert_eq!(address("customfield_10214"), "", "a group picker has none");
}

#[tokio::test]
async fn odd_metadata_lacks_what_every_document_promises() {
    let world = World::start().await;
    let (_, page) = world.ada().get("issue/createmeta/ALL/issuetypes/10007?maxResults=200").await;
    let fields = page["fields"].as_array().expect("a list");
    let of = |id: &str| fields.iter().find(|field| field["fieldId"] == id).unwrap_or_else(|| panic!("{id}"));
    for (id, key) in [
        ("customfield_10301", "schema"),
        ("customfield_10302", "key"),
        ("customfield_10303", "operations"),
        ("customfield_10304", "hasDefaultValue"),
        ("customfield_10305", "name"),
        ("customfield_10306", "required"),
    ] {
        assert!(of(id).get(key).is_none(), "{id}");
    }
    assert!(of("customfield_10307")["schema"].get("type").is_none());
    assert_eq!(of("customfield_10310")["schema"]["items"], "Ziele");
    assert_eq!(of("customfield_10311")["allowedValues"][0]["id"], 10_280);
    assert_eq!(of("customfield_10312")["allowedValues"][0]["label"], "un");
    assert_eq!(of("customfield_10313")["allowedValues"], json!([]));
    assert_eq!(of("attachment")["operations"], json!([]));
    assert_eq!(of("customfield_10317").as_object().map(|field| field.len()), Some(1), "the id alone");
}

#[tokio::test]
async fn hundreds_of_fields_come_in_pages() {
    let world = World::start().await;
    let ada = world.ada();
    assert_eq!(screen(&ada, "10008").await.len(), 254);
    let (_, page) = ada.get("issue/createmeta/ALL/issuetypes/10008").await;
    assert_eq!((page["fields"].as_array().map(Vec::len), &page["maxResults"]), (Some(50), &json!(50)));
    let (_, page) = ada.get("issue/createmeta/ALL/issuetypes/10008?maxResults=200&startAt=200").await;
    assert_eq!(page["fields"].as_array().map(Vec::len), Some(54));
    let (status, body) = ada.get("issue/createmeta/ALL/issuetypes/10008?maxResults=201").await;
    assert_eq!(
        (status, &body["errorMessages"][0]),
        (400, &json!("Parameter 'maxResults' must not exceed the limit '200'"))
    );
}

#[tokio::test]
async fn a_team_managed_project_has_fields_and_types_of_its_own() {
    let world = World::start().await;
    let ada = world.ada();
    let (_, types) = ada.get("issue/createmeta/PAY/issuetypes").await;
    let types = types["issueTypes"].as_array().expect("a list").clone();
    assert!(types.iter().all(|row| row["scope"]["project"]["id"] == "10001" && row["entityId"].is_string()));
    assert!(types.iter().any(|row| row["name"] == "Subtask" && row["subtask"] == true));
    let (_, fields) = ada.get("field").await;
    let severities: Vec<&Value> =
        fields.as_array().expect("a list").iter().filter(|field| field["name"] == "Severity").collect();
    assert_eq!(severities.len(), 2, "one name, two fields");
    assert_eq!(severities[1]["scope"], json!({"type": "PROJECT", "project": {"id": "10001"}}));
    let (_, page) = ada.get("issue/createmeta/PAY/issuetypes/10102").await;
    let ids: Vec<&str> = page["fields"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|field| field["fieldId"].as_str())
        .collect();
    assert!(ids.contains(&"issuerestriction") && ids.contains(&"customfield_10060"));
    assert!(!ids.contains(&"security") && !ids.contains(&"components"));
    let fields = json!({
        "project": {"key": "PAY"}, "issuetype": {"id": "10102"}, "summary": "A",
        "customfield_10030": {"value": "Sev 1"},
    });
    assert_eq!(ada.post("issue", json!({"fields": fields})).await.0, 400, "a field of other projects");
    let child = |parent: &str| {
        json!({"fields": {
            "project": {"key": "PAY"}, "issuetype": {"id": "10103"}, "summary": "A", "parent": {"key": parent},
        }})
    };
    let alone = json!({"project": {"key": "PAY"}, "issuetype": {"id": "10102"}, "summary": "A"});
    assert_eq!(ada.post("issue", json!({"fields": alone})).await.0, 201);
    assert_eq!(ada.post("issue", child("PAY-1")).await.0, 201, "any issue type may be a child");
}
