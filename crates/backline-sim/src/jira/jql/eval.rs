//! Whether an issue of the index satisfies a query.

use super::time::moment;
use super::{Clause, Expr, Op, Operand};
use crate::jira::adf;
use crate::jira::config::Category;
use crate::jira::field::{
    ASSIGNEE, COMPONENTS, DESCRIPTION, DUE_DATE, FIX_VERSIONS, FieldNo, LABELS, PARENT, PRIORITY, REPORTER,
    RESOLUTION, SUMMARY,
};
use crate::jira::issue::Issue;
use crate::jira::look::Look;
use serde_json::Value;

pub fn matches(look: &Look, issue: &Issue, expr: &Expr, now_ms: i64) -> bool {
    match expr {
        Expr::And(parts) => parts.iter().all(|part| matches(look, issue, part, now_ms)),
        Expr::Or(parts) => parts.iter().any(|part| matches(look, issue, part, now_ms)),
        Expr::Not(inner) => !matches(look, issue, inner, now_ms),
        Expr::Clause(clause) => clause_matches(look, issue, clause, now_ms),
    }
}

fn clause_matches(look: &Look, issue: &Issue, clause: &Clause, now_ms: i64) -> bool {
    if let Some(at_ms) = time_of(issue, &clause.field) {
        return compare_times(at_ms, clause, now_ms);
    }
    match clause.field.as_str() {
        "summary" | "text" | "description" => compare_texts(issue, clause),
        _ => compare_names(&names(look, issue, &clause.field), look, clause),
    }
}

/// The time field with this name: absent when it is none, `None` inside when the issue has no value.
fn time_of(issue: &Issue, field: &str) -> Option<Option<i64>> {
    let day = || {
        let date: jiff::civil::Date = issue.text(DUE_DATE).parse().ok()?;
        let zone = jiff::tz::offset(crate::jira::look::OFFSET_HOURS).to_time_zone();
        Some(date.to_zoned_datetime(zone).ok()?.timestamp().as_millisecond())
    };
    match field {
        "created" | "createddate" => Some(Some(issue.created_ms)),
        "updated" | "updateddate" => Some(Some(issue.updated_ms)),
        "resolved" | "resolutiondate" => Some(issue.resolved_ms),
        "duedate" | "due" => Some(day()),
        _ => None,
    }
}

fn compare_times(at_ms: Option<i64>, clause: &Clause, now_ms: i64) -> bool {
    let Some(at_ms) = at_ms else {
        return matches!((clause.op, clause.values.first()), (Op::Is | Op::Equals, Some(Operand::Empty)));
    };
    let Some(limit) = clause.values.first().and_then(|operand| moment(operand, now_ms)) else {
        return matches!(clause.op, Op::IsNot | Op::NotEquals);
    };
    match clause.op {
        Op::Less => at_ms < limit,
        Op::LessOrEqual => at_ms <= limit,
        Op::Greater => at_ms > limit,
        Op::GreaterOrEqual => at_ms >= limit,
        Op::Equals => at_ms == limit,
        _ => at_ms != limit,
    }
}

/// Every word of the operand stands in the text; `*` at a word's end stands for its rest, quotes for a phrase.
fn compare_texts(issue: &Issue, clause: &Clause) -> bool {
    let mut text = String::new();
    if clause.field != "description" {
        text.push_str(issue.text(SUMMARY));
    }
    if clause.field != "summary" {
        text.push(' ');
        text.push_str(&adf::text::of_document(issue.text(DESCRIPTION)));
    }
    let text = text.to_lowercase();
    let Some(Operand::Text(wanted)) = clause.values.first() else {
        let is_empty = text.trim().is_empty();
        return if matches!(clause.op, Op::IsNot | Op::NotEquals) { !is_empty } else { is_empty };
    };
    let wanted = wanted.to_lowercase();
    let has = if let Some(phrase) = wanted.strip_prefix('"').and_then(|w| w.strip_suffix('"')) {
        text.contains(phrase)
    } else {
        let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric() && !"-_.".contains(c)).collect();
        wanted.split_whitespace().all(|wanted| match wanted.strip_suffix('*') {
            Some(start) => words.iter().any(|word| word.starts_with(start)),
            None => {
                words.contains(&wanted)
                    || wanted.contains(|c: char| !c.is_alphanumeric()) && text.contains(wanted)
            }
        })
    };
    has != matches!(clause.op, Op::NotContains | Op::NotEquals)
}

