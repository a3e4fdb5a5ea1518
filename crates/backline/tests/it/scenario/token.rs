//! A connection by API token: every later step goes on with it.

use super::reports::trivy;
use super::world::World;
use serde_json::json;

#[test]
fn a_site_goes_on_with_an_api_token_in_place_of_the_app() {
    let world = World::start();
    world.import(&trivy(&[("CVE-2026-4001", "LOW", "1.0.0")]));
    world.wait("a ticket", |world| world.issues().filter(|issues| issues.len() == 1));
    world.settle();
    world.disconnect();
    let person = world.person();
    let site = json!(world.text("/jira/site"));
    let paths = [(&site, "token", "/sites/acme/rest/"), (&person["cloud_id"], "scoped_token", "/ex/jira/")];
    for ((address, token, path), number) in paths.into_iter().zip(2_usize..) {
        let login = json!({"site": address, "email": person["email"], "token": person[token]});
        let (status, kept) = world.connect(&login);
        assert_eq!((status, &kept["status"]), (201, &json!("connected")), "{kept}");
        let rows: Vec<String> = (1..=number).map(|number| format!("CVE-2026-400{number}")).collect();
        let rows: Vec<_> = rows.iter().map(|id| (id.as_str(), "HIGH", "1.0.0")).collect();
        let last = world.last();
        world.import(&trivy(&rows));
        world.wait("its ticket", |world| world.issues().filter(|issues| issues.len() == number));
        world.settle();
        let writes = world.writes_after(last);
        assert!(!writes.is_empty() && writes.iter().all(|written| written.contains(path)), "{writes:?}");
    }
    let before = world.issues().expect("a list");
    assert_eq!(before.len(), 3, "the first ticket goes on, and none is made twice");
}

#[test]
fn what_is_no_jira_cloud_and_no_token_is_refused_with_the_reason() {
    let world = World::start();
    let person = world.person();
    let site = json!(world.text("/jira/site"));
    for (address, token, reason) in [
        (&json!("https://jira.acme.example"), &person["token"], "Data Center"),
        (&json!(""), &person["token"], "Data Center"),
        (&json!(world.text("/jira/site").replace("acme", "nobody")), &person["token"], "no Jira Cloud site"),
        (&site, &json!("ATATT3xWrong"), "does not accept"),
        (&person["cloud_id"], &person["token"], "does not accept"),
    ] {
        let login = json!({"site": address, "email": person["email"], "token": token});
        let (status, problem) = world.connect(&login);
        assert_eq!(status, 422, "{address}: {problem}");
        assert!(problem["detail"].as_str().is_some_and(|said| said.contains(reason)), "{address}: {problem}");
        assert!(!problem.to_string().contains("ATATT3x"), "no token is said: {problem}");
    }
    let connections = world.api("/connections");
    assert_eq!(connections["connections"].as_array().map(Vec::len), Some(1), "{connections}");
}
