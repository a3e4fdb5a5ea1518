//! Every request that this crate sends is one that the simulators say they have.

use crate::jira::operation::{Operation, operations};
use crate::published::BASE;
use crate::recording::Recording;
use backline_clients::github::GitHub;
use backline_clients::slack::{self, SlackMessage};
use backline_clients::tenant;
use backline_clients::transport::Request;
use backline_sim::coverage::{Endpoint, Support, is_like};
use serde_json::{Value as Json, json};
use std::sync::Arc;

/// Fails for each request that no simulated endpoint takes; `strip` is what the real address has before the path, and
/// `base` what the simulator has there.
fn check(endpoints: &[Endpoint], requests: &[Request], strip: &str, base: &str) {
    for request in requests {
        let url = request.url.split('?').next().unwrap_or_default();
        let path = url.strip_prefix(strip).unwrap_or_else(|| panic!("{url} is not below {strip}"));
        let path = format!("{base}{path}");
        let is_simulated = endpoints.iter().any(|endpoint| {
            endpoint.method == request.method.as_str()
                && is_like(&endpoint.path, &path)
                && !matches!(endpoint.support, Support::Not)
        });
        assert!(is_simulated, "{} {path} is not simulated", request.method.as_str());
    }
}

#[tokio::test]
async fn every_call_to_jira_is_simulated() {
    let endpoints = backline_sim::endpoints();
    for Operation { called, answers, .. } in operations() {
        let recording = Recording::new(answers);
        (called.run)(recording.jira()).await.unwrap_or_else(|error| panic!("{}: {error}", called.name));
        check(&endpoints, &recording.seen(), BASE, "");
    }
    let site = "https://acme.atlassian.net";
    let recording = Recording::new(vec![(200, json!({"cloudId": "1"}))]);
    tenant::cloud_id(&*recording, site).await.expect("a cloud id");
    check(&endpoints, &recording.seen(), site, "");
}

/// What GitHub's client sends when everything is answered so. What it makes of the answer is another test's matter.
async fn sent(answer: Json) -> Vec<Request> {
    let recording = Recording::new(vec![(200, answer)]);
    let github = GitHub::new(recording.clone(), "https://api.github.com", "token".into());
    let (repository, secret) = ("acme/api".into(), "secret".into());
    drop(github.repository(&repository).await);
    drop(github.repository_by_id(1).await);
    drop(github.pull_request(&repository, 7).await);
    drop(github.update_body(&repository, 7, "body").await);
    drop(github.pull_requests_updated_since(&repository, None, None).await);
    drop(github.comments(&repository, 7).await);
    drop(github.create_comment(&repository, 7, "body").await);
    drop(github.update_comment(&repository, 9, "body").await);
    drop(github.delete_comment(&repository, 9).await);
    drop(github.ensure_hook(&repository, "https://backline.example/hooks", &secret, &["pull_request"]).await);
    recording.seen()
}

#[tokio::test]
async fn every_call_to_github_is_simulated() {
    let endpoints = backline_sim::endpoints();
    let hook =
        json!({"id": 4, "config": {"url": "https://backline.example/hooks"}, "events": [], "active": true});
    // Without a hook one is made, and one that is there is put right.
    let requests = [sent(json!([])).await, sent(json!([hook])).await].concat();
    let is_sent = |method: &str, end: &str| {
        requests.iter().any(|request| request.method.as_str() == method && request.url.ends_with(end))
    };
    assert!(is_sent("POST", "/hooks") && is_sent("PATCH", "/hooks/4") && is_sent("PATCH", "/comments/9"));
    check(&endpoints, &requests, "https://api.github.com", "/github/api/v3");
}

#[tokio::test]
async fn every_call_to_slack_is_simulated() {
    let recording: Arc<Recording> = Recording::new(vec![(200, json!("ok"))]);
    let url = "https://hooks.slack.com/services/T/B/X".to_owned().into();
    drop(slack::post(&*recording, &url, &SlackMessage::default()).await);
    assert_eq!(recording.seen().len(), 1);
    check(&backline_sim::endpoints(), &recording.seen(), "https://hooks.slack.com", "/slack");
}
