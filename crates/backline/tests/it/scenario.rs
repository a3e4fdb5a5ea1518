//! The whole story through the surfaces that a user has: the binary, its API, and the simulated Jira, GitHub
//! and Slack.

mod approval;
mod audit;
mod chaos;
mod configuration;
mod decision;
mod drift;
mod kill;
mod project;
mod refusal;
mod replicas;
mod reports;
mod restore;
mod token;
mod versions;
mod world;

use backline_store::trial::Cluster;
use reports::trivy;
use serde_json::json;
use world::World;

/// A scan goes in, a ticket appears, its pull request moves it, the next scan closes it, a later one reopens it.
#[test]
fn a_finding_becomes_a_ticket_that_follows_its_fix() {
    let world = World::start();
    let log4j = trivy(&[("CVE-2021-44228", "CRITICAL", "2.14.1"), ("CVE-2020-9488", "LOW", "2.14.1")]);
    let answer = world.import(&log4j);
    assert_eq!(answer["vulnerabilities"]["new"], 2, "{answer}");

    // One ticket each, in the fields that the mapping fills.
    let issues = world.wait("two tickets", |world| world.issues().filter(|issues| issues.len() == 2));
    let ticket =
        issues.iter().find(|issue| world::summary(issue).contains("CVE-2021-44228")).expect("its ticket");
    let key = ticket["key"].as_str().expect("a key").to_owned();
    assert_eq!(ticket["fields"]["priority"]["name"], "Highest");
    assert_eq!(ticket["fields"]["status"]["name"], "To Do");

    // The same file again changes nothing, and asks Jira nothing.
    world.settle();
    let before = world.jira_requests();
    let again = world.import(&log4j);
    assert_eq!(again["vulnerabilities"]["unchanged"], 2, "{again}");
    assert_eq!(again["vulnerabilities"]["new"], 0);
    world.settle();
    assert_eq!(world.jira_requests(), before, "an unchanged report sends no request to Jira");

    // A pull request whose title names the advisory: linked, told, moved; and its description names the ticket.
    let number =
        world.open_pull_request("fix-log4j", "Raise log4j past CVE-2021-44228", "My words.\r\n\r\nStay.");
    world.wait("the ticket is in review", |world| {
        (world.status(&key)["statusCategory"]["key"] == "indeterminate").then_some(())
    });
    world.wait("the link and the comment", |world| {
        let links = world.jira(&format!("/rest/api/3/issue/{key}/remotelink"));
        let comments = world.jira(&format!("/rest/api/3/issue/{key}/comment"));
        (links.as_array()?.len() == 1 && comments["total"] == 1).then_some(())
    });
    let body = world.wait("the reference", |world| {
        let body = world.pull_request(number)["body"].as_str()?.to_owned();
        body.contains(&key).then_some(body)
    });
    assert!(body.starts_with("My words.\r\n\r\nStay."), "people's words stay as they were: {body:?}");
    assert_eq!(body.matches("backline:start").count(), 1);

    let remediations = world.api("/remediations")["remediations"].clone();
    assert_eq!(remediations[0]["status"], "in_progress", "{remediations}");
    let shown = world.api(&format!("/remediations/{}", remediations[0]["id"].as_str().expect("an id")));
    assert_eq!(shown, remediations[0]);

    // Merged alone is not resolved.
    world.merge(number);
    world.wait("awaiting verification", |world| {
        world.comments(&key).contains("Awaiting verification").then_some(())
    });
    assert_ne!(world.status(&key)["statusCategory"]["key"], "done");

    // A scan from before says nothing of it, and why.
    let mut old = trivy(&[("CVE-2020-9488", "LOW", "2.17.1")]);
    old["CreatedAt"] = json!("2021-08-25T12:20:30Z");
    let answer = world.import(&old);
    assert_eq!(answer["vulnerabilities"]["resolved"], 0, "{answer}");
    assert!(answer["remarks"][0].as_str().is_some_and(|said| said.contains("an older report")), "{answer}");

    // The next complete scan no longer shows it: closed, with the resolution that the screen demands.
    let fixed = trivy(&[("CVE-2020-9488", "LOW", "2.17.1")]);
    let answer = world.import(&fixed);
    assert_eq!(answer["vulnerabilities"]["resolved"], 1, "{answer}");
    world.wait("the ticket is closed", |world| {
        (world.status(&key)["statusCategory"]["key"] == "done").then_some(())
    });
    let issue = world.issue(&key);
    assert_eq!(issue["fields"]["resolution"]["name"], "Done", "{}", issue["fields"]["resolution"]);

    // Found again: the same ticket.
    world.import(&log4j);
    world.wait("the ticket is open again", |world| {
        (world.status(&key)["statusCategory"]["key"] != "done").then_some(())
    });
    assert_eq!(world.issues().expect("a list").len(), 2, "no second ticket");
    assert_eq!(world.unsupported(), json!([]), "the whole story asks for nothing that is not simulated");
}

