use crate::world::{Caller, SCOPES, World, bug, read};
use backline_sim::Options;
use backline_sim::jira::LimitSetting;
use reqwest::header::HeaderMap;
use reqwest::{Method, Response};
use serde_json::{Value, json};

const HOUR_MS: i64 = 3_600_000;

fn standing() -> Options {
    let at = "2026-11-20T08:12:30Z".parse().expect("a time");
    Options { search_lag_ms: 0, virtual_start: Some(at), ..Options::default() }
}

/// A world whose time stands still, so that no bucket fills by itself.
async fn limited(setting: Value) -> World {
    let world = World::with(standing()).await;
    change(&world, setting).await;
    world
}

async fn change(world: &World, mut setting: Value) {
    if setting.get("enabled").is_none() {
        setting["enabled"] = true.into();
    }
    let (status, answer) = read(world.http.post(world.url("/_sim/limits")).json(&setting)).await;
    assert_eq!(status, 200, "{answer}");
}

async fn send(caller: &Caller<'_>, method: Method, path: &str, body: Option<Value>) -> Response {
    let mut request = caller.request(method, &format!("3/{path}"));
    if let Some(body) = body {
        request = request.json(&body);
    }
    request.send().await.expect("an answer")
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).map_or("", |value| value.to_str().expect("text"))
}

async fn token(world: &World) -> String {
    world.connect(SCOPES).await["access_token"].as_str().expect("a token").to_owned()
}

async fn points(world: &World) -> Value {
    let (_, report) = read(world.http.get(world.url("/_sim/limits"))).await;
    report["spent"][0]["points"].clone()
}

/// How many seconds are left of the hour that the world is in.
async fn seconds_left(world: &World) -> i64 {
    let (_, clock) = read(world.http.get(world.url("/_sim/clock"))).await;
    let now_ms = clock["now_ms"].as_i64().expect("a number");
    (HOUR_MS - now_ms % HOUR_MS + 999) / 1_000
}

#[tokio::test]
async fn without_being_asked_nothing_is_limited() {
    let world = World::start().await;
    for _ in 0..160 {
        let answer = send(&world.ada(), Method::GET, "myself", None).await;
        assert_eq!(answer.status(), 200);
        assert!(answer.headers().get("x-ratelimit-limit").is_none());
    }
}

#[tokio::test]
async fn each_endpoint_has_a_bucket_that_fills_with_time() {
    let world = limited(json!({})).await;
    let ada = world.ada();
    for n in 1..=100 {
        let answer = send(&ada, Method::GET, "myself", None).await;
        assert_eq!(answer.status(), 200);
        assert_eq!(header(answer.headers(), "x-ratelimit-limit"), "100");
        assert_eq!(header(answer.headers(), "x-ratelimit-remaining"), (100 - n).to_string());
        let is_near = header(answer.headers(), "x-ratelimit-nearlimit") == "true";
        assert_eq!(is_near, n > 80, "after {n}");
        assert_eq!(header(answer.headers(), "beta-ratelimit"), "", "an API token has no quota");
    }
    let refused = send(&ada, Method::GET, "myself", None).await;
    assert_eq!(refused.status(), 429);
    for (name, value) in [
        ("retry-after", "1"),
        ("beta-retry-after", "1"),
        ("x-ratelimit-limit", "100"),
        ("x-ratelimit-remaining", "0"),
        ("x-ratelimit-nearlimit", "true"),
        ("ratelimit-reason", "jira-burst-based"),
    ] {
        assert_eq!(header(refused.headers(), name), value, "{name}");
    }
    assert_eq!(send(&ada, Method::GET, "serverInfo", None).await.status(), 200, "another endpoint");
    world.advance(10).await;
    assert_eq!(send(&ada, Method::GET, "myself", None).await.status(), 200, "a hundredth of a second later");
    assert_eq!(send(&ada, Method::GET, "myself", None).await.status(), 429);
}

