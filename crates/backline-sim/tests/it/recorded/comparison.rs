//! Endpoints with what was recorded of them and what the simulator answers, by shape.

use super::read;
use crate::shape::{differences, shape};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// Every endpoint with what was recorded of it and what the simulator answers.
pub struct Comparison {
    pub folder: PathBuf,
    pub found: BTreeSet<(String, String)>,
}

impl Comparison {
    pub fn compare(&mut self, endpoint: &str, recorded: &[&Value], answered: &[&Value]) {
        assert!(!recorded.is_empty() && !answered.is_empty(), "{endpoint}: nothing to compare");
        let found = differences(&shape(recorded.iter().copied()), &shape(answered.iter().copied()));
        self.found.extend(found.into_iter().map(|difference| (endpoint.to_owned(), difference)));
    }

    pub fn files(&self, names: &[&str]) -> Vec<Value> {
        names.iter().map(|name| read(&self.folder, name)).collect()
    }

    pub fn whole(&mut self, endpoint: &str, names: &[&str], answered: &[Value]) {
        let recorded = self.files(names);
        self.compare(endpoint, &recorded.iter().collect::<Vec<_>>(), &answered.iter().collect::<Vec<_>>());
    }

    /// Compares fields of one kind with each other: what they have depends on what they are.
    pub fn fields(&mut self, endpoint: &str, recorded: &[Value], answered: &[Value]) {
        for kind in recorded.iter().map(kind_of).collect::<BTreeSet<_>>() {
            let of_kind = |fields: &'_ [Value]| -> Vec<Value> {
                fields.iter().filter(|field| kind_of(field) == kind).cloned().collect()
            };
            let (one, other) = (of_kind(recorded), of_kind(answered));
            if other.is_empty() {
                self.found.insert((format!("{endpoint} {kind}"), " is not answered".into()));
                continue;
            }
            let endpoint = format!("{endpoint} {kind}");
            self.compare(&endpoint, &one.iter().collect::<Vec<_>>(), &other.iter().collect::<Vec<_>>());
        }
    }
}

/// What follows the last colon of `schema.custom`; else `schema.system` or the id, and that it is Jira's own.
pub fn kind_of(field: &Value) -> String {
    let schema = &field["schema"];
    match schema["custom"].as_str().and_then(|custom| custom.rsplit(':').next()) {
        Some(custom) => custom.to_owned(),
        None => format!("system {}", schema["system"].as_str().or(field["id"].as_str()).unwrap_or_default()),
    }
}
