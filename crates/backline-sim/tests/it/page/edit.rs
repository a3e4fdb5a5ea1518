use super::browser::{Browser, Inputs, fill};
use crate::world::{ADA, PAT, World, bug, doc};
use serde_json::{Value, json};

const ACTION: &str = "/sites/acme/browse/SEC-1/edit";

/// A task with a value in every field of its screen, and what the form shows for them.
fn task() -> Value {
    json!({"fields": {
        "project": {"key": "SEC"}, "issuetype": {"name": "Task"}, "summary": "All of it",
        "description": doc("What"), "environment": doc("Where"), "priority": {"name": "High"},
        "labels": ["a", "b"], "components": [{"name": "web"}], "versions": [{"name": "1.0"}],
        "fixVersions": [{"name": "1.1"}], "assignee": {"accountId": PAT}, "duedate": "2026-12-24",
        "customfield_10040": {"value": "Internet"}, "customfield_10041": [{"value": "SOC 2"}],
        "customfield_10042": {"value": "Europe", "child": {"value": "Dublin"}},
        "customfield_10043": "https://a.example/?x=1&y", "customfield_10044": "2026-09-01T14:30:15.250+0000",
        "customfield_10045": [{"accountId": ADA}], "customfield_10046": ["t"],
        "customfield_10047": {"name": "1.0"}, "customfield_10048": [{"name": "1.1"}],
        "customfield_10049": {"key": "WEB"}, "customfield_10050": {"name": "security-team"},
        "security": {"name": "Internal only"},
    }})
}

#[tokio::test]
async fn a_page_saved_as_it_was_opened_changes_nothing() {
    let world = World::start().await;
    let (status, made) = world.ada().post("issue", task()).await;
    assert_eq!(status, 201, "{made}");
    let before = world.ada().get("issue/SEC-1?expand=changelog").await;
    let browser = Browser::new(&world);
    let inputs = browser.get(ACTION).await.form(ACTION);
    assert_eq!(browser.post(ACTION, &inputs).await.status, 303);
    assert_eq!(world.ada().get("issue/SEC-1?expand=changelog").await, before);
}

#[tokio::test]
async fn every_kind_of_field_is_typed_and_cleared() {
    let world = World::start().await;
    let bare =
        json!({"fields": {"project": {"key": "SEC"}, "issuetype": {"name": "Task"}, "summary": "Bare"}});
    world.ada().post("issue", bare).await;
    let browser = Browser::new(&world);
    let mut inputs = browser.get(ACTION).await.form(ACTION);
    let groups = browser.get(ACTION).await.html;
    let group = groups.split(">security-team<").next().and_then(|html| html.rsplit("value=\"").next());
    let group = group.and_then(|html| html.split('"').next()).expect("the group's id");
    let typed: [(&str, &[&str], Value); 22] = [
        ("summary", &["Typed"], json!("Typed")),
        ("description", &["What"], doc("What")),
        ("environment", &["Where"], doc("Where")),
        ("priority", &["1"], json!("Highest")),
        ("labels", &["b a"], json!(["a", "b"])),
        ("components", &["10000", "10001"], json!(["payments", "web"])),
        ("versions", &["10001"], json!(["1.0"])),
        ("fixVersions", &["10002"], json!(["1.1"])),
        ("assignee", &[PAT], json!("Pat Product")),
        ("duedate", &["2026-12-24"], json!("2026-12-24")),
        ("customfield_10040", &["10131"], json!("Partner network")),
        ("customfield_10041", &["10140", "10142"], json!(["PCI DSS", "ISO 27001"])),
        ("customfield_10042", &["10151/10171"], json!("Americas")),
        ("customfield_10043", &["https://a.example/"], json!("https://a.example/")),
        ("customfield_10044", &["2026-09-01T14:30"], json!("2026-09-01T14:30:00.000+0200")),
        ("customfield_10045", &[ADA, PAT], json!(["Ada Admin", "Pat Product"])),
        ("customfield_10046", &["t"], json!(["t"])),
        ("customfield_10047", &["10001"], json!("1.0")),
        ("customfield_10048", &["10001", "10002"], json!(["1.0", "1.1"])),
        ("customfield_10049", &["10002"], json!("WEB")),
        ("customfield_10050", &[group], json!("security-team")),
        ("security", &["10000"], json!("Internal only")),
    ];
    for (name, values, _) in &typed {
        fill(&mut inputs, name, values);
    }
    let saved = browser.post(ACTION, &inputs).await;
    assert_eq!((saved.status, saved.location.as_str()), (303, "/sites/acme/browse/SEC-1"), "{}", saved.html);
    let (_, issue) = world.ada().get("issue/SEC-1").await;
    for (name, _, wanted) in &typed {
        assert_eq!(named(&issue["fields"][name]), *wanted, "{name}");
    }
    assert_eq!(issue["fields"]["customfield_10042"]["child"]["value"], "São Paulo");

    let mut inputs = browser.get(ACTION).await.form(ACTION);
    for (name, _, _) in typed.iter().filter(|(name, _, _)| *name != "summary") {
        fill(&mut inputs, name, &[]);
    }
    assert_eq!(browser.post(ACTION, &inputs).await.status, 303);
    let (_, issue) = world.ada().get("issue/SEC-1").await;
    for (name, _, _) in typed.iter().filter(|(name, _, _)| *name != "summary") {
        let value = &issue["fields"][name];
        // A document that was there stays as an empty one.
        let is_empty = value.is_null() || value == &json!([]) || value["content"] == json!([]);
        assert!(is_empty, "{name} is {value}");
    }
}

