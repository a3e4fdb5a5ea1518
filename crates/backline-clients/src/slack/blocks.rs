//! A message as Slack's Block Kit.
//!
//! Invariant: every text is escaped and cut so that no escape is split, and Slack is told to parse nothing in it.
//!
//! Source: <https://docs.slack.dev/reference/block-kit/blocks>

use super::{SlackMessage, SlackText};
use serde_json::{Value as Json, json};

const HEADER_CHARS_MAX: usize = 150;
const SECTION_CHARS_MAX: usize = 3000;
const FIELD_CHARS_MAX: usize = 2000;
const BUTTON_CHARS_MAX: usize = 75;
const URL_CHARS_MAX: usize = 3000;
const FIELDS_OF_SECTION_MAX: usize = 10;
const SECTIONS_OF_FIELDS_MAX: usize = 4;
const BUTTONS_MAX: usize = 5;

pub(super) fn body(message: &SlackMessage) -> Json {
    let mut blocks = Vec::new();
    if !message.headline.trim().is_empty() {
        blocks.push(json!({"type": "header", "text": plain(&message.headline, HEADER_CHARS_MAX)}));
    }
    for fields in message.fields.chunks(FIELDS_OF_SECTION_MAX).take(SECTIONS_OF_FIELDS_MAX) {
        let fields: Vec<Json> = fields.iter().map(|(label, value)| field(label, value)).collect();
        blocks.push(json!({"type": "section", "fields": fields}));
    }
    for (label, words) in [("Reason", &message.reason), ("What to do", &message.remedy)] {
        if !words.trim().is_empty() {
            let text = format!("*{label}* {}", escape(words, SECTION_CHARS_MAX - 20));
            blocks.push(json!({"type": "section", "text": mrkdwn(text)}));
        }
    }
    let buttons =
        message.buttons.iter().filter(|(_, url)| is_web(url) && url.chars().count() <= URL_CHARS_MAX);
    let buttons: Vec<Json> = buttons
        .take(BUTTONS_MAX)
        .map(|(text, url)| json!({"type": "button", "text": plain(text, BUTTON_CHARS_MAX), "url": url}))
        .collect();
    if !buttons.is_empty() {
        blocks.push(json!({"type": "actions", "elements": buttons}));
    }
    if !message.context.trim().is_empty() {
        let text = escape(&message.context, SECTION_CHARS_MAX);
        blocks.push(json!({"type": "context", "elements": [mrkdwn(text)]}));
    }
    json!({
        "text": summary(message),
        "blocks": blocks,
        "link_names": false,
        "unfurl_links": false,
        "unfurl_media": false,
    })
}

/// What a notification shows.
fn summary(message: &SlackMessage) -> String {
    let words = match (message.headline.trim(), message.reason.trim()) {
        (headline, "") => headline.to_owned(),
        ("", reason) => reason.to_owned(),
        (headline, reason) => format!("{headline}: {reason}"),
    };
    escape(&words, SECTION_CHARS_MAX)
}

fn field(label: &str, value: &SlackText) -> Json {
    let label = escape(label, 100);
    let value = match value {
        SlackText::Text(text) => escape(text, FIELD_CHARS_MAX - 110),
        SlackText::Link { text, url } if is_web(url) && url.len() <= 1000 => {
            format!("<{}|{}>", link(url), escape(text, 500))
        }
        SlackText::Link { text, .. } => escape(text, FIELD_CHARS_MAX - 110),
    };
    mrkdwn(format!("*{label}*\n{value}"))
}

/// `verbatim` keeps Slack from turning names and addresses in the text into mentions and links.
fn mrkdwn(text: String) -> Json {
    json!({"type": "mrkdwn", "text": text, "verbatim": true})
}

fn plain(text: &str, chars_max: usize) -> Json {
    json!({"type": "plain_text", "text": escape(text, chars_max), "emoji": false})
}

fn is_web(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

/// An address inside `<…|…>`, which `|` and `>` would end.
fn link(url: &str) -> String {
    let url: String = url.chars().filter(|c| !c.is_control() && !c.is_whitespace()).collect();
    url.replace('|', "%7C").replace('<', "%3C").replace('>', "%3E").replace('&', "&amp;")
}

/// Slack's three escapes, cut to at most `chars_max` characters after escaping.
fn escape(text: &str, chars_max: usize) -> String {
    let mut out = String::new();
    let mut used = 0;
    let mut rest = text.trim().chars().filter(|c| !c.is_control() || *c == '\n').peekable();
    while let Some(c) = rest.next() {
        let mut bytes = [0; 4];
        let piece = match c {
            '&' => "&amp;",
            '<' => "&lt;",
            '>' => "&gt;",
            _ => &*c.encode_utf8(&mut bytes),
        };
        let length = piece.chars().count();
        // One place is kept for the mark of a cut, unless this is the end.
        let room = if rest.peek().is_some() { chars_max - 1 } else { chars_max };
        if used + length > room {
            out.push('…');
            return out;
        }
        out.push_str(piece);
        used += length;
    }
    out
}

#[cfg(test)]
mod tests;
