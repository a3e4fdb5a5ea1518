//! Rich text as people type it: Markdown, for a page has no editor without scripts.
//!
//! [`of_document`] writes a stored document as Markdown and [`read::onto`] reads it back. Markdown cannot say
//! everything that a document can, so a block whose text comes back as it was shown keeps its nodes as they were.

pub mod read;

use serde_json::Value;

/// The document as it is shown in a text area.
pub fn of_document(document: &str) -> String {
    let units = units(document);
    let blocks: Vec<&str> = units.iter().map(|unit| unit.text.as_str()).collect();
    blocks.join("\n\n")
}

/// Nodes at the top of a document that are typed as one block. Those of which nothing can be typed, such as an
/// empty paragraph, go with the block before them.
struct Unit {
    text: String,
    nodes: Vec<Value>,
}

fn units(document: &str) -> Vec<Unit> {
    let document: Value = serde_json::from_str(document).unwrap_or_default();
    let mut units: Vec<Unit> = Vec::new();
    for node in children(&document) {
        let text = block(node).trim_matches('\n').to_owned();
        match units.last_mut() {
            Some(last) if text.is_empty() => last.nodes.push(node.clone()),
            _ => units.push(Unit { text, nodes: vec![node.clone()] }),
        }
    }
    units
}

fn children(node: &Value) -> impl Iterator<Item = &Value> {
    node.get("content").and_then(Value::as_array).into_iter().flatten()
}

fn kind(node: &Value) -> &str {
    node.get("type").and_then(Value::as_str).unwrap_or_default()
}

fn attribute<'a>(node: &'a Value, name: &str) -> Option<&'a Value> {
    node.get("attrs").and_then(|attributes| attributes.get(name))
}

fn text_attribute<'a>(node: &'a Value, name: &str) -> &'a str {
    attribute(node, name).and_then(Value::as_str).unwrap_or_default()
}

fn block(node: &Value) -> String {
    match kind(node) {
        "heading" => {
            let level = attribute(node, "level").and_then(Value::as_u64).unwrap_or(3);
            format!("{} {}", "#".repeat(level as usize), inline(node).replace('\n', " "))
        }
        "codeBlock" => {
            let code: String = children(node).filter_map(|text| text.get("text")?.as_str()).collect();
            let fence = "`".repeat(3.max(longest_run(&code) + 1));
            format!("{fence}{}\n{code}\n{fence}", text_attribute(node, "language"))
        }
        "blockquote" => behind("> ", &blocks(node)),
        "panel" => {
            let tag = ALERTS.iter().find(|(_, panel)| *panel == text_attribute(node, "panelType"));
            behind("> ", &format!("[!{}]\n{}", tag.map_or("NOTE", |(tag, _)| tag), blocks(node)))
        }
        "rule" => "---".to_owned(),
        "bulletList" | "taskList" | "decisionList" => list(node, |_| "- ".to_owned()),
        "orderedList" => {
            let first = attribute(node, "order").and_then(Value::as_u64).unwrap_or(1);
            list(node, |n| format!("{}. ", first + n as u64))
        }
        "table" => table(node),
        "blockCard" | "embedCard" => format!("<{}>", text_attribute(node, "url")),
        "expand" | "nestedExpand" => {
            format!("**{}**\n\n{}", escape(text_attribute(node, "title")), blocks(node))
        }
        _ => inline(node),
    }
}

/// Words of a quotation that make a panel of it, and the panel.
const ALERTS: [(&str, &str); 5] = [
    ("NOTE", "info"),
    ("TIP", "success"),
    ("IMPORTANT", "note"),
    ("WARNING", "warning"),
    ("CAUTION", "error"),
];

fn blocks(node: &Value) -> String {
    children(node).map(block).collect::<Vec<_>>().join("\n\n")
}

fn behind(prefix: &str, text: &str) -> String {
    let lines = text.lines().map(|line| format!("{prefix}{line}").trim_end().to_owned());
    lines.collect::<Vec<_>>().join("\n")
}