/// Names of what is chosen; texts and documents as they are.
fn named(value: &Value) -> Value {
    match value {
        Value::Array(values) => values.iter().map(named).collect(),
        Value::Object(chosen) if !chosen.contains_key("content") => {
            let name = ["value", "key", "displayName", "name"].iter().find_map(|name| chosen.get(*name));
            name.cloned().unwrap_or_default()
        }
        other => other.clone(),
    }
}

#[tokio::test]
async fn what_others_changed_meanwhile_is_not_taken_back() {
    let world = World::start().await;
    let ada = world.ada();
    ada.post("issue", bug(json!({"description": doc("old"), "labels": ["a"]}))).await;
    let browser = Browser::new(&world);
    let mut inputs = browser.get(ACTION).await.form(ACTION);
    ada.put("issue/SEC-1", json!({"fields": {"description": doc("new"), "labels": ["b"]}})).await;
    fill(&mut inputs, "summary", &["Typed"]);
    assert_eq!(browser.post(ACTION, &inputs).await.status, 303);
    let (_, issue) = ada.get("issue/SEC-1").await;
    let fields = &issue["fields"];
    assert_eq!((&fields["summary"], &fields["labels"]), (&json!("Typed"), &json!(["b"])));
    assert_eq!(fields["description"], doc("new"));
}

#[tokio::test]
async fn a_refusal_stands_at_its_field_and_keeps_what_was_typed() {
    let world = World::start().await;
    world.ada().bug().await;
    let browser = Browser::new(&world);
    let mut inputs = browser.get(ACTION).await.form(ACTION);
    fill(&mut inputs, "summary", &[" "]);
    fill(&mut inputs, "labels", &["fine <b>"]);
    fill(&mut inputs, "customfield_10036", &["high"]);
    fill(&mut inputs, "parent", &["SEC-99"]);
    fill(&mut inputs, "customfield_10030", &["10102"]);
    let refused = browser.post(ACTION, &inputs).await;
    assert_eq!(refused.status, 400);
    for (id, text) in [
        ("summary", "You must specify a summary of the issue."),
        ("customfield_10036", "Operation value must be a number"),
        ("parent", "Could not find issue by id or key."),
    ] {
        assert!(refused.html.contains(&format!("id=\"{id}-wrong\">{text}<")), "{id} in {}", refused.html);
    }
    let again: Inputs = refused.form(ACTION);
    let value = |name: &str| again.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    assert_eq!(value("labels"), Some("fine <b>"));
    assert_eq!(value("customfield_10030"), Some("10102"));
    assert_eq!(value("parent"), Some("SEC-99"));
    assert_eq!(world.ada().get("issue/SEC-1").await.1["fields"]["summary"], "A weakness");

    // The page that was shown again still knows what was changed.
    let mut again = again;
    fill(&mut again, "summary", &["Typed"]);
    fill(&mut again, "customfield_10036", &["7.5"]);
    fill(&mut again, "parent", &[]);
    assert_eq!(browser.post(ACTION, &again).await.status, 303);
    let (_, issue) = world.ada().get("issue/SEC-1").await;
    let fields = &issue["fields"];
    assert_eq!(fields["labels"], json!(["<b>", "fine"]));
    assert_eq!(fields["customfield_10030"]["value"], "Sev 3");
    assert_eq!((&fields["summary"], &fields["customfield_10036"]), (&json!("Typed"), &json!(7.5)));
}

#[tokio::test]
async fn rich_text_keeps_its_nodes_where_nobody_typed() {
    let world = World::start().await;
    let panel = json!({"type": "panel", "attrs": {"panelType": "custom", "panelColor": "#deebff"}, "content": [
        {"type": "paragraph", "content": [{"type": "status", "attrs": {"text": "FIXED", "color": "green"}}]}]});
    let description = json!({"type": "doc", "version": 1, "content": [panel, doc("old")["content"][0]]});
    world.ada().post("issue", bug(json!({"description": description}))).await;
    let browser = Browser::new(&world);
    let mut inputs = browser.get(ACTION).await.form(ACTION);
    let shown = inputs.iter().find(|(name, _)| name == "description").expect("the input").1.clone();
    fill(&mut inputs, "description", &[&shown.replace("old", "**new** words")]);
    assert_eq!(browser.post(ACTION, &inputs).await.status, 303);
    let (_, issue) = world.ada().get("issue/SEC-1").await;
    let content = &issue["fields"]["description"]["content"];
    assert_eq!(content[0], panel);
    let strong = json!({"type": "text", "text": "new", "marks": [{"type": "strong"}]});
    assert_eq!(content[1]["content"], json!([strong, {"type": "text", "text": " words"}]));
}
