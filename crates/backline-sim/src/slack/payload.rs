//! Which messages Slack takes, and the name of the error when it does not.
//!
//! Source of the limits: <https://api.slack.com/reference/block-kit/blocks>.

use serde_json::Value;

const BLOCKS_MAX: usize = 50;

/// Text and blocks of a message, or Slack's error code.
pub fn read(body: &Value) -> Result<(String, Value), &'static str> {
    let Some(body) = body.as_object() else { return Err("invalid_payload") };
    let text = match body.get("text") {
        None | Some(Value::Null) => "",
        Some(Value::String(text)) => text,
        Some(_) => return Err("invalid_payload"),
    };
    let blocks = body.get("blocks").cloned().unwrap_or(Value::Null);
    match &blocks {
        Value::Null => {}
        Value::Array(list) if list.len() <= BLOCKS_MAX && list.iter().all(is_block) => {}
        _ => return Err("invalid_blocks"),
    }
    let has_blocks = blocks.as_array().is_some_and(|list| !list.is_empty());
    let has_attachments =
        body.get("attachments").and_then(Value::as_array).is_some_and(|list| !list.is_empty());
    if text.is_empty() && !has_blocks && !has_attachments {
        return Err("no_text");
    }
    Ok((text.to_owned(), blocks))
}

fn is_block(block: &Value) -> bool {
    let elements = |max: usize, is_valid: fn(&Value) -> bool| {
        let list = block["elements"].as_array();
        list.is_some_and(|list| (1..=max).contains(&list.len()) && list.iter().all(is_valid))
    };
    match block["type"].as_str() {
        Some("header") => is_text(&block["text"], &["plain_text"], 150),
        Some("section") => {
            let fields = block["fields"].as_array();
            let has_text = is_text(&block["text"], &["plain_text", "mrkdwn"], 3000);
            let are_fields_valid = |list: &Vec<Value>| {
                (1..=10).contains(&list.len())
                    && list.iter().all(|field| is_text(field, &["plain_text", "mrkdwn"], 2000))
            };
            (has_text || (block["text"].is_null() && fields.is_some())) && fields.is_none_or(are_fields_valid)
        }
        Some("context") => elements(10, |element| {
            element["type"] == "image" || is_text(element, &["plain_text", "mrkdwn"], 3000)
        }),
        Some("actions") => elements(25, is_element),
        Some("image") => block["alt_text"].is_string(),
        Some("rich_text") => block["elements"].is_array(),
        Some("divider") => true,
        _ => false,
    }
}

fn is_element(element: &Value) -> bool {
    let is_short = |url: &Value| url.is_null() || url.as_str().is_some_and(|url| url.chars().count() <= 3000);
    let is_style = |style: &Value| style.is_null() || style == "primary" || style == "danger";
    match element["type"].as_str() {
        Some("button") => {
            is_text(&element["text"], &["plain_text"], 75)
                && is_short(&element["url"])
                && is_style(&element["style"])
        }
        Some(_) => true,
        None => false,
    }
}

fn is_text(text: &Value, kinds: &[&str], chars_max: usize) -> bool {
    let is_kind = text["type"].as_str().is_some_and(|kind| kinds.contains(&kind));
    is_kind && text["text"].as_str().is_some_and(|text| (1..=chars_max).contains(&text.chars().count()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(body: Value, expected: Option<&str>) {
        assert_eq!(read(&body).err(), expected, "{body}");
    }

    #[test]
    fn errors_have_slacks_names() {
        check(json!([]), Some("invalid_payload"));
        check(json!({"text": 1}), Some("invalid_payload"));
        check(json!({}), Some("no_text"));
        check(json!({"text": "", "blocks": []}), Some("no_text"));
        check(json!({"text": "a"}), None);
        check(json!({"text": "a", "blocks": {}}), Some("invalid_blocks"));
        check(json!({"blocks": [{"type": "divider"}]}), None);
        check(json!({"text": "a", "blocks": vec![json!({"type": "divider"}); 51]}), Some("invalid_blocks"));
    }

    #[test]
    fn lengths_are_slacks() {
        let header = |length| json!({"blocks": [{"type": "header", "text": {"type": "plain_text", "text": "x".repeat(length)}}]});
        check(header(150), None);
        check(header(151), Some("invalid_blocks"));
        let section = |length| json!({"blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "x".repeat(length)}}]});
        check(section(3000), None);
        check(section(3001), Some("invalid_blocks"));
    }
}