fn list(node: &Value, marker: impl Fn(usize) -> String) -> String {
    let items = children(node).enumerate().map(|(n, item)| {
        let marker = marker(n);
        let is_plain = matches!(kind(item), "taskItem" | "decisionItem");
        let parts: Vec<String> =
            if is_plain { vec![inline(item)] } else { children(item).map(block).collect() };
        let text = parts.join(if children(item).skip(1).all(stays_close) { "\n" } else { "\n\n" });
        let indent = " ".repeat(marker.len());
        let mut lines = text.lines();
        let first = format!("{marker}{}", lines.next().unwrap_or_default());
        let rest = lines.map(|line| format!("{indent}{line}").trim_end().to_owned());
        std::iter::once(first).chain(rest).collect::<Vec<_>>().join("\n")
    });
    items.collect::<Vec<_>>().join("\n")
}

/// Whether a block needs no empty line between itself and the line above: a list that does not begin with another
/// number than one.
fn stays_close(node: &Value) -> bool {
    match kind(node) {
        "bulletList" => true,
        "orderedList" => attribute(node, "order").and_then(Value::as_u64).unwrap_or(1) == 1,
        _ => false,
    }
}

fn table(node: &Value) -> String {
    let row = |row: &Value| {
        let cells = children(row).map(|cell| {
            let text = children(cell).map(block).collect::<Vec<_>>().join(" ");
            text.replace('\n', " ").replace('|', "\\|")
        });
        format!("| {} |", cells.collect::<Vec<_>>().join(" | "))
    };
    let mut lines: Vec<String> = children(node).map(row).collect();
    let width = children(node).next().map_or(0, |first| children(first).count());
    lines.insert(lines.len().min(1), format!("|{}", " --- |".repeat(width)));
    lines.join("\n")
}

fn inline(node: &Value) -> String {
    let mut out = String::new();
    for child in children(node) {
        match kind(child) {
            "text" => out.push_str(&marked(child)),
            "hardBreak" => out.push('\n'),
            "mention" | "status" => out.push_str(&escape(text_attribute(child, "text"))),
            "emoji" => out.push_str(&escape(text_attribute(child, "shortName"))),
            "date" => out.push_str(&escape(text_attribute(child, "timestamp"))),
            "inlineCard" => out.push_str(&format!("<{}>", text_attribute(child, "url"))),
            _ => out.push_str(&inline(child)),
        }
    }
    out.lines().map(escape_start).collect::<Vec<_>>().join("\n")
}

fn marked(node: &Value) -> String {
    let text = node.get("text").and_then(Value::as_str).unwrap_or_default();
    let marks: Vec<&Value> = node.get("marks").and_then(Value::as_array).into_iter().flatten().collect();
    let mut out = if marks.iter().any(|mark| kind(mark) == "code") {
        let fence = "`".repeat(longest_run(text) + 1);
        let space = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
        format!("{fence}{space}{text}{space}{fence}")
    } else {
        escape(text)
    };
    for mark in marks {
        out = match kind(mark) {
            "strong" => format!("**{out}**"),
            "em" => format!("*{out}*"),
            "strike" => format!("~~{out}~~"),
            "link" => format!("[{out}](<{}>)", text_attribute(mark, "href")),
            _ => out,
        };
    }
    out
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or_default()
}

/// Keeps what would be Markdown from being read as such.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let letters: Vec<char> = text.chars().collect();
    for (n, c) in letters.iter().enumerate() {
        let beside =
            |at: Option<usize>| at.and_then(|at| letters.get(at)).is_some_and(|c| c.is_alphanumeric());
        let is_inside_word = beside(n.checked_sub(1)) && beside(Some(n + 1));
        if matches!(c, '\\' | '*' | '`' | '[' | ']' | '<' | '~' | '&') || *c == '_' && !is_inside_word {
            out.push('\\');
        }
        out.push(*c);
    }
    out
}

/// The same for what would begin a block.
fn escape_start(line: &str) -> String {
    let text = line.trim_start();
    let digits = text.chars().take_while(char::is_ascii_digit).count();
    let mut after = text[digits..].chars();
    let is_point = matches!(after.next(), Some('.' | ')'));
    let is_numbered = digits > 0 && is_point && after.next().is_none_or(char::is_whitespace);
    if is_numbered {
        return format!("{}\\{}", &text[..digits], &text[digits..]);
    }
    if text.starts_with(['#', '>', '-', '+', '=', '|']) { format!("\\{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests;
