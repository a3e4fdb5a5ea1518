//! What Backline and the simulated Jira said to each other in a story, held against Jira's published document.
//!
//! The checks are those of the two crates' own tests, each with its one list of exceptions.

use crate::{client, simulator};
use backline_clients::transport::{Method, Request};
use serde_json::Value;

/// Fails where Backline asked for what is not published, or was answered what is not.
pub fn check(exchanges: &[Value]) {
    let Some(published) = client::published::published() else { return };
    assert!(!exchanges.is_empty(), "a story begins with calls to Jira");
    let mut problems = Vec::new();
    for exchange in exchanges {
        let path = exchange["path"].as_str().expect("a path");
        let (door, below) = path.split_once("/rest/api/").expect("a call of the REST API");
        let (method, status) = (exchange["method"].as_str().expect("a method"), status(exchange));
        if let Some(below) = below.strip_prefix("3/") {
            simulator::published::check(method, below, status, &exchange["answered"]);
            // Other doors are opened by people and by the test itself.
            if door.contains("/ex/jira/") {
                problems.extend(published.problems(&request(method, below, exchange)));
            }
        }
    }
    problems.retain(|problem| !client::published::is_excepted(problem));
    problems.sort_unstable();
    problems.dedup();
    assert!(problems.is_empty(), "Backline sent what is not published: {problems:#?}");
}

fn status(exchange: &Value) -> u16 {
    exchange["status"].as_u64().and_then(|status| u16::try_from(status).ok()).expect("a status")
}

/// The request as the client's own tests know requests.
fn request(method: &str, below: &str, exchange: &Value) -> Request {
    let method = match method {
        "GET" => Method::Get,
        "POST" => Method::Post,
        "PUT" => Method::Put,
        "PATCH" => Method::Patch,
        _ => Method::Delete,
    };
    let header = |name: &str| {
        let value = exchange["headers"][name].as_str()?;
        // The document knows bearer tokens; a login by API token goes the same way.
        let value = if name == "authorization" { "Bearer secret" } else { value };
        Some((name.to_owned(), value.to_owned()))
    };
    let mut request = Request::new(method, format!("{}/rest/api/3/{below}", client::published::BASE));
    request.headers = ["accept", "content-type", "authorization"].into_iter().filter_map(header).collect();
    request.body = (!exchange["sent"].is_null()).then(|| exchange["sent"].to_string().into_bytes());
    request
}
