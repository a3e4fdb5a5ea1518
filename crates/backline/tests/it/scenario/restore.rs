//! Tickets that Backline does not know: made after the backup that it was restored from, or a second time.

use super::reports::trivy;
use super::world::{World, verb};
use serde_json::{Value, json};

const EARLY: [(&str, &str, &str); 2] =
    [("CVE-2026-8001", "HIGH", "1.0.0"), ("CVE-2026-8002", "LOW", "1.0.0")];
const LATE: [(&str, &str, &str); 4] =
    [EARLY[0], EARLY[1], ("CVE-2026-8003", "HIGH", "1.0.0"), ("CVE-2026-8004", "LOW", "1.0.0")];

fn tickets(world: &World, count: usize) -> Vec<Value> {
    world.wait("its tickets", |world| world.issues().filter(|issues| issues.len() == count));
    world.settle();
    world.issues().expect("a list")
}

fn keys(world: &World) -> Vec<String> {
    let list = world.api("/tickets")["tickets"].clone();
    let key = |ticket: &Value| Some(ticket["key"].as_str()?.to_owned());
    let mut keys: Vec<String> = list.as_array().into_iter().flatten().filter_map(key).collect();
    keys.sort();
    keys
}

#[test]
fn after_a_restored_backup_no_ticket_is_made_twice() {
    let world = World::start_apart();
    let data = world.folder("backline");
    let backup = world.folder("early.backup");
    world.import(&trivy(&EARLY));
    tickets(&world, 2);
    let (exit, said) = verb(&["backup", &backup, "--data", &data], &[]);
    assert_eq!(exit, 0, "{said}");

    world.import(&trivy(&LATE));
    tickets(&world, 4);
    let before = keys(&world);
    world.kill_and(|| {
        let (exit, said) = verb(&["restore", &backup, "--replace", "--data", &data], &[]);
        assert_eq!(exit, 0, "{said}");
    });
    assert_eq!(keys(&world).len(), 2, "it is as it was");

    // The same scan again: what it shows has its tickets already, and they are found.
    world.import(&trivy(&LATE));
    world.wait("all four are linked", |world| (keys(world).len() == 4).then_some(()));
    world.settle();
    assert_eq!(keys(&world), before);
    assert_eq!(world.issues().expect("a list").len(), 4);

    // From here on everything is as ever.
    world.import(&trivy(&[("CVE-2026-8005", "LOW", "1.0.0")]));
    tickets(&world, 5);
}

#[test]
fn a_second_ticket_is_found_linked_and_told_until_it_is_closed() {
    let world = World::start();
    world.import(&trivy(&EARLY));
    let first = tickets(&world, 2)[0]["key"].as_str().expect("a key").to_owned();
    let second = world.double(&first);
    // Search lags by 2 s in the demo.
    let told = |world: &World| {
        let (exit, said) = world.command(&["sync", "--wait"]);
        assert_eq!(exit, 0, "{said}");
        world.api("/activity").to_string().contains(&format!("{second} is a second ticket beside {first}"))
    };
    world.wait("it is told", |world| told(world).then_some(()));
    let links = world.issue(&second)["fields"]["issuelinks"].clone();
    assert_eq!(links[0]["outwardIssue"]["key"], json!(first), "{links}");
    world.wait("Slack has it", |world| {
        world
            .messages()
            .iter()
            .any(|one| one.to_string().contains(&format!("{second} is a second ticket")))
            .then_some(())
    });

    let is_open = |world: &World| world.api("/activity")["failures"].to_string().contains(&second);
    world.move_to(&second, "done", &json!({"resolution": {"name": "Duplicate"}}));
    world.wait("it is over", |world| {
        told(world);
        (!is_open(world)).then_some(())
    });
    assert_eq!(keys(&world).len(), 2, "the second one is nobody's ticket");
}
