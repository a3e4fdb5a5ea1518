//! The field gallery: every kind on create, edit and read, Jira's words where a value does not fit, and metadata that
//! no document describes.

use crate::world::{ADA, Caller, World, doc};
use serde_json::{Value, json};

fn issue_of(issue_type: &str, fields: &Value) -> Value {
    let mut all =
        json!({"project": {"key": "ALL"}, "issuetype": {"name": issue_type}, "summary": "One of each"});
    for (id, value) in fields.as_object().expect("an object") {
        all[id] = value.clone();
    }
    json!({"fields": all})
}

pub async fn create(caller: &Caller<'_>, issue_type: &str, fields: Value) -> String {
    let (status, body) = caller.post("issue", issue_of(issue_type, &fields)).await;
    assert_eq!(status, 201, "{body}");
    body["key"].as_str().expect("a key").to_owned()
}

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

/// Id, what is sent, and what is read back. The names are in the gallery's seed.
pub fn kinds(team: &str) -> Vec<(&'static str, Value, Value)> {
    let moment = "2026-10-15T09:00:00.000+0000";
    let there = "2026-10-15T11:00:00.000+0200";
    let option = |id: &str, value: &str| json!({"id": id, "value": value});
    let asset = json!({"workspaceId": "w", "id": "w:88", "objectId": "88"});
    vec![
        ("customfield_10200", json!("a line"), json!("a line")),
        ("customfield_10201", doc("an area"), doc("an area")),
        ("customfield_10202", json!("https://a.example/1"), json!("https://a.example/1")),
        ("customfield_10203", json!(5), json!(5.0)),
        ("customfield_10204", json!({"value": "blue"}), option("10202", "blue")),
        ("customfield_10205", json!({"id": "10211"}), option("10211", "high")),
        ("customfield_10206", json!([{"id": "10220"}, "10221"]), json!([{"value": "a"}, {"value": "b"}])),
        ("customfield_10207", json!([{"value": "Impediment"}]), json!([{"id": "10230"}])),
        (
            "customfield_10208",
            json!({"id": "10150", "child": {"id": "10161"}}),
            json!({"value": "Europe", "child": {"value": "Dublin"}}),
        ),
        ("customfield_10209", json!("2026-10-15"), json!("2026-10-15")),
        ("customfield_10210", json!(moment), json!(there)),
        ("customfield_10211", json!({"accountId": ADA}), json!({"accountId": ADA})),
        ("customfield_10212", json!([{"id": ADA}]), json!([{"accountId": ADA}])),
        ("customfield_10213", json!([{"accountId": ADA}]), json!([{"displayName": "Ada Admin"}])),
        ("customfield_10214", json!({"name": "jira-users"}), json!({"name": "jira-users"})),
        ("customfield_10215", json!([{"name": "security-team"}]), json!([{"name": "security-team"}])),
        ("customfield_10216", json!(["b", "a", "b"]), json!(["a", "b"])),
        ("customfield_10217", json!({"key": "SEC"}), json!({"id": "10000"})),
        ("customfield_10218", json!({"id": "9001"}), json!({"name": "1", "archived": false})),
        ("customfield_10219", json!(team), json!({"id": team, "name": "Payments"})),
        ("customfield_10220", json!(team), json!({"id": team})),
        ("customfield_10221", json!([{"id": "9002"}]), json!([{"name": "2"}])),
        ("customfield_10223", json!(37), json!([{"id": 37, "state": "active", "boardId": 1}])),
        ("customfield_10225", json!({"id": "10240"}), option("10240", "To Do")),
        ("customfield_10226", json!("ghx-label-4"), json!("ghx-label-4")),
        ("customfield_10228", json!(3), json!(3.0)),
        ("customfield_10229", json!("2026-11-01"), json!("2026-11-01")),
        ("customfield_10232", json!(8.5), json!(8.5)),
        ("customfield_10237", json!([2, 1]), json!([{"id": "2", "name": "Umbrella"}, {"id": "1"}])),
        ("customfield_10238", json!([{"accountId": ADA}]), json!([{"accountId": ADA}])),
        ("customfield_10241", json!([{"workspaceId": "w", "objectId": "88"}]), json!([asset])),
        ("customfield_10242", json!([{"id": "w:88"}]), json!([asset])),
        ("customfield_10243", json!("forged"), json!("forged")),
        ("customfield_10244", json!(1), json!(1.0)),
        ("customfield_10245", json!({"accountId": ADA}), json!({"accountId": ADA})),
        ("customfield_10246", json!({"name": "jira-users"}), json!({"name": "jira-users"})),
        ("customfield_10247", json!(moment), json!(there)),
        ("customfield_10248", json!({"any": [1, {"thing": true}]}), json!({"any": [1, {"thing": true}]})),
        ("customfield_10249", json!(["two words"]), json!(["two words"])),
        ("customfield_10250", json!({"id": "2"}), option("2", "two")),
        ("customfield_10011", json!("A name"), json!("A name")),
        ("description", doc("text"), doc("text")),
        ("environment", doc("here"), doc("here")),
        ("priority", json!({"id": "1"}), json!({"name": "Highest"})),
        ("labels", json!(["y", "x"]), json!(["x", "y"])),
        ("components", json!([{"id": "9001"}]), json!([{"name": "parser"}])),
        ("versions", json!([{"id": "9001"}]), json!([{"name": "1", "archived": false}])),
        ("fixVersions", json!([{"id": "9002"}]), json!([{"name": "2", "released": false}])),
        ("assignee", json!({"id": ADA}), json!({"accountId": ADA, "active": true})),
        ("duedate", json!("2026-12-24"), json!("2026-12-24")),
        ("security", json!({"id": "10000"}), json!({"name": "Internal only"})),
        ("resolution", json!({"name": "Done"}), json!({"id": "10000"})),
        (
            "timetracking",
            json!({"originalEstimate": "1w 1d", "remainingEstimate": "4d"}),
            json!({"originalEstimate": "1w 1d", "remainingEstimateSeconds": 115_200}),
        ),
    ]
}

