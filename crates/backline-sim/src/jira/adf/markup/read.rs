//! Markdown to a document.
//!
//! Invariant: whatever is typed gives a document that [`accept`](crate::jira::adf::accept) takes, but for its
//! length: what may not stand where it was typed is taken apart until it may.

use super::{ALERTS, Unit, children, kind, units};
use crate::jira::adf::text::to_document;
use pulldown_cmark::{BlockQuoteKind, CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use serde_json::{Value, json};

/// The document that `text` makes of `document`. Blocks that were not touched keep their nodes.
pub fn onto(document: &str, text: &str) -> Value {
    let text = text.replace("\r\n", "\n");
    let mut kept: Vec<Unit> = units(document);
    let mut content = Vec::new();
    let mut typed = String::new();
    let mut rest = text.trim_matches('\n');
    while !rest.is_empty() {
        if let Some(at) = untouched(&kept, rest) {
            content.append(&mut blocks(&std::mem::take(&mut typed)));
            let unit = kept.remove(at);
            content.extend(unit.nodes);
            rest = rest[unit.text.len()..].trim_start_matches('\n');
        } else {
            let end = rest.find("\n\n").map_or(rest.len(), |at| at + 2);
            typed.push_str(&rest[..end]);
            rest = &rest[end..];
        }
    }
    content.append(&mut blocks(&typed));
    json!({"type": "doc", "version": 1, "content": content})
}

/// The unit with which `text` begins; the longest, where several do.
fn untouched(kept: &[Unit], text: &str) -> Option<usize> {
    let begins = |unit: &Unit| {
        let rest = text.strip_prefix(unit.text.as_str());
        !unit.text.is_empty() && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("\n\n"))
    };
    let found = kept.iter().enumerate().filter(|(_, unit)| begins(unit));
    // Among equals the first one, so that they stay in order.
    found.rev().max_by_key(|(_, unit)| unit.text.len()).map(|(at, _)| at)
}

fn blocks(text: &str) -> Vec<Value> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_GFM;
    if is_too_deep(Parser::new_ext(text, options)) {
        let mut plain: Value = serde_json::from_str(&to_document(text)).unwrap_or_default();
        return plain["content"].as_array_mut().map(std::mem::take).unwrap_or_default();
    }
    let mut builder = Builder { open: vec![json!({"type": "doc", "content": []})], marks: Vec::new() };
    for event in Parser::new_ext(text, options) {
        builder.take(event);
    }
    while builder.open.len() > 1 {
        builder.close();
    }
    match builder.open.pop().map(|mut doc| doc["content"].take()) {
        Some(Value::Array(content)) => content,
        _ => Vec::new(),
    }
}

/// Text that opens more blocks inside each other than this is taken as plain text: what reads a document goes down
/// into it and must come to an end.
const DEPTH_MAX: usize = 24;

fn is_too_deep(events: Parser) -> bool {
    let mut depth = 0_usize;
    events.into_iter().any(|event| {
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth > DEPTH_MAX
    })
}

/// Nodes that are not closed yet, the document first; and the marks that hold.
struct Builder {
    open: Vec<Value>,
    marks: Vec<Value>,
}

