//! Any answer to any operation: a value or a reason, and no more than a bounded number of requests.

use super::any::{json, with, wrongs};
use super::{check, now};
use crate::jira::operation::operations;
use crate::published::BASE;
use crate::recording::Recording;
use backline_clients::github::event::Event;
use backline_clients::jira::{Auth, Jira, JiraError};
use backline_clients::transport::{Request, Response, Transport, TransportError};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::Value as Json;
use std::sync::{Arc, Mutex};

/// More than the pages of any list.
const REQUESTS_MAX: usize = 50;

/// Answers all with the same bytes.
pub struct Parrot {
    pub answer: Response,
    pub requests: Mutex<usize>,
}

impl Parrot {
    pub fn new(status: u16, headers: Vec<(String, String)>, body: Vec<u8>) -> Arc<Self> {
        Arc::new(Self { answer: Response { status, headers, body }, requests: Mutex::default() })
    }
}

#[async_trait::async_trait]
impl Transport for Parrot {
    async fn send(&self, _: Request) -> Result<Response, TransportError> {
        *self.requests.lock().unwrap() += 1;
        Ok(self.answer.clone())
    }
}

fn statuses() -> impl Strategy<Value = u16> {
    let known = [200, 201, 204, 301, 302, 400, 401, 403, 404, 405, 409, 410, 413, 422, 429, 500, 502, 503];
    prop_oneof![3 => Just(200_u16), 3 => Just(201), 3 => proptest::sample::select(known.to_vec()), 1 => 200_u16..600]
}

fn bodies() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        6 => json().prop_map(|json| json.to_string().into_bytes()),
        1 => vec(any::<u8>(), 0..200),
        1 => (json(), any::<prop::sample::Index>()).prop_map(|(json, cut)| {
            let mut text = json.to_string().into_bytes();
            text.truncate(cut.index(text.len()));
            text
        }),
        1 => ".{0,50}".prop_map(|text| format!("<html>{text}").into_bytes()),
    ]
}

fn headers() -> impl Strategy<Value = Vec<(String, String)>> {
    let names = [
        "retry-after",
        "beta-retry-after",
        "x-ratelimit-reset",
        "x-ratelimit-limit",
        "x-ratelimit-remaining",
        "x-ratelimit-nearlimit",
        "ratelimit-reason",
        "beta-ratelimit",
        "ratelimit",
        "date",
        "x-seraph-loginreason",
    ];
    let values = prop_oneof![
        ".{0,20}",
        "-?[0-9]{1,25}",
        "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z",
        "\"[a-z-]{1,20}quota\";r=[0-9]{1,3};t=[0-9]{1,20}",
    ];
    vec((proptest::sample::select(names.to_vec()).prop_map(str::to_owned), values), 0..4)
}

/// A right or wrong error is one line, and short.
pub fn is_readable(error: &JiraError) -> bool {
    let text = error.to_string();
    text.chars().count() < 700 && !text.chars().any(char::is_control) && !format!("{error:?}").is_empty()
}

#[test]
fn any_bytes_to_any_operation_do_no_harm() {
    let count = operations().len();
    check((0..count, statuses(), headers(), bodies()), |(number, status, headers, body)| {
        let parrot = Parrot::new(status, headers, body);
        let jira = Jira::new(parrot.clone(), BASE, Auth::Bearer("token".into()));
        let operation = operations().swap_remove(number);
        let ended = now((operation.called.run)(jira));
        prop_assert!(*parrot.requests.lock().unwrap() <= REQUESTS_MAX);
        match ended {
            Ok(()) => prop_assert!((200..300).contains(&status)),
            Err(error) => {
                prop_assert!(is_readable(&error), "{error}");
                let may_have_happened =
                    (200..400).contains(&status) || status >= 500 || status == 408 || status == 425;
                let is_login = matches!(error, JiraError::Unauthorized);
                prop_assert!(
                    is_login || error.effect_unknown() == may_have_happened || status == 404,
                    "{error:?}"
                );
            }
        }
        Ok(())
    });
}

#[test]
fn a_right_answer_with_something_wrong_in_it_does_no_harm() {
    let count = operations().len();
    check((0..count, wrongs()), |(number, wrongs)| {
        let operation = operations().swap_remove(number);
        let answers = operation.answers.iter().map(|(status, body)| (*status, with(body.clone(), &wrongs)));
        let recording = Recording::new(answers.collect());
        let ended = now((operation.called.run)(recording.jira()));
        prop_assert!(recording.seen().len() <= REQUESTS_MAX);
        if let Err(error) = ended {
            prop_assert!(matches!(error, JiraError::Garbled { .. }), "{error:?}");
        }
        Ok(())
    });
}

#[test]
fn another_issue_is_never_given_back() {
    let ids = vec("[0-9]{1,5}", 0..4);
    check((ids, wrongs()), |(ids, wrongs)| {
        let issues: Vec<Json> = ids
            .iter()
            .map(|id| {
                let mut issue = crate::jira::answer::issue();
                issue["id"] = id.as_str().into();
                issue
            })
            .collect();
        let answer = with(serde_json::json!({ "issues": issues }), &wrongs);
        let jira = crate::recording::answered(&answer);
        if let Ok((found, missing)) = now(jira.bulk_fetch(&["10001".into(), "7".into()], &[], &[])) {
            prop_assert_eq!(found.len() + missing.len(), 2);
            prop_assert!(found.iter().all(|issue| matches!(issue.id.as_str(), "10001" | "7")));
        }
        Ok(())
    });
}

#[test]
fn any_webhook_of_github_is_an_event_or_none() {
    let names = proptest::sample::select(vec!["pull_request", "ping", "push", ""]);
    check((names, bodies()), |(name, body)| {
        if let Event::PullRequest { repository, action, .. } = Event::read(name, &body) {
            prop_assert!(repository.as_str().contains('/'));
            prop_assert!(!action.chars().any(char::is_control));
        }
        Ok(())
    });
}
