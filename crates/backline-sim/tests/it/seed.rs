//! Two worlds of one seed are the same world.

use crate::world::{Got, SCOPES, World, bug, doc, read};
use backline_sim::Options;
use serde_json::{Value, json};

/// Plays the same calls and gives every answer, with the world's own address taken out.
async fn play(seed: u64) -> Vec<Got> {
    let virtual_start = Some("2026-11-03T10:00:00Z".parse().expect("a moment"));
    let world = World::with(Options { seed, virtual_start, search_lag_ms: 0, ..Options::default() }).await;
    let mut answers = vec![(200, world.sim.info())];
    world.plan(json!({"rate": 0.3, "match": {"method": "GET"}, "fault": {"kind": "server_error"}})).await;
    let pair = world.connect(SCOPES).await;
    let app = world.app(pair["access_token"].as_str().expect("a token"));
    answers.push((200, pair.clone()));
    answers.push(app.post("issue", bug(json!({"labels": ["a"]}))).await);
    world.advance(1_000).await;
    answers.push(app.post("issue/SEC-1/comment", json!({"body": doc("Hm")})).await);
    answers.push(app.put("issue/SEC-1", json!({"fields": {"summary": "B"}})).await);
    for _ in 0..6 {
        answers.push(app.get("issue/SEC-1?expand=changelog").await);
    }
    answers.push(app.post("search/jql", json!({"jql": "project = SEC", "maxResults": 1})).await);
    let refresh = json!({"grant_type": "refresh_token", "refresh_token": pair["refresh_token"]});
    answers.push(world.token(refresh).await);
    let github = |method, path: &str| {
        let request = world.http.request(method, format!("{}{path}", world.info("/github/api")));
        request.bearer_auth(world.info("/github/token")).header("user-agent", "test")
    };
    let repository = "/repos/acme/payments-api";
    let content = json!({"message": "A file", "content": "aGk=", "branch": "main"});
    answers.push(
        read(github(reqwest::Method::PUT, &format!("{repository}/contents/a.txt")).json(&content)).await,
    );
    answers.push(read(github(reqwest::Method::GET, &format!("{repository}/commits"))).await);
    answers.push(read(world.http.post(world.info("/slack/webhook")).json(&json!({"text": "hello"}))).await);
    answers.push(read(world.http.get(world.info("/slack/messages"))).await);
    answers.push((200, Value::Array(world.history().await)));
    let url = world.sim.url();
    let place = |got: Got| (got.0, got.1.to_string().replace(&url, "http://sim"));
    let placed = answers.into_iter().map(place);
    placed.map(|(status, text)| (status, serde_json::from_str(&text).expect("JSON"))).collect()
}

#[tokio::test]
async fn the_same_seed_gives_the_same_ids_tokens_and_answers() {
    let (first, second) = (play(7).await, play(7).await);
    for (n, (one, other)) in first.iter().zip(&second).enumerate() {
        assert_eq!(one, other, "answer {n}");
    }
    let other = play(8).await;
    assert_ne!(first[1], other[1], "another seed has other tokens");
}
