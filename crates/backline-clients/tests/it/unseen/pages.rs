//! Every list ends, whatever a server says of its pages.

use super::{check, now};
use crate::jira::answer;
use crate::published::BASE;
use backline_clients::jira::{Auth, Jira};
use backline_clients::transport::{Request, Response, Transport, TransportError};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

const REQUESTS_MAX: usize = 50;

/// What a server says of one page.
#[derive(Debug, Clone)]
struct Told {
    items: usize,
    total: Option<i64>,
    is_last: Option<bool>,
    token: Option<String>,
}

fn told() -> impl Strategy<Value = Told> {
    let total =
        prop_oneof![3 => Just(None), 2 => (0..300_i64).prop_map(Some), 1 => any::<i64>().prop_map(Some)];
    let is_last = prop_oneof![3 => Just(None), 3 => Just(Some(false)), 1 => Just(Some(true))];
    let token = prop_oneof![1 => Just(None), 5 => "[a-c]".prop_map(Some)];
    (0..3_usize, total, is_last, token).prop_map(|(items, total, is_last, token)| Told {
        items,
        total,
        is_last,
        token,
    })
}

/// Says the same things again and again, in turn.
struct Server {
    pages: Vec<Told>,
    requests: Mutex<usize>,
}

#[async_trait::async_trait]
impl Transport for Server {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let mut requests = self.requests.lock().unwrap();
        let told = &self.pages[*requests % self.pages.len()];
        *requests += 1;
        let (key, item) = match request.url.as_str() {
            url if url.contains("/issuetypes/") => ("fields", answer::field()),
            url if url.contains("/issuetypes") => ("issueTypes", answer::issue_type()),
            url if url.contains("/comment") => ("comments", answer::comment("1")),
            url if url.contains("/project/search") => ("values", answer::project()),
            _ => ("issues", answer::issue()),
        };
        let mut page = json!({ key: vec![item; told.items] });
        let told = [
            ("total", told.total.map(Json::from)),
            ("isLast", told.is_last.map(Json::from)),
            ("nextPageToken", told.token.clone().map(Json::from)),
        ];
        for (name, value) in told {
            if let Some(value) = value {
                page[name] = value;
            }
        }
        Ok(Response { status: 200, headers: Vec::new(), body: page.to_string().into_bytes() })
    }
}

#[test]
fn every_list_ends() {
    check(vec(told(), 1..5), |pages| {
        let server = Arc::new(Server { pages, requests: Mutex::default() });
        let jira = Jira::new(server.clone(), BASE, Auth::Bearer("token".into()));
        let requests = || std::mem::take(&mut *server.requests.lock().unwrap());
        let _ = now(jira.create_fields(&"1".into(), &"2".into()));
        prop_assert!(requests() <= REQUESTS_MAX);
        let _ = now(jira.issue_types(&"1".into()));
        prop_assert!(requests() <= REQUESTS_MAX);
        let _ = now(jira.comments(&"1".into()));
        prop_assert!(requests() <= REQUESTS_MAX);
        // These are paged by their callers: each next page lies further on, and none follows itself.
        let mut start_at = 0;
        for _ in 0..REQUESTS_MAX {
            let Ok((_, Some(next))) = now(jira.projects("", start_at)) else { break };
            prop_assert!(next > start_at);
            start_at = next;
        }
        let mut page: Option<String> = None;
        for _ in 0..20 {
            match now(jira.search("project = SEC", &[], page.as_deref())) {
                Ok(found) if found.next.is_some() => {
                    prop_assert_ne!(&found.next, &page);
                    page = found.next;
                }
                _ => break,
            }
        }
        Ok(())
    });
}

#[test]
fn a_list_that_ends_is_whole() {
    check((1..40_usize, 1..7_usize), |(count, a_page)| {
        let server = Arc::new(Honest { count, a_page });
        let jira = Jira::new(server, BASE, Auth::Bearer("token".into()));
        let fields = now(jira.create_fields(&"1".into(), &"2".into()));
        let fields = fields.map_err(|error| TestCaseError::fail(error.to_string()))?;
        let ids: BTreeSet<&str> = fields.iter().map(|field| field.id.as_str()).collect();
        prop_assert_eq!(ids.len(), count);
        Ok(())
    });
}

/// Gives a list of so many in pages of its own size, which may be shorter than what is asked for.
struct Honest {
    count: usize,
    a_page: usize,
}

#[async_trait::async_trait]
impl Transport for Honest {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let (_, start) = request.url.split_once("startAt=").unwrap();
        let start: usize = start.split('&').next().unwrap().parse().unwrap();
        let items = (start..self.count.min(start + self.a_page))
            .map(|number| json!({"fieldId": format!("customfield_{number}"), "name": "N"}));
        let page = json!({"fields": items.collect::<Vec<_>>(), "startAt": start, "total": self.count});
        Ok(Response { status: 200, headers: Vec::new(), body: page.to_string().into_bytes() })
    }
}
