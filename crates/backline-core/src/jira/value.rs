//! A field's value by meaning, so that two spellings of one value compare as equal.

use crate::jira::adf::Doc;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use std::collections::BTreeSet;

/// What a field holds, without the spelling that Jira's JSON gives it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", content = "value", rename_all = "snake_case")]
pub enum Value {
    Text(String),
    Rich(Doc),
    /// One option, priority, version, component, project, issue, team or sprint by id; a group by name.
    Choice(String),
    /// An option and the one below it, by id.
    Nested {
        parent: String,
        child: Option<String>,
    },
    /// Several, without order, by id.
    Choices(BTreeSet<String>),
    /// Labels, and texts of an app.
    Words(BTreeSet<String>),
    Date(Date),
    Moment(Timestamp),
    Number(f64),
    /// A person, by account id.
    User(String),
    /// What an app defined.
    Object(Json),
}
