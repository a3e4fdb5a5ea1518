use super::*;

#[tokio::test]
async fn a_null_body_stays_null() {
    let client = Client::new();
    client.branch("a", "x").await;
    let new = json!({"title": "T", "head": "acme:a", "base": "main", "body": null});
    assert_eq!(client.call("POST", "/pulls", new).await.expect(201)["body"], Value::Null);
    assert_eq!(client.call("PATCH", "/pulls/1", json!({"body": "x"})).await.expect(200)["body"], "x");
    assert_eq!(client.call("PATCH", "/pulls/1", json!({"title": "U"})).await.expect(200)["body"], "x");
    assert_eq!(
        client.call("PATCH", "/pulls/1", json!({"body": null})).await.expect(200)["body"],
        Value::Null
    );
}

#[tokio::test]
async fn a_body_has_at_most_65536_characters() {
    let client = Client::new();
    client.pull("a").await;
    let edit = |length| client.call("PATCH", "/pulls/1", json!({"body": "é".repeat(length)}));
    edit(65_536).await.expect(200);
    assert_eq!(edit(65_537).await.expect(422)["errors"][0]["field"], "body");
}

#[tokio::test]
async fn lists_have_no_merged_and_single_answers_have() {
    let client = Client::new();
    client.pull("a").await;
    let listed = client.get("/pulls").await.expect(200);
    assert_eq!((listed[0]["merged_at"].clone(), listed[0].get("merged")), (Value::Null, None));
    let single = client.get("/pulls/1").await.expect(200);
    assert_eq!(
        (&single["merged"], &single["mergeable"], &single["commits"]),
        (&json!(false), &json!(true), &json!(1))
    );
}

#[tokio::test]
async fn merging_moves_the_base_and_keeps_the_head() {
    for method in ["merge", "squash", "rebase"] {
        let client = Client::new();
        client.pull("a").await;
        client.get("/pulls/1/merge").await.expect(404);
        let merged = client.call("PUT", "/pulls/1/merge", json!({"merge_method": method})).await.expect(200);
        client.get("/pulls/1/merge").await.expect(204);
        let pull = client.get("/pulls/1").await.expect(200);
        assert_eq!(pull["merged"], true, "{method}");
        assert_eq!((&pull["state"], &pull["merge_commit_sha"]), (&json!("closed"), &merged["sha"]));
        assert_eq!(client.get("/git/ref/heads/main").await.expect(200)["object"]["sha"], merged["sha"]);
        client.get("/contents/a.txt").await.expect(200);
        client.get("/branches/a").await.expect(200);
        assert_eq!(client.get("/pulls/1/files").await.expect(200)[0]["filename"], "a.txt");
        client.call("PUT", "/pulls/1/merge", json!({})).await.expect(405);
        client.call("PATCH", "/pulls/1", json!({"state": "open"})).await.expect(422);
    }
}

#[tokio::test]
async fn merging_refuses_what_the_caller_has_not_seen() {
    let client = Client::new();
    client.pull("a").await;
    client.call("PUT", "/pulls/1/merge", json!({"sha": "0".repeat(40)})).await.expect(409);
}

#[tokio::test]
async fn conflicts_are_not_mergeable() {
    let client = Client::new();
    client.branch("a", "same").await;
    client.call("POST", "/pulls", json!({"title": "T", "head": "a", "base": "main"})).await.expect(201);
    client.call("PUT", "/contents/same", json!({"message": "m", "content": "eQ=="})).await.expect(201);
    let pull = client.get("/pulls/1").await.expect(200);
    assert_eq!((&pull["mergeable"], &pull["mergeable_state"]), (&json!(false), &json!("dirty")));
    client.call("PUT", "/pulls/1/merge", json!({})).await.expect(405);
}

#[tokio::test]
async fn wrong_pull_requests_are_refused_with_reasons() {
    let client = Client::new();
    client.pull("a").await;
    let open = |head: &'static str, base: &'static str| {
        client.call("POST", "/pulls", json!({"title": "T", "head": head, "base": base}))
    };
    assert_eq!(open("no", "main").await.expect(422)["errors"][0]["field"], "head");
    assert_eq!(open("a", "no").await.expect(422)["errors"][0]["field"], "base");
    let twice = open("a", "main").await.expect(422);
    assert_eq!(twice["errors"][0]["message"], "A pull request already exists for acme:a.");
    assert_eq!(
        open("main", "main").await.expect(422)["errors"][0]["message"],
        "No commits between main and main"
    );
}

#[tokio::test]
async fn lists_filter_sort_and_page() {
    let client = Client::new();
    for branch in ["a", "b", "c"] {
        client.pull(branch).await;
    }
    client.call("PATCH", "/pulls/2", json!({"state": "closed"})).await.expect(200);
    let numbers = |query: &'static str| {
        let client = &client;
        async move {
            let list = client.get(&format!("/pulls?{query}")).await.expect(200);
            list.as_array().unwrap().iter().map(|pull| pull["number"].as_u64().unwrap()).collect::<Vec<_>>()
        }
    };
    assert_eq!(numbers("").await, [3, 1]);
    assert_eq!(numbers("state=closed").await, [2]);
    assert_eq!(numbers("state=all&direction=asc").await, [1, 2, 3]);
    assert_eq!(numbers("state=all&sort=updated&direction=desc").await, [2, 3, 1]);
    assert_eq!(numbers("state=all&head=acme:b").await, [2]);
    assert_eq!(numbers("state=all&per_page=1&page=2").await, [2]);
    client.get("/pulls?state=odd").await.expect(422);
}

#[tokio::test]
async fn nobody_approves_their_own_work() {
    let client = Client::new();
    client.pull("a").await;
    client.call("POST", "/pulls/1/reviews", json!({"event": "APPROVE"})).await.expect(422);
    let review = client.bot().call("POST", "/pulls/1/reviews", json!({"event": "APPROVE"})).await.expect(200);
    assert_eq!(review["state"], "APPROVED");
}

#[tokio::test]
async fn a_person_opens_edits_and_merges_by_hand() {
    let client = Client::new();
    let send = |path: &'static str, form: &'static str| {
        let request = Request::post(path).header("content-type", "application/x-www-form-urlencoded");
        client.send(request.body(Body::from(form)).unwrap())
    };
    let form = "title=&body=%3C%21--+hidden+--%3E%3Cb%3EFixes&package=lodash&version=4.17.21&file=&text=";
    let opened = send("/github/acme/payments-api/pulls", form).await;
    assert_eq!(opened.status, StatusCode::SEE_OTHER, "{}", opened.text);
    let page = client.get("/github/acme/payments-api/pull/1").await.text;
    assert!(
        page.contains("Bump lodash from 4.17.15 to 4.17.21") && page.contains("package-lock.json"),
        "{page}"
    );
    assert!(page.contains("<p>&lt;b&gt;Fixes</p>"), "{page}");
    send("/github/acme/payments-api/pull/1/edit", "title=New&body=Text").await;
    assert_eq!(client.get("/pulls/1").await.expect(200)["title"], "New");
    send("/github/acme/payments-api/pull/1/merge", "method=squash").await;
    let merged = client.get("/pulls/1").await.expect(200);
    assert_eq!((&merged["merged"], &merged["merged_by"]["login"]), (&json!(true), &json!("dev-dana")));
}