/// A severity that a later scan rates otherwise is one edit; what a person set stays.
#[test]
fn a_changed_severity_is_updated_and_a_persons_edit_stays() {
    let world = World::start();
    world.import(&trivy(&[("CVE-2026-0001", "LOW", "1.0.0"), ("CVE-2026-0002", "LOW", "1.0.0")]));
    let issues = world.wait("two tickets", |world| world.issues().filter(|issues| issues.len() == 2));
    let key_of = |id: &str| {
        let found = issues.iter().find(|issue| world::summary(issue).contains(id)).expect("its ticket");
        found["key"].as_str().expect("a key").to_owned()
    };
    let (changed, held) = (key_of("CVE-2026-0001"), key_of("CVE-2026-0002"));
    world.edit(&held, &json!({"priority": {"id": world.priority("Lowest")}}));
    world.import(&trivy(&[("CVE-2026-0001", "CRITICAL", "1.0.0"), ("CVE-2026-0002", "CRITICAL", "1.0.0")]));
    world.wait("the priority follows", |world| {
        (world.issue(&changed)["fields"]["priority"]["name"] == "Highest").then_some(())
    });
    world.settle();
    assert_eq!(world.issue(&held)["fields"]["priority"]["name"], "Lowest", "a person's choice stays");
}

/// A ticket that Jira refuses is blocked with Jira's words, told once, and goes on by itself when it is mended.
#[test]
fn a_refusal_is_told_once_and_ends_by_itself() {
    let world = World::start();
    world.fault(json!([{
        "match": {"service": "jira", "method": "POST", "path": "*/rest/api/3/issue"},
        "times": 1_000,
        "fault": {"kind": "status", "status": 400,
            "body": {"errorMessages": [], "errors": {"summary": "You must specify a summary of the issue."}}}
    }]));
    world.import(&trivy(&[("CVE-2026-0003", "HIGH", "1.0.0"), ("CVE-2026-0004", "HIGH", "1.0.0")]));
    let told =
        world.wait("one message", |world| Some(world.messages()).filter(|messages| !messages.is_empty()));
    world.settle();
    assert_eq!(world.messages().len(), 1, "two tickets with one cause are one message");
    assert!(told[0].to_string().contains("You must specify a summary"), "{}", told[0]);
    let plan = world.api("/plan").to_string();
    assert!(plan.contains("You must specify a summary"), "{plan}");
    // Mended in Jira, where nobody tells Backline of it.
    world.heal();
    world.wait("two tickets", |world| world.issues().filter(|issues| issues.len() == 2));
    world.wait("a message that it is over", |world| (world.messages().len() == 2).then_some(()));
    let over = world.messages().iter().any(|message| message.to_string().contains("It works again"));
    assert!(over, "{:?}", world.messages());
}

