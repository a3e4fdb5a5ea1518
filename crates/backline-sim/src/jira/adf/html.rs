//! A stored document as HTML, for people's pages and `renderedFields`.
//!
//! Invariant: only text that went through [`escape`] and a fixed set of elements is written; a link keeps its
//! target only when it is http, https or mailto.

use crate::page::escape;
use serde_json::Value;

pub fn of_document(document: &str) -> String {
    let document: Value = serde_json::from_str(document).unwrap_or_default();
    let mut out = String::new();
    write(&document, &mut out);
    out
}

fn write(node: &Value, out: &mut String) {
    let kind = node.get("type").and_then(Value::as_str).unwrap_or_default();
    let attribute = |name: &str| node.pointer(&format!("/attrs/{name}"));
    let text = |name: &str| attribute(name).and_then(Value::as_str).unwrap_or_default();
    match kind {
        "text" => write_text(node, out),
        "hardBreak" => out.push_str("<br>"),
        "rule" => out.push_str("<hr>"),
        "mention" => out.push_str(&format!("<span class=\"tag\">{}</span>", escape(text("text")))),
        "status" => out.push_str(&format!("<span class=\"tag\">{}</span>", escape(text("text")))),
        "emoji" => out.push_str(&escape(text("shortName"))),
        "date" => out.push_str(&escape(&day(text("timestamp")))),
        "inlineCard" | "blockCard" | "embedCard" => out.push_str(&link(text("url"), &escape(text("url")))),
        "heading" => {
            let level = attribute("level").and_then(Value::as_u64).unwrap_or(3);
            wrap(node, &format!("<h{level}>"), &format!("</h{level}>"), out);
        }
        "panel" => {
            let open = format!("<div class=\"panel {}\">", escape(text("panelType")));
            wrap(node, &open, "</div>", out);
        }
        "expand" | "nestedExpand" => {
            let open = format!("<details><summary>{}</summary>", escape(text("title")));
            wrap(node, &open, "</details>", out);
        }
        "paragraph" => wrap(node, "<p>", "</p>", out),
        "bulletList" | "taskList" | "decisionList" => wrap(node, "<ul>", "</ul>", out),
        "orderedList" => wrap(node, "<ol>", "</ol>", out),
        "listItem" | "taskItem" | "decisionItem" => wrap(node, "<li>", "</li>", out),
        "codeBlock" => wrap(node, "<pre><code>", "</code></pre>", out),
        "blockquote" => wrap(node, "<blockquote>", "</blockquote>", out),
        "table" => wrap(node, "<table>", "</table>", out),
        "tableRow" => wrap(node, "<tr>", "</tr>", out),
        "tableHeader" => wrap(node, "<th>", "</th>", out),
        "tableCell" => wrap(node, "<td>", "</td>", out),
        _ => wrap(node, "", "", out),
    }
}

fn wrap(node: &Value, open: &str, close: &str, out: &mut String) {
    out.push_str(open);
    for child in node.get("content").and_then(Value::as_array).into_iter().flatten() {
        write(child, out);
    }
    out.push_str(close);
}

fn write_text(node: &Value, out: &mut String) {
    let mut html = escape(node.get("text").and_then(Value::as_str).unwrap_or_default());
    for mark in node.get("marks").and_then(Value::as_array).into_iter().flatten() {
        html = match mark.get("type").and_then(Value::as_str).unwrap_or_default() {
            "strong" => format!("<strong>{html}</strong>"),
            "em" => format!("<em>{html}</em>"),
            "code" => format!("<code>{html}</code>"),
            "strike" => format!("<s>{html}</s>"),
            "underline" => format!("<u>{html}</u>"),
            "link" => link(mark.pointer("/attrs/href").and_then(Value::as_str).unwrap_or_default(), &html),
            _ => html,
        };
    }
    out.push_str(&html);
}

fn link(href: &str, html: &str) -> String {
    let is_safe = ["http://", "https://", "mailto:"].iter().any(|scheme| href.starts_with(scheme));
    if is_safe { format!("<a href=\"{}\">{html}</a>", escape(href)) } else { html.to_owned() }
}

fn day(timestamp_ms: &str) -> String {
    let at = timestamp_ms.parse().ok().and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok());
    at.map_or_else(|| timestamp_ms.to_owned(), |at| at.strftime("%Y-%m-%d").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_script_stays_text_and_a_script_link_loses_its_target() {
        let doc = json!({"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": [
            {"type": "text", "text": "<script>", "marks": [{"type": "link", "attrs": {"href": "javascript:1"}}]}]}]});
        assert_eq!(of_document(&doc.to_string()), "<p>&lt;script&gt;</p>");
    }
}
