//! A scanner's description as blocks that a template can print.
//!
//! Markdown is read through an allow-list: paragraphs, headings, list items, code, emphasis and web links. HTML,
//! images and everything else come out as the text that they are.
//!
//! Invariant: the blocks hold plain text; no markup of the author's reaches the page.

use crate::web::part::link;
use pulldown_cmark::{Event, Parser, Tag, TagEnd};

/// Longer descriptions are cut there and say so.
const CHARS_MAX: usize = 20_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    Paragraph,
    Heading,
    Item,
    Code,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    pub shape: Shape,
    pub spans: Vec<Span>,
}

/// A run of text of one kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Span {
    pub text: String,
    pub is_code: bool,
    pub is_strong: bool,
    /// http or https only.
    pub href: Option<String>,
}

/// Reads Markdown or plain text.
pub fn blocks(source: &str) -> Vec<Block> {
    let cut: String = source.chars().take(CHARS_MAX).collect();
    let mut writer = Writer::default();
    for event in Parser::new(&cut) {
        writer.take(event);
    }
    writer.close();
    if cut.len() < source.len() {
        let text = format!("Cut after {CHARS_MAX} characters.");
        writer.blocks.push(Block { shape: Shape::Paragraph, spans: vec![Span { text, ..Span::default() }] });
    }
    writer.blocks
}

#[derive(Default)]
struct Writer {
    blocks: Vec<Block>,
    shape: Option<Shape>,
    spans: Vec<Span>,
    strong_depth: usize,
    /// One entry for each open link or image; `None` where it may not be followed.
    links: Vec<Option<String>>,
}

impl Writer {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => self.push(&text, false),
            Event::Code(text) => self.push(&text, true),
            Event::SoftBreak => self.push(" ", false),
            Event::HardBreak => self.push("\n", false),
            Event::Rule => self.close(),
            Event::FootnoteReference(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                self.push(&text, false);
            }
            Event::TaskListMarker(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Heading { .. } => self.open(Shape::Heading),
            Tag::CodeBlock(_) => self.open(Shape::Code),
            Tag::Item => self.open(Shape::Item),
            // The paragraph of a loose list's item is the item.
            Tag::Paragraph | Tag::HtmlBlock if self.shape != Some(Shape::Item) || !self.spans.is_empty() => {
                self.open(Shape::Paragraph);
            }
            Tag::Strong | Tag::Emphasis => self.strong_depth += 1,
            Tag::Link { dest_url, .. } => self.links.push(link::web(&dest_url).map(str::to_owned)),
            Tag::Image { .. } => self.links.push(None),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::CodeBlock | TagEnd::Item | TagEnd::HtmlBlock => {
                self.close();
            }
            TagEnd::Strong | TagEnd::Emphasis => self.strong_depth = self.strong_depth.saturating_sub(1),
            TagEnd::Link | TagEnd::Image => {
                self.links.pop();
            }
            _ => {}
        }
    }

    fn open(&mut self, shape: Shape) {
        self.close();
        self.shape = Some(shape);
    }

    fn close(&mut self) {
        let spans = std::mem::take(&mut self.spans);
        let shape = self.shape.take().unwrap_or(Shape::Paragraph);
        if spans.iter().any(|span| !span.text.trim().is_empty()) {
            self.blocks.push(Block { shape, spans });
        }
    }

    fn push(&mut self, text: &str, is_code: bool) {
        let href = self.links.last().cloned().flatten();
        let is_strong = self.strong_depth > 0;
        match self.spans.last_mut() {
            Some(last) if last.is_code == is_code && last.is_strong == is_strong && last.href == href => {
                last.text.push_str(text);
            }
            _ => self.spans.push(Span { text: text.to_owned(), is_code, is_strong, href }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Block, Shape, blocks};

    fn flat(blocks: &[Block]) -> Vec<(Shape, String)> {
        blocks
            .iter()
            .map(|block| (block.shape, block.spans.iter().map(|span| span.text.as_str()).collect()))
            .collect()
    }

    #[test]
    fn the_usual_markdown_keeps_its_shape() {
        let read = blocks("## Impact\nA **bad** `call()`.\n\n- one\n- two\n\n```\nlet x = 1;\n```\n");
        let text = |text: &str| text.to_owned();
        assert_eq!(
            flat(&read),
            [
                (Shape::Heading, text("Impact")),
                (Shape::Paragraph, text("A bad call().")),
                (Shape::Item, text("one")),
                (Shape::Item, text("two")),
                (Shape::Code, text("let x = 1;\n")),
            ]
        );
        assert!(read[1].spans[1].is_strong && read[1].spans[3].is_code);
    }

    #[test]
    fn html_is_text_and_only_web_links_can_be_followed() {
        let read = blocks(
            "<script>alert(1)</script>\n\n[a](javascript:alert(1)) [b](https://b.example) ![c](https://c.example/x.png)",
        );
        assert_eq!(flat(&read)[0].1.trim(), "<script>alert(1)</script>");
        let links: Vec<_> = read[1].spans.iter().map(|span| span.href.as_deref()).collect();
        assert_eq!(links, [None, Some("https://b.example"), None]);
    }

    #[test]
    fn a_long_description_is_cut_and_says_so() {
        let read = blocks(&"é".repeat(20_001));
        assert_eq!(flat(&read)[1].1, "Cut after 20000 characters.");
    }
}
