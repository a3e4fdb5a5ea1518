//! The page that shows what was posted, as people would see it in Slack.

use super::mrkdwn::{escape, render};
use super::{Message, Slack, WEBHOOKS};
use crate::history::Actor;
use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use serde_json::Value;
use std::sync::Arc;

struct Shown {
    seq: u64,
    at: String,
    html: String,
}

struct Channel {
    name: &'static str,
    messages: Vec<Shown>,
}

#[derive(Template)]
#[template(path = "slack/channel.html")]
struct ChannelPage {
    channels: Vec<Channel>,
}

/// Newest first.
pub async fn show(State(slack): State<Arc<Slack>>) -> Response {
    let messages = slack.messages();
    let shown = |message: &Message| Shown {
        seq: message.seq,
        at: message.at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string(),
        html: message_html(message),
    };
    let channels = WEBHOOKS.into_iter().map(|(_, name)| Channel {
        name,
        messages: messages.iter().rev().filter(|message| message.channel == name).map(shown).collect(),
    });
    let page = ChannelPage { channels: channels.collect() };
    let answer = match page.render() {
        Ok(text) => Html(text).into_response(),
        Err(_) => (StatusCode::INTERNAL_SERVER_ERROR, "The page could not be written").into_response(),
    };
    (Extension(Actor("anonymous".to_owned())), answer).into_response()
}

fn message_html(message: &Message) -> String {
    match message.blocks.as_array() {
        Some(blocks) if !blocks.is_empty() => blocks.iter().map(block_html).collect(),
        _ => format!("<p>{}</p>", render(&message.text)),
    }
}

fn block_html(block: &Value) -> String {
    let list = |name: &str| block[name].as_array().cloned().unwrap_or_default();
    match block["type"].as_str().unwrap_or("") {
        "header" => format!("<h2>{}</h2>", text_html(&block["text"])),
        "section" => {
            let text = match &block["text"] {
                Value::Null => String::new(),
                text => format!("<p>{}</p>", text_html(text)),
            };
            let fields: String =
                list("fields").iter().map(|field| format!("<p>{}</p>", text_html(field))).collect();
            if fields.is_empty() { text } else { format!("{text}<div class=\"fields\">{fields}</div>") }
        }
        "actions" => {
            let buttons: String = list("elements").iter().map(button_html).collect();
            format!("<div class=\"actions\">{buttons}</div>")
        }
        "context" => {
            let parts: Vec<String> = list("elements").iter().map(text_html).collect();
            format!("<p class=\"context\">{}</p>", parts.join(" "))
        }
        "divider" => "<hr>".to_owned(),
        other => format!("<p class=\"context\">[{}]</p>", escape(other)),
    }
}

fn text_html(text: &Value) -> String {
    let content = text["text"].as_str().or_else(|| text["alt_text"].as_str()).unwrap_or("");
    if text["type"] == "mrkdwn" { render(content) } else { escape(content) }
}

fn button_html(button: &Value) -> String {
    let label = text_html(&button["text"]);
    let class = match button["style"].as_str() {
        Some("primary") => "button primary",
        Some("danger") => "button danger",
        _ => "button",
    };
    match button["url"].as_str().filter(|url| url.starts_with("http://") || url.starts_with("https://")) {
        Some(url) => format!("<a class=\"{class}\" href=\"{}\">{label}</a>", escape(url)),
        None => format!("<span class=\"{class}\">{label}</span>"),
    }
}
