//! What the demo asks of its simulators, wherever they run.

use anyhow::{Context, bail};
use backline_clients::transport::web::{RESPONSE_BYTES_MAX, WebOptions, WebTransport};
use backline_clients::transport::{Method, Request, Transport};
use serde_json::Value;

/// Sends a request and reads the JSON of its answer; `null` where it has no body.
pub async fn json(method: Method, url: &str, body: Option<&Value>) -> anyhow::Result<Value> {
    let host = url.split_once("://").map_or(url, |(_, rest)| rest).split('/').next().unwrap_or_default();
    let transport = WebTransport::new(WebOptions {
        user_agent: "Backline demo".to_owned(),
        allowed_hosts: vec![host.to_owned()],
        response_bytes_max: RESPONSE_BYTES_MAX,
    })?;
    let mut request = Request::new(method, url);
    if let Some(body) = body {
        request = request.header("content-type", "application/json");
        request.body = Some(body.to_string().into_bytes());
    }
    let answer = transport.send(request).await.with_context(|| format!("{url} does not answer"))?;
    if !(200..300).contains(&answer.status) {
        bail!("{url} answers {}", answer.status);
    }
    if answer.body.is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_slice(&answer.body).with_context(|| format!("{url} does not answer with JSON"))
}
