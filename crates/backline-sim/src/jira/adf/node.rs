//! The rules of each node: which attributes, children and marks it may have.

use super::Unfit;
use serde_json::Value;

const INLINE: &[&str] =
    &["text", "hardBreak", "inlineCard", "mention", "status", "emoji", "date", "mediaInline", "placeholder"];
const LISTS: &[&str] = &["bulletList", "orderedList", "taskList", "decisionList"];
const MEDIA: &[&str] = &["mediaSingle", "mediaGroup"];
const CARDS: &[&str] = &["blockCard", "embedCard"];

struct Rule {
    attributes: &'static [&'static str],
    children: &'static [&'static [&'static str]],
    /// Whether the node must have a child.
    is_filled: bool,
}

const fn rule(
    attributes: &'static [&'static str],
    children: &'static [&'static [&'static str]],
    is_filled: bool,
) -> Option<Rule> {
    Some(Rule { attributes, children, is_filled })
}

fn rule_of(kind: &str) -> Option<Rule> {
    match kind {
        "doc" => rule(
            &[],
            &[
                &["paragraph", "heading", "codeBlock", "blockquote", "rule", "panel", "table", "expand"],
                LISTS,
                MEDIA,
                CARDS,
            ],
            false,
        ),
        "paragraph" => rule(&["localId"], &[INLINE], false),
        "heading" => rule(&["level", "localId"], &[INLINE], false),
        "bulletList" => rule(&["localId"], &[&["listItem"]], true),
        "orderedList" => rule(&["order", "localId"], &[&["listItem"]], true),
        "listItem" => rule(
            &["localId"],
            &[&["paragraph", "codeBlock", "bulletList", "orderedList", "taskList"], MEDIA],
            true,
        ),
        "codeBlock" => rule(&["language", "uniqueId", "localId"], &[&["text"]], false),
        "blockquote" => {
            rule(&["localId"], &[&["paragraph", "codeBlock", "bulletList", "orderedList"], MEDIA], true)
        }
        "rule" => rule(&["localId"], &[], false),
        "panel" => rule(
            &["panelType", "panelIcon", "panelIconId", "panelIconText", "panelColor", "localId"],
            &[&["paragraph", "heading", "codeBlock", "rule"], LISTS, MEDIA, CARDS],
            true,
        ),
        "table" => rule(
            &["isNumberColumnEnabled", "layout", "localId", "width", "displayMode"],
            &[&["tableRow"]],
            true,
        ),
        "tableRow" => rule(&["localId"], &[&["tableHeader", "tableCell"]], true),
        "tableHeader" | "tableCell" => rule(
            &["colspan", "rowspan", "colwidth", "background", "localId"],
            &[
                &["paragraph", "heading", "codeBlock", "blockquote", "rule", "panel", "nestedExpand"],
                LISTS,
                MEDIA,
                CARDS,
            ],
            true,
        ),
        "expand" => rule(
            &["title", "localId"],
            &[
                &[
                    "paragraph",
                    "heading",
                    "codeBlock",
                    "blockquote",
                    "rule",
                    "panel",
                    "table",
                    "nestedExpand",
                ],
                LISTS,
                MEDIA,
                CARDS,
            ],
            true,
        ),
        "nestedExpand" => {
            rule(&["title", "localId"], &[&["paragraph", "heading", "codeBlock"], LISTS, MEDIA], true)
        }
        "taskList" => rule(&["localId"], &[&["taskItem", "taskList"]], true),
        "taskItem" => rule(&["localId", "state"], &[INLINE], false),
        "decisionList" => rule(&["localId"], &[&["decisionItem"]], true),
        "decisionItem" => rule(&["localId", "state"], &[INLINE], false),
        "text" => rule(&[], &[], false),
        "hardBreak" => rule(&["text", "localId"], &[], false),
        "inlineCard" | "blockCard" => rule(&["url", "data", "localId"], &[], false),
        "embedCard" => {
            rule(&["url", "layout", "width", "originalHeight", "originalWidth", "localId"], &[], false)
        }
        "mention" => rule(&["id", "text", "accessLevel", "userType", "localId"], &[], false),
        "status" => rule(&["text", "color", "localId", "style"], &[], false),
        "emoji" => rule(&["shortName", "id", "text", "localId"], &[], false),
        "date" => rule(&["timestamp", "localId"], &[], false),
        "placeholder" => rule(&["text", "localId"], &[], false),
        _ => None,
    }
}