#[tokio::test]
async fn published_exceptions_and_own_rates_hold() {
    let world = limited(json!({"burst": {"endpoints": {"GET /priority": 3}}, "per_issue": false})).await;
    let ada = world.ada();
    ada.bug().await;
    let edit = json!({"fields": {"summary": "Another"}});
    for (method, path, body, rate) in [
        (Method::GET, "issue/SEC-1", None, "150"),
        (Method::GET, "issue/SEC-1/changelog", None, "200"),
        (Method::POST, "search/approximate-count", Some(json!({"jql": "project = SEC"})), "150"),
        (Method::POST, "search/jql", Some(json!({"jql": "project = SEC"})), "100"),
        (Method::PUT, "issue/SEC-1", Some(edit), "50"),
        (Method::DELETE, "issue/SEC-1/comment/1", None, "50"),
        (Method::GET, "priority", None, "3"),
    ] {
        let answer = send(&ada, method.clone(), path, body).await;
        assert_eq!(header(answer.headers(), "x-ratelimit-limit"), rate, "{method} {path}");
    }
}

#[tokio::test]
async fn searches_for_users_share_a_limit_of_the_site() {
    let world = limited(json!({"user_search_per_second": 2})).await;
    let ada = world.ada();
    assert_eq!(ada.get("user/search?query=ada").await.0, 200);
    assert_eq!(ada.get("user/assignable/search?project=SEC&query=a").await.0, 200);
    let refused = send(&ada, Method::GET, "users/search", None).await;
    assert_eq!(refused.status(), 429);
    assert_eq!(header(refused.headers(), "retry-after"), "1");
    assert_eq!(ada.get("user?accountId=5b10ac8d82e05b22cc7d4ef5").await.0, 200, "no search");
}

#[tokio::test]
async fn reads_cost_an_app_by_object_and_writes_one_point() {
    let world = limited(json!({"per_issue": false})).await;
    let app_token = token(&world).await;
    let app = world.app(&app_token);
    app.bug().await;
    assert_eq!(points(&world).await, 1, "a write");
    app.get("issue/SEC-1").await;
    assert_eq!(points(&world).await, 3, "and a read of one issue");
    let bulk = json!({"issueUpdates": [bug(json!({})), bug(json!({})), bug(json!({}))]});
    app.post("issue/bulk", bulk).await;
    assert_eq!(points(&world).await, 6, "and three issues in one call");
    app.post("search/jql", json!({"jql": "project = SEC"})).await;
    assert_eq!(points(&world).await, 11, "and a search that found four");
    app.get("myself").await;
    assert_eq!(points(&world).await, 14, "and a user, who costs two");
    app.get("issue/SEC-99").await;
    assert_eq!(points(&world).await, 15, "and a read of nothing");
    world.ada().get("issue/SEC-1").await;
    assert_eq!(points(&world).await, 15, "an API token spends none");
}

#[tokio::test]
async fn a_spent_pool_stops_the_app_on_every_site_until_the_hour_is_over() {
    let world = limited(json!({"points_per_hour": 10})).await;
    let app_token = token(&world).await;
    let app = world.app(&app_token);
    // A user costs three points, so the fourth overspends.
    for (near, left) in [("", ""), ("", ""), ("true", ";r=1"), ("true", ";r=0")] {
        let answer = send(&app, Method::GET, "myself", None).await;
        assert_eq!(answer.status(), 200);
        let headers = answer.headers();
        assert_eq!(header(headers, "x-ratelimit-nearlimit"), near);
        assert_eq!(header(headers, "beta-ratelimit-policy"), "\"global-app-quota\";q=10;w=3600");
        let standing = format!("\"global-app-quota\"{left};t={}", seconds_left(&world).await);
        assert_eq!(header(headers, "beta-ratelimit"), standing);
    }
    let refused = send(&app, Method::POST, "issue", Some(bug(json!({})))).await;
    assert_eq!(refused.status(), 429);
    let headers = refused.headers();
    assert_eq!(header(headers, "ratelimit-reason"), "jira-quota-global-based");
    assert_eq!(header(headers, "retry-after"), seconds_left(&world).await.to_string());
    assert_eq!((header(headers, "x-ratelimit-limit"), header(headers, "x-ratelimit-remaining")), ("10", "0"));
    let reset = header(headers, "x-ratelimit-reset");
    assert!(reset.ends_with(":00:00Z"), "{reset}");
    assert_eq!(world.ada().get("issue/SEC-1").await.0, 404, "nothing was done, and a person goes on");
    world.advance(seconds_left(&world).await * 1_000).await;
    assert_eq!(app.post("issue", bug(json!({}))).await.0, 201, "a new hour");
}

