//! What a ticket is told, over several passes.

use super::SECOND;
use super::world::{self, World};
use backline_core::ids::{PullRequestId, RepositoryName};
use backline_core::jira::field::{FieldMeta, Schema};
use backline_core::mapping::catalogue::BacklineField;
use backline_core::mapping::lifecycle::{Lifecycle, Stage, Step};
use backline_core::mapping::source::Source;
use backline_core::mapping::{FieldMapping, Owner};
use backline_core::pull_request::{PullRequest, State, Tracked};
use backline_core::severity::Severity;
use backline_core::ticket::Facts;
use serde_json::json;
use std::collections::BTreeMap;
use uuid::Uuid;

/// The facts are changed, and ten passes follow.
async fn change(world: &World, change: impl FnOnce(&mut Facts)) {
    let mut facts = world.facts().await;
    change(&mut facts);
    world.model.put_facts(facts);
    for _ in 0..10 {
        world.run().await;
    }
}

pub fn pull_request(number: u64, state: State) -> Tracked {
    let pull_request = PullRequest {
        repository: RepositoryName::from("acme/api"),
        number,
        url: format!("https://github.example/acme/api/pull/{number}"),
        title: "Fix it".to_owned(),
        body: String::new(),
        state,
        is_draft: false,
        branch: "fix".to_owned(),
        base: "main".to_owned(),
        targets_default_branch: true,
        author: "dana".to_owned(),
        author_is_bot: false,
        head_sha: "abc".to_owned(),
        commit_messages: Vec::new(),
        merged_at: None,
        updated_at: crate::testing::start(),
    };
    Tracked { id: PullRequestId(Uuid::from_u128(u128::from(number))), pull_request, merged_by: None }
}

#[tokio::test]
async fn a_ticket_that_comes_after_its_pull_requests_is_told_what_is_news() {
    let world = World::new().await;
    change(&world, |facts| {
        let step = |stage| (stage, Step { comments: true, ..Step::default() });
        let steps = [Stage::Open, Stage::InReview].map(step);
        facts.project.as_mut().expect("it is connected").mapping.lifecycle = Lifecycle(BTreeMap::from(steps));
        facts.pull_requests = vec![pull_request(11, State::Closed), pull_request(12, State::Open)];
    })
    .await;
    assert_eq!(world.jira.comments(), ["Pull request acme/api#12 was opened to fix this."]);
    change(&world, |facts| facts.pull_requests[0] = pull_request(11, State::Open)).await;
    change(&world, |facts| facts.pull_requests[0] = pull_request(11, State::Closed)).await;
    change(&world, |facts| facts.pull_requests[0] = pull_request(11, State::Open)).await;
    let told = ["was reopened.", "was closed without being merged.", "was reopened."];
    assert_eq!(world.jira.comments()[1..], told.map(|words| format!("Pull request acme/api#11 {words}")));
}

#[tokio::test]
async fn what_nobody_wants_to_hear_is_no_news_later() {
    let world = World::new().await;
    world.run().await;
    change(&world, |facts| facts.pull_requests = vec![pull_request(12, State::Open)]).await;
    change(&world, |facts| {
        let project = facts.project.as_mut().expect("it is connected");
        project.mapping.version += 1;
        let step = |stage| (stage, Step { comments: true, ..Step::default() });
        project.mapping.lifecycle = Lifecycle(BTreeMap::from([Stage::Open, Stage::InReview].map(step)));
    })
    .await;
    assert!(world.jira.comments().is_empty());
    change(&world, |facts| facts.pull_requests = vec![pull_request(12, State::Closed)]).await;
    assert_eq!(world.jira.comments(), ["Pull request acme/api#12 was closed without being merged."]);
}

#[tokio::test]
async fn a_telling_whose_answer_was_lost_is_not_said_twice_and_the_next_waits_for_it() {
    let world = World::new().await;
    let rate = |severity| move |facts: &mut Facts| facts.vulnerabilities[0].rating.severity = severity;
    let mut facts = world.facts().await;
    facts.project.as_mut().expect("it is connected").mapping.fields.push(description());
    world.model.put_facts(facts);
    world.run().await;
    world.jira.edit(1, "description", json!(null));
    world.jira.lose_answer_of_next_comment();
    change(&world, rate(Severity::Critical)).await;
    change(&world, rate(Severity::Low)).await;
    world.clock.advance(700 * SECOND);
    change(&world, |_| {}).await;
    let told = ["Severity is now Critical (was High).", "Severity is now Low (was Critical)."];
    assert_eq!(world.jira.comments(), told);
    change(&world, rate(Severity::Critical)).await;
    assert_eq!(world.jira.comments()[2..], ["Severity is now Critical (was Low)."]);
    let sent = world.jira.seen().len();
    change(&world, |_| {}).await;
    assert_eq!(world.jira.seen().len(), sent);
}

fn description() -> FieldMapping {
    let mut mapping = world::mapping(1, "").fields.remove(0);
    mapping.field = FieldMeta {
        id: "description".into(),
        name: "Description".to_owned(),
        is_required: false,
        schema: Some(Schema {
            kind: "string".to_owned(),
            system: Some("description".to_owned()),
            ..Schema::default()
        }),
        ..mapping.field
    };
    let source = Source::Backline { field: BacklineField::Finding, values: BTreeMap::new(), default: None };
    FieldMapping { source, owner: Owner::Shared, ..mapping }
}
