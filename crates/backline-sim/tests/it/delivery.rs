//! How webhooks are delivered: again where that helps, and with the accidents that are planned.

use crate::receiver::Receiver;
use crate::webhook::{app, register};
use crate::world::{World, read};
use backline_sim::Options;
use serde_json::{Value, json};
use tokio::net::TcpListener;

const RETRY_MS_MAX: i64 = 15 * 60 * 1_000;

fn created() -> Value {
    json!([{"jqlFilter": "project = SEC", "events": ["jira:issue_created"]}])
}

async fn plan(world: &World, plan: Value) -> u16 {
    read(world.http.post(world.url("/_sim/jira/webhooks")).json(&plan)).await.0
}

/// The deliveries once nothing is on its way and nothing is due.
async fn deliveries(world: &World) -> Vec<Value> {
    let (_, shown) = read(world.http.get(world.url("/_sim/jira/webhooks?settle=true"))).await;
    shown["deliveries"].as_array().expect("a list").clone()
}

#[tokio::test]
async fn a_refused_delivery_comes_again_under_its_name() {
    let world = World::start().await;
    let (app, mut receiver) = (app(&world).await, Receiver::start().await);
    register(&app, &receiver.url, created()).await;
    receiver.answer([503, 429]);
    world.ada().bug().await;
    let first = receiver.next().await;
    for retry in ["1", "2"] {
        deliveries(&world).await;
        world.advance(RETRY_MS_MAX).await;
        let again = receiver.next().await;
        assert_eq!(again.header("x-atlassian-webhook-retry"), retry);
        let name = "x-atlassian-webhook-identifier";
        assert_eq!((again.header(name), &again.body), (first.header(name), &first.body));
    }
    let row = &deliveries(&world).await[0];
    assert_eq!((&row["progress"], &row["attempts"][2]["status"]), (&json!("delivered"), &json!(200)));
}

#[tokio::test]
async fn six_attempts_are_all_and_some_answers_end_it_at_once() {
    let world = World::start().await;
    let (app, mut receiver) = (app(&world).await, Receiver::start().await);
    register(&app, &receiver.url, created()).await;
    receiver.answer([500, 502, 408, 409, 425, 504]);
    world.ada().bug().await;
    for attempt in 1..=6 {
        receiver.next().await;
        assert_eq!(deliveries(&world).await[0]["attempts"].as_array().map(Vec::len), Some(attempt));
        world.advance(RETRY_MS_MAX).await;
    }
    assert_eq!(deliveries(&world).await[0]["progress"], "failed");
    receiver.answer([404, 301]);
    world.ada().bug().await;
    world.ada().bug().await;
    for n in 1..=2 {
        let row = &deliveries(&world).await[n];
        assert_eq!((&row["progress"], row["attempts"].as_array().map(Vec::len)), (&json!("failed"), Some(1)));
    }
}

#[tokio::test]
async fn deliveries_are_lost_doubled_late_and_overtaken_as_planned() {
    let world = World::start().await;
    let (app, mut receiver) = (app(&world).await, Receiver::start().await);
    register(&app, &receiver.url, created()).await;
    let nth = json!([
        {"nth": 1, "fault": "drop"},
        {"nth": 2, "fault": "double"},
        {"nth": 3, "fault": "reorder"},
        {"nth": 5, "fault": "delay", "ms": 86_400_000},
    ]);
    assert_eq!(plan(&world, json!({"nth": nth})).await, 204);
    for _ in 0..6 {
        world.ada().bug().await;
    }
    for key in ["SEC-2", "SEC-2", "SEC-4", "SEC-3", "SEC-6"] {
        assert_eq!(receiver.next().await.key(), key);
    }
    world.advance(86_400_000).await;
    assert_eq!(receiver.next().await.key(), "SEC-5");
    assert_eq!(deliveries(&world).await[0]["progress"], "lost");
    let (status, _) = read(world.http.delete(world.url("/_sim/jira/webhooks"))).await;
    assert_eq!(status, 204);
    for wrong in
        [json!({"double": 2}), json!({"delay_ms": [2, 1]}), json!({"unheard_of": 1}), json!({"site": "none"})]
    {
        assert_eq!(plan(&world, wrong.clone()).await, 400, "{wrong}");
    }
}

