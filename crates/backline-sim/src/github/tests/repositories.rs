use super::*;

#[tokio::test]
async fn who_asks_is_checked_first() {
    let client = Client::new();
    let ask = |headers: &'static [(&'static str, &'static str)]| {
        let mut request = Request::builder().uri("/github/api/v3/user");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        client.send(request.body(Body::empty()).unwrap())
    };
    assert_eq!(ask(&[]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(ask(&[("user-agent", "x")]).await.status, StatusCode::UNAUTHORIZED);
    let wrong = ask(&[("user-agent", "x"), ("authorization", "Bearer no")]).await;
    assert_eq!(wrong.expect(401)["message"], "Bad credentials");
    assert_eq!(client.get("/github/api/v3/user").await.expect(200)["login"], "dev-dana");
}

#[tokio::test]
async fn addresses_follow_the_host_of_the_request() {
    let repo = Client::new().get("").await.expect(200);
    assert_eq!(repo["url"], "http://sim:1/github/api/v3/repos/acme/payments-api");
    assert_eq!(repo["html_url"], "http://sim:1/github/acme/payments-api");
}

#[tokio::test]
async fn a_known_answer_is_not_sent_again() {
    let client = Client::new();
    let first = client.get("/pulls?state=all").await;
    let tag = first.headers["etag"].to_str().unwrap().to_owned();
    let again = || {
        let request = Request::builder()
            .uri(format!("{REPO}/pulls?state=all"))
            .header("user-agent", "test")
            .header("host", "sim:1")
            .header("authorization", format!("token {}", client.token))
            .header("if-none-match", &tag);
        client.send(request.body(Body::empty()).unwrap())
    };
    let known = again().await;
    assert_eq!((known.status, known.text.as_str()), (StatusCode::NOT_MODIFIED, ""));
    client.pull("a").await;
    assert_eq!(again().await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_file_is_written_over_only_by_who_has_seen_it() {
    let client = Client::new();
    let sha = client.get("/contents/package.json").await.expect(200)["sha"].clone();
    let write = |sha: Value| {
        let mut body = json!({"message": "m", "content": "eA=="});
        if !sha.is_null() {
            body["sha"] = sha;
        }
        client.call("PUT", "/contents/package.json", body)
    };
    assert_eq!(write(Value::Null).await.status.as_u16(), 422);
    assert_eq!(write(json!("0".repeat(40))).await.status.as_u16(), 409);
    write(sha).await.expect(200);
    assert_eq!(client.get("/contents/package.json").await.expect(200)["content"], "eA==\n");
}

#[tokio::test]
async fn a_branch_goes_backwards_only_by_force() {
    let client = Client::new();
    client.branch("a", "x").await;
    let main = client.get("/git/ref/heads/main").await.expect(200)["object"]["sha"].clone();
    let refused = client.call("PATCH", "/git/refs/heads/a", json!({"sha": main})).await.expect(422);
    assert_eq!(refused["message"], "Update is not a fast forward");
    client.call("PATCH", "/git/refs/heads/a", json!({"sha": main, "force": true})).await.expect(200);
}

#[tokio::test]
async fn unknown_routes_are_answered_and_counted() {
    let client = Client::new();
    client.get("/teams").await.expect(501);
    client.get("/teams").await.expect(501);
    client.call("DELETE", "/pulls", Value::Null).await.expect(501);
    let route = |method: &str, rest: &str| format!("{method} {REPO}/{rest}");
    assert_eq!(client.github.unsupported(), [(route("DELETE", "pulls"), 1), (route("GET", "teams"), 2)]);
}

#[tokio::test]
async fn everything_survives_a_new_start() {
    let file = TempFile::new("survive");
    let client = Client::of(Github::open(Some(&file.0), 1, clock()).unwrap());
    let number = client.pull("a").await;
    client.call("POST", &format!("/issues/{number}/comments"), json!({"body": "hi"})).await.expect(201);
    let before = client.get(&format!("/pulls/{number}")).await.expect(200);
    let again = Client::of(Github::open(Some(&file.0), 2, clock()).unwrap());
    assert_eq!(again.token, client.token);
    assert_eq!(again.get(&format!("/pulls/{number}")).await.expect(200), before);
    assert_eq!(again.pull("b").await, number + 1);
}
