//! Keeps a document within Jira's limit, cut at the borders of its nodes.
//!
//! First texts that are long by themselves lose their ends, so that one of them costs none of the others; then whole
//! blocks go from the end; a single block that is still too long loses its last nodes. What was cut is said.
//!
//! Invariant: every node that is left is as whole as it was, but for text that ends in "…".

use serde_json::{Value as Json, json};

/// Jira counts at most 32,767 characters for a rich text field; whether of text or of JSON is not documented,
/// so the serialized document stays below this.
const DOC_BYTES_MAX: usize = 30_000;
/// A text that is longer than this is cut before anything else is, to the second length.
const LONG_TEXT_BYTES: usize = 4_000;
const LONG_TEXT_CHARS_KEPT: usize = 3_000;
/// Nothing is begun for which less room than this is left.
const ROOM_BYTES_MIN: usize = 64;
/// What a paragraph of one text takes besides the text.
const PARAGRAPH_BYTES: usize = 64;

pub fn is_too_long(content: &[Json]) -> bool {
    size(content) > DOC_BYTES_MAX
}

/// Whether text fits for sure, in however many paragraphs it is written.
pub fn surely_fits(text: &str) -> bool {
    // Two ends of lines part paragraphs, however they are written.
    let paragraphs = 1 + text.bytes().filter(|byte| *byte == b'\n').count() / 2;
    2 * text.len() + PARAGRAPH_BYTES * paragraphs <= DOC_BYTES_MAX
}

/// The blocks of a document that Jira takes.
pub fn fit(mut content: Vec<Json>) -> Vec<Json> {
    // Most are far from the limit, and are not written out to know it.
    if content.iter().map(size_bound).sum::<usize>() <= DOC_BYTES_MAX || !is_too_long(&content) {
        return content;
    }
    content.iter_mut().for_each(shorten);
    let mut left = size(&content);
    let mut cut = 0_usize;
    while content.len() > 1 && left > DOC_BYTES_MAX {
        left -= content.pop().map_or(0, |block| block.to_string().len());
        cut += 1;
    }
    if left > DOC_BYTES_MAX {
        content = take(content, DOC_BYTES_MAX).0;
        content.push(note("The rest was cut to fit; Backline shows all of it."));
    } else if cut > 0 {
        content.push(note(&format!("{cut} more parts were cut to fit; Backline shows them all.")));
    }
    content
}

fn note(words: &str) -> Json {
    json!({"type": "paragraph", "content": [{"type": "text", "text": words}]})
}

/// At least as many bytes as the node takes as JSON. Of harmless text a character takes at most twice its bytes there.
fn size_bound(node: &Json) -> usize {
    match node {
        Json::String(words) => 2 * words.len() + 2,
        Json::Array(nodes) => 2 + nodes.iter().map(|node| size_bound(node) + 1).sum::<usize>(),
        Json::Object(map) => {
            2 + map.iter().map(|(key, value)| key.len() + 4 + size_bound(value)).sum::<usize>()
        }
        Json::Null | Json::Bool(_) => 5,
        Json::Number(_) => 24,
    }
}

fn size(content: &[Json]) -> usize {
    content.iter().map(|node| node.to_string().len()).sum()
}

fn shorten(node: &mut Json) {
    if let Some(words) = node.get("text").and_then(Json::as_str)
        && words.len() > LONG_TEXT_BYTES
        && words.chars().count() > LONG_TEXT_CHARS_KEPT
    {
        let kept: String = words.chars().take(LONG_TEXT_CHARS_KEPT).collect();
        node["text"] = Json::String(format!("{kept}…"));
    }
    node.get_mut("content").and_then(Json::as_array_mut).into_iter().flatten().for_each(shorten);
}

