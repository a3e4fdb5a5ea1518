use super::*;
use crate::scripted::{Scripted, answer};
use serde_json::{Value as Json, json};
use std::sync::Arc;

/// A repository whose pull request `n` was updated at second `n`, newest first, at most a hundred a page.
fn repository(count: u64) -> Arc<Scripted> {
    Scripted::new(move |request| {
        let fresh =
            request.headers.iter().any(|(name, value)| name == "if-none-match" && value == "W/\"now\"");
        if fresh {
            return Ok(answer(304, ""));
        }
        let page: u64 = request.url.rsplit('=').next().unwrap().parse().unwrap();
        let numbers = (1..=count).rev().skip((page as usize - 1) * 100).take(100);
        let list: Vec<Json> = numbers
            .map(|n| {
                let at = Timestamp::from_second(n as i64).unwrap();
                let merged_at = n.is_multiple_of(2).then_some(at);
                json!({"number": n, "updated_at": at, "state": "closed", "merged_at": merged_at})
            })
            .collect();
        let mut answer = answer(200, json!(list).to_string());
        answer.headers.push(("etag".into(), "W/\"now\"".into()));
        Ok(answer)
    })
}

async fn poll(transport: &Arc<Scripted>, since_s: Option<i64>, etag: Option<&str>) -> Listing {
    let since = since_s.map(|second| Timestamp::from_second(second).unwrap());
    let github = GitHub::new(transport.clone(), "https://api", "t".into());
    github.pull_requests_updated_since(&"acme/api".into(), since, etag).await.unwrap()
}

#[tokio::test]
async fn an_unchanged_repository_costs_one_request() {
    let transport = repository(300);
    assert_eq!(poll(&transport, Some(1), Some("W/\"now\"")).await, Listing::NotModified);
    assert_eq!(
        transport.lines(),
        ["GET /repos/acme/api/pulls?state=all&sort=updated&direction=desc&per_page=100&page=1"]
    );
}

#[tokio::test]
async fn pages_are_read_until_what_is_known() {
    let transport = repository(300);
    let Listing::Changed { etag, pull_requests, is_complete } =
        poll(&transport, Some(150), Some("old")).await
    else {
        panic!("not modified")
    };
    assert_eq!((etag.as_deref(), is_complete, transport.lines().len()), (Some("W/\"now\""), true, 2));
    let numbers: Vec<u64> = pull_requests.iter().map(|summary| summary.number).collect();
    assert_eq!(numbers, (150..=300).rev().collect::<Vec<_>>());
    assert_eq!((pull_requests[0].state, pull_requests[1].state), (State::Merged, State::Closed));
}

#[tokio::test]
async fn a_listing_is_bounded_and_says_so() {
    let transport = repository(6000);
    let Listing::Changed { pull_requests, is_complete, .. } = poll(&transport, None, None).await else {
        panic!("not modified")
    };
    assert_eq!((pull_requests.len(), is_complete, transport.lines().len()), (5000, false, 50));
}

#[tokio::test]
async fn an_empty_repository_is_complete() {
    let listing = poll(&repository(0), None, None).await;
    assert!(
        matches!(listing, Listing::Changed { pull_requests, is_complete: true, .. } if pull_requests.is_empty())
    );
}
