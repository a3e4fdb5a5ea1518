//! Versions of a mapping: tickets that stay on theirs, what each version changed, and the way back.

use super::reports::trivy;
use super::world::{self, World};
use reqwest::Method;
use serde_json::{Value, json};

/// The mapping with another priority for what is most urgent.
fn with_priority(world: &World, project: &Value, name: &str) -> Value {
    let mut changed = project.clone();
    let fields = changed["mapping"]["fields"].as_array_mut().expect("a list");
    let priority = fields.iter_mut().find(|field| field["field"]["id"] == "priority").expect("it is mapped");
    priority["source"]["values"]["highest"] = json!({"id": world.priority(name), "label": name});
    changed
}

#[test]
fn tickets_stay_on_their_version_until_one_is_for_all() {
    let world = World::start();
    let project = world.api("/projects")["projects"][0].clone();
    let path = format!("/projects/{}", project["id"].as_str().expect("an id"));
    let priority_of = |id: &str| {
        let issues = world.issues().expect("a list");
        let issue = issues.iter().find(|issue| world::summary(issue).contains(id))?;
        Some(issue["fields"]["priority"]["name"].as_str().expect("a name").to_owned())
    };
    let first = ("CVE-2026-0101", "CRITICAL", "1.0.0");
    world.import(&trivy(&[first]));
    world.wait("a ticket", |_| priority_of(first.0));

    // What it would do is told before it is done: one edit, with its plan, and nothing written.
    let changed = with_priority(&world, &project, "Low");
    let before = world.last();
    let (status, seen) = world.answered(Method::POST, &format!("{path}/plan"), &changed);
    assert_eq!((status, &seen["edited"], &seen["tickets"]), (200, &json!(1), &json!(1)), "{seen}");
    assert_eq!(seen["fields"], json!([{"field": "Priority", "tickets": 1}]));
    assert_eq!(seen["samples"][0]["operations"][0]["fields"]["Priority"], "Low", "{seen}");
    assert_eq!(world.writes_after(before), Vec::<String>::new());
    let (status, saved) = world.answered(Method::PUT, &format!("{path}?tickets=new"), &changed);
    assert_eq!((status, &saved["mapping"]["version"]), (200, &json!(2)), "{saved}");
    let second = ("CVE-2026-0102", "CRITICAL", "1.0.0");
    world.import(&trivy(&[first, second]));
    world.wait("a second ticket", |_| priority_of(second.0));
    world.settle();
    assert_eq!(priority_of(second.0).as_deref(), Some("Low"));
    assert_eq!(priority_of(first.0).as_deref(), Some("Highest"), "it stays on its version");

    let versions = world.api(&format!("{path}/versions"));
    let said = &versions["versions"][0]["changes"];
    assert_eq!(said, &json!([{"about": "Priority", "what": "highest → Low, was Highest"}]), "{versions}");
    assert_eq!(versions["versions"][1]["tickets_kept"], 1, "{versions}");
    let tickets = world.api("/tickets");
    let mut written: Vec<u64> = tickets["tickets"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|ticket| ticket["mapping_version"].as_u64())
        .collect();
    written.sort_unstable();
    assert_eq!(written, [1, 2], "{tickets}");

    // The plan says what the way back would do to the second; then it is done.
    let (status, back) = world.answered(Method::POST, &format!("{path}/versions/1/restore"), &json!({}));
    assert_eq!((status, &back["mapping"]["version"]), (200, &json!(3)), "{back}");
    world.wait("the second follows", |_| (priority_of(second.0)? == "Highest").then_some(()));
    let shown = world.api(&format!("{path}/versions/1"));
    assert_eq!((&shown["since"], &shown["changes"]), (&json!([]), &Value::Null), "{shown}");
    let (status, problem) = world.answered(Method::POST, &format!("{path}/versions/9/restore"), &json!({}));
    assert_eq!((status, &problem["code"]), (404, &json!("not_found")), "{problem}");
}

#[test]
fn a_version_that_jira_would_refuse_now_is_not_taken_up_again() {
    let world = World::start();
    let project = world.api("/projects")["projects"][0].clone();
    let path = format!("/projects/{}", project["id"].as_str().expect("an id"));
    world.save_mapping_again();
    world.fault(json!([{
        "match": {"service": "jira", "method": "GET", "path": "*/issue/createmeta/*/issuetypes/*"},
        "times": 1_000,
        "fault": {"kind": "status", "status": 200,
            "body": {"startAt": 0, "maxResults": 200, "total": 0, "fields": []}}
    }]));
    let (status, problem) = world.answered(Method::POST, &format!("{path}/versions/1/restore"), &json!({}));
    assert_eq!((status, &problem["code"]), (422, &json!("mapping_refused")), "{problem}");
    assert!(problem.to_string().contains("is not on the create screen"), "{problem}");
    assert_eq!(world.api(&path)["mapping"]["version"], 2, "the last good version stays live");
    let (status, problem) = world.answered(Method::PUT, &format!("{path}?tickets=some"), &world.api(&path));
    assert_eq!((status, &problem["code"]), (422, &json!("invalid_request")), "{problem}");
}