fn compare_names(names: &[String], look: &Look, clause: &Clause) -> bool {
    let has = |operand: &Operand| match operand {
        Operand::Empty => names.is_empty(),
        Operand::Text(text) => names.iter().any(|name| name.eq_ignore_ascii_case(text)),
        Operand::Function(function, _) => {
            function == "currentuser" && names.iter().any(|name| name == look.viewer.account_id)
        }
    };
    let number = |text: &str| text.rsplit('-').next().and_then(|n| n.parse::<f64>().ok());
    let compare = |test: fn(f64, f64) -> bool| {
        let Some(Operand::Text(limit)) = clause.values.first() else { return false };
        let limit = number(limit);
        names.iter().any(|name| number(name).zip(limit).is_some_and(|(a, b)| test(a, b)))
    };
    match clause.op {
        Op::Equals | Op::In | Op::Is | Op::Contains => clause.values.iter().any(has),
        // As in Jira, an issue without a value satisfies no "is not this".
        Op::NotEquals | Op::NotIn | Op::NotContains => !names.is_empty() && !clause.values.iter().any(has),
        Op::IsNot => !clause.values.iter().any(has),
        Op::Less => compare(|a, b| a < b),
        Op::LessOrEqual => compare(|a, b| a <= b),
        Op::Greater => compare(|a, b| a > b),
        Op::GreaterOrEqual => compare(|a, b| a >= b),
    }
}

/// What a field of an issue can be called: ids, keys and names.
fn names(look: &Look, issue: &Issue, field: &str) -> Vec<String> {
    let config = &look.state.config;
    match field {
        "project" => {
            let project = config.projects.get(&issue.project);
            project.map(|p| vec![p.id.to_string(), p.key.clone(), p.name.clone()]).unwrap_or_default()
        }
        "key" | "issuekey" | "id" | "issue" => {
            let mut names = vec![issue.id.to_string(), issue.key.clone()];
            names.extend(issue.old_keys.iter().cloned());
            names
        }
        "status" => {
            let status = config.statuses.get(&issue.status);
            status.map(|status| vec![status.id.to_string(), status.name.into()]).unwrap_or_default()
        }
        "statuscategory" => match config.statuses.get(&issue.status).map(|status| status.category) {
            Some(Category::New) => vec!["2".into(), "new".into(), "To Do".into()],
            Some(Category::Indeterminate) => vec!["4".into(), "indeterminate".into(), "In Progress".into()],
            Some(Category::Done) => vec!["3".into(), "done".into(), "Done".into()],
            None => Vec::new(),
        },
        "issuetype" | "type" => {
            let kind = config.issue_types.get(&issue.issue_type);
            kind.map(|kind| vec![kind.id.to_string(), kind.name.into()]).unwrap_or_default()
        }
        "creator" => vec![issue.creator.clone()],
        property if property.starts_with(super::PROPERTY) => property_values(issue, property),
        _ => field_no(field).map(|no| stored_names(look, issue, no)).unwrap_or_default(),
    }
}

/// The values at `issue.property[key].path`; a list has several.
fn property_values(issue: &Issue, name: &str) -> Vec<String> {
    let Some((key, path)) = name[super::PROPERTY.len()..].split_once(']') else { return Vec::new() };
    let pointer = path.replace('.', "/");
    let found = issue.properties.get(key).and_then(|value| value.pointer(&pointer));
    let values = match found {
        Some(Value::Array(values)) => values.iter().collect(),
        other => Vec::from_iter(other),
    };
    let texts = values.into_iter().map(|value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    });
    texts.collect()
}

fn field_no(field: &str) -> Option<FieldNo> {
    Some(match field {
        "labels" => LABELS,
        "assignee" => ASSIGNEE,
        "reporter" => REPORTER,
        "priority" => PRIORITY,
        "resolution" => RESOLUTION,
        "parent" => PARENT,
        "component" => COMPONENTS,
        "fixversion" => FIX_VERSIONS,
        _ => {
            let custom = field.strip_prefix("cf[").and_then(|rest| rest.strip_suffix(']'));
            custom.or_else(|| field.strip_prefix("customfield_"))?.parse().ok()?
        }
    })
}

fn stored_names(look: &Look, issue: &Issue, no: FieldNo) -> Vec<String> {
    let Some(field) = look.state.config.fields.get(&no) else { return Vec::new() };
    let Some(stored) = issue.fields.get(&no) else { return Vec::new() };
    let elements = match stored {
        Value::Array(elements) => elements.iter().collect(),
        single => vec![single],
    };
    let mut names = Vec::new();
    for element in elements {
        let list = Value::Array(vec![element.clone()]);
        let alone = if stored.is_array() { &list } else { element };
        names.push(field.kind.text(look, field, alone));
        match element {
            Value::String(text) => names.push(text.clone()),
            Value::Number(id) => names.push(id.to_string()),
            _ => {}
        }
    }
    if let (PARENT, Some(parent)) = (no, stored.as_u64().and_then(|id| look.state.issue(id))) {
        names.push(parent.key.clone());
    }
    names
}