#[tokio::test]
async fn the_second_tier_counts_each_site_by_its_plan() {
    let world = limited(json!({"tier": 2, "plan": "premium", "users": 100})).await;
    let app_token = token(&world).await;
    let answer = send(&world.app(&app_token), Method::GET, "serverInfo", None).await;
    assert_eq!(header(answer.headers(), "beta-ratelimit-policy"), "\"tenant-app-quota\";q=132000;w=3600");
    change(&world, json!({"points_per_hour": 1})).await;
    let app = world.app(&app_token);
    assert_eq!(app.get("serverInfo").await.0, 200);
    let refused = send(&app, Method::GET, "serverInfo", None).await;
    assert_eq!(header(refused.headers(), "ratelimit-reason"), "jira-quota-tenant-based");
    let (_, report) = read(world.http.get(world.url("/_sim/limits"))).await;
    assert_eq!(report["spent"][0]["cloud_id"], world.info("/jira/cloud_id"));
}

#[tokio::test]
async fn writes_to_one_issue_are_spaced_and_other_issues_go_on() {
    let world = limited(json!({})).await;
    let ada = world.ada();
    let first = ada.bug().await;
    ada.bug().await;
    let comment = || Some(json!({"body": crate::world::doc("Seen")}));
    // By key and by id, and by different calls, it is one issue.
    for n in 0..20 {
        let path =
            if n % 2 == 0 { "issue/SEC-1/comment".to_owned() } else { format!("issue/{first}/comment") };
        assert_eq!(send(&ada, Method::POST, &path, comment()).await.status(), 201);
    }
    let refused = send(&ada, Method::PUT, "issue/SEC-1", Some(json!({"fields": {"summary": "S"}}))).await;
    assert_eq!(refused.status(), 429);
    assert_eq!(header(refused.headers(), "ratelimit-reason"), "jira-per-issue-on-write");
    assert_eq!(header(refused.headers(), "retry-after"), "2");
    assert_eq!(send(&ada, Method::POST, "issue/SEC-2/comment", comment()).await.status(), 201);
    assert_eq!(ada.get("issue/SEC-1").await.1["fields"]["summary"], "A weakness", "reading goes on");
    for _ in 0..4 {
        world.advance(2_000).await;
        for _ in 0..20 {
            assert_eq!(send(&ada, Method::POST, "issue/SEC-1/comment", comment()).await.status(), 201);
        }
    }
    world.advance(2_000).await;
    let refused = send(&ada, Method::POST, "issue/SEC-1/comment", comment()).await;
    assert_eq!(refused.status(), 429, "a hundred within 30 s");
    assert_eq!(header(refused.headers(), "x-ratelimit-limit"), "100");
    assert_eq!(header(refused.headers(), "retry-after"), "20");
    world.advance(20_000).await;
    assert_eq!(send(&ada, Method::POST, "issue/SEC-1/comment", comment()).await.status(), 201);
}

#[tokio::test]
async fn a_refused_call_is_in_history_and_a_wrong_setting_changes_nothing() {
    let setting = LimitSetting { enabled: true, ..LimitSetting::default() };
    let world = World::with(Options { limits: setting, ..standing() }).await;
    let (status, _) = read(world.http.post(world.url("/_sim/limits")).json(&json!({"burts": {}}))).await;
    assert_eq!(status, 400);
    change(&world, json!({"burst": {"post": 0}})).await;
    let ada = world.ada();
    let query = json!({"jql": "project = SEC"});
    assert_eq!(send(&ada, Method::POST, "search/jql", Some(query)).await.status(), 429);
    assert_eq!(send(&ada, Method::POST, "issue", Some(bug(json!({})))).await.status(), 429);
    let history = world.history().await;
    let seen: Vec<_> =
        history.iter().map(|entry| (entry["status"].clone(), entry["write"].clone())).collect();
    assert_eq!(seen, [(json!(429), json!(false)), (json!(429), json!(true))]);
}