/// Whether all of `expected` stands in `actual`; lists must be as long.
pub fn holds(actual: &Value, expected: &Value) -> bool {
    match (actual, expected) {
        (Value::Object(actual), Value::Object(expected)) => {
            expected.iter().all(|(key, value)| actual.get(key).is_some_and(|found| holds(found, value)))
        }
        (Value::Array(actual), Value::Array(expected)) => {
            actual.len() == expected.len() && actual.iter().zip(expected).all(|(a, e)| holds(a, e))
        }
        // For which 5 and 5.0 are not the same.
        _ => actual == expected,
    }
}

#[tokio::test]
async fn each_kind_takes_its_shape_on_create_and_on_edit_and_reads_back() {
    let world = World::start().await;
    let ada = world.ada();
    let kinds = kinds(&world.info("/jira/teams/0/id"));
    let sent: Value = kinds.iter().map(|(id, sent, _)| ((*id).to_owned(), sent.clone())).collect();
    let created = create(&ada, "Everything", sent.clone()).await;
    let edited = create(&ada, "Everything", json!({})).await;
    let (status, body) = ada.put(&format!("issue/{edited}"), json!({"fields": sent})).await;
    assert_eq!(status, 204, "{body}");
    for key in [created, edited] {
        let (_, issue) = ada.get(&format!("issue/{key}")).await;
        for (id, _, expected) in &kinds {
            let found = &issue["fields"][id];
            assert!(holds(found, expected), "{key} {id}: {found} is not {expected}");
        }
    }
}