#[test]
fn a_copy_names_what_the_other_project_has_not() {
    let world = World::start();
    let project = world.api("/projects")["projects"][0].clone();
    let path = format!("/projects/{}/copy", project["id"].as_str().expect("an id"));
    let (status, copied) =
        world.answered(Method::POST, &path, &json!({"project": "WEB", "issue_type": "Task"}));
    assert_eq!(status, 200, "{copied}");
    let draft = &copied["draft"];
    let mapped: Vec<&str> = draft["mapping"]["fields"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|field| field["field"]["id"].as_str())
        .collect();
    assert!(mapped.contains(&"summary") && mapped.contains(&"priority"), "{copied}");
    assert_eq!((&draft["mapping"]["version"], &draft["project"]["key"]), (&json!(0), &json!("WEB")));
    let before = project["mapping"]["fields"].as_array().expect("a list").len();
    let left = copied["left_out"].as_array().expect("a list");
    assert!(mapped.len() < before && !left.is_empty(), "{copied}");
    assert!(left[0]["about"].is_string() && left[0]["why"].is_string(), "{copied}");
}

/// The editor's form, as a browser would send it with this mapping unchanged.
fn form(project: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let id = |choice: &Value| match choice["children"][0]["id"].as_str() {
        Some(child) => format!("{}>{child}", text(&choice["id"])),
        None => text(&choice["id"]),
    };
    let mut pairs = vec![
        ("version".to_owned(), project["mapping"]["version"].to_string()),
        ("project".to_owned(), text(&project["project"]["id"])),
        ("issue_type".to_owned(), text(&project["issue_type"]["id"])),
        ("do".to_owned(), "save".to_owned()),
        ("accept_blocked".to_owned(), "on".to_owned()),
    ];
    for field in project["mapping"]["fields"].as_array().expect("a list") {
        let (prefix, source) = (format!("f.{}", text(&field["field"]["id"])), &field["source"]);
        let mut add = |name: &str, value: String| pairs.push((format!("{prefix}.{name}"), value));
        add("from", text(&source["from"]));
        add("was", text(&source["from"]));
        add("owner", text(&field["owner"]));
        for choice in source["choices"].as_array().into_iter().flatten() {
            add("value", id(choice));
        }
        for (word, choice) in source["values"].as_object().into_iter().flatten() {
            add(&format!("map.{word}"), id(choice));
        }
        for (name, value) in [
            ("backline", text(&source["field"])),
            ("value", text(&source["text"])),
            ("default", id(&source["default"])),
        ] {
            if !value.is_empty() {
                add(name, value);
            }
        }
    }
    pairs
}

#[test]
fn the_page_shows_the_plan_before_existing_tickets_change() {
    let world = World::start();
    world.import(&trivy(&[("CVE-2026-0103", "CRITICAL", "1.0.0")]));
    let issues = world.wait("a ticket", |world| world.issues().filter(|issues| issues.len() == 1));
    world.settle();
    let key = issues[0]["key"].as_str().expect("a key").to_owned();
    let project = world.api("/projects")["projects"][0].clone();
    let page = format!("/integrations/jira/projects/{}", project["id"].as_str().expect("an id"));
    let person = world.person_at_pages();

    let changed = form(&with_priority(&world, &project, "Low"));
    let (status, shown) = person.post(&page, &changed);
    assert_eq!(status, 200, "{shown}");
    assert!(
        shown.contains("1 ticket of 1 would be edited") && shown.contains("highest → Low, was Highest"),
        "{shown}"
    );
    assert!(shown.contains(&key) && shown.contains("Only new tickets"), "{shown}");
    assert_eq!(world.api("/projects")["projects"][0]["mapping"]["version"], 1, "nothing is saved by looking");
    let (status, _) = person.post(&page, &[changed, vec![("tickets".to_owned(), "new".to_owned())]].concat());
    assert_eq!(status, 303);
    world.settle();
    assert_eq!(world.api("/projects")["projects"][0]["mapping"]["version"], 2);
    assert_eq!(world.issue(&key)["fields"]["priority"]["name"], "Highest", "it stays on its version");

    // What is copied opens the editor of the other project, with what does not fit named.
    let copy = format!(
        "/integrations/jira/projects/new?project=WEB&copy={}",
        project["id"].as_str().expect("an id")
    );
    let editor = person.get(&copy);
    assert!(editor.contains("Copied from SEC / Bug") && editor.contains("was left out"), "{editor}");
}