/// The first of the nodes that `room` bytes hold, and the room that they leave. A row or an item is kept or left
/// out as a whole.
fn take(nodes: Vec<Json>, mut room: usize) -> (Vec<Json>, usize) {
    let mut kept = Vec::new();
    for mut node in nodes {
        let bytes = node.to_string().len() + 1;
        if bytes <= room {
            room -= bytes;
            kept.push(node);
            continue;
        }
        let is_whole = matches!(node["type"].as_str(), Some("tableRow" | "listItem" | "text"));
        let children = node.get_mut("content").and_then(Json::as_array_mut).map(std::mem::take);
        if let Some(children) = children.filter(|_| !is_whole && room > ROOM_BYTES_MIN) {
            let (children, left) = take(children, room - ROOM_BYTES_MIN);
            if !children.is_empty() {
                node["content"] = Json::Array(children);
                kept.push(node);
                room = left;
            }
        }
        break;
    }
    while kept.last().is_some_and(|node| node["type"] == "hardBreak") {
        kept.pop();
    }
    (kept, room)
}

#[cfg(test)]
mod tests {
    use super::{size, size_bound, surely_fits};
    use crate::jira::adf::build::{Builder, code, link, strong, text};

    #[test]
    fn cutting_keeps_whole_blocks_and_counts_them() {
        let mut builder = Builder::new();
        for number in 0..400 {
            builder = builder.paragraph([text(&format!("paragraph {number} {}", "word ".repeat(30)))]);
        }
        let doc = builder.doc();
        assert!(doc.to_json().to_string().len() < 32_767);
        let kept = doc.content.len() - 1;
        let last = doc.plain_text();
        let last = last.trim_end().lines().last().expect("it has lines");
        assert_eq!(last, format!("{} more parts were cut to fit; Backline shows them all.", 400 - kept));
    }

    #[test]
    fn what_surely_fits_is_never_too_long() {
        for words in ["\"\\ ", "word ", "a\n\n", "a\r\n\r\n", "a\n\r\n", "é\" "] {
            for count in [10, 500, 2_000, 5_000, 20_000] {
                let text = words.repeat(count);
                let builder = Builder::new().prose(&text);
                assert!(!surely_fits(&text) || !builder.is_too_long(), "{count} times {words:?}");
                let doc = builder.doc();
                let bound: usize = doc.content.iter().map(size_bound).sum();
                assert!(bound >= size(&doc.content), "{count} times {words:?}");
            }
        }
        assert!(surely_fits(&"word ".repeat(2_000)));
    }

    #[test]
    fn one_huge_block_is_shortened() {
        let doc = Builder::new().paragraph([text(&"é".repeat(1_000_000))]).doc();
        assert!(doc.to_json().to_string().len() < 32_767);
    }

    #[test]
    fn a_huge_title_costs_nothing_else() {
        let doc = Builder::new()
            .paragraph([strong(&"x".repeat(1_000_000))])
            .facts([("Severity", vec![text("High")]), ("File", vec![code(&"é".repeat(40_000))])])
            .prose("why")
            .doc();
        let types: Vec<&str> = doc.content.iter().filter_map(|node| node["type"].as_str()).collect();
        assert_eq!(types, ["paragraph", "table", "paragraph"]);
        assert!(doc.plain_text().contains("High") && doc.plain_text().contains("why"));
    }

    #[test]
    fn a_block_of_many_nodes_loses_the_last_ones_and_says_so() {
        let lines = "line of words\n".repeat(5_000);
        let items =
            (0..2_000).map(|n| vec![link(&format!("item {n}"), "https://b.example/a"), text(" (open)")]);
        let texts = (0..40).map(|_| text(&"word ".repeat(500)));
        for builder in [
            Builder::new().lines(&lines, &[]),
            Builder::new().bullets(items),
            Builder::new().paragraph(texts),
        ] {
            let doc = builder.doc();
            let length = doc.to_json().to_string().len();
            assert!((20_000..32_767).contains(&length), "{length}");
            let [block, note] = doc.content.as_slice() else { panic!("{} blocks", doc.content.len()) };
            assert_eq!(note["content"][0]["text"], "The rest was cut to fit; Backline shows all of it.");
            let last = block["content"].as_array().and_then(|nodes| nodes.last()).expect("it has nodes");
            assert_ne!(last["type"], "hardBreak");
            assert!(last["type"] != "listItem" || last["content"][0]["content"][1]["text"] == " (open)");
        }
    }
}