#[tokio::test]
async fn each_kind_is_cleared_by_null_or_an_empty_list() {
    let world = World::start().await;
    let ada = world.ada();
    let kinds = kinds(&world.info("/jira/teams/0/id"));
    let sent: Value = kinds.iter().map(|(id, sent, _)| ((*id).to_owned(), sent.clone())).collect();
    let key = create(&ada, "Everything", sent).await;
    let cleared = kinds.iter().filter(|(id, ..)| !matches!(*id, "customfield_10204"));
    let cleared: Value = cleared
        .map(|(id, sent, _)| ((*id).to_owned(), if sent.is_array() { json!([]) } else { Value::Null }))
        .collect();
    let (status, body) = ada.put(&format!("issue/{key}"), json!({"fields": cleared})).await;
    assert_eq!(status, 204, "{body}");
    let (_, issue) = ada.get(&format!("issue/{key}")).await;
    for id in cleared.as_object().expect("an object").keys() {
        let found = &issue["fields"][id];
        let document = json!({"type": "doc", "version": 1, "content": []});
        let is_empty = *found == document || found.is_null() || *found == json!([]) || *found == json!({});
        assert!(is_empty, "{id}: {found}");
    }
    let (status, body) =
        ada.put(&format!("issue/{key}"), json!({"fields": {"customfield_10204": null}})).await;
    assert_eq!((status, &body["errors"]["customfield_10204"]), (400, &json!("Select is required.")));
}

#[tokio::test]
async fn what_does_not_fit_is_named_field_by_field_in_one_answer() {
    let world = World::start().await;
    let wrong = json!({
        "customfield_10200": "x".repeat(256),
        "customfield_10201": "no document",
        "customfield_10202": "nowhere",
        "customfield_10203": "5",
        "customfield_10204": {"value": "pink"},
        "customfield_10205": {"value": "gone"},
        "customfield_10206": {"id": "10220"},
        "customfield_10208": {"id": "10150", "child": {"id": "10170"}},
        "customfield_10209": "15.10.2026",
        "customfield_10210": "at noon",
        "customfield_10211": {"accountId": "nobody"},
        "customfield_10214": {"name": "nobodies"},
        "customfield_10216": ["two words"],
        "customfield_10217": {"key": "NONE"},
        "customfield_10218": {"id": "9003"},
        "customfield_10219": "no team",
        "customfield_10222": 1,
        "customfield_10223": 36,
        "customfield_10224": "ALL-1",
        "customfield_10227": "0|aaaaaa:",
        "customfield_10233": {},
        "customfield_10234": {},
        "customfield_10235": [],
        "customfield_10236": "1",
        "customfield_10237": ["1"],
        "customfield_10239": [],
        "customfield_10240": {},
        "customfield_10241": [{"objectId": "88"}],
        "customfield_10248": "no object",
        "customfield_10290": "on no screen",
        "versions": [{"name": "x"}],
        "timetracking": {"originalEstimate": "soon"},
        "attachment": [],
        "issuelinks": [],
        "worklog": [],
        "status": {"id": "3"},
        "priority": "High",
    });
    let (status, body) = world.ada().post("issue", issue_of("Everything", &wrong)).await;
    assert_eq!(status, 400);
    let errors = body["errors"].as_object().expect("an object");
    let named: Vec<&String> = errors.keys().collect();
    let expected: Vec<&String> = wrong.as_object().expect("an object").keys().collect();
    assert_eq!(named, expected, "{body:#}");
    let cannot =
        |id: &str| format!("Field '{id}' cannot be set. It is not on the appropriate screen, or unknown.");
    for id in ["customfield_10222", "customfield_10227", "customfield_10233", "customfield_10290", "status"] {
        assert_eq!(errors[id], json!(cannot(id)));
    }
    assert_eq!(errors["customfield_10204"], "Option value 'pink' is not valid");
    assert_eq!(errors["customfield_10208"], "Option id '10170' is not valid");
    assert_eq!(errors["customfield_10223"], "Issues can only be put into active or future sprints.");
    assert_eq!(errors["versions"], "Version name 'x' is not valid");
}

