//! The reference page, and that what it says is so.

use crate::world::{SCOPES, World, read};
use backline_sim::coverage::Support;
use backline_sim::reference::{ACTS, page};
use expect_test::expect_file;
use reqwest::Method;
use serde_json::Value;
use std::iter::repeat;

#[tokio::test]
async fn the_reference_page_is_up_to_date() {
    let world = World::start().await;
    let shown = page(&world.sim.world().coverage.endpoints());
    let kept = expect_file!["../../../../docs/reference/simulator.md"];
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        return kept.assert_eq(&shown);
    }
    // Not by the diff of the two texts: over so many lines it takes minutes.
    let kept = kept.data();
    let different = first_difference(&kept, &shown);
    assert!(different.is_none(), "docs/reference/simulator.md is out of date, run ./test gen: {different:?}");
}

/// The number of the first line that differs, with what it is and what it should be.
fn first_difference<'a>(kept: &'a str, shown: &'a str) -> Option<(usize, &'a str, &'a str)> {
    let count = kept.lines().count().max(shown.lines().count());
    let (kept, shown) = (kept.lines().chain(repeat("")), shown.lines().chain(repeat("")));
    let mut lines = (1..=count).zip(kept.zip(shown)).filter(|(_, (kept, shown))| kept != shown);
    lines.next().map(|(n, (kept, shown))| (n, kept, shown))
}

#[tokio::test]
async fn every_act_of_the_reference_is_done() {
    for row in ACTS {
        let world = World::start().await;
        world.connect(SCOPES).await;
        world.ada().bug().await;
        for example in row.examples {
            let example = example.replace('…', &world.info("/jira/cloud_id"));
            let body: Value = serde_json::from_str(&example).expect("JSON");
            world.done(row.path.trim_start_matches("/_sim/"), body).await;
        }
    }
}

/// A path with values for its names.
fn filled(path: &str) -> String {
    let parts = path.split('/').map(|part| if part.starts_with('{') { "1" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

#[tokio::test]
async fn what_the_reference_calls_simulated_is_and_the_rest_is_admitted() {
    let world = World::start().await;
    let mut wrong = Vec::new();
    for endpoint in world.sim.world().coverage.endpoints() {
        let path = filled(&endpoint.path);
        let url = match endpoint.service {
            "jira" => format!("{}{path}", world.info("/jira/site")),
            _ => world.url(&path),
        };
        let method: Method = endpoint.method.parse().expect("a method");
        let request = world.http.request(method, url).header("user-agent", "test");
        let request = match endpoint.service {
            "jira" => request.basic_auth(world.info("/jira/email"), Some(world.info("/jira/token"))),
            "github" => request.bearer_auth(world.info("/github/token")),
            _ => request,
        };
        let (status, answer) = read(request.json(&serde_json::json!({}))).await;
        if (status == 501) != matches!(endpoint.support, Support::Not) {
            wrong.push(format!("{} {}: {status} {answer}", endpoint.method, endpoint.path));
        }
        assert!(endpoint.source.starts_with("https://"), "{}", endpoint.path);
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test]
async fn every_service_admits_what_it_does_not_have() {
    let world = World::start().await;
    for (method, path) in [
        ("GET", "/auth/oauth/token"),
        ("POST", "/auth/oauth/revoke"),
        ("GET", "/api/ex/confluence/1/wiki/api/v2/pages"),
        ("GET", "/sites/acme/secure/Dashboard.jspa"),
        ("POST", "/slack/api/chat.update"),
        ("GET", "/gitlab/api/v4/projects"),
        ("DELETE", "/slack/services/a/b/c"),
    ] {
        let request = world.http.request(method.parse().expect("a method"), world.url(path));
        assert_eq!(read(request).await.0, 501, "{method} {path}");
        let (_, report) = read(world.http.get(world.url("/_sim/coverage"))).await;
        let counted = report["unsupported"].as_array().expect("a list").iter();
        let request = format!("{method} {path}");
        assert!(counted.into_iter().any(|row| row["request"] == request && row["calls"] == 1), "{request}");
    }
    assert_eq!(read(world.http.get(world.url("/favicon.ico"))).await.0, 404, "no service is asked");
    let (status, answer) = read(world.ada().request(Method::PATCH, "3/issue/SEC-1")).await;
    assert_eq!(
        (status, &answer["title"]),
        (405, &"Method Not Allowed".into()),
        "Jira itself has no such method"
    );
}
