//! A request's body as it may be kept and shown: secrets taken out, documents as their text, long texts cut.

use serde_json::{Map, Value as Json};

/// Characters of one text, and of all together.
const TEXT_CHARS_MAX: usize = 300;
const BODY_CHARS_MAX: usize = 4_000;
/// The same where a body has very many texts.
const SHORT_CHARS_MAX: usize = 40;

const REDACTED: &str = "[redacted]";
/// Parts of a name whose value is nobody's business, in lower case.
const SECRET_NAMES: [&str; 7] =
    ["token", "secret", "password", "authorization", "credential", "api_key", "apikey"];
/// How tokens begin that services give out: Atlassian, GitHub, GitLab, Slack, Amazon, signed ones, our own.
const SECRET_STARTS: [&str; 13] = [
    "ATATT",
    "ATCTT",
    "ghp_",
    "gho_",
    "ghs_",
    "ghu_",
    "github_pat_",
    "glpat-",
    "xox",
    "AKIA",
    "eyJ",
    "blt_",
    "https://hooks.slack.com/",
];

pub(super) fn body(body: &Json) -> String {
    if body.is_null() {
        return String::new();
    }
    let text = shown(body, TEXT_CHARS_MAX).to_string();
    if text.chars().count() <= BODY_CHARS_MAX {
        return text;
    }
    cut(&shown(body, SHORT_CHARS_MAX).to_string(), BODY_CHARS_MAX)
}

fn shown(value: &Json, chars_max: usize) -> Json {
    match value {
        Json::String(text) => Json::String(cut(&without_secrets(text), chars_max)),
        Json::Array(list) => Json::Array(list.iter().map(|item| shown(item, chars_max)).collect()),
        Json::Object(fields) if fields.get("type").is_some_and(|kind| kind == "doc") => {
            let mut text = String::new();
            read(value, &mut text);
            Json::String(cut(&without_secrets(text.trim_end()), chars_max))
        }
        Json::Object(fields) => {
            let shown = fields.iter().map(|(name, value)| {
                let value = if is_secret(name) { REDACTED.into() } else { shown(value, chars_max) };
                (name.clone(), value)
            });
            Json::Object(Map::from_iter(shown))
        }
        other => other.clone(),
    }
}

/// The text of a document of Jira's, a line a block.
fn read(node: &Json, text: &mut String) {
    if let Some(own) = node["text"].as_str() {
        text.push_str(own);
    }
    for child in node["content"].as_array().into_iter().flatten() {
        read(child, text);
    }
    if matches!(node["type"].as_str(), Some("paragraph" | "heading" | "tableRow" | "codeBlock")) {
        text.push('\n');
    }
}

fn is_secret(name: &str) -> bool {
    let name = name.to_lowercase();
    SECRET_NAMES.iter().any(|part| name.contains(part))
}

fn without_secrets(text: &str) -> String {
    if !SECRET_STARTS.iter().any(|start| text.contains(start)) {
        return text.to_owned();
    }
    let is_edge = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '(' | ')' | ',' | ';' | '=');
    let mut kept = String::with_capacity(text.len());
    for word in text.split_inclusive(is_edge) {
        let bare = word.trim_end_matches(is_edge);
        if SECRET_STARTS.iter().any(|start| bare.starts_with(start) && bare.len() > start.len() + 8) {
            kept.push_str(REDACTED);
            kept.push_str(&word[bare.len()..]);
        } else {
            kept.push_str(word);
        }
    }
    kept
}

fn cut(text: &str, chars_max: usize) -> String {
    match text.char_indices().nth(chars_max) {
        Some((at, _)) => format!("{}… ({} characters)", &text[..at], text.chars().count()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{BODY_CHARS_MAX, body};
    use serde_json::json;

    #[test]
    fn what_is_secret_by_its_name_or_its_form_is_taken_out() {
        let told = body(&json!({
            "fields": {"Api_Token": "hunter2", "nested": {"clientSecret": ["x"]}},
            "text": "found ghp_0123456789abcdef in a file, key=AKIA0123456789ABCDEF; xoxo stays",
        }));
        for hidden in ["hunter2", "ghp_0", "AKIA0", "[\"x\"]"] {
            assert!(!told.contains(hidden), "{told}");
        }
        assert!(told.contains("found [redacted] in a file, key=[redacted]; xoxo stays"), "{told}");
    }

    #[test]
    fn a_document_is_told_as_its_text() {
        let doc = json!({"type": "doc", "version": 1, "content": [
            {"type": "heading", "content": [{"type": "text", "text": "What"}]},
            {"type": "paragraph", "content": [{"type": "text", "text": "left-pad "}, {"type": "text", "text": "is old"}]},
        ]});
        assert_eq!(body(&json!({"description": doc})), r#"{"description":"What\nleft-pad is old"}"#);
    }

    #[test]
    fn long_texts_and_long_bodies_are_cut() {
        let told = body(&json!({"summary": "é".repeat(1_000)}));
        assert!(told.contains("… (1000 characters)") && told.chars().count() < 400, "{told}");
        let many: Vec<String> = (0..500).map(|number| format!("{number} {}", "x".repeat(200))).collect();
        assert!(body(&json!(many)).chars().count() < BODY_CHARS_MAX + 30);
        assert_eq!(body(&json!(null)), "");
    }
}