pub fn check(node: &Value) -> Result<(), Unfit> {
    let kind = node.get("type").and_then(Value::as_str).ok_or(Unfit::Invalid)?;
    if matches!(kind, "media" | "mediaSingle" | "mediaGroup" | "mediaInline") {
        return Err(Unfit::Media);
    }
    let rule = rule_of(kind).ok_or(Unfit::Invalid)?;
    check_attributes(node, kind, &rule)?;
    check_marks(node, kind)?;
    let empty = Vec::new();
    let children = match node.get("content") {
        None => &empty,
        Some(Value::Array(children)) => children,
        Some(_) => return Err(Unfit::Invalid),
    };
    if rule.is_filled && children.is_empty() {
        return Err(Unfit::Invalid);
    }
    for child in children {
        let child_kind = child.get("type").and_then(Value::as_str).ok_or(Unfit::Invalid)?;
        if !rule.children.iter().any(|kinds| kinds.contains(&child_kind)) {
            return Err(Unfit::Invalid);
        }
        if kind == "codeBlock" && child.get("marks").and_then(Value::as_array).is_some_and(|m| !m.is_empty())
        {
            return Err(Unfit::Invalid);
        }
        check(child)?;
    }
    Ok(())
}

fn check_attributes(node: &Value, kind: &str, rule: &Rule) -> Result<(), Unfit> {
    let attributes = match node.get("attrs") {
        None => None,
        Some(Value::Object(attributes)) => Some(attributes),
        Some(_) => return Err(Unfit::Invalid),
    };
    if attributes
        .is_some_and(|attributes| attributes.keys().any(|key| !rule.attributes.contains(&key.as_str())))
    {
        return Err(Unfit::Invalid);
    }
    let attribute = |name: &str| attributes.and_then(|attributes| attributes.get(name));
    let text = |name: &str| attribute(name).and_then(Value::as_str);
    let is_fine = match kind {
        "heading" => attribute("level").and_then(Value::as_u64).is_some_and(|n| (1..=6).contains(&n)),
        "panel" => text("panelType").is_some_and(|kind| {
            ["info", "note", "warning", "error", "success", "tip", "custom"].contains(&kind)
        }),
        "inlineCard" | "blockCard" => attribute("url").is_some() || attribute("data").is_some(),
        "mention" => text("id").is_some(),
        "status" => text("text").is_some_and(|t| !t.is_empty()) && text("color").is_some(),
        "emoji" => text("shortName").is_some(),
        "date" => text("timestamp").is_some(),
        "text" => node.get("text").is_some_and(Value::is_string),
        _ => true,
    };
    if is_fine { Ok(()) } else { Err(Unfit::Invalid) }
}

fn check_marks(node: &Value, kind: &str) -> Result<(), Unfit> {
    let marks = match node.get("marks") {
        None => return Ok(()),
        Some(Value::Array(marks)) => marks,
        Some(_) => return Err(Unfit::Invalid),
    };
    let mut kinds = Vec::with_capacity(marks.len());
    for mark in marks {
        let mark_kind = mark.get("type").and_then(Value::as_str).ok_or(Unfit::Invalid)?;
        let attribute = |name: &str| mark.get("attrs").and_then(|attributes| attributes.get(name));
        let is_fine = match mark_kind {
            "strong" | "em" | "code" | "strike" | "underline" => mark.get("attrs").is_none(),
            "link" => attribute("href").is_some_and(Value::is_string),
            "subsup" => attribute("type").is_some(),
            "textColor" | "backgroundColor" | "border" => attribute("color").is_some(),
            "annotation" => true,
            "alignment" | "indentation" => matches!(kind, "paragraph" | "heading"),
            "breakout" => matches!(kind, "codeBlock" | "expand" | "table"),
            _ => false,
        };
        if !is_fine {
            return Err(Unfit::Invalid);
        }
        kinds.push(mark_kind);
    }
    let stands_alone = kinds.iter().all(|kind| matches!(*kind, "code" | "link" | "annotation"));
    if kinds.contains(&"code") && !stands_alone { Err(Unfit::Invalid) } else { Ok(()) }
}
