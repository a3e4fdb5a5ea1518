//! Bugs that lie in what a replica sends, and in what it makes of an answer.

use super::Switch;
use crate::network::Wire;
use backline_clients::transport::{Method, Request, Response, TransportError};
use backline_engine::marker::PROPERTY;
use serde_json::Value as Json;

pub async fn send(switch: Switch, wire: &Wire, request: Request) -> Result<Response, TransportError> {
    match switch {
        Switch::NoMarker => wire.pass(without_marker(request).0).await,
        Switch::MarkerBySecondCall => marker_later(wire, request).await,
        Switch::CreateRetriedBlindly => retried(wire, request).await,
        Switch::RetryAfterIgnored => wire.pass(request).await.map(without_wait),
        _ => wire.pass(request).await,
    }
}

fn is_create(request: &Request) -> bool {
    let path = request.url.split('?').next().unwrap_or_default();
    request.method == Method::Post && (path.ends_with("/issue") || path.ends_with("/issue/bulk"))
}

/// A create without the sign by which it is found again; and the properties that were taken out.
fn without_marker(mut request: Request) -> (Request, Vec<Json>) {
    let body = request.body.as_deref().filter(|_| is_create(&request));
    let Some(mut body) = body.and_then(|body| serde_json::from_slice::<Json>(body).ok()) else {
        return (request, Vec::new());
    };
    let mut taken = Vec::new();
    let mut strip = |one: &mut Json| {
        let properties = one.as_object_mut().and_then(|one| one.remove("properties"));
        taken.push(properties.unwrap_or_default()[0]["value"].clone());
        if let Some(labels) = one["fields"]["labels"].as_array_mut() {
            labels.retain(|label| !label.as_str().is_some_and(|label| label.starts_with("backline-")));
        }
    };
    match body["issueUpdates"].as_array_mut() {
        Some(all) => all.iter_mut().for_each(&mut strip),
        None => strip(&mut body),
    }
    request.body = Some(body.to_string().into_bytes());
    (request, taken)
}

/// The marker in a call of its own, after the create was answered.
async fn marker_later(wire: &Wire, request: Request) -> Result<Response, TransportError> {
    let (bare, markers) = without_marker(request);
    let base = bare.url.split("/issue").next().unwrap_or_default().to_owned();
    let headers = bare.headers.clone();
    let response = wire.pass(bare).await?;
    let answer: Json = serde_json::from_slice(&response.body).unwrap_or_default();
    let made = answer["issues"].as_array().cloned().unwrap_or_else(|| vec![answer]);
    for (issue, marker) in made.iter().zip(markers) {
        let Some(id) = issue["id"].as_str() else { continue };
        let url = format!("{base}/issue/{id}/properties/{PROPERTY}");
        let mut put = Request::new(Method::Put, url).json(&marker);
        put.headers.extend(headers.iter().filter(|(name, _)| name == "authorization").cloned());
        wire.pass(put).await?;
    }
    Ok(response)
}

/// A create whose answer was lost is simply sent again.
async fn retried(wire: &Wire, request: Request) -> Result<Response, TransportError> {
    let first = wire.pass(request.clone()).await;
    let is_doubtful = match &first {
        Ok(response) => response.status >= 500,
        Err(error) => !error.is_not_sent(),
    };
    if is_doubtful && is_create(&request) { wire.pass(request).await } else { first }
}

fn without_wait(mut response: Response) -> Response {
    response.headers.retain(|(name, _)| !name.to_ascii_lowercase().contains("retry-after"));
    response.headers.retain(|(name, _)| !name.to_ascii_lowercase().contains("ratelimit"));
    response
}