#[tokio::test]
async fn an_option_without_id_or_value_is_the_option_null() {
    let world = World::start().await;
    let body = issue_of("Everything", &json!({"customfield_10205": {"name": "high"}}));
    let (_, body) = world.ada().post("issue", body).await;
    assert_eq!(body["errors"]["customfield_10205"], "Option id 'null' is not valid");
}

#[tokio::test]
async fn what_jira_keeps_by_itself_is_read_and_never_written() {
    let world = World::start().await;
    let ada = world.ada();
    let key = create(&ada, "Everything", json!({})).await;
    let (_, issue) = ada.get(&format!("issue/{key}")).await;
    let fields = &issue["fields"];
    assert!(fields["customfield_10227"].as_str().is_some_and(|rank| rank.starts_with("0|i")));
    assert_eq!(fields["customfield_10233"], "{}");
    assert_eq!(fields["customfield_10234"], Value::Null);
    assert_eq!(fields["timetracking"], json!({}));
    assert_eq!(fields["assignee"]["accountId"], ADA, "the project's lead");
    // Populated through the API alone: off every screen, taken by an edit.
    let body = json!({"fields": {"customfield_10290": "from outside"}});
    assert_eq!(ada.put(&format!("issue/{key}"), body).await.0, 204);
    let (_, issue) = ada.get(&format!("issue/{key}?fields=customfield_10290")).await;
    assert_eq!(issue["fields"]["customfield_10290"], "from outside");
    let (_, sec) = (ada.bug().await, ada.get("issue/SEC-1").await.1);
    assert!(sec["fields"].get("customfield_10290").is_none(), "a field of the gallery alone");
    let body = json!({"fields": {"customfield_10290": "elsewhere"}});
    assert_eq!(ada.put("issue/SEC-1", body).await.0, 400);
}

#[tokio::test]
async fn an_epic_link_and_a_parent_are_one() {
    let world = World::start().await;
    let ada = world.ada();
    let epic = create(&ada, "Epic", json!({})).await;
    let by_link = create(&ada, "Everything", json!({"customfield_10224": epic})).await;
    let by_parent = create(&ada, "Everything", json!({"parent": {"key": epic}})).await;
    for key in [by_link, by_parent] {
        let (_, issue) = ada.get(&format!("issue/{key}?fields=parent,customfield_10224")).await;
        assert_eq!(issue["fields"]["parent"]["key"], json!(epic));
        assert_eq!(issue["fields"]["customfield_10224"], json!(epic));
        let body = json!({"update": {"parent": [{"set": {"none": true}}]}});
        assert_eq!(ada.put(&format!("issue/{key}"), body).await.0, 204);
        let (_, issue) = ada.get(&format!("issue/{key}?fields=parent,customfield_10224")).await;
        assert!(issue["fields"].get("parent").is_none());
        assert_eq!(issue["fields"]["customfield_10224"], Value::Null);
    }
}

#[tokio::test]
async fn a_subtask_shows_its_parents_team() {
    let world = World::start().await;
    let ada = world.ada();
    let team = world.info("/jira/teams/0/id");
    let parent = create(&ada, "Everything", json!({"customfield_10219": team})).await;
    let part = create(&ada, "Sub-task", json!({"parent": {"key": parent}})).await;
    let (_, issue) = ada.get(&format!("issue/{part}?fields=customfield_10219")).await;
    assert_eq!(issue["fields"]["customfield_10219"]["id"], json!(team));
}

