//! The audit against what was really sent: each write has one entry, no entry is without its write, and the chain is
//! whole. The judge is the simulators' own history.

use super::reports::trivy;
use super::world::{World, summary};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// How often each method and path was used.
pub type Calls = BTreeMap<(String, String), usize>;

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// What Backline wrote to tickets and pull requests, as the simulators saw it.
pub fn sent(world: &World) -> Calls {
    let mut calls = Calls::new();
    for entry in world.history() {
        let (method, path) = (text(&entry["method"]), text(&entry["path"]));
        let path = path.split('?').next().unwrap_or_default().to_owned();
        let is_jira = path.contains("/ex/jira/") && !path.contains("/webhook");
        // People open and merge pull requests; the description and its stand-in are Backline's.
        let is_github = path.contains("/github/")
            && ((method == "PATCH" && path.contains("/pulls/")) || path.contains("/comments"));
        if entry["write"] == true && (is_jira || is_github) {
            *calls.entry((method, path)).or_default() += 1;
        }
    }
    calls
}

/// The same as the audit tells it: entries of one request are one call.
pub fn told(entries: &[Value]) -> Calls {
    let mut calls = Calls::new();
    let mut seen = BTreeSet::new();
    for entry in entries.iter().filter(|entry| !entry["request"].is_null()) {
        if seen.insert(text(&entry["call"])) {
            let path = text(&entry["request"]["path"]);
            let path = path.split('?').next().unwrap_or_default().to_owned();
            *calls.entry((text(&entry["request"]["method"]), path)).or_default() += 1;
        }
    }
    calls
}

pub fn entries(world: &World) -> Vec<Value> {
    let (code, said) = world.command(&["audit", "export", "--json"]);
    assert_eq!(code, 0, "{said}");
    said.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}

#[test]
fn each_write_has_one_entry_in_a_whole_chain() {
    let world = World::start();
    let found = [("CVE-2026-5001", "CRITICAL", "2.14.1"), ("CVE-2026-5002", "LOW", "2.14.1")];

    // Refused at first, then made, then an answer that is lost after Jira has done it.
    let refused = |path: &str| {
        json!({
            "match": {"service": "jira", "method": "POST", "path": path},
            "times": 1_000,
            "fault": {"kind": "status", "status": 400,
                "body": {"errorMessages": [], "errors": {"summary": "You must specify a summary of the issue."}}}
        })
    };
    world.fault(json!([refused("*/rest/api/3/issue"), refused("*/rest/api/3/issue/bulk")]));
    world.import(&trivy(&found));
    world.wait("one message", |world| Some(()).filter(|()| !world.messages().is_empty()));
    world.settle();
    world.heal();
    world.save_mapping_again();
    let issues = world.wait("two tickets", |world| world.issues().filter(|issues| issues.len() == 2));
    world.settle();
    let ticket = issues.iter().find(|issue| summary(issue).contains(found[0].0)).expect("its ticket");
    let key = text(&ticket["key"]);
    world.fault(json!([{
        "match": {"service": "jira", "method": "POST", "path": "*/ex/jira/*/comment"},
        "nth": 1,
        "fault": {"kind": "reset_after_commit"}
    }]));
    let number = world.open_pull_request("fix", &format!("Mend {}", found[0].0), "Words.");
    world.wait("in review", |world| {
        (world.status(&key)["statusCategory"]["key"] == "indeterminate").then_some(())
    });
    world.wait("the comment", |world| world.comments(&key).contains("was opened").then_some(()));
    world.wait("the reference", |world| {
        world.pull_request(number)["body"].as_str()?.contains(&key).then_some(())
    });
    world.wait("nothing is uncertain", |world| {
        let tickets = world.api("/tickets")["tickets"].clone();
        let ids: Vec<String> = tickets.as_array()?.iter().map(|ticket| text(&ticket["id"])).collect();
        let is_sure = |id: &String| world.api(&format!("/tickets/{id}"))["why"]["held_up_by"] == json!([]);
        ids.iter().all(is_sure).then_some(())
    });
    world.settle();

    let entries = entries(&world);
    assert_eq!(told(&entries), sent(&world));
    let of = |action: &str| entries.iter().filter(|entry| entry["action"] == action).collect::<Vec<_>>();
    let made = of("jira.create").into_iter().filter(|entry| entry["answer"]["status"] == 201).count();
    assert_eq!(made, 2, "one for each ticket, however many one request carried");
    assert!(of("jira.create").iter().any(|entry| {
        entry["answer"]["status"] == 400 && text(&entry["answer"]["words"]).contains("You must specify")
    }));
    let lost = of("jira.comment").into_iter().find(|entry| entry["answer"]["status"].is_null());
    let lost = lost.expect("the answer that was lost");
    assert!(text(&lost["answer"]["words"]).contains("it was found in Jira afterwards"), "{lost}");
    for entry in entries.iter().filter(|entry| entry["actor"] == "Backline" && !entry["ticket"].is_null()) {
        assert!(!text(&entry["rule"]).is_empty() && !text(&entry["cause"]).is_empty(), "{entry}");
    }
    let numbers: Vec<u64> = entries.iter().filter_map(|entry| entry["seq"].as_u64()).collect();
    assert_eq!(numbers, (1..=entries.len() as u64).collect::<Vec<_>>());

    // What a person did is there; what is secret is not.
    assert_eq!(of("mapping.saved").len(), 2, "connected once, saved again once");
    let all = Value::from(entries.clone()).to_string();
    for secret in ["/api_token", "/github/token", "/jira/token", "/login/password"] {
        assert!(!all.contains(&world.text(secret)), "{secret}");
    }
    let names_a_host = |entry: &&Value| text(&entry["request"]["path"]).contains("://");
    assert!(!all.contains("Bearer ") && !entries.iter().any(|entry| names_a_host(&entry)), "{all}");

    // The chain is whole, and goes on from a checkpoint.
    let (code, said) = world.command(&["audit", "verify", "--json"]);
    assert_eq!(code, 0, "{said}");
    let found: Value = serde_json::from_str(said.trim()).expect("a line of JSON");
    let checkpoint = text(&found["checkpoint"]);
    assert_eq!(world.command(&["audit", "verify", "--checkpoint", &checkpoint]).0, 0);
    let (code, said) = world.command(&["audit", "verify", "--checkpoint", "999:v1.ab.cd"]);
    assert!(code == 1 && said.contains("entry 999 is not here"), "{code} {said}");

    // The ticket's own page and document say why.
    let tickets = world.api("/tickets")["tickets"].clone();
    let id = tickets.as_array().into_iter().flatten().find(|ticket| ticket["key"] == key.as_str());
    let shown = world.api(&format!("/tickets/{}", text(&id.expect("its ticket")["id"])));
    let writes = shown["why"]["writes"].as_array().expect("a list");
    assert!(writes.iter().any(|write| write["action"] == "github.body"), "{writes:?}");
    assert!(writes.iter().any(|write| write["action"] == "jira.transition"), "{writes:?}");
    let events = shown["timeline"].to_string();
    assert!(events.contains("acme/payments-api#"), "the pull request that led to it: {events}");
}