/// A ticket that was deleted in Jira: told once; unlinked by a person, and what is still open gets a new one.
#[test]
fn a_deleted_ticket_is_unlinked_and_made_anew() {
    let world = World::start();
    world.import(&trivy(&[("CVE-2026-0008", "HIGH", "1.0.0")]));
    world.wait("a ticket", |world| world.issues().filter(|issues| issues.len() == 1).map(drop));
    world.settle();
    let hidden = |path: &str, method: &str, status: u16, body: serde_json::Value| {
        json!({
            "match": {"service": "jira", "method": method, "path": path},
            "times": 1_000,
            "fault": {"kind": "status", "status": status, "body": body}
        })
    };
    world.fault(json!([
        hidden("*/ex/jira/*/issue/bulkfetch", "POST", 200, json!({"issues": [], "issueErrors": []})),
        hidden(
            "*/ex/jira/*/issue/1*",
            "GET",
            404,
            json!({"errorMessages": ["Issue does not exist"], "errors": {}})
        ),
    ]));
    world.save_mapping_again();
    world.wait("one message", |world| (world.messages().len() == 1).then_some(()));
    assert!(world.messages()[0].to_string().contains("unlink it on its page"), "{}", world.messages()[0]);
    let blocked = world.api("/tickets?state=blocked")["tickets"][0].clone();
    assert!(blocked["next_look_at"].is_string() && blocked["looks_until"].is_string(), "{blocked}");
    let unlinked = world.unlink(blocked["id"].as_str().expect("an id"));
    assert_eq!(unlinked["unlinked"]["state"], "unlinked", "{unlinked}");
    world.wait("a new ticket", |world| world.issues().filter(|issues| issues.len() == 2).map(drop));
    world.wait("a message that it is over", |world| (world.messages().len() == 2).then_some(()));
    let messages = format!("{:?}", world.messages());
    assert!(
        messages.contains("the ticket was unlinked") && !messages.contains("It works again"),
        "{messages}"
    );
}

/// Killed in the middle of it and started again: the same end, and no second ticket.
#[test]
fn kill_minus_nine_makes_no_second_ticket() {
    let world = World::start();
    let rows: Vec<(String, &str, &str)> =
        (0..60).map(|n| (format!("CVE-2026-1{n:03}"), "HIGH", "1.0.0")).collect();
    let rows: Vec<(&str, &str, &str)> =
        rows.iter().map(|(id, severity, version)| (id.as_str(), *severity, *version)).collect();
    world.import(&trivy(&rows));
    world.wait("some tickets", |world| world.issues().filter(|issues| issues.len() >= 5).map(drop));
    world.kill_and_start_again();
    world.wait("all tickets", |world| world.issues().filter(|issues| issues.len() >= 60).map(drop));
    world.settle();
    let issues = world.issues().expect("a list");
    let mut summaries: Vec<String> = issues.iter().map(world::summary).collect();
    summaries.sort();
    summaries.dedup();
    assert_eq!((issues.len(), summaries.len()), (60, 60));
}

/// Disconnected: no request afterwards, and tickets stay.
#[test]
fn nothing_is_sent_after_disconnecting() {
    let world = World::start();
    world.import(&trivy(&[("CVE-2026-0005", "HIGH", "1.0.0")]));
    world.wait("a ticket", |world| world.issues().filter(|issues| issues.len() == 1).map(drop));
    world.settle();
    world.disconnect();
    let before = world.jira_requests();
    world.import(&trivy(&[("CVE-2026-0005", "LOW", "1.0.0"), ("CVE-2026-0006", "HIGH", "1.0.0")]));
    world.settle();
    assert_eq!(world.jira_requests(), before);
    assert_eq!(world.issues().expect("a list").len(), 1, "tickets stay as they are");
    let (code, said) = world.command(&["plan"]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("waits: Jira is disconnected") && !said.contains("Nothing to do"), "{said}");
}