#[tokio::test]
async fn estimates_are_edited_in_part_and_work_uses_them_up() {
    let world = World::start().await;
    let ada = world.ada();
    let key = create(&ada, "Everything", json!({"timetracking": {"originalEstimate": "2d"}})).await;
    let body = json!({"update": {
        "timetracking": [{"edit": {"remainingEstimate": "1d 4h"}}],
        "worklog": [{"add": {"timeSpent": "2h", "started": "2026-10-15T09:00:00.000+0000"}}],
    }});
    let (status, answer) = ada.put(&format!("issue/{key}"), body).await;
    assert_eq!(status, 204, "{answer}");
    let (_, issue) = ada.get(&format!("issue/{key}")).await;
    let fields = &issue["fields"];
    let expected = json!({"originalEstimate": "2d", "remainingEstimate": "1d 2h", "timeSpent": "2h"});
    assert!(holds(&fields["timetracking"], &expected), "{}", fields["timetracking"]);
    assert_eq!((&fields["worklog"]["total"], &fields["timespent"]), (&json!(1), &json!(7_200)));
    assert_eq!(fields["worklog"]["worklogs"][0]["started"], "2026-10-15T11:00:00.000+0200");
}

#[tokio::test]
async fn verbs_change_a_part_and_only_those_that_the_metadata_lists_work() {
    let world = World::start().await;
    let ada = world.ada();
    let start = json!({"customfield_10206": [{"id": "10220"}], "customfield_10212": [{"accountId": ADA}]});
    let key = create(&ada, "Everything", start).await;
    let path = format!("issue/{key}");
    let body = json!({"update": {
        "customfield_10206": [{"add": {"value": "b"}}, {"remove": {"id": "10220"}}],
        "customfield_10212": [{"remove": {"accountId": ADA}}],
        "versions": [{"add": {"id": "9001"}}],
        "customfield_10200": [{"set": "by verb"}],
        "comment": [{"add": {"body": doc("first")}}],
    }});
    let (status, answer) = ada.put(&path, body).await;
    assert_eq!(status, 204, "{answer}");
    let (_, issue) = ada.get(&path).await;
    assert_eq!(issue["fields"]["customfield_10206"][0]["value"], "b");
    assert_eq!(issue["fields"]["customfield_10212"], Value::Null);
    assert_eq!(issue["fields"]["customfield_10200"], "by verb");
    let comment = issue["fields"]["comment"]["comments"][0]["id"].clone();
    let edit = json!({"update": {"comment": [{"edit": {"id": comment, "body": doc("second")}}]}});
    assert_eq!(ada.put(&path, edit).await.0, 204);
    let (_, comments) = ada.get(&format!("{path}/comment")).await;
    assert_eq!(comments["comments"][0]["body"], doc("second"));
    let remove = json!({"update": {"comment": [{"remove": {"id": comment}}]}});
    assert_eq!(ada.put(&path, remove).await.0, 204);
    assert_eq!(ada.get(&format!("{path}/comment")).await.1["total"], 0);
    for (id, verb) in [("customfield_10200", "add"), ("labels", "edit"), ("issuelinks", "copy")] {
        let (status, body) = ada.put(&path, json!({"update": {id: [{verb: "x"}]}})).await;
        let text = format!("Field '{id}' does not support operation '{verb}'");
        assert_eq!((status, &body["errors"][id]), (400, &json!(text)));
    }
    let both = json!({"fields": {"labels": ["a"]}, "update": {"labels": [{"add": "b"}]}});
    assert_eq!(ada.put(&path, both).await.0, 400);
}

#[tokio::test]
async fn links_are_made_with_an_issue_and_by_its_edit() {
    let world = World::start().await;
    let ada = world.ada();
    ada.bug().await;
    let mut body = issue_of("Everything", &json!({}));
    let link =
        json!({"issuelinks": [{"add": {"type": {"name": "Relates"}, "outwardIssue": {"key": "SEC-1"}}}]});
    body["update"] = link;
    let (status, created) = ada.post("issue", body).await;
    assert_eq!(status, 201, "{created}");
    let (_, issue) = ada.get("issue/SEC-1?fields=issuelinks").await;
    assert_eq!(issue["fields"]["issuelinks"][0]["inwardIssue"]["key"], "ALL-1");
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
