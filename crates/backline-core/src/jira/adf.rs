//! Atlassian Document Format, version 1: Jira's rich text.
//!
//! A [`Doc`] is built as a tree from typed parts ([`build`]); text from scanners becomes text nodes and nothing
//! else, so it cannot form mentions, cards or links with odd schemes. A document that Jira gives back is kept
//! verbatim, unknown nodes included, and compared by meaning.
//!
//! Source: <https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/>

pub mod build;
pub mod fit;

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

/// A whole document, as the list of its top-level nodes.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Doc {
    pub content: Vec<Json>,
}

impl Doc {
    pub fn is_empty(&self) -> bool {
        self.content.is_empty()
    }

    /// As Jira takes it.
    pub fn to_json(&self) -> Json {
        let mut doc = json!({"type": "doc", "version": 1});
        doc["content"] = Json::Array(self.content.clone());
        doc
    }

    /// From Jira's JSON; null and text are accepted too, since older issues hold them.
    pub fn from_json(json: &Json) -> Self {
        match json {
            Json::Object(map) => match map.get("content") {
                Some(Json::Array(content)) => Self { content: content.clone() },
                _ => Self::default(),
            },
            Json::String(text) if !text.is_empty() => {
                build::Builder::new().paragraph([build::text(text)]).doc()
            }
            _ => Self::default(),
        }
    }

    /// The words alone, one line a block.
    pub fn plain_text(&self) -> String {
        let mut out = String::new();
        for node in &self.content {
            push_text(node, &mut out);
            if !out.ends_with('\n') {
                out.push('\n');
            }
        }
        out
    }
}

/// Equal by meaning: without what Jira generates, rewrites or reorders.
impl PartialEq for Doc {
    fn eq(&self, other: &Self) -> bool {
        canonical_nodes(&self.content) == canonical_nodes(&other.content)
    }
}

/// The nodes in the one spelling that two equal documents share.
pub fn canonical_nodes(nodes: &[Json]) -> Vec<Json> {
    let mut out: Vec<Json> = Vec::with_capacity(nodes.len());
    for node in nodes {
        let node = canonical(node);
        // The editor splits and joins runs of equally marked text at will.
        if let Some(last) = out.last_mut()
            && is_text(last)
            && is_text(&node)
            && last.get("marks") == node.get("marks")
        {
            let joined = format!("{}{}", text_of(last), text_of(&node));
            last["text"] = Json::String(joined);
            continue;
        }
        out.push(node);
    }
    out
}

fn canonical(node: &Json) -> Json {
    let Json::Object(map) = node else { return node.clone() };
    let mut keys: Vec<&String> = map.keys().collect();
    keys.sort();
    let mut out = serde_json::Map::new();
    for key in keys {
        let value = &map[key];
        match (key.as_str(), value) {
            ("content", Json::Array(nodes)) => {
                let nodes = canonical_nodes(nodes);
                if !nodes.is_empty() {
                    out.insert(key.clone(), Json::Array(nodes));
                }
            }
            ("marks", Json::Array(marks)) => {
                let mut marks: Vec<Json> = marks.iter().map(canonical).collect();
                marks.sort_by_key(|mark| mark["type"].as_str().unwrap_or_default().to_owned());
                if !marks.is_empty() {
                    out.insert(key.clone(), Json::Array(marks));
                }
            }
            ("attrs", Json::Object(attrs)) => {
                let mut sorted: Vec<(&String, &Json)> = attrs
                    .iter()
                    .filter(|(name, value)| name.as_str() != "localId" && !value.is_null())
                    .collect();
                sorted.sort_by_key(|(name, _)| name.as_str());
                if !sorted.is_empty() {
                    let attrs = sorted.into_iter().map(|(name, value)| (name.clone(), value.clone()));
                    out.insert(key.clone(), Json::Object(attrs.collect()));
                }
            }
            _ => {
                out.insert(key.clone(), value.clone());
            }
        }
    }
    Json::Object(out)
}

fn is_text(node: &Json) -> bool {
    node["type"] == "text"
}

fn text_of(node: &Json) -> &str {
    node["text"].as_str().unwrap_or_default()
}

fn push_text(node: &Json, out: &mut String) {
    match node["type"].as_str().unwrap_or_default() {
        "text" => out.push_str(text_of(node)),
        "hardBreak" => out.push('\n'),
        _ => {
            for child in node["content"].as_array().into_iter().flatten() {
                push_text(child, out);
            }
            if matches!(
                node["type"].as_str(),
                Some("paragraph" | "heading" | "listItem" | "codeBlock" | "tableCell")
            ) {
                out.push('\n');
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn doc(content: Json) -> Doc {
        Doc::from_json(&json!({"type": "doc", "version": 1, "content": content}))
    }

    #[test]
    fn what_jira_generates_makes_no_difference() {
        let ours = doc(json!([{"type": "paragraph", "content": [
            {"type": "text", "text": "one two", "marks": [{"type": "strong"}, {"type": "em"}]}]}]));
        let theirs = doc(json!([{"type": "paragraph", "attrs": {"localId": "7"}, "content": [
            {"type": "text", "text": "one ", "marks": [{"type": "em"}, {"type": "strong"}]},
            {"marks": [{"type": "em"}, {"type": "strong"}], "text": "two", "type": "text"}]}]));
        assert_eq!(ours, theirs);
    }

    #[test]
    fn another_word_makes_a_difference() {
        assert_ne!(
            doc(json!([{"type": "paragraph", "content": [{"type": "text", "text": "one"}]}])),
            doc(json!([{"type": "paragraph", "content": [{"type": "text", "text": "two"}]}]))
        );
    }
}
