//! More new tickets than an hour has room for: they wait for a person, and what a person approved can be taken back.

use super::reports::trivy;
use super::world::World;
use reqwest::Method;
use serde_json::{Value, json};

fn found(numbers: std::ops::Range<u32>) -> Value {
    let ids: Vec<String> = numbers.map(|number| format!("CVE-2026-07{number:02}")).collect();
    let rows: Vec<(&str, &str, &str)> = ids.iter().map(|id| (id.as_str(), "HIGH", "1.0.0")).collect();
    trivy(&rows)
}

fn tickets(world: &World) -> usize {
    world.issues().map_or(0, |issues| issues.len())
}

#[test]
fn more_than_an_hour_has_room_for_waits_until_it_is_approved() {
    let world = World::start_with(&["--creations-per-hour", "3"]);
    world.import(&found(0..8));
    let held = |world: &World| world.api("/approvals")["waiting"][0]["tickets"].as_u64();
    world.wait("five to be held", |world| (held(world) == Some(5)).then_some(()));
    world.settle();
    assert_eq!(tickets(&world), 3);
    let messages = world.messages();
    assert_eq!(messages.len(), 1, "five that wait are one message: {messages:#?}");
    assert!(messages[0].to_string().contains("SEC / Bug wait for your approval"), "{messages:#?}");
    // A look at everything lets nothing through.
    let (status, _) = world.answered(Method::POST, "/sync", &json!({}));
    assert_eq!(status, 202);
    world.settle();
    assert_eq!(tickets(&world), 3);

    // Only an object is a wish: a list without a word would approve everything.
    let (status, _) = world.answered(Method::POST, "/approvals", &json!([]));
    assert_eq!(status, 422);
    let (code, said) = world.command(&["plan"]);
    assert_eq!(code, 0, "{said}");
    let shown = world.api("/approvals")["waiting"][0]["shown"].as_str().expect("what is shown").to_owned();
    assert!(
        said.contains(&format!(
            "5 new tickets in SEC / Bug wait for approval: backline plan --approve --shown {shown}"
        )),
        "{said}"
    );
    let (code, said) = world.command(&["plan", "--approve", "--shown", &shown.replace(".5.", ".6.")]);
    assert_eq!(code, 6, "{said}");
    let more = world.answered(Method::POST, "/approvals", &json!({"shown": shown.replace(".5.", ".6.")}));
    assert_eq!((more.0, more.1["code"].as_str()), (409, Some("approval_differs")), "{more:?}");
    assert_eq!(more.1["detail"], "6 new tickets in SEC / Bug were shown, and 5 of them wait now.");
    let (code, said) = world.command(&["plan", "--approve", "SEC"]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("5 new tickets in SEC / Bug are made now"), "{said}");
    world.wait("all eight", |world| (tickets(world) == 8).then_some(()));
    world.wait("a message that it is over", |world| (world.messages().len() == 2).then_some(()));
    let (code, said) = world.command(&["plan", "--approve", "NONE"]);
    assert_eq!(code, 3, "{said}");

    // Taken back: the issues stay as they are, and what would take their place waits again.
    let batch = world.api("/approvals")["batches"][0]["id"].as_str().expect("an id").to_owned();
    let before = world.last();
    let (code, said) = world.command(&["plan", "--undo", &batch]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("5 tickets are let go of"), "{said}");
    world.wait("their successors to be held", |world| (held(world) == Some(5)).then_some(()));
    world.settle();
    assert_eq!(world.writes_after(before).len(), 0, "nothing is written to what was let go");
    let (code, said) = world.command(&["plan", "--undo", &batch]);
    assert_eq!(code, 6, "{said}");
}
