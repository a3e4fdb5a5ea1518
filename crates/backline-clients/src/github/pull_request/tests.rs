use super::*;
use crate::scripted::{Scripted, answer};
use serde_json::Value as Json;

fn wire() -> Json {
    json!({
        "number": 7, "html_url": "https://github.com/Acme/API/pull/7", "title": "Bump x", "body": null, "state": "open",
        "draft": false, "merged": false, "merged_at": null, "updated_at": "2026-11-24T10:00:00Z",
        "head": {"ref": "fix", "sha": "abc", "repo": null},
        "base": {"ref": "main", "sha": "def", "repo": {"id": 1, "full_name": "Acme/API", "default_branch": "main"}},
        "user": {"login": "dependabot[bot]", "type": "Bot"},
    })
}

async fn load(wire: Json, commits: usize) -> Result<PullRequest, GitHubError> {
    let transport = Scripted::new(move |request| {
        if !request.url.contains("/commits") {
            return Ok(answer(200, wire.to_string()));
        }
        let page: usize = request.url.rsplit('=').next().unwrap().parse().unwrap();
        let rest = commits.saturating_sub((page - 1) * 100).min(100);
        let list: Vec<Json> =
            (0..rest).map(|n| json!({"commit": {"message": format!("{page}.{n}")}})).collect();
        Ok(answer(200, json!(list).to_string()))
    });
    let github = GitHub::new(transport, "https://api.github.com/", "t".into());
    let found = github.pull_request(&"acme/api".into(), 7).await?;
    assert_eq!(found.default_branch.as_deref(), Some("main"));
    Ok(found.pull_request)
}

#[tokio::test]
async fn a_pull_request_is_read_whole() {
    let found = load(wire(), 2).await.unwrap();
    assert_eq!(found.label(), "acme/api#7");
    assert_eq!((found.body.as_str(), found.state), ("", State::Open));
    assert!(found.author_is_bot && found.targets_default_branch && !found.is_draft);
    assert_eq!(found.commit_messages, ["1.0", "1.1"]);
}

#[tokio::test]
async fn the_three_states_are_told_apart() {
    let mut closed = wire();
    closed["state"] = json!("closed");
    assert_eq!(load(closed.clone(), 0).await.unwrap().state, State::Closed);
    closed["merged_at"] = json!("2026-11-24T10:00:00Z");
    assert_eq!(load(closed, 0).await.unwrap().state, State::Merged);
}

#[tokio::test]
async fn a_deleted_author_and_another_base_are_read() {
    let mut odd = wire();
    odd["user"] = Json::Null;
    odd["base"]["ref"] = json!("release");
    let found = load(odd, 0).await.unwrap();
    assert_eq!(found.author, "ghost");
    assert!(!found.author_is_bot && !found.targets_default_branch);
}

#[tokio::test]
async fn at_most_250_commits_are_read() {
    assert_eq!(load(wire(), 400).await.unwrap().commit_messages.len(), 250);
    assert_eq!(load(wire(), 100).await.unwrap().commit_messages.len(), 100);
}

#[tokio::test]
async fn an_answer_about_another_pull_request_is_no_success() {
    let mut other = wire();
    other["number"] = json!(8);
    assert!(matches!(load(other.clone(), 0).await, Err(GitHubError::Garbled { .. })));
    let transport = Scripted::always(200, other.to_string());
    let error =
        GitHub::new(transport, "https://api", "t".into()).update_body(&"acme/api".into(), 7, "b").await;
    assert!(error.unwrap_err().effect_unknown());
}

#[tokio::test]
async fn only_the_body_is_written() {
    let transport = Scripted::always(200, wire().to_string());
    let github = GitHub::new(transport.clone(), "https://api", "t".into());
    github.update_body(&"acme/api".into(), 7, "new\r\n").await.unwrap();
    assert_eq!(transport.lines(), ["PATCH /repos/acme/api/pulls/7"]);
    assert_eq!(transport.last_json(), json!({"body": "new\r\n"}));
}
