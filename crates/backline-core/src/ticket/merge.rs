//! The three-way merge of one field.
//!
//! Compares what we last wrote, what Jira holds now and what we want, and says which wins.
//! Knows nothing of HTTP, of Jira's JSON, or of how a field came to be mapped.
//!
//! Invariant: a value changed by a person in Jira is written over only if the mapping says [`Owner::Backline`].

use crate::jira::adf::{Doc, canonical_nodes};
use crate::jira::value::Value;
use crate::mapping::Owner;
use serde_json::Value as Json;
use std::collections::BTreeSet;

/// What becomes of one field.
#[derive(Debug, Clone, PartialEq)]
pub enum Decision {
    /// Nothing is written.
    Keep { rule: &'static str },
    /// The value is written; for a document it is the whole of it, with what people wrote.
    Set { rule: &'static str, value: Value },
    /// Elements of a set are added and removed; the others are left alone.
    Change { rule: &'static str, add: BTreeSet<String>, remove: BTreeSet<String> },
    /// A person has it now.
    Yield { rule: &'static str },
}

/// Names of the rules, each with at least one case in `tests/cases`.
pub const RULES: [&str; 12] = [
    "set once",
    "already so",
    "taken over by a person",
    "ours always",
    "changed here",
    "changed in Jira",
    "was empty",
    "filled by a person",
    "elements changed",
    "elements agree",
    "block replaced",
    "block edited by a person",
];

/// What is known of one field of an existing ticket.
#[derive(Debug, Clone, Copy)]
pub struct Field<'f> {
    pub owner: Owner,
    /// A person took it over in an earlier pass.
    pub is_yielded: bool,
    pub applied: Option<&'f Value>,
    /// Of a set, what counts as applied and was put there by people.
    pub theirs: Option<&'f BTreeSet<String>>,
    pub observed: Option<&'f Value>,
    pub desired: &'f Value,
}

pub fn merge(field: Field<'_>) -> Decision {
    if field.owner == Owner::Once {
        return Decision::Keep { rule: "set once" };
    }
    match field.desired {
        Value::Rich(desired) => merge_document(field, desired),
        Value::Words(desired) | Value::Choices(desired) if field.owner != Owner::Backline => {
            merge_set(field, desired)
        }
        _ => merge_whole(field),
    }
}

/// Whether an issue holds what was written to one of its fields, also where people wrote around it. `before` is what was
/// there for all we knew: of a set only the difference was sent.
pub fn has_landed(owner: Owner, before: Option<&Value>, written: &Value, observed: Option<&Value>) -> bool {
    if observed == Some(written) {
        return true;
    }
    match written {
        Value::Rich(document) => {
            let (applied, desired) = (Some(written), written);
            let field = Field { owner, is_yielded: false, applied, theirs: None, observed, desired };
            matches!(merge_document(field, document), Decision::Keep { .. })
        }
        Value::Words(written) | Value::Choices(written) if owner != Owner::Backline => {
            let (before, observed) = (elements(before), elements(observed));
            let mut added = written.difference(&before).peekable();
            let is_added = added.peek().is_none() || added.any(|element| observed.contains(element));
            is_added && before.difference(written).all(|element| !observed.contains(element))
        }
        _ => false,
    }
}

fn merge_whole(field: Field<'_>) -> Decision {
    let set = |rule| Decision::Set { rule, value: field.desired.clone() };
    if field.observed == Some(field.desired) {
        return Decision::Keep { rule: "already so" };
    }
    if field.owner == Owner::Backline {
        return set("ours always");
    }
    if field.is_yielded {
        return Decision::Keep { rule: "taken over by a person" };
    }
    match (field.applied, field.observed) {
        (applied, observed) if applied.is_some() && applied == observed => set("changed here"),
        (Some(_), _) => Decision::Yield { rule: "changed in Jira" },
        (None, None) => set("was empty"),
        (None, Some(_)) => Decision::Yield { rule: "filled by a person" },
    }
}

/// An element that we added and a person removed stays removed; one that a person added stays.
fn merge_set(field: Field<'_>, desired: &BTreeSet<String>) -> Decision {
    let applied = elements(field.applied);
    let observed = elements(field.observed);
    let is_theirs = |e: &String| field.theirs.is_some_and(|theirs| theirs.contains(e));
    let add: BTreeSet<String> =
        desired.iter().filter(|e| !observed.contains(*e) && !applied.contains(*e)).cloned().collect();
    let is_left = |e: &&String| !desired.contains(*e) && observed.contains(*e) && !is_theirs(e);
    let remove: BTreeSet<String> = applied.iter().filter(is_left).cloned().collect();
    match add.is_empty() && remove.is_empty() {
        true => Decision::Keep { rule: "elements agree" },
        false => Decision::Change { rule: "elements changed", add, remove },
    }
}

/// The wanted elements that people put there, now or before: what we did not add we shall not remove.
pub fn theirs(field: Field<'_>) -> BTreeSet<String> {
    let applied = elements(field.applied);
    let observed = elements(field.observed);
    let was_theirs = |e: &String| field.theirs.is_some_and(|theirs| theirs.contains(e));
    let is_theirs = |e: &String| was_theirs(e) || observed.contains(e) && !applied.contains(e);
    elements(Some(field.desired)).into_iter().filter(is_theirs).collect()
}

fn elements(value: Option<&Value>) -> BTreeSet<String> {
    match value {
        Some(Value::Words(set) | Value::Choices(set)) => set.clone(),
        _ => BTreeSet::new(),
    }
}

/// Our block is found as the run of nodes that we wrote last; only it is replaced.
fn merge_document(field: Field<'_>, desired: &Doc) -> Decision {
    let empty = Doc::default();
    let observed = match field.observed {
        Some(Value::Rich(doc)) => doc,
        _ => &empty,
    };
    let Some(Value::Rich(applied)) = field.applied else {
        return match observed.is_empty() {
            true => Decision::Set { rule: "was empty", value: field.desired.clone() },
            false if field.owner == Owner::Backline => {
                let content = desired.content.iter().chain(&observed.content).cloned().collect();
                Decision::Set { rule: "ours always", value: Value::Rich(Doc { content }) }
            }
            false => Decision::Yield { rule: "filled by a person" },
        };
    };
    if field.is_yielded && field.owner != Owner::Backline {
        return Decision::Keep { rule: "taken over by a person" };
    }
    match find_block(&observed.content, &applied.content) {
        Some(_) if applied == desired => Decision::Keep { rule: "already so" },
        Some(at) => {
            let mut content = observed.content.clone();
            content.splice(at..at + applied.content.len(), desired.content.iter().cloned());
            Decision::Set { rule: "block replaced", value: Value::Rich(Doc { content }) }
        }
        None if find_block(&observed.content, &desired.content).is_some() => {
            Decision::Keep { rule: "already so" }
        }
        None => Decision::Yield { rule: "block edited by a person" },
    }
}

/// Where a run of blocks stands in a document, told by meaning.
fn find_block(observed: &[Json], block: &[Json]) -> Option<usize> {
    let single = |node: &Json| canonical_nodes(std::slice::from_ref(node));
    let observed: Vec<_> = observed.iter().map(single).collect();
    let block: Vec<_> = block.iter().map(single).collect();
    if block.is_empty() || observed.len() < block.len() {
        return None;
    }
    observed.windows(block.len()).position(|window| window == block)
}

#[cfg(test)]
mod tests;
