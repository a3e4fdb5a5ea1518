//! What the client sends is what Jira publishes.

use super::edge::edges;
use super::operation::{Called, Operation, operations};
use crate::published::{EXCEPTIONS, is_excepted, published};
use crate::recording::Recording;
use backline_clients::transport::Request;
use serde_json::json;
use std::collections::BTreeSet;
use std::path::Path;

#[tokio::test]
async fn every_operation_sends_what_is_published() {
    let Some(published) = published() else { return };
    let mut problems = Vec::new();
    for Operation { called, published: expected, answers } in operations() {
        for (status, body) in &answers {
            problems.extend(published.answer_problems(expected, *status, body));
        }
        let recording = Recording::new(answers.clone());
        (called.run)(recording.jira()).await.unwrap_or_else(|error| panic!("{}: {error}", called.name));
        let seen = recording.seen();
        for request in &seen {
            assert_eq!(published.operation(request).as_deref(), Some(expected), "{}", called.name);
            problems.extend(published.problems(request));
        }
        // One page is what `projects` is asked for; every other list is read to its end.
        let calls = if called.name == "projects" { 1 } else { answers.len() };
        assert_eq!(seen.len(), calls, "{}", called.name);
    }
    for (excepted, _) in EXCEPTIONS {
        assert!(problems.iter().any(|problem| problem == excepted), "needless exception: {excepted}");
    }
    problems.retain(|problem| !is_excepted(problem));
    assert!(problems.is_empty(), "{problems:#?}");
}

#[tokio::test]
async fn odd_arguments_stay_in_their_place() {
    let Some(published) = published() else { return };
    let expected = |name: &str| operations().into_iter().find(|operation| operation.called.name == name);
    for Called { name, run } in edges() {
        let recording = Recording::new(vec![(200, json!({}))]);
        // What the client makes of this answer is no part of this test.
        drop(run(recording.jira()).await);
        let operation = expected(name).expect("every operation is in the table");
        for request in recording.seen() {
            let problems = published.problems(&request);
            assert_eq!(
                published.operation(&request).as_deref(),
                Some(operation.published),
                "{}",
                request.url
            );
            assert!(problems.is_empty(), "{name} {}: {problems:#?} {}", request.url, body(&request));
        }
    }
}

fn body(request: &Request) -> String {
    String::from_utf8_lossy(request.body.as_deref().unwrap_or_default()).into_owned()
}

/// The operations as the sources of the client name them.
fn public_operations() -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/jira");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let sources = files.filter(|path| path.extension().is_some_and(|extension| extension == "rs"));
    let lines = sources.map(|path| std::fs::read_to_string(path).unwrap());
    let text: String = lines.collect();
    let names = text.lines().filter_map(|line| line.trim().strip_prefix("pub async fn "));
    names.filter_map(|rest| Some(rest.split_once(['(', '<'])?.0.to_owned())).collect()
}

#[test]
fn the_table_holds_every_public_operation() {
    let called: BTreeSet<String> = operations().iter().map(|row| row.called.name.to_owned()).collect();
    assert_eq!(called, public_operations(), "the table in operation.rs and the client differ");
}
