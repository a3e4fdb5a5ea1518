//! What makes a result the same one in the next scan.
//!
//! Owns the choice among fingerprints, and the hash that stands in where a tool writes none.
//!
//! Invariant: a line number, a message or a severity is never in it. The path always is: tools fingerprint the
//! code around a result, and copied code in two files is two weaknesses.

use super::location::Spot;
use super::wire::SarifResult;
use crate::finding::key;
use serde_json::Value;
use std::collections::BTreeMap;

/// A fingerprint, and whether it is the scanner's own.
pub(super) struct Fingerprint {
    pub hash: String,
    pub is_scanners: bool,
}

/// In order: `fingerprints`, `partialFingerprints`, `correlationGuid`, else a hash of path, enclosing name and
/// snippet. `is_secret` keeps the snippet out, because it holds the secret.
pub(super) fn fingerprint(result: &SarifResult<'_>, spot: &Spot, is_secret: bool) -> Fingerprint {
    let path = spot.path.as_deref().unwrap_or_default();
    let strong = flat(&result.fingerprints.0, |_| true);
    let own = strong.or_else(|| partial(&result.partial_fingerprints.0));
    let own = own.or_else(|| result.correlation_guid.some().map(str::to_owned));
    match own {
        Some(own) => Fingerprint { hash: key::digest(["scanner", path, &own]), is_scanners: true },
        None => {
            let snippet = spot.snippet.as_deref().filter(|_| !is_secret).unwrap_or_default();
            let enclosing = spot.enclosing.as_deref().unwrap_or_default();
            let hash = key::digest(["place", path, enclosing, &normalised(snippet)]);
            Fingerprint { hash, is_scanners: false }
        }
    }
}

fn partial(prints: &BTreeMap<String, Value>) -> Option<String> {
    // GitHub's own is what most tools are matched by, so it stays when a tool adds another.
    flat(prints, |name| name.starts_with("primaryLocationLineHash"))
        .or_else(|| {
            flat(prints, |name| name.to_ascii_lowercase().contains("primarylocation") && !is_unstable(name))
        })
        .or_else(|| flat(prints, |name| !is_unstable(name)))
}

/// A column moves with its line, and a hash of the file changes with any edit of it.
fn is_unstable(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["column", "filehash", "line", "date", "message"].iter().any(|part| name.contains(part))
}

/// The named values in one text; values that are objects or arrays, which some tools write, are followed down.
fn flat(prints: &BTreeMap<String, Value>, is_wanted: impl Fn(&str) -> bool) -> Option<String> {
    let mut parts = Vec::new();
    for (name, value) in prints.iter().filter(|(name, _)| is_wanted(name)) {
        leaves(name, value, &mut parts);
    }
    parts.sort_unstable();
    (!parts.is_empty()).then(|| parts.join("\n"))
}

fn leaves(name: &str, value: &Value, parts: &mut Vec<String>) {
    match value {
        Value::Null => {}
        // Semgrep writes this in place of the fingerprint of all results, unless it is logged in.
        Value::String(text) if ["", "requires login"].contains(&text.trim()) => {}
        Value::String(text) => parts.push(format!("{name}={}", text.trim())),
        Value::Array(values) => values.iter().for_each(|value| leaves(name, value, parts)),
        Value::Object(fields) => {
            fields.iter().for_each(|(field, value)| leaves(&format!("{name}.{field}"), value, parts))
        }
        scalar => parts.push(format!("{name}={scalar}")),
    }
}

/// Code without its white space: another indentation is the same code.
fn normalised(snippet: &str) -> String {
    snippet.split_whitespace().collect()
}
