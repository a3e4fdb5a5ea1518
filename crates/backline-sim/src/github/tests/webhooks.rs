use super::*;
use hmac::{Hmac, KeyInit, Mac};

/// Registers a hook for everything and takes its ping.
async fn hook(client: &Client, status: StatusCode) -> (u64, mpsc::UnboundedReceiver<(HeaderMap, Bytes)>) {
    let (url, mut received) = receiver(status).await;
    let config = json!({"url": url, "content_type": "json", "secret": "s3cret"});
    let made = client.call("POST", "/hooks", json!({"config": config, "events": ["*"]})).await.expect(201);
    assert_eq!(made["config"]["secret"], "********");
    let (headers, _) = received.recv().await.unwrap();
    assert_eq!(headers["x-github-event"], "ping");
    (made["id"].as_u64().unwrap(), received)
}

/// The next webhook about pull requests.
async fn next(received: &mut mpsc::UnboundedReceiver<(HeaderMap, Bytes)>) -> Value {
    loop {
        let (headers, body) = received.recv().await.unwrap();
        if headers["x-github-event"] == "pull_request" {
            return serde_json::from_slice(&body).unwrap();
        }
    }
}

#[tokio::test]
async fn each_step_of_a_pull_request_is_told() {
    let client = Client::new();
    let (_, mut received) = hook(&client, StatusCode::OK).await;
    client.pull("a").await;
    let opened = next(&mut received).await;
    assert_eq!((&opened["action"], &opened["sender"]["login"]), (&json!("opened"), &json!("dev-dana")));
    let edited = client.call("PATCH", "/pulls/1", json!({"body": "C"})).await.expect(200);
    assert_eq!(edited["body"], "C");
    assert_eq!(next(&mut received).await["changes"], json!({"body": {"from": "B"}}));
    let file = json!({"message": "m", "content": "eQ==", "branch": "a"});
    client.call("PUT", "/contents/more", file).await.expect(201);
    let pushed = next(&mut received).await;
    assert_eq!(
        (&pushed["action"], &pushed["before"]),
        (&json!("synchronize"), &opened["pull_request"]["head"]["sha"])
    );
    client.call("PATCH", "/pulls/1", json!({"state": "closed"})).await.expect(200);
    let closed = next(&mut received).await;
    assert_eq!((&closed["action"], &closed["pull_request"]["merged"]), (&json!("closed"), &json!(false)));
    client.call("PATCH", "/pulls/1", json!({"state": "open"})).await.expect(200);
    assert_eq!(next(&mut received).await["action"], "reopened");
    client.call("PUT", "/pulls/1/merge", json!({})).await.expect(200);
    let merged = next(&mut received).await;
    assert_eq!((&merged["action"], &merged["pull_request"]["merged"]), (&json!("closed"), &json!(true)));
}

#[tokio::test]
async fn an_edit_that_changes_nothing_is_not_told() {
    let client = Client::new();
    let (_, mut received) = hook(&client, StatusCode::OK).await;
    client.pull("a").await;
    assert_eq!(next(&mut received).await["action"], "opened");
    client.call("PATCH", "/pulls/1", json!({"body": "B", "title": "T"})).await.expect(200);
    client.call("PATCH", "/pulls/1", json!({"state": "closed"})).await.expect(200);
    assert_eq!(next(&mut received).await["action"], "closed");
}

#[tokio::test]
async fn the_signature_is_over_the_bytes_that_were_sent() {
    let client = Client::new();
    let (_, mut received) = hook(&client, StatusCode::OK).await;
    client.pull("a").await;
    let (headers, body) = received.recv().await.unwrap();
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(b"s3cret").unwrap();
    mac.update(&body);
    let expected = format!("sha256={}", hex::encode(mac.finalize().into_bytes()));
    assert_eq!(headers["x-hub-signature-256"].to_str().unwrap(), expected);
}

#[tokio::test]
async fn a_failed_delivery_is_listed_and_sent_again_under_its_id() {
    let client = Client::new();
    let (id, mut received) = hook(&client, StatusCode::INTERNAL_SERVER_ERROR).await;
    client.call("POST", &format!("/hooks/{id}/pings"), Value::Null).await.expect(204);
    let (first, _) = received.recv().await.unwrap();
    let failed = loop {
        let listed = client.get(&format!("/hooks/{id}/deliveries?status=failure")).await.expect(200);
        let found = listed
            .as_array()
            .unwrap()
            .iter()
            .find(|one| one["guid"] == first["x-github-delivery"].to_str().unwrap());
        if let Some(found) = found {
            break found.clone();
        }
        tokio::task::yield_now().await;
    };
    assert_eq!(
        (&failed["status"], &failed["status_code"]),
        (&json!("Invalid HTTP Response: 500"), &json!(500))
    );
    let attempts = format!("/hooks/{id}/deliveries/{}/attempts", failed["id"]);
    client.call("POST", &attempts, Value::Null).await.expect(202);
    let (second, _) = received.recv().await.unwrap();
    assert_eq!(second["x-github-delivery"], first["x-github-delivery"]);
}

#[tokio::test]
async fn a_hook_exists_once() {
    let client = Client::new();
    let new = json!({"config": {"url": "http://127.0.0.1:1/"}});
    client.call("POST", "/hooks", new.clone()).await.expect(201);
    let twice = client.call("POST", "/hooks", new).await.expect(422);
    assert_eq!(twice["errors"][0]["message"], "Hook already exists on this repository");
}

#[tokio::test]
async fn deliveries_that_a_crash_cut_off_can_be_asked_for_again() {
    let file = TempFile::new("crash");
    // Without a router nothing is sent, as when the process dies right after its answer.
    let github = Github::open(Some(&file.0), 1, clock()).unwrap();
    let base = request::Base("http://sim:1".to_owned());
    let hook = {
        let mut state = github.state();
        let user = state.user_by_login("sam").unwrap().clone();
        let repo = state.repo_by_name("acme", "payments-api").unwrap().clone();
        let mut change = change::Change { state: &mut state, user, base: &base, at: github.clock.now() };
        let url = Some("http://127.0.0.1:1/".to_owned());
        change.create_hook(&repo, change::HookEdit { url, ..Default::default() }).unwrap()
    };
    let client = Client::of(Github::open(Some(&file.0), 1, clock()).unwrap());
    let listed = client.get(&format!("/hooks/{hook}/deliveries")).await.expect(200);
    assert_eq!((&listed[0]["event"], &listed[0]["status_code"]), (&json!("ping"), &json!(502)));
}
