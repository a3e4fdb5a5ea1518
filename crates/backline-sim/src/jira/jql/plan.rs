//! Running a query: which issues to look at, in which order, and one page of them.
//!
//! A restriction to issues, a label, a project or a time is read from the index, so that a page costs what it
//! holds and not what the site holds, as long as the order is that of creation.

use super::eval::matches;
use super::time::moment;
use super::{Clause, Expr, Op, Operand, Order, Query};
use crate::jira::config::Id;
use crate::jira::field::{ASSIGNEE, DUE_DATE, PRIORITY, SUMMARY};
use crate::jira::issue::Issue;
use crate::jira::look::Look;
use std::cmp::Ordering;
use std::collections::BTreeSet;

/// One page of ids, and whether more follow.
pub struct Found {
    pub ids: Vec<Id>,
    pub has_more: bool,
}

/// Issues that satisfy `query`, from number `start` on. Those in `fresh` are judged as they are now, not as the
/// index has them.
pub fn search(look: &Look, query: &Query, start: usize, max: usize, fresh: &[Id], now_ms: i64) -> Found {
    let index = &look.state.index;
    let current = |id: &Id| -> Option<&Issue> {
        if fresh.contains(id) { look.state.issue(*id) } else { index.issue(*id).map(|issue| issue.as_ref()) }
    };
    let satisfies = |id: &Id| {
        let is_there = look.state.issue(*id).is_some_and(|issue| look.lists(issue));
        is_there && current(id).is_some_and(|issue| matches(look, issue, &query.expr, now_ms))
    };
    let mut candidates = candidates(look, &query.expr, now_ms);
    if let (Some(candidates), false) = (&mut candidates, fresh.is_empty()) {
        candidates.extend(fresh);
    }
    if let Some(is_descending) = by_creation(&query.order) {
        let all: Box<dyn DoubleEndedIterator<Item = Id>> = match &candidates {
            Some(ids) => Box::new(ids.iter().copied()),
            None if fresh.is_empty() => Box::new(index.all()),
            None => Box::new(index.all().chain(fresh.iter().copied()).collect::<BTreeSet<_>>().into_iter()),
        };
        let ordered: Box<dyn Iterator<Item = Id>> =
            if is_descending { Box::new(all.rev()) } else { Box::new(all) };
        let mut ids: Vec<Id> = ordered.filter(satisfies).skip(start).take(max + 1).collect();
        let has_more = ids.len() > max;
        ids.truncate(max);
        return Found { ids, has_more };
    }
    let all: Vec<Id> = match candidates {
        Some(ids) => ids.into_iter().collect(),
        None => index.all().chain(fresh.iter().copied()).collect::<BTreeSet<_>>().into_iter().collect(),
    };
    let mut found: Vec<Id> = all.into_iter().filter(satisfies).collect();
    found.sort_by(|a, b| match (current(a), current(b)) {
        (Some(a), Some(b)) => by_order(look, &query.order, a, b),
        _ => Ordering::Equal,
    });
    let has_more = found.len() > start.saturating_add(max);
    Found { ids: found.into_iter().skip(start).take(max).collect(), has_more }
}

/// Whether the order is that of creation, and then whether the newest comes first. The default is newest first.
fn by_creation(order: &[Order]) -> Option<bool> {
    match order {
        [] => Some(true),
        [only] if matches!(only.field.as_str(), "id" | "created" | "createddate") => Some(only.is_descending),
        _ => None,
    }
}

fn by_order(look: &Look, order: &[Order], a: &Issue, b: &Issue) -> Ordering {
    for by in order {
        let ordering = by_field(look, &by.field, a, b);
        let ordering = if by.is_descending { ordering.reverse() } else { ordering };
        if ordering.is_ne() {
            return ordering;
        }
    }
    b.id.cmp(&a.id)
}

fn by_field(look: &Look, field: &str, a: &Issue, b: &Issue) -> Ordering {
    let config = &look.state.config;
    let key = |issue: &Issue| {
        (config.projects.get(&issue.project).map(|project| project.key.clone()), issue.number())
    };
    match field {
        "key" | "issuekey" | "issue" | "project" => key(a).cmp(&key(b)),
        "updated" | "updateddate" => a.updated_ms.cmp(&b.updated_ms),
        "resolved" | "resolutiondate" => a.resolved_ms.cmp(&b.resolved_ms),
        "duedate" | "due" => a.text(DUE_DATE).cmp(b.text(DUE_DATE)),
        "summary" | "text" => a.text(SUMMARY).cmp(b.text(SUMMARY)),
        // Priority 1 is the highest, so ascending begins with the lowest.
        "priority" => b.chosen(PRIORITY).cmp(&a.chosen(PRIORITY)),
        "status" | "statuscategory" => a.status.cmp(&b.status),
        "issuetype" | "type" => a.issue_type.cmp(&b.issue_type),
        "assignee" => a.text(ASSIGNEE).cmp(b.text(ASSIGNEE)),
        _ => a.id.cmp(&b.id),
    }
}

/// A superset of the answer that the index knows without looking at issues; `None` is all of them.
fn candidates(look: &Look, expr: &Expr, now_ms: i64) -> Option<BTreeSet<Id>> {
    match expr {
        Expr::And(parts) => {
            let sets = parts.iter().filter_map(|part| candidates(look, part, now_ms));
            sets.min_by_key(BTreeSet::len)
        }
        Expr::Or(parts) => {
            let mut union = BTreeSet::new();
            for part in parts {
                union.extend(candidates(look, part, now_ms)?);
            }
            Some(union)
        }
        Expr::Not(_) => None,
        Expr::Clause(clause) => clause_candidates(look, clause, now_ms),
    }
}

fn clause_candidates(look: &Look, clause: &Clause, now_ms: i64) -> Option<BTreeSet<Id>> {
    let index = &look.state.index;
    if matches!(clause.op, Op::Greater | Op::GreaterOrEqual) && clause.field.starts_with("updated") {
        let from_ms = moment(clause.values.first()?, now_ms)?;
        return Some(index.updated_since(from_ms).collect());
    }
    if !matches!(clause.op, Op::Equals | Op::In) {
        return None;
    }
    let texts = clause.values.iter().map(|value| match value {
        Operand::Text(text) => Some(text.as_str()),
        _ => None,
    });
    let texts: Vec<&str> = texts.collect::<Option<_>>()?;
    let union = |ids: &dyn Fn(&str) -> Vec<Id>| Some(texts.iter().flat_map(|text| ids(text)).collect());
    match clause.field.as_str() {
        "key" | "issuekey" | "id" | "issue" => {
            union(&|text| look.state.find_issue(text).map(|issue| issue.id).into_iter().collect())
        }
        "labels" => union(&|text| index.of_label(text).into_iter().flatten().copied().collect()),
        "project" => {
            let config = &look.state.config;
            let by_name = |text: &str| config.projects.values().find(|p| p.name.eq_ignore_ascii_case(text));
            union(&|text| {
                let project = config.find_project(text).or_else(|| by_name(text));
                let ids = project.and_then(|project| index.of_project(project.id));
                ids.into_iter().flatten().copied().collect()
            })
        }
        _ => None,
    }
}
