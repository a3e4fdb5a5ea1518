//! Which issues can satisfy a query, as far as the index knows without looking at one.

use crate::jira::config::Id;
use crate::jira::index::Index;
use crate::jira::jql::time::moment;
use crate::jira::jql::{Clause, Expr, Op, Operand};
use crate::jira::look::Look;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// So many issues are gathered and sorted rather than looked for in the index of an order.
pub const SORTED_MAX: usize = 5_000;

/// A superset of the answer.
pub enum Source<'a> {
    All,
    /// Whatever is in one of these.
    Sets(Vec<Cow<'a, BTreeSet<Id>>>),
    /// Updated at this time or later.
    UpdatedSince(i64),
}

impl Source<'_> {
    /// How many there are, doubles counted twice.
    pub fn len(&self, index: &Index) -> usize {
        match self {
            Self::All => index.len(),
            Self::Sets(sets) => sets.iter().map(|set| set.len()).sum(),
            Self::UpdatedSince(from_ms) => index.updates((*from_ms, 0)..).count(),
        }
    }

    /// Whether there are at most so many; costs no more than that.
    pub fn is_within(&self, index: &Index, most: usize) -> bool {
        match self {
            Self::UpdatedSince(from_ms) => index.updates((*from_ms, 0)..).take(most + 1).count() <= most,
            Self::All | Self::Sets(_) => self.len(index) <= most,
        }
    }

    pub fn ids(&self, index: &Index) -> BTreeSet<Id> {
        match self {
            Self::All => index.ids(..).collect(),
            Self::Sets(sets) => sets.iter().flat_map(|set| set.iter().copied()).collect(),
            Self::UpdatedSince(from_ms) => index.updates((*from_ms, 0)..).map(|(_, id)| id).collect(),
        }
    }
}

pub fn of<'a>(look: &Look<'a>, expr: &Expr, now_ms: i64) -> Source<'a> {
    let index = &look.state.index;
    match expr {
        Expr::And(parts) => {
            let sources = parts.iter().map(|part| of(look, part, now_ms));
            sources.reduce(|a, b| narrower(index, a, b)).unwrap_or(Source::All)
        }
        Expr::Or(parts) => {
            let mut union = Vec::new();
            for part in parts {
                match of(look, part, now_ms) {
                    Source::Sets(sets) => union.extend(sets),
                    Source::All | Source::UpdatedSince(_) => return Source::All,
                }
            }
            Source::Sets(union)
        }
        Expr::Not(_) => Source::All,
        Expr::Clause(clause) => updated_since(expr, now_ms)
            .map(Source::UpdatedSince)
            .or_else(|| of_clause(look, clause))
            .unwrap_or(Source::All),
    }
}

/// Which of two to look through. Neither is counted further than [`SORTED_MAX`]: past that it does not matter.
fn narrower<'a>(index: &Index, a: Source<'a>, b: Source<'a>) -> Source<'a> {
    match (&a, &b) {
        (Source::All, _) => b,
        (_, Source::All) => a,
        (Source::UpdatedSince(one), Source::UpdatedSince(other)) => Source::UpdatedSince(*one.max(other)),
        (Source::Sets(_), Source::Sets(_)) if b.len(index) < a.len(index) => b,
        (Source::Sets(_), Source::Sets(_)) => a,
        (Source::Sets(_), Source::UpdatedSince(_)) => fewer(index, a, b),
        (Source::UpdatedSince(_), Source::Sets(_)) => fewer(index, b, a),
    }
}

fn fewer<'a>(index: &Index, sets: Source<'a>, updated: Source<'a>) -> Source<'a> {
    let is_short = !sets.is_within(index, SORTED_MAX) && updated.is_within(index, SORTED_MAX);
    if is_short { updated } else { sets }
}

fn of_clause<'a>(look: &Look<'a>, clause: &Clause) -> Option<Source<'a>> {
    let state = look.state;
    let (index, config) = (&state.index, &state.config);
    if !matches!(clause.op, Op::Equals | Op::In) {
        return None;
    }
    let texts = clause.values.iter().map(|value| match value {
        Operand::Text(text) => Some(text.as_str()),
        Operand::Empty | Operand::Function(..) => None,
    });
    let texts: Vec<&str> = texts.collect::<Option<_>>()?;
    let kept = |sets: Vec<&'a BTreeSet<Id>>| Source::Sets(sets.into_iter().map(Cow::Borrowed).collect());
    Some(match clause.field.as_str() {
        "key" | "issuekey" | "id" | "issue" => {
            let ids = texts.iter().filter_map(|text| state.find_issue(text)).map(|issue| issue.id);
            Source::Sets(vec![Cow::Owned(ids.collect())])
        }
        "labels" => kept(texts.iter().filter_map(|text| index.of_label(text)).collect()),
        "project" => kept(projects(look, &texts).into_iter().filter_map(|id| index.of_project(id)).collect()),
        "status" => {
            let is_named = |id: Id, name: &str| {
                texts.iter().any(|text| name.eq_ignore_ascii_case(text) || *text == id.to_string())
            };
            let statuses = config.statuses.values().filter(|status| is_named(status.id, status.name));
            kept(statuses.filter_map(|status| index.of_status(status.id)).collect())
        }
        _ => return None,
    })
}

/// The projects that these texts name by id, key or name.
fn projects(look: &Look, texts: &[&str]) -> Vec<Id> {
    let config = &look.state.config;
    let mut ids: Vec<Id> = Vec::new();
    for text in texts {
        let by_name = config.projects.values().filter(|project| project.name.eq_ignore_ascii_case(text));
        ids.extend(config.find_project(text).into_iter().chain(by_name).map(|project| project.id));
    }
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// The projects that every answer is in, where the query says so.
pub fn projects_of(look: &Look, expr: &Expr) -> Option<Vec<Id>> {
    match expr {
        Expr::And(parts) => parts.iter().find_map(|part| projects_of(look, part)),
        Expr::Clause(Clause { field, op: Op::Equals | Op::In, values }) if field == "project" => {
            let texts = values.iter().map(|value| match value {
                Operand::Text(text) => Some(text.as_str()),
                Operand::Empty | Operand::Function(..) => None,
            });
            Some(projects(look, &texts.collect::<Option<Vec<_>>>()?))
        }
        _ => None,
    }
}

/// The time since which every answer was updated, where the query says so.
pub fn updated_since(expr: &Expr, now_ms: i64) -> Option<i64> {
    match expr {
        Expr::And(parts) => parts.iter().filter_map(|part| updated_since(part, now_ms)).max(),
        Expr::Clause(Clause { field, op: Op::Greater | Op::GreaterOrEqual, values })
            if field.starts_with("updated") =>
        {
            moment(values.first()?, now_ms)
        }
        _ => None,
    }
}
