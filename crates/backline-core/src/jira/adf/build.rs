//! Typed parts of a document, and the writer that keeps it within Jira's limits.
//!
//! Invariant: text that is handed in ends as the text of text nodes; links are http or https; no empty text
//! node, no node that Jira refuses.

use super::Doc;
use serde_json::{Value as Json, json};

/// Jira counts at most 32,767 characters for a rich text field; whether of text or of JSON is not documented,
/// so the serialized document stays below this.
pub const DOC_BYTES_MAX: usize = 30_000;

/// One run of text inside a paragraph, heading, list item or cell.
#[derive(Debug, Clone)]
pub struct Inline(Option<Json>);

/// Plain text. Control and bidirectional formatting characters are dropped, line breaks become spaces.
pub fn text(text: &str) -> Inline {
    inline(text, None)
}

pub fn strong(text: &str) -> Inline {
    inline(text, Some(json!({"type": "strong"})))
}

pub fn code(text: &str) -> Inline {
    inline(text, Some(json!({"type": "code"})))
}

/// A link where `href` is http or https, else its text alone.
pub fn link(text: &str, href: &str) -> Inline {
    match is_web_address(href) {
        true => inline(text, Some(json!({"type": "link", "attrs": {"href": href}}))),
        false => inline(text, None),
    }
}

fn inline(text: &str, mark: Option<Json>) -> Inline {
    let text = clean_line(text);
    if text.is_empty() {
        return Inline(None);
    }
    Inline(Some(match mark {
        Some(mark) => json!({"type": "text", "text": text, "marks": [mark]}),
        None => json!({"type": "text", "text": text}),
    }))
}

/// Whether a link with this address may be shown: http or https, no control characters or spaces.
pub fn is_web_address(href: &str) -> bool {
    let lower = href.to_ascii_lowercase();
    (lower.starts_with("https://") || lower.starts_with("http://"))
        && !href.chars().any(|c| c.is_whitespace() || c.is_control())
}

/// One line of harmless text.
pub fn clean_line(text: &str) -> String {
    text.chars()
        .map(|c| if c == '\n' || c == '\r' || c == '\t' { ' ' } else { c })
        .filter(|c| is_harmless(*c))
        .collect()
}

fn is_harmless(c: char) -> bool {
    !c.is_control()
        && !matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}')
}

/// Collects blocks in order.
#[derive(Debug, Default)]
pub struct Builder {
    content: Vec<Json>,
}

impl Builder {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn heading(mut self, level: u8, words: &str) -> Self {
        let nodes = nodes([text(words)]);
        if !nodes.is_empty() {
            self.content
                .push(json!({"type": "heading", "attrs": {"level": level.clamp(1, 6)}, "content": nodes}));
        }
        self
    }

    /// Left out when nothing is in it.
    pub fn paragraph(mut self, inlines: impl IntoIterator<Item = Inline>) -> Self {
        let nodes = nodes(inlines);
        if !nodes.is_empty() {
            self.content.push(json!({"type": "paragraph", "content": nodes}));
        }
        self
    }

    /// Text of several paragraphs, parted by empty lines.
    pub fn prose(mut self, words: &str) -> Self {
        for part in words.replace("\r\n", "\n").split("\n\n") {
            self = self.paragraph([text(part.trim())]);
        }
        self
    }

    pub fn bullets(mut self, items: impl IntoIterator<Item = Vec<Inline>>) -> Self {
        let items: Vec<Json> = items
            .into_iter()
            .map(nodes)
            .filter(|nodes| !nodes.is_empty())
            .map(|nodes| json!({"type": "listItem", "content": [{"type": "paragraph", "content": nodes}]}))
            .collect();
        if !items.is_empty() {
            self.content.push(json!({"type": "bulletList", "content": items}));
        }
        self
    }

    /// A table of two columns, name and value; rows without a value are left out.
    pub fn facts(mut self, rows: impl IntoIterator<Item = (&'static str, Vec<Inline>)>) -> Self {
        let cell = |kind: &str, nodes: Vec<Json>| json!({"type": kind, "content": [{"type": "paragraph", "content": nodes}]});
        let rows: Vec<Json> = rows
            .into_iter()
            .map(|(name, value)| (name, nodes(value)))
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| {
                let head = cell("tableHeader", nodes([text(name)]));
                json!({"type": "tableRow", "content": [head, cell("tableCell", value)]})
            })
            .collect();
        if !rows.is_empty() {
            self.content.push(json!({"type": "table", "content": rows}));
        }
        self
    }

    /// Cuts whole blocks from the end until the document fits, and says how many were cut.
    pub fn doc(mut self) -> Doc {
        let mut cut = 0_usize;
        while self.content.len() > 1 && size(&self.content) > DOC_BYTES_MAX {
            self.content.pop();
            cut += 1;
        }
        if cut > 0 {
            let words = format!("{cut} more parts were cut to fit; Backline shows them all.");
            self.content.push(json!({"type": "paragraph", "content": nodes([text(&words)])}));
        }
        if size(&self.content) > DOC_BYTES_MAX {
            shorten(&mut self.content);
        }
        Doc { content: self.content }
    }
}

fn nodes(inlines: impl IntoIterator<Item = Inline>) -> Vec<Json> {
    inlines.into_iter().filter_map(|inline| inline.0).collect()
}

fn size(content: &[Json]) -> usize {
    content.iter().map(|node| node.to_string().len()).sum()
}

/// The last resort for a single huge block: its text is cut at a character border.
fn shorten(content: &mut [Json]) {
    fn cut(node: &mut Json) {
        if let Some(words) = node.get("text").and_then(Json::as_str)
            && words.len() > 4_000
        {
            let kept: String = words.chars().take(3_000).collect();
            node["text"] = Json::String(format!("{kept}…"));
        }
        for child in node.get_mut("content").and_then(Json::as_array_mut).into_iter().flatten() {
            cut(child);
        }
    }
    content.iter_mut().for_each(cut);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_text_stays_text() {
        let doc = Builder::new()
            .prose("@team ```adf:mention``` [x](javascript:alert(1)) \u{202E}evil\u{0007}")
            .doc();
        assert_eq!(doc.content.len(), 1);
        assert_eq!(doc.plain_text(), "@team ```adf:mention``` [x](javascript:alert(1)) evil\n");
        assert_eq!(doc.content[0]["content"][0]["type"], "text");
    }

    #[test]
    fn a_link_with_an_odd_scheme_loses_its_link() {
        let doc = Builder::new().paragraph([link("click", "javascript:alert(1)")]).doc();
        assert!(doc.content[0]["content"][0].get("marks").is_none());
    }

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
    fn one_huge_block_is_shortened() {
        let doc = Builder::new().paragraph([text(&"é".repeat(1_000_000))]).doc();
        assert!(doc.to_json().to_string().len() < 32_767);
    }

    #[test]
    fn empty_text_makes_no_node() {
        assert!(Builder::new().paragraph([text(""), strong("")]).bullets([vec![text("")]]).doc().is_empty());
    }
}
