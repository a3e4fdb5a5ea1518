//! Connected projects over the API: what Jira would refuse, or what would mean other issues, is not saved.

use super::world::World;
use serde_json::{Value, json};

/// Sends a changed project; nothing of it may be saved.
fn refused(world: &World, project: &Value, change: impl Fn(&mut Value), says: &str) {
    let mut changed = project.clone();
    change(&mut changed);
    let (status, problem) = world.save_project(&changed);
    assert_eq!(status, 422, "{problem}");
    assert!(problem.to_string().contains(says), "{says} in {problem}");
    assert_eq!(world.api("/projects")["projects"][0]["mapping"]["version"], project["mapping"]["version"]);
}

#[test]
fn what_jira_would_refuse_is_not_saved() {
    let world = World::start();
    let project = world.api("/projects")["projects"][0].clone();
    let step = |field: Value| {
        move |project: &mut Value| project["mapping"]["lifecycle"]["done"]["fields"] = json!([field.clone()])
    };
    let typed = |id: &str, name: &str| {
        json!({
            "field": {"id": id, "name": name, "is_required": false, "has_default": false,
                "schema": {"type": "string"}, "operations": ["set"], "allowed": null},
            "source": {"from": "manual", "text": "mild"},
            "owner": "once",
        })
    };
    refused(&world, &project, step(typed("customfield_99999", "Nowhere")), "is not known for a step");
    // What a field is, Jira says: a name that hides a priority lets nobody write one by hand.
    refused(&world, &project, step(typed("priority", "Harmless")), "must be mapped to a field from Backline");
    let elsewhere = |project: &mut Value| {
        project["project"] = json!("WEB");
        project["issue_type"] = json!("Task");
        project["mapping"]["lifecycle"] = json!({});
    };
    refused(&world, &project, elsewhere, "cannot become WEB / Task");
}

#[test]
fn a_person_who_has_left_is_not_saved() {
    let world = World::start();
    let project = world.api("/projects")["projects"][0].clone();
    let screen = world.api("/metadata/fields?project=SEC&issue_type=10001");
    let fields = screen["fields"].as_array().expect("a list");
    let field = fields.iter().find(|field| field["id"] == "assignee").expect("the screen has it").clone();
    let assigned = |id: &str| {
        let source = json!({"from": "jira", "choices": [{"id": id, "label": "Grace Hopper"}]});
        let mapped = json!({"field": field, "source": source, "owner": "once"});
        move |project: &mut Value| {
            project["mapping"]["fields"].as_array_mut().expect("a list").push(mapped.clone());
        }
    };
    refused(&world, &project, assigned("557058:gone"), "has no active account 'Grace Hopper'");
    let mut changed = project.clone();
    assigned(world.jira("/rest/api/3/myself")["accountId"].as_str().expect("an account"))(&mut changed);
    let (status, saved) = world.save_project(&changed);
    assert_eq!(status, 200, "{saved}");
}

#[test]
fn a_project_that_is_sent_twice_is_connected_once() {
    let world = World::start();
    let project = world.api("/projects")["projects"][0].clone();
    let (status, problem) = world.add_project(&project);
    assert_eq!(status, 422, "{problem}");
    assert!(problem.to_string().contains("is connected already"), "{problem}");
    assert_eq!(world.api("/projects")["projects"].as_array().map(Vec::len), Some(1));
}
