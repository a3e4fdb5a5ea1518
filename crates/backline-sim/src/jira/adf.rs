//! Atlassian Document Format, version 1: what the server accepts, and what it becomes.
//!
//! Invariant: a document that is stored has passed [`accept`], so rendering needs no checks.
//!
//! Source: <https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/>

pub mod html;
pub mod markup;
mod node;
pub mod text;

use serde_json::Value;

/// The limit of rich text. Whether Jira counts text or serialized JSON is not known; assumed: JSON.
pub const LENGTH_MAX: usize = 32_767;

#[derive(Debug, PartialEq, Eq)]
pub enum Unfit {
    /// Not an object that looks like a document, for example a string.
    NotADocument,
    /// Jira answers `INVALID_INPUT` and names no place.
    Invalid,
    /// A media node without its attachment.
    Media,
    TooLong,
}

/// Checks a document and gives it as Jira keeps it: serialized, without empty text nodes.
pub fn accept(document: &Value) -> Result<String, Unfit> {
    if document.get("type").and_then(Value::as_str) != Some("doc") || !document.is_object() {
        return Err(Unfit::NotADocument);
    }
    if document.get("version").and_then(Value::as_u64) != Some(1) {
        return Err(Unfit::Invalid);
    }
    let mut kept = document.clone();
    drop_empty_text(&mut kept);
    node::check(&kept)?;
    let text = kept.to_string();
    if text.chars().count() > LENGTH_MAX { Err(Unfit::TooLong) } else { Ok(text) }
}

fn drop_empty_text(node: &mut Value) {
    let Some(children) = node.get_mut("content").and_then(Value::as_array_mut) else { return };
    let is_empty_text = |child: &Value| {
        child.get("type").and_then(Value::as_str) == Some("text")
            && child.get("text").and_then(Value::as_str) == Some("")
    };
    children.retain(|child| !is_empty_text(child));
    children.iter_mut().for_each(drop_empty_text);
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn doc(content: Value) -> Value {
        json!({"type": "doc", "version": 1, "content": content})
    }

    fn text(text: &str) -> Value {
        json!({"type": "text", "text": text})
    }

    fn paragraph(content: Value) -> Value {
        json!({"type": "paragraph", "content": content})
    }

    #[test]
    fn an_empty_document_and_plain_paragraphs_are_fine() {
        assert!(accept(&doc(json!([]))).is_ok());
        assert!(accept(&doc(json!([paragraph(json!([text("a")]))]))).is_ok());
    }

    #[test]
    fn empty_text_is_dropped() {
        let kept = accept(&doc(json!([paragraph(json!([text(""), text("a")]))]))).expect("fine");
        assert!(!kept.contains("\"text\":\"\""));
    }

    #[test]
    fn each_documented_fault_is_refused() {
        let cell = |content: Value| {
            json!({"type": "table", "content": [{"type": "tableRow", "content": [
                {"type": "tableCell", "content": [content]}]}]})
        };
        let list = |content: Value| json!({"type": "bulletList", "content": content});
        let heading = |level: u64| json!({"type": "heading", "attrs": {"level": level}, "content": []});
        let marked = |marks: Value| paragraph(json!([{"type": "text", "text": "a", "marks": marks}]));
        for bad in [
            json!({"type": "unheardOf"}),
            json!({"type": "paragraph", "attrs": {"unheardOf": 1}}),
            cell(cell(paragraph(json!([])))),
            json!({"type": "blockquote", "content": [heading(1)]}),
            list(json!([{"type": "listItem", "content": [{"type": "rule"}]}])),
            list(json!([])),
            list(json!([paragraph(json!([]))])),
            heading(7),
            marked(json!([{"type": "code"}, {"type": "strong"}])),
            marked(json!([{"type": "link", "attrs": {}}])),
            json!({"type": "codeBlock", "content": [{"type": "text", "text": "a", "marks": [{"type": "em"}]}]}),
        ] {
            assert_eq!(accept(&doc(json!([bad]))), Err(Unfit::Invalid), "{bad}");
        }
        assert_eq!(accept(&json!("text")), Err(Unfit::NotADocument));
        assert!(
            accept(&doc(json!([marked(json!([{"type": "code"},
            {"type": "link", "attrs": {"href": "https://a.example"}}]))])))
            .is_ok()
        );
    }
}