/// What the README tells a newcomer to do, with the reports that are shipped.
#[test]
fn the_shipped_reports_tell_the_story() {
    let world = World::start();
    let sample = |path: &str| {
        let path = format!("{}/../../samples/{path}", env!("CARGO_MANIFEST_DIR"));
        std::fs::read(path).expect("the sample is there")
    };
    let taken = |path: &str| {
        let answer = world.upload(sample(path));
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
    };
    taken("trivy/pom.json");
    let issues = world.wait("two tickets", |world| world.issues().filter(|issues| issues.len() == 2));
    let ticket = issues.iter().find(|issue| world::summary(issue).contains("CVE-2020-9548"));
    let key = ticket.expect("its ticket")["key"].as_str().expect("a key").to_owned();
    let is_done = |world: &World| world.status(&key)["statusCategory"]["key"] == "done";
    let number = world.open_pull_request("fix", "Fix CVE-2020-9548", "");
    world.wait("the reference", |world| {
        world.pull_request(number)["body"].as_str()?.contains(&key).then_some(())
    });
    world.merge(number);
    world.wait("merged", |world| world.comments(&key).contains("Awaiting verification").then_some(()));
    taken("trivy/pom-fixed.json");
    world.wait("closed", |world| is_done(world).then_some(()));
    taken("trivy/pom-found-again.json");
    world.wait("open again", |world| (!is_done(world)).then_some(()));
}

/// A code host that takes the token no more is told once, and once when it is over; nothing else is held up.
#[test]
fn a_refused_github_token_is_told_and_ends_by_itself() {
    let world = World::start();
    world.fault(json!([{
        "match": {"service": "github", "method": "GET", "path": "*/repos/*/pulls*"},
        "times": 2,
        "fault": {"kind": "status", "status": 401, "body": {"message": "Bad credentials"}}
    }]));
    world.open_pull_request("fix", "Fix CVE-2026-0007", "");
    world.wait("one message", |world| (world.messages().len() == 1).then_some(()));
    assert!(world.messages()[0].to_string().contains("does not accept the token"), "{}", world.messages()[0]);
    world.heal();
    world.import(&trivy(&[("CVE-2026-0007", "HIGH", "1.0.0")]));
    world.wait("a ticket all the same", |world| world.issues().filter(|issues| issues.len() == 1));
    world.wait("a message that it is over", |world| (world.messages().len() == 2).then_some(()));
}

/// A second process on the same data is refused, says why, and leaves the first alone.
#[test]
fn a_data_folder_belongs_to_one_process() {
    if Cluster::wanted().is_some() {
        // A PostgreSQL database belongs to as many as there are.
        return;
    }
    let world = World::start_apart();
    let demo = world.folder("backline");
    let sim = world.text("/sim");
    for arguments in [
        vec!["demo", "--connected", "--json", "--listen", "127.0.0.1:0", "--sim", &sim, "--data", &demo],
        vec!["sim", "--json", "--listen", "127.0.0.1:0", "--data", &world.folder("simulators-apart")],
    ] {
        let (code, said) = world.command(&arguments);
        assert_eq!(code, 6, "{arguments:?}: {said}");
        assert!(said.contains(" with ") && said.contains("Stop the other"), "{said}");
    }
    world.import(&trivy(&[("CVE-2026-0008", "HIGH", "1.0.0")]));
    world.wait("a ticket", |world| world.issues().filter(|issues| issues.len() == 1));
}

/// The move to done lands without an answer, and the finding is back before anybody looks: it was ours to undo.
#[test]
fn a_move_whose_answer_was_lost_is_not_taken_for_a_persons() {
    let world = World::start();
    let rows = [("CVE-2026-0009", "HIGH", "1.0.0"), ("CVE-2026-0010", "LOW", "1.0.0")];
    world.import(&trivy(&rows));
    let issues = world.wait("two tickets", |world| world.issues().filter(|issues| issues.len() == 2));
    let ticket = issues.iter().find(|issue| world::summary(issue).contains(rows[0].0)).expect("its ticket");
    let key = ticket["key"].as_str().expect("a key").to_owned();
    let is_done = |world: &World| world.status(&key)["statusCategory"]["key"] == "done";
    world.fault(json!([{
        "match": {"service": "jira", "method": "POST", "path": "*/transitions"},
        "times": 1,
        "fault": {"kind": "reset_after_commit"}
    }]));
    world.import(&trivy(&rows[1..]));
    world.wait("closed", |world| is_done(world).then_some(()));
    world.import(&trivy(&rows));
    world.wait("open again", |world| (!is_done(world)).then_some(()));
}
