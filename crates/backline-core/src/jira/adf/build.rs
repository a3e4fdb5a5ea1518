//! Typed parts of a document. What is too long is cut by [`super::fit`].
//!
//! Invariant: text that is handed in ends as the text of text nodes; links are http or https; no empty text
//! node, no node that Jira refuses.

use super::Doc;
use super::fit::{fit, is_too_long};
use serde_json::{Map, Value as Json, json};

/// Longest address that is followed; browsers and proxies take no longer ones for sure.
const ADDRESS_BYTES_MAX: usize = 2_048;

/// One run of text inside a paragraph, heading, list item or cell.
#[derive(Debug, Clone)]
pub struct Inline(Option<Json>);

/// Plain text. What is not seen (control, bidirectional formatting, tag characters) is dropped, line breaks become
/// spaces.
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
    match is_followed(href) {
        true => inline(text, Some(json!({"type": "link", "attrs": {"href": href}}))),
        false => inline(text, None),
    }
}

fn inline(text: &str, mark: Option<Json>) -> Inline {
    let text = clean_line(text);
    if text.is_empty() {
        return Inline(None);
    }
    let mut node = Map::with_capacity(3);
    node.insert("type".to_owned(), "text".into());
    node.insert("text".to_owned(), Json::String(text));
    if let Some(mark) = mark {
        node.insert("marks".to_owned(), Json::Array(vec![mark]));
    }
    Inline(Some(Json::Object(node)))
}

/// Whether a link with this address may be shown: http or https, of bearable length, nothing unseen and no spaces.
pub fn is_web_address(href: &str) -> bool {
    let has_scheme = |scheme: &str| {
        href.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
            && href.len() > scheme.len()
    };
    (has_scheme("https://") || has_scheme("http://"))
        && href.len() <= ADDRESS_BYTES_MAX
        && href.chars().all(|c| is_harmless(c) && !c.is_whitespace())
}

/// Whether a text becomes a link. An address that begins with somebody's name ("https://jira.example@evil.example")
/// leads elsewhere than it says.
fn is_followed(href: &str) -> bool {
    let authority = href.split_once("://").map_or("", |(_, rest)| rest).split(['/', '?', '#', '\\']).next();
    is_web_address(href) && authority.is_some_and(|authority| !authority.contains('@'))
}

/// One line of harmless text.
pub fn clean_line(text: &str) -> String {
    // Most text is nothing else.
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return text.to_owned();
    }
    text.chars()
        .map(|c| if matches!(c, '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}') { ' ' } else { c })
        .filter(|c| is_harmless(*c))
        .collect()
}

