//! Receiving messages, and reading them back.

use super::{BOT_TOKEN, Message, Slack, WEBHOOKS, payload};
use crate::history::Actor;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde_json::{Value, json};
use std::sync::Arc;

const TEXT_CHARS_MAX: usize = 40_000;

fn by(actor: &str, response: impl IntoResponse) -> Response {
    (Extension(Actor(actor.to_owned())), response).into_response()
}

/// Source: <https://api.slack.com/changelog/2016-05-17-changes-to-errors-for-incoming-webhooks>
pub async fn incoming(
    State(slack): State<Arc<Slack>>,
    Path((team, hook, secret)): Path<(String, String, String)>,
    body: Bytes,
) -> Response {
    let path = format!("{team}/{hook}/{secret}");
    let Some((_, channel)) = WEBHOOKS.into_iter().find(|(known, _)| *known == path) else {
        return by("anonymous", (StatusCode::NOT_FOUND, "no_service"));
    };
    let body: Value = serde_json::from_slice(&body).unwrap_or(Value::Null);
    match payload::read(&body) {
        Ok((text, blocks)) => {
            slack.keep(channel, text, blocks);
            by("webhook", "ok")
        }
        Err(code) => by("webhook", (StatusCode::BAD_REQUEST, code)),
    }
}

/// Always 200; `ok` tells.
/// Source: <https://api.slack.com/methods/chat.postMessage>
pub async fn chat(State(slack): State<Arc<Slack>>, headers: HeaderMap, body: Bytes) -> Response {
    let token = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let (actor, answer) = match token.and_then(|value| value.strip_prefix("Bearer ")) {
        None => ("anonymous", Err("not_authed")),
        Some(token) if token != BOT_TOKEN => ("anonymous", Err("invalid_auth")),
        Some(_) => ("backline", post(&slack, &body)),
    };
    let answer = answer.unwrap_or_else(|code| json!({"ok": false, "error": code}));
    by(actor, Json(answer))
}

fn post(slack: &Slack, body: &[u8]) -> Result<Value, &'static str> {
    let body: Value = serde_json::from_slice(body).map_err(|_| "invalid_json")?;
    let channel = body["channel"].as_str().unwrap_or("").trim_start_matches('#');
    let known = WEBHOOKS.into_iter().find(|(_, known)| known.trim_start_matches('#') == channel);
    let (_, channel) = known.ok_or("channel_not_found")?;
    let (text, blocks) = payload::read(&body)?;
    if text.chars().count() > TEXT_CHARS_MAX {
        return Err("msg_too_long");
    }
    let Message { seq, at, text, blocks, .. } = slack.keep(channel, text, blocks);
    let ts = format!("{}.{:06}", at.as_second(), seq % 1_000_000);
    let message =
        json!({"type": "message", "bot_id": "B0BACKLINE", "text": text, "blocks": blocks, "ts": ts});
    Ok(json!({"ok": true, "channel": channel, "ts": ts, "message": message}))
}

pub async fn list(State(slack): State<Arc<Slack>>) -> Response {
    by("anonymous", Json(slack.messages()))
}

pub async fn clear(State(slack): State<Arc<Slack>>) -> Response {
    slack.clear();
    by("anonymous", StatusCode::NO_CONTENT)
}
