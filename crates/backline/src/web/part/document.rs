//! A Jira document as blocks that a template can print: what Backline composes, and the words of anything else.

use super::link;
use super::prose::Span;
use backline_core::jira::adf::Doc;
use serde_json::Value as Json;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    Heading(Vec<Span>),
    Paragraph(Vec<Span>),
    Items(Vec<Vec<Span>>),
    /// Each row's name and value.
    Facts(Vec<(Vec<Span>, Vec<Span>)>),
}

pub fn blocks(doc: &Doc) -> Vec<Block> {
    doc.content.iter().filter_map(block).collect()
}

fn block(node: &Json) -> Option<Block> {
    let children = || node["content"].as_array().into_iter().flatten();
    Some(match node["type"].as_str()? {
        "heading" => Block::Heading(spans(node)),
        "bulletList" | "orderedList" => Block::Items(children().map(spans).collect()),
        "table" => Block::Facts(children().filter_map(fact).collect()),
        _ => Block::Paragraph(spans(node)),
    })
}

fn fact(row: &Json) -> Option<(Vec<Span>, Vec<Span>)> {
    let [name, value] = row["content"].as_array()?.as_slice() else { return None };
    Some((spans(name), spans(value)))
}

/// The text below a node, however deep.
fn spans(node: &Json) -> Vec<Span> {
    match node["type"].as_str() {
        Some("text") => vec![span(node)],
        Some("hardBreak") => vec![Span { text: "\n".to_owned(), ..Span::default() }],
        _ => node["content"].as_array().into_iter().flatten().flat_map(spans).collect(),
    }
}

fn span(node: &Json) -> Span {
    let marks = || node["marks"].as_array().into_iter().flatten();
    let has = |name: &str| marks().any(|mark| mark["type"] == name);
    let href = marks().find_map(|mark| mark["attrs"]["href"].as_str()).and_then(link::web);
    Span {
        text: node["text"].as_str().unwrap_or_default().to_owned(),
        is_code: has("code"),
        is_strong: has("strong"),
        href: href.map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::{Block, blocks};
    use crate::web::part::prose::Span;
    use backline_core::jira::adf::build::{Builder, code, link, text};

    #[test]
    fn what_is_composed_is_shown_as_it_is_built() {
        let doc = Builder::new()
            .heading(3, "How")
            .facts([("Package", vec![code("lodash"), text(" 4.17.4")])])
            .bullets([vec![link("more", "https://a.example/")]])
            .doc();
        let plain = |text: &str| Span { text: text.to_owned(), ..Span::default() };
        let lodash = Span { is_code: true, ..plain("lodash") };
        let more = Span { href: Some("https://a.example/".to_owned()), ..plain("more") };
        assert_eq!(
            blocks(&doc),
            [
                Block::Heading(vec![plain("How")]),
                Block::Facts(vec![(vec![plain("Package")], vec![lodash, plain(" 4.17.4")])]),
                Block::Items(vec![vec![more]]),
            ]
        );
    }
}