impl Builder {
    fn take(&mut self, event: Event) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(
                TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image,
            ) => drop(self.marks.pop()),
            Event::End(_) => {
                self.close_paragraph();
                self.close();
            }
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => self.text(&text, None),
            Event::Code(text) => self.text(&text, Some(json!({"type": "code"}))),
            Event::SoftBreak | Event::HardBreak => self.inline(json!({"type": "hardBreak"})),
            Event::Rule => {
                self.close_paragraph();
                self.put(json!({"type": "rule"}));
            }
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag) {
        let is_head = matches!(tag, Tag::TableHead);
        let node = match tag {
            Tag::Emphasis => return self.marks.push(json!({"type": "em"})),
            Tag::Strong => return self.marks.push(json!({"type": "strong"})),
            Tag::Strikethrough => return self.marks.push(json!({"type": "strike"})),
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => {
                return self.marks.push(json!({"type": "link", "attrs": {"href": &*dest_url}}));
            }
            Tag::Heading { level, .. } => json!({"type": "heading", "attrs": {"level": level as u8}}),
            Tag::BlockQuote(None) => json!({"type": "blockquote"}),
            Tag::BlockQuote(Some(tag)) => json!({"type": "panel", "attrs": {"panelType": panel(tag)}}),
            Tag::CodeBlock(CodeBlockKind::Fenced(language)) if !language.is_empty() => {
                json!({"type": "codeBlock", "attrs": {"language": &*language}})
            }
            Tag::CodeBlock(_) => json!({"type": "codeBlock"}),
            Tag::List(Some(first)) => json!({"type": "orderedList", "attrs": {"order": first}}),
            Tag::List(None) => json!({"type": "bulletList"}),
            Tag::Item => json!({"type": "listItem"}),
            Tag::Table(_) => json!({"type": "table"}),
            Tag::TableHead | Tag::TableRow => json!({"type": "tableRow"}),
            Tag::TableCell => {
                let is_head = self.open.last().is_some_and(|row| row["is_head"] == true);
                json!({"type": if is_head { "tableHeader" } else { "tableCell" }})
            }
            _ => json!({"type": "paragraph"}),
        };
        self.close_paragraph();
        self.open.push(node);
        if is_head && let Some(row) = self.open.last_mut() {
            row["is_head"] = true.into();
        }
    }

    fn text(&mut self, text: &str, code: Option<Value>) {
        let is_code_block = self.open.last().is_some_and(|node| kind(node) == "codeBlock");
        let mut node = json!({"type": "text", "text": text});
        if !is_code_block {
            // Code stands with a link alone.
            let kept = self.marks.iter().filter(|mark| code.is_none() || kind(mark) == "link");
            let mut marks: Vec<Value> = Vec::new();
            for mark in kept.chain(&code) {
                if !marks.iter().any(|other| kind(other) == kind(mark)) {
                    marks.push(mark.clone());
                }
            }
            if !marks.is_empty() {
                node["marks"] = marks.into();
            }
        }
        self.inline(node);
    }

    /// Puts inline content into the open block, which becomes a paragraph where it is none.
    fn inline(&mut self, node: Value) {
        let is_text_block = |node: &Value| matches!(kind(node), "paragraph" | "heading" | "codeBlock");
        if !self.open.last().is_some_and(is_text_block) {
            self.open.push(json!({"type": "paragraph", "is_implied": true}));
        }
        let block = self.open.last_mut().expect("the document is always open");
        if !joins(block, &node) {
            push(block, node);
        }
    }

    /// Items and cells hold text without saying that it is a paragraph.
    fn close_paragraph(&mut self) {
        if self.open.last().is_some_and(|node| node.get("is_implied").is_some()) {
            self.close();
        }
    }

    fn close(&mut self) {
        if self.open.len() < 2 {
            return;
        }
        let Some(mut node) = self.open.pop() else { return };
        if let Some(node) = node.as_object_mut() {
            node.remove("is_implied");
            node.remove("is_head");
        }
        let must_be_filled =
            matches!(kind(&node), "listItem" | "tableCell" | "tableHeader" | "blockquote" | "panel");
        if must_be_filled && children(&node).next().is_none() {
            push(&mut node, json!({"type": "paragraph", "content": []}));
        }
        if kind(&node) == "codeBlock" {
            join_code(&mut node);
        }
        self.put(node);
    }

    /// Puts a block into the open one, taken apart where it may not stand there.
    fn put(&mut self, node: Value) {
        let parent = self.open.last_mut().expect("the document is always open");
        if may_stand(kind(parent), kind(&node)) {
            return push(parent, node);
        }
        match kind(&node) {
            "heading" => {
                let content: Vec<&Value> = children(&node).collect();
                push(parent, json!({"type": "paragraph", "content": content}));
            }
            "rule" => {}
            _ => {
                for child in children(&node).cloned().collect::<Vec<_>>() {
                    self.put(child);
                }
            }
        }
    }
}

/// A part of what Jira allows: the places where Markdown can put a block and a document cannot.
fn may_stand(parent: &str, child: &str) -> bool {
    let is_list = matches!(child, "bulletList" | "orderedList");
    match parent {
        "listItem" | "blockquote" => is_list || matches!(child, "paragraph" | "codeBlock"),
        "panel" => is_list || matches!(child, "paragraph" | "heading" | "codeBlock" | "rule"),
        "bulletList" | "orderedList" => child == "listItem",
        "table" => child == "tableRow",
        "tableRow" => matches!(child, "tableHeader" | "tableCell"),
        _ => !matches!(child, "listItem" | "tableRow" | "tableHeader" | "tableCell"),
    }
}

/// Whether text was added to the text before it: the parser gives it in pieces.
fn joins(block: &mut Value, node: &Value) -> bool {
    let last = block.get_mut("content").and_then(Value::as_array_mut).and_then(|content| content.last_mut());
    let Some(last) = last.filter(|last| kind(last) == "text" && last.get("marks") == node.get("marks"))
    else {
        return false;
    };
    match (&mut last["text"], node.get("text").and_then(Value::as_str)) {
        (Value::String(text), Some(more)) => {
            text.push_str(more);
            true
        }
        _ => false,
    }
}

fn push(parent: &mut Value, child: Value) {
    match parent.get_mut("content").and_then(Value::as_array_mut) {
        Some(content) => content.push(child),
        None => parent["content"] = json!([child]),
    }
}

/// The parser gives code line by line, and the last line with its end.
fn join_code(node: &mut Value) {
    let code: String = children(node).filter_map(|text| text.get("text")?.as_str()).collect();
    let code = code.strip_suffix('\n').unwrap_or(&code);
    node["content"] = if code.is_empty() { json!([]) } else { json!([{"type": "text", "text": code}]) };
}

fn panel(tag: BlockQuoteKind) -> &'static str {
    let word = match tag {
        BlockQuoteKind::Note => "NOTE",
        BlockQuoteKind::Tip => "TIP",
        BlockQuoteKind::Important => "IMPORTANT",
        BlockQuoteKind::Warning => "WARNING",
        BlockQuoteKind::Caution => "CAUTION",
    };
    ALERTS.iter().find(|(tag, _)| *tag == word).map_or("info", |(_, panel)| panel)
}