#[tokio::test]
async fn rates_are_drawn_from_the_seed() {
    let mut lost = Vec::new();
    for seed in [1, 1, 2] {
        let world = World::with(Options { seed, search_lag_ms: 0, ..Options::default() }).await;
        let app = app(&world).await;
        register(&app, "http://127.0.0.1:1/", created()).await;
        assert_eq!(plan(&world, json!({"drop": 0.5})).await, 204);
        for _ in 0..20 {
            world.ada().bug().await;
        }
        let rows = deliveries(&world).await;
        lost.push(rows.iter().map(|row| row["progress"] == "lost").collect::<Vec<_>>());
    }
    assert_eq!(lost[0], lost[1]);
    assert_ne!(lost[0], lost[2]);
    assert!(lost[0].contains(&true) && lost[0].contains(&false));
}

#[tokio::test]
async fn what_waits_outlives_a_kill() {
    let dir = tempfile::tempdir().expect("a folder");
    let options = || Options { data: Some(dir.path().to_owned()), search_lag_ms: 0, ..Options::default() };
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("bound");
    drop(listener);
    let first = World::with(options()).await;
    register(&app(&first).await, &format!("http://{address}/hooks/jira"), created()).await;
    first.ada().bug().await;
    assert_eq!(deliveries(&first).await[0]["attempts"].as_array().map(Vec::len), Some(1));
    // Its clock stands where it is, so the first world, dropped without being stopped, does not try again.
    drop(first);
    let mut receiver = Receiver::on(TcpListener::bind(address).await.expect("still free"));
    let second = World::with(options()).await;
    second.advance(RETRY_MS_MAX).await;
    let delivered = receiver.next().await;
    assert_eq!((delivered.key(), delivered.header("x-atlassian-webhook-retry")), ("SEC-1", "1"));
    assert_eq!(deliveries(&second).await[0]["attempts"][0]["problem"], "failed to connect");
    second.ada().bug().await;
    assert_eq!(receiver.next().await.key(), "SEC-2");
}

#[tokio::test]
async fn an_app_that_hangs_holds_nobody_up() {
    let world = World::start().await;
    // Connections are taken by the system and never answered.
    let silent = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}/", silent.local_addr().expect("bound"));
    register(&app(&world).await, &url, created()).await;
    for _ in 0..5 {
        world.ada().bug().await;
    }
    let (_, shown) = read(world.http.get(world.url("/_sim/jira/webhooks"))).await;
    let rows = shown["deliveries"].as_array().expect("a list");
    assert_eq!(rows.len(), 5);
    assert!(rows.iter().all(|row| row["progress"] == "waiting" && row["attempts"] == json!([])));
}

#[tokio::test]
async fn nothing_beyond_this_machine_is_called() {
    let world = World::start().await;
    register(&app(&world).await, "https://app.example/hooks", created()).await;
    world.ada().bug().await;
    let row = &deliveries(&world).await[0];
    assert_eq!(row["progress"], "failed");
    assert!(row["attempts"][0]["problem"].as_str().expect("text").contains("loopback"));
}

#[tokio::test]
async fn a_person_sees_deliveries_and_sends_one_again() {
    let world = World::start().await;
    let (app, mut receiver) = (app(&world).await, Receiver::start().await);
    register(&app, &receiver.url, created()).await;
    receiver.answer([404]);
    world.ada().bug().await;
    receiver.next().await;
    let row = &deliveries(&world).await[0];
    let page = world.url("/sites/acme/jira/webhooks");
    let (status, html) = read(world.http.get(&page)).await;
    let html = html.as_str().expect("a page").to_owned();
    assert_eq!(status, 200);
    for part in ["project = SEC", "jira:issue_created", "SEC-1", "failed", "404", "Deliver again"] {
        assert!(html.contains(part), "{part}: {html}");
    }
    assert_eq!(read(world.http.post(format!("{page}/{}/again", row["id"]))).await.0, 303);
    assert_eq!(receiver.next().await.key(), "SEC-1");
    let again = world.url(&format!("/_sim/jira/webhooks/{}/again", row["id"]));
    assert_eq!(read(world.http.post(again)).await.0, 204);
    assert_eq!(receiver.next().await.key(), "SEC-1");
    assert_eq!(read(world.http.post(world.url("/_sim/jira/webhooks/1/again"))).await.0, 404);
}
