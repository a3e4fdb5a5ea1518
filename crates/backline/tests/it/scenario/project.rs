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
fn a_project_that_is_sent_twice_is_connected_once() {
    let world = World::start();
    let project = world.api("/projects")["projects"][0].clone();
    let (status, problem) = world.add_project(&project);
    assert_eq!(status, 422, "{problem}");
    assert!(problem.to_string().contains("is connected already"), "{problem}");
    assert_eq!(world.api("/projects")["projects"].as_array().map(Vec::len), Some(1));
}
