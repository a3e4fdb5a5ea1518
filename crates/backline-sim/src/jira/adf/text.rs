//! Plain text to a document and back: what version 2 of the API gives and takes.
//!
//! Version 2 speaks wiki markup; only its plain-text part is simulated.

use serde_json::{Value, json};

/// One paragraph per block of lines, single line ends as hard breaks.
pub fn to_document(text: &str) -> String {
    let paragraphs = text.replace("\r\n", "\n");
    let paragraphs = paragraphs.split("\n\n").filter(|block| !block.trim().is_empty()).map(|block| {
        let mut content = Vec::new();
        for (n, line) in block.split('\n').enumerate() {
            if n > 0 {
                content.push(json!({"type": "hardBreak"}));
            }
            if !line.is_empty() {
                content.push(json!({"type": "text", "text": line}));
            }
        }
        json!({"type": "paragraph", "content": content})
    });
    json!({"type": "doc", "version": 1, "content": paragraphs.collect::<Vec<_>>()}).to_string()
}

/// The text of a stored document.
pub fn of_document(document: &str) -> String {
    let document: Value = serde_json::from_str(document).unwrap_or_default();
    let mut out = String::new();
    write(&document, &mut out);
    out.trim_end().to_owned()
}

fn write(node: &Value, out: &mut String) {
    let kind = node.get("type").and_then(Value::as_str).unwrap_or_default();
    let attribute = |name: &str| node.pointer(&format!("/attrs/{name}")).and_then(Value::as_str);
    match kind {
        "text" => out.push_str(node.get("text").and_then(Value::as_str).unwrap_or_default()),
        "hardBreak" => out.push('\n'),
        "mention" | "status" => out.push_str(attribute("text").unwrap_or_default()),
        "emoji" => out.push_str(attribute("shortName").unwrap_or_default()),
        "date" => out.push_str(attribute("timestamp").unwrap_or_default()),
        "inlineCard" | "blockCard" => out.push_str(attribute("url").unwrap_or_default()),
        "rule" => out.push_str("----\n\n"),
        "listItem" => out.push_str("* "),
        _ => {}
    }
    for child in node.get("content").and_then(Value::as_array).into_iter().flatten() {
        write(child, out);
    }
    match kind {
        "paragraph" | "heading" | "codeBlock" => out.push_str("\n\n"),
        "tableCell" | "tableHeader" => {
            out.truncate(out.trim_end().len());
            out.push_str(" | ");
        }
        "tableRow" => out.push('\n'),
        "listItem" => {
            out.truncate(out.trim_end().len());
            out.push('\n');
        }
        "bulletList" | "orderedList" | "table" => out.push('\n'),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_survives_the_way_through_a_document() {
        let text = "first\nline\n\nsecond";
        assert_eq!(of_document(&to_document(text)), text);
    }
}
