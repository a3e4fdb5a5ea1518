//! Jira's ideas as plain values: fields and their metadata, values, documents, workflows. No HTTP.

pub mod adf;
pub mod field;
pub mod issue;
pub mod kind;
pub mod value;
pub mod workflow;
