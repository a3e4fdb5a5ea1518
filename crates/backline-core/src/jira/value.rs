//! A field's value by meaning, so that two spellings of one value compare as equal.

use crate::jira::adf::Doc;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What a field holds, without the spelling that Jira's JSON gives it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", content = "value", rename_all = "snake_case")]
pub enum Value {
    Text(String),
    Rich(Doc),
    /// One option, priority, version or component, by id.
    Choice(String),
    /// Several, without order, by id.
    Choices(BTreeSet<String>),
    /// Labels.
    Words(BTreeSet<String>),
    Date(Date),
    Number(f64),
    /// A person, by account id.
    User(String),
}