/// Not a control character, none that turns the direction of text, none that is never seen, and no character that
/// XML forbids: Jira keeps documents through it.
fn is_harmless(c: char) -> bool {
    !c.is_control()
        && !matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}' | '\u{061C}')
        && !matches!(c, '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
        && !matches!(c, '\u{FDD0}'..='\u{FDEF}')
        && u32::from(c) & 0xFFFE != 0xFFFE
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
            let mut heading = node("heading", nodes);
            heading["attrs"] = json!({"level": level.clamp(1, 6)});
            self.content.push(heading);
        }
        self
    }

    /// Left out when nothing is in it.
    pub fn paragraph(mut self, inlines: impl IntoIterator<Item = Inline>) -> Self {
        let nodes = nodes(inlines);
        if !nodes.is_empty() {
            self.content.push(node("paragraph", nodes));
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

    /// Text of people's own: an empty line parts paragraphs, any other line break stays one. Of the addresses in
    /// it, those that are `known` become links.
    pub fn lines(mut self, words: &str, known: &[String]) -> Self {
        let words = words.replace("\r\n", "\n");
        for part in words.split("\n\n") {
            let mut nodes = Vec::new();
            for line in part.trim().lines() {
                if !nodes.is_empty() {
                    nodes.push(Inline(Some(json!({"type": "hardBreak"}))));
                }
                nodes.extend(linked(line.trim(), known));
            }
            self = self.paragraph(nodes);
        }
        self
    }

    pub fn bullets(mut self, items: impl IntoIterator<Item = Vec<Inline>>) -> Self {
        let items: Vec<Json> = items
            .into_iter()
            .map(nodes)
            .filter(|nodes| !nodes.is_empty())
            .map(|nodes| node("listItem", vec![node("paragraph", nodes)]))
            .collect();
        if !items.is_empty() {
            self.content.push(node("bulletList", items));
        }
        self
    }

    /// A table of two columns, name and value; rows without a value are left out.
    pub fn facts(mut self, rows: impl IntoIterator<Item = (&'static str, Vec<Inline>)>) -> Self {
        let cell = |kind, nodes| node(kind, vec![node("paragraph", nodes)]);
        let rows: Vec<Json> = rows
            .into_iter()
            .map(|(name, value)| (name, nodes(value)))
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| {
                let head = cell("tableHeader", nodes([text(name)]));
                node("tableRow", vec![head, cell("tableCell", value)])
            })
            .collect();
        if !rows.is_empty() {
            self.content.push(node("table", rows));
        }
        self
    }

    /// Whether [`Builder::doc`] would cut it.
    pub fn is_too_long(&self) -> bool {
        is_too_long(&self.content)
    }

    /// Cut where it is longer than Jira takes: see [`super::fit`].
    pub fn doc(self) -> Doc {
        Doc { content: fit(self.content) }
    }
}

/// A line with its known addresses as links.
fn linked(line: &str, known: &[String]) -> Vec<Inline> {
    let mut found = Vec::new();
    for (at, part) in line.split(' ').enumerate() {
        if at > 0 {
            found.push((" ", None));
        }
        let bare = part.trim_end_matches(['.', ',', ';', ')']).trim_start_matches('(');
        match known.iter().find(|address| address.as_str() == bare && is_followed(address)) {
            Some(address) => {
                let start = part.find(bare).unwrap_or_default();
                found.push((&part[..start], None));
                found.push((bare, Some(address)));
                found.push((&part[start + bare.len()..], None));
            }
            None => found.push((part, None)),
        }
    }
    let mut out: Vec<Inline> = Vec::new();
    let mut plain = String::new();
    for (words, address) in found {
        match address {
            Some(address) => {
                out.push(text(&std::mem::take(&mut plain)));
                out.push(link(words, address));
            }
            None => plain.push_str(words),
        }
    }
    out.push(text(&plain));
    out
}

/// A node with others in it. Moved into it, for `json!` would copy all of them at each level.
fn node(kind: &str, content: Vec<Json>) -> Json {
    let mut node = Map::with_capacity(3);
    node.insert("type".to_owned(), kind.into());
    node.insert("content".to_owned(), Json::Array(content));
    Json::Object(node)
}

fn nodes(inlines: impl IntoIterator<Item = Inline>) -> Vec<Json> {
    inlines.into_iter().filter_map(|inline| inline.0).collect()
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
    fn a_link_that_misleads_loses_its_link() {
        for href in ["javascript:alert(1)", "https://jira.example@evil.example/", "http://u:p@evil.example"] {
            let doc = Builder::new().paragraph([link("click", href)]).doc();
            assert!(doc.content[0]["content"][0].get("marks").is_none(), "{href}");
        }
        let doc = Builder::new().paragraph([link("mail", "https://example.com/to?a@b.example")]).doc();
        assert_eq!(doc.content[0]["content"][0]["marks"][0]["type"], "link");
    }

    #[test]
    fn empty_text_makes_no_node() {
        assert!(Builder::new().paragraph([text(""), strong("")]).bullets([vec![text("")]]).doc().is_empty());
    }

    #[test]
    fn what_is_not_seen_is_dropped() {
        for hidden in
            ["\u{061C}", "\u{FEFF}", "\u{E0041}", "\u{FFFF}", "\u{1FFFE}", "\u{FDD0}", "\u{0}", "\u{85}"]
        {
            assert_eq!(clean_line(&format!("a{hidden}b")), "ab", "{hidden:?}");
            assert!(!is_web_address(&format!("https://example.com/{hidden}")), "{hidden:?}");
        }
        assert_eq!(clean_line("a\u{2028}b 👩\u{200D}💻"), "a b 👩\u{200D}💻");
    }

    #[test]
    fn a_line_stays_a_line_and_only_known_addresses_are_followed() {
        let known = ["https://b.example/1".to_owned(), "javascript:alert(1)".to_owned()];
        let words = "see (https://b.example/1), not https://evil.example\r\njavascript:alert(1)\n\nend";
        let doc = Builder::new().lines(words, &known).doc();
        assert_eq!(
            serde_json::to_value(&doc).unwrap(),
            json!([
                {"type": "paragraph", "content": [
                    {"type": "text", "text": "see ("},
                    {"type": "text", "text": "https://b.example/1", "marks": [
                        {"type": "link", "attrs": {"href": "https://b.example/1"}}]},
                    {"type": "text", "text": "), not https://evil.example"},
                    {"type": "hardBreak"},
                    {"type": "text", "text": "javascript:alert(1)"}]},
                {"type": "paragraph", "content": [{"type": "text", "text": "end"}]},
            ])
        );
    }
}
