use super::of_document;
use super::read::onto;
use crate::jira::adf::accept;
use serde_json::{Value, json};

fn doc(content: Value) -> Value {
    json!({"type": "doc", "version": 1, "content": content})
}

fn paragraph(text: &str) -> Value {
    json!({"type": "paragraph", "content": [{"type": "text", "text": text}]})
}

/// Everything that Markdown can say comes back as it was, also when no block is known beforehand.
#[test]
fn what_markdown_can_say_survives_the_way() {
    let all = doc(json!([
        {"type": "heading", "attrs": {"level": 2}, "content": [{"type": "text", "text": "1. #not a list"}]},
        {"type": "paragraph", "content": [
            {"type": "text", "text": "a *star*, _line_, snake_case, <tag> & [x] "},
            {"type": "text", "text": "loud", "marks": [{"type": "strong"}]},
            {"type": "text", "text": " "},
            {"type": "text", "text": "let `x`", "marks": [{"type": "code"}]},
            {"type": "hardBreak"},
            {"type": "text", "text": "# still text, "},
            {"type": "text", "text": "here", "marks": [{"type": "link", "attrs": {"href": "https://a.example/(b)"}}]},
        ]},
        {"type": "bulletList", "content": [
            {"type": "listItem", "content": [paragraph("one"), {"type": "orderedList", "attrs": {"order": 3}, "content": [
                {"type": "listItem", "content": [paragraph("deep")]}]}]},
            {"type": "listItem", "content": [paragraph("- two")]},
        ]},
        {"type": "codeBlock", "attrs": {"language": "sh"}, "content": [{"type": "text", "text": "a\n\n```\nb"}]},
        {"type": "panel", "attrs": {"panelType": "warning"}, "content": [paragraph("mind"), paragraph("the gap")]},
        {"type": "blockquote", "content": [paragraph("said")]},
        {"type": "rule"},
        {"type": "table", "content": [
            {"type": "tableRow", "content": [{"type": "tableHeader", "content": [paragraph("a|b")]}]},
            {"type": "tableRow", "content": [{"type": "tableCell", "content": [paragraph("c")]}]},
        ]},
    ]));
    let text = of_document(&all.to_string());
    assert_eq!(onto("", &text.replace('\n', "\r\n")), all, "{text}");
}

#[test]
fn a_block_that_was_not_touched_keeps_what_markdown_cannot_say() {
    let expand = json!({"type": "expand", "attrs": {"title": "More"}, "content": [paragraph("inside")]});
    let status = json!({"type": "paragraph", "content": [
        {"type": "status", "attrs": {"text": "FIXED", "color": "green"}}]});
    let before =
        doc(json!([paragraph("same"), status, paragraph("old"), expand, paragraph("same")])).to_string();
    let typed = of_document(&before).replace("old", "new\n\nand more");
    let after = onto(&before, &typed);
    let wanted = json!([
        paragraph("same"),
        status,
        paragraph("new"),
        paragraph("and more"),
        expand,
        paragraph("same")
    ]);
    assert_eq!(after["content"], wanted);
    assert_eq!(onto(&before, ""), doc(json!([])));
}

#[test]
fn whatever_is_typed_is_a_document() {
    for text in [
        "> # a\n> | a |\n> | --- |\n> | b |\n> > deep\n> ---",
        "- # a\n- > b\n- | a |\n  | --- |\n  | b |\n-\n- ---",
        "<script>alert(1)</script>\n\n<b>a</b> ![x](y) **_`z`_**",
        "[a **b [c](d)**](e)\n\n|a|b|\n|---|---|\n||",
        "> [!NOTE]\n> > b\n\n```\n```\n\n[^1]: a\n\n1) x\n\n\n    code\n\n\u{0}",
        "***a** b*\n===\n\n~~a\n---",
        &"> ".repeat(9_000),
        &"- ".repeat(9_000),
        &format!("{}a", "*_".repeat(9_000)),
    ] {
        let document = onto("", text);
        assert!(accept(&document).is_ok(), "{:?}", text.get(..80));
        assert!(serde_json::from_str::<Value>(&document.to_string()).is_ok(), "it can be read back");
    }
}
