//! What people do to tickets in Jira counts in Backline: told by a webhook, or found by asking.

use super::reports::trivy;
use super::world::{World, summary};
use reqwest::Method;
use serde_json::{Value, json};

/// Two tickets, and the keys of them.
fn two_tickets(world: &World) -> (String, String) {
    world.import(&trivy(&[("CVE-2026-7001", "HIGH", "1.0.0"), ("CVE-2026-7002", "LOW", "1.0.0")]));
    let issues = world.wait("two tickets", |world| world.issues().filter(|issues| issues.len() == 2));
    world.settle();
    let key_of = |id: &str| {
        let found = issues.iter().find(|issue| summary(issue).contains(id)).expect("its ticket");
        found["key"].as_str().expect("a key").to_owned()
    };
    (key_of("CVE-2026-7001"), key_of("CVE-2026-7002"))
}

fn vulnerability(world: &World, id: &str) -> Value {
    let list = world.api("/vulnerabilities")["vulnerabilities"].clone();
    let found = list.as_array().into_iter().flatten().find(|one| one.to_string().contains(id)).cloned();
    let found = found.unwrap_or_else(|| panic!("no {id} in {list}"));
    world.api(&format!("/vulnerabilities/{}", found["id"].as_str().expect("an id")))
}

fn ticket(world: &World, key: &str) -> Value {
    let list = world.api("/tickets")["tickets"].clone();
    let found = list.as_array().into_iter().flatten().find(|ticket| ticket["key"] == key).cloned();
    found.unwrap_or_else(|| panic!("no {key} in {list}"))
}

fn decided_by_closing(world: &World) {
    let (decided, closed) = two_tickets(world);
    let last = world.last();
    world.move_to(&decided, "done", &json!({"resolution": {"name": "Won't Do"}}));
    world.wait("the vulnerability is dismissed", |world| {
        (vulnerability(world, "CVE-2026-7001")["status"] == "dismissed").then_some(())
    });
    let dismissed = vulnerability(world, "CVE-2026-7001")["dismissed"].clone();
    assert_eq!((&dismissed["kind"], &dismissed["by"]), (&json!("wont_fix"), &json!(decided)));

    // What no rule speaks of is shown, and not fought over.
    world.move_to(&closed, "done", &json!({"resolution": {"name": "Done"}}));
    world.wait("it is shown as closed and present", |world| {
        let reason = ticket(world, &closed)["reason"].as_str().unwrap_or_default().to_owned();
        (reason == "Closed in Jira as Done, and still present").then_some(())
    });
    assert_eq!(vulnerability(world, "CVE-2026-7002")["status"], "open");

    // Later scans leave both as they are, and nothing was written by Backline.
    world.import(&trivy(&[("CVE-2026-7001", "HIGH", "1.0.0"), ("CVE-2026-7002", "LOW", "1.0.0")]));
    world.settle();
    assert_eq!(vulnerability(world, "CVE-2026-7001")["status"], "dismissed");
    let ours: Vec<String> =
        world.writes_after(last).into_iter().filter(|path| path.contains("/ex/jira/")).collect();
    assert_eq!(ours.iter().filter(|path| !path.contains("webhook")).count(), 0, "{ours:?}");

    // Whoever opens the ticket again takes the decision back.
    world.move_to(&decided, "new", &json!({}));
    world.wait("it is no longer dismissed", |world| {
        (vulnerability(world, "CVE-2026-7001")["status"] == "open").then_some(())
    });
}

#[test]
fn a_decision_in_jira_counts_in_backline() {
    let world = World::start();
    decided_by_closing(&world);
    assert_eq!(world.unsupported(), json!([]));
}

/// Without a single delivery everything comes by asking.
#[test]
fn a_decision_in_jira_is_found_by_asking() {
    let world = World::start_asking();
    world.fault(json!([{
        "match": {"service": "jira", "method": "POST", "path": "*/rest/api/3/webhook"},
        "after": 0, "fault": {"kind": "status", "status": 403},
    }]));
    decided_by_closing(&world);
}

/// Where the mapping says so, a ticket that is closed while its weakness is there is opened again, and people are told.
#[test]
fn a_ticket_that_was_closed_too_early_is_opened_again() {
    let world = World::start();
    let mut project = world.api("/projects")["projects"][0].clone();
    project["mapping"]["closing"] = json!({"rules": [], "otherwise": "reopen"});
    let (status, answer) = world.save_project(&project);
    assert_eq!(status, 200, "{answer}");
    let (key, _) = two_tickets(&world);
    world.move_to(&key, "done", &json!({"resolution": {"name": "Done"}}));
    world.wait("it is open again", |world| {
        (world.status(&key)["statusCategory"]["key"] != "done").then_some(())
    });
    world.settle();
    assert!(world.comments(&key).contains("Still present in the scan of"), "{}", world.comments(&key));

    // A person who insists is left alone after the third time.
    for _ in 0..2 {
        world.move_to(&key, "done", &json!({"resolution": {"name": "Done"}}));
        world.wait("it is open again", |world| {
            (world.status(&key)["statusCategory"]["key"] != "done").then_some(())
        });
        world.settle();
    }
    world.move_to(&key, "done", &json!({"resolution": {"name": "Done"}}));
    world.wait("it is left closed", |world| {
        ticket(world, &key)["reason"].as_str()?.starts_with("Closed in Jira").then_some(())
    });
    assert_eq!(world.status(&key)["statusCategory"]["key"], "done");
}

#[test]
fn an_issue_that_is_deleted_in_jira_is_told_and_not_made_again() {
    let world = World::start();
    let (key, _) = two_tickets(&world);
    world.delete_issue(&key);
    world.wait("the ticket is blocked", |world| {
        let blocked = ticket(world, &key)["blocked"]["what"].as_str()?.to_owned();
        blocked.contains("is gone from Jira").then_some(())
    });
    world.settle();
    assert_eq!(world.issues().expect("a list").len(), 1, "no other ticket in its place");
}

/// A dismissal for some days, and what is no number of days.
#[test]
fn a_dismissal_may_be_for_a_while() {
    let world = World::start();
    two_tickets(&world);
    let found = vulnerability(&world, "CVE-2026-7001");
    let path = format!("/vulnerabilities/{}/dismiss", found["id"].as_str().expect("an id"));
    let dismiss = |days: u32| {
        let body =
            json!({"reason": "until the vendor answers", "kind": "accepted_risk", "expires_days": days});
        world.answered(Method::POST, &path, &body)
    };
    for days in [0, 3_651] {
        let (status, answer) = dismiss(days);
        assert_eq!(status, 422, "{answer}");
        assert!(
            answer["detail"].as_str().is_some_and(|detail| detail.contains("1 to 3650 days")),
            "{answer}"
        );
    }
    let (status, answer) = dismiss(30);
    assert_eq!((status, &answer["dismissed"]["kind"]), (200, &json!("accepted_risk")), "{answer}");
    assert!(answer["dismissed"]["until"].is_string());
}
