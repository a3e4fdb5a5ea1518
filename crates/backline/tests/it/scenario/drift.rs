//! What an administrator changes in Jira while a mapping is in use.

use super::reports::trivy;
use super::world::World;
use serde_json::{Value, json};

fn drift(world: &World) -> Vec<Value> {
    world.api("/projects")["projects"][0]["drift"].as_array().cloned().expect("a list")
}

/// A field becomes mandatory: named, told once, and what waited goes on when Jira is mended.
#[test]
fn a_field_that_becomes_mandatory_pauses_new_tickets_and_is_named() {
    let world = World::start();
    world.import(&trivy(&[("CVE-2026-0020", "HIGH", "1.0.0")]));
    world.wait("a ticket", |world| world.issues().filter(|issues| issues.len() == 1).map(drop));
    world.settle();
    world.demand("environment", true);
    world.import(&trivy(&[
        ("CVE-2026-0020", "HIGH", "1.0.0"),
        ("CVE-2026-0021", "HIGH", "1.0.0"),
        ("CVE-2026-0022", "HIGH", "1.0.0"),
        ("CVE-2026-0023", "LOW", "1.0.0"),
    ]));
    let messages =
        world.wait("a message", |world| Some(world.messages()).filter(|messages| !messages.is_empty()));
    world.settle();
    let said = "'Environment' became mandatory on SEC / Bug";
    assert!(messages[0].to_string().contains(said), "{messages:#?}");
    assert_eq!(world.messages().len(), 1, "three tickets and the watch are one message");
    assert_eq!(world.issues().expect("issues").len(), 1);
    let seen = drift(&world);
    assert_eq!((&seen[0]["what"], &seen[0]["breaks"]), (&said.into(), &true.into()), "{seen:?}");
    assert!(world.api("/activity").to_string().contains(said));

    // The administrator takes it back; nobody tells Backline.
    world.demand("environment", false);
    world.wait("the tickets", |world| world.issues().filter(|issues| issues.len() == 4).map(drop));
    world.wait("a message that it is over", |world| (world.messages().len() == 2).then_some(()));
    assert_eq!(drift(&world), Vec::<Value>::new());
    world.settle();
    assert_eq!(world.api("/tickets?state=blocked")["tickets"], json!([]));
}
