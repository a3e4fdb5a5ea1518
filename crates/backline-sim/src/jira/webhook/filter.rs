//! The JQL of a registration: a subset of the language, checked when it is registered and asked at each event.
//!
//! Source: `jqlFilter` of `WebhookDetails` in Jira's OpenAPI document, and `priority` from the page on webhooks.
//! Of the error texts only "The clause watchCount is unsupported" is published; the others are in its manner.

use crate::jira::config::Config;
use crate::jira::jql::{self, Clause, Expr, Op, Operand};

const FIELDS: [&str; 8] =
    ["issuekey", "key", "project", "issuetype", "status", "assignee", "reporter", "priority"];
/// Of custom fields only that with the epic's label can be asked for.
const EPIC_LABEL: &str = "com.pyxis.greenhopper.jira:gh-epic-label";

/// Reads a filter.
///
/// # Errors
/// Everything that is not part of the subset, one text each.
pub fn read(text: &str, config: &Config) -> Result<Expr, Vec<String>> {
    if text.trim().is_empty() {
        return Err(vec!["The JQL filter is required".into()]);
    }
    let mut expr = jql::parse_filter(text).map_err(|problem| vec![problem])?;
    let mut problems = Vec::new();
    check(&mut expr, config, &mut problems);
    if problems.is_empty() { Ok(expr) } else { Err(problems) }
}

fn check(expr: &mut Expr, config: &Config, problems: &mut Vec<String>) {
    match expr {
        Expr::And(parts) | Expr::Or(parts) => {
            parts.iter_mut().for_each(|part| check(part, config, problems));
        }
        Expr::Not(inner) => check(inner, config, problems),
        Expr::Clause(clause) => problems.extend(problem(clause, config)),
    }
}

/// What is wrong with a clause; one that is right gets its field's name in lower case, as evaluation wants it.
fn problem(clause: &mut Clause, config: &Config) -> Option<String> {
    let name = clause.field.to_lowercase();
    let is_property = name.starts_with(jql::PROPERTY);
    if !is_property && !FIELDS.contains(&name.as_str()) && !is_epic_label(&name, config) {
        return Some(format!("The clause {} is unsupported", clause.field));
    }
    if !matches!(clause.op, Op::Equals | Op::NotEquals | Op::In | Op::NotIn) {
        return Some(format!("The operator of the clause {} is unsupported", clause.field));
    }
    let function = clause.values.iter().find_map(|value| match value {
        Operand::Function(name, _) => Some(name),
        _ => None,
    });
    if let Some(function) = function {
        return Some(format!("The function {function} is unsupported"));
    }
    // The key and path of a property keep their case.
    let kept = clause.field.get(jql::PROPERTY.len()..).filter(|_| is_property);
    clause.field = kept.map_or(name, |kept| format!("{}{kept}", jql::PROPERTY));
    None
}

fn is_epic_label(name: &str, config: &Config) -> bool {
    let no = name.strip_prefix("cf[").and_then(|rest| rest.strip_suffix(']')).and_then(|no| no.parse().ok());
    no.and_then(|no| config.fields.get(&no)).is_some_and(|field| field.custom == Some(EPIC_LABEL))
}
