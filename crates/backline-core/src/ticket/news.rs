//! What a ticket is told of changed facts once its block of a document is a person's.
//!
//! Compares what the block would say now with what people read last: the block as we left it, or the comment
//! that spoke for it since.
//!
//! Invariant: facts that changed are said once; facts that did not are not said.

use super::Applied;
use super::desired::Wanted;
use crate::ids::FieldId;
use crate::jira::adf::Doc;
use crate::jira::adf::build::{Builder, text};
use crate::jira::value::Value;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Facts by name, in the words that people read.
pub type Told = BTreeMap<String, String>;

/// What a comment tells in place of a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tells {
    pub field: FieldId,
    pub facts: Told,
}

/// A comment on changed facts.
#[derive(Debug, Clone, PartialEq)]
pub struct News {
    /// Which telling it is, and a hash of what it tells.
    pub key: String,
    pub words: String,
    pub tells: Tells,
}

impl News {
    pub fn body(&self) -> Doc {
        Builder::new().paragraph([text(&self.words)]).doc()
    }
}

/// The rows of a finding's table that are worth a comment: the row, and what it is called in a sentence.
const ROWS: [(&str, &str); 9] = [
    ("Severity", "Severity is"),
    (SCORE, "CVSS score is"),
    ("Identifiers", "Identifiers are"),
    ("Package", "Package is"),
    ("Fixed in", "Fixed version is"),
    ("File", "File is"),
    ("Image", "Image is"),
    ("Resource", "Resource is"),
    ("Fix until", "Due date is"),
];
/// Stands in the table beside the severity.
const SCORE: &str = "CVSS score";
/// The whole text of a document that has no table: one of the mapping's own words.
const TEXT: &str = "text";
/// Longest text that is compared, and longest value that is said.
const TEXT_CHARS_MAX: usize = 4_000;
const VALUE_CHARS_MAX: usize = 300;

/// What changed since people read of it last; `None` where nothing did, or where none of it was ever ours.
pub fn news(applied: &Applied, wanted: &Wanted) -> Option<News> {
    let field = &wanted.field.id;
    let (Value::Rich(now), Some(Value::Rich(block))) = (&wanted.value, applied.fields.get(field)) else {
        return None;
    };
    let now = told(now);
    let before = applied.told.get(field).cloned().unwrap_or_else(|| told(block));
    let words = changes(&before, &now)?;
    let prefix = format!("facts:{field}:");
    let count = applied.comments.iter().filter(|key| key.starts_with(&prefix)).count();
    let key = format!("{prefix}{count}:{}", hash(&now));
    Some(News { key, words, tells: Tells { field: field.clone(), facts: now } })
}

/// Whether two comments are the same telling of the same field: which facts it tells may differ.
pub fn is_same_telling(key: &str, other: &str) -> bool {
    let telling = |key: &str| {
        key.strip_prefix("facts:").and_then(|rest| rest.rsplit_once(':')).map(|it| it.0.to_owned())
    };
    telling(key).is_some() && telling(key) == telling(other)
}

fn told(doc: &Doc) -> Told {
    let rows = doc.content.iter().filter(|node| node["type"] == "table").flat_map(children);
    let mut told = Told::new();
    for row in rows {
        let mut cells = children(row).map(words_of);
        let (Some(name), Some(value)) = (cells.next(), cells.next()) else { continue };
        if name == "Severity" {
            let (severity, score) = severity(&value);
            told.insert(name, severity);
            told.extend(score.map(|score| (SCORE.to_owned(), score)));
        } else if ROWS.iter().any(|(row, _)| *row == name) {
            told.insert(name, value);
        }
    }
    if told.is_empty() {
        let text = doc.plain_text().trim().chars().take(TEXT_CHARS_MAX).collect();
        told.insert(TEXT.to_owned(), text);
    }
    told
}

/// `High, CVSS 7.5 (nvd)`: the word, and the score if one was stated. Who rated it is no news.
fn severity(value: &str) -> (String, Option<String>) {
    let word = value.split([',', '(']).next().unwrap_or_default().trim();
    let score = value.split_once("CVSS ").and_then(|(_, rest)| rest.split_whitespace().next());
    (word.to_owned(), score.map(str::to_owned))
}

fn children(node: &Json) -> impl Iterator<Item = &Json> {
    node["content"].as_array().into_iter().flatten()
}

fn words_of(node: &Json) -> String {
    Doc { content: vec![node.clone()] }.plain_text().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn changes(before: &Told, now: &Told) -> Option<String> {
    if let (Some(before), Some(now)) = (before.get(TEXT), now.get(TEXT)) {
        let known: Vec<&str> = before.lines().map(str::trim).collect();
        let lines = now.lines().map(str::trim).filter(|line| !line.is_empty() && !known.contains(line));
        let lines = lines.collect::<Vec<_>>().join(" ");
        return (!lines.is_empty()).then(|| format!("Backline would now write here: {}", cut(&lines)));
    }
    // Between a table and words of the mapping's own, it is the mapping that changed.
    if before.contains_key(TEXT) || now.contains_key(TEXT) {
        return None;
    }
    let sentence = |(row, name): &(&str, &str)| match (before.get(*row), now.get(*row)) {
        (before, now) if before == now => None,
        (None, Some(now)) => Some(format!("{name} now {}.", cut(now))),
        (Some(before), Some(now)) => Some(format!("{name} now {} (was {}).", cut(now), cut(before))),
        (Some(before), None) => Some(format!("{name} no longer stated (was {}).", cut(before))),
        (None, None) => None,
    };
    let sentences: Vec<String> = ROWS.iter().filter_map(sentence).collect();
    (!sentences.is_empty()).then(|| sentences.join(" "))
}

fn cut(words: &str) -> String {
    if words.chars().count() <= VALUE_CHARS_MAX {
        return words.to_owned();
    }
    let kept: String = words.chars().take(VALUE_CHARS_MAX).collect();
    format!("{}…", kept.trim_end())
}

fn hash(told: &Told) -> String {
    let mut hash = Sha256::new();
    for part in told.iter().flat_map(|(name, value)| [name, value]) {
        hash.update(part.len().to_le_bytes());
        hash.update(part);
    }
    hex::encode(&hash.finalize()[..8])
}
