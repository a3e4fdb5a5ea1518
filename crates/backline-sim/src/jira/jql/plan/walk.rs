//! The orders that an index has, and going through a source in one of them from any place on.

use super::Run;
use super::source::{SORTED_MAX, Source, projects_of, updated_since};
use crate::jira::config::Id;
use crate::jira::field::{ASSIGNEE, DUE_DATE, PRIORITY, SUMMARY};
use crate::jira::issue::Issue;
use crate::jira::jql::{Expr, Order as By};
use crate::jira::look::Look;
use std::cmp::Ordering;
use std::iter::Peekable;
use std::ops::Bound;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Ids rise with the time of creation.
    Created,
    Updated,
    Key,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    kind: Kind,
    is_descending: bool,
}

/// Where an issue stands in an order: project and number for keys, else time and id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place(pub i64, pub u64);

type Places<'a> = Box<dyn Iterator<Item = (Place, Id)> + 'a>;

impl Order {
    /// What a query without an order gets.
    pub const NEWEST: Self = Self { kind: Kind::Created, is_descending: true };

    /// The order that an index has for these; `None` is that all must be sorted.
    pub fn of(order: &[By]) -> Option<Self> {
        let [only] = order else { return order.is_empty().then_some(Self::NEWEST) };
        let kind = match only.field.as_str() {
            "id" | "created" | "createddate" => Kind::Created,
            "updated" | "updateddate" => Kind::Updated,
            "key" | "issuekey" | "issue" => Kind::Key,
            _ => return None,
        };
        Some(Self { kind, is_descending: only.is_descending })
    }

    pub fn place_of(self, issue: &Issue) -> Place {
        match self.kind {
            Kind::Created => Place(0, issue.id),
            Kind::Updated => Place(issue.updated_ms, issue.id),
            Kind::Key => Place(issue.project as i64, issue.number()),
        }
    }

    pub fn compare(self, look: &Look, a: Place, b: Place) -> Ordering {
        let project = |place: Place| look.state.config.projects.get(&(place.0 as Id)).map(|p| p.key.as_str());
        let ordering = match self.kind {
            Kind::Created | Kind::Updated => (a.0, a.1).cmp(&(b.0, b.1)),
            Kind::Key => project(a).cmp(&project(b)).then(a.1.cmp(&b.1)),
        };
        if self.is_descending { ordering.reverse() } else { ordering }
    }

    fn directed<'a>(self, places: impl DoubleEndedIterator<Item = (Place, Id)> + 'a) -> Places<'a> {
        if self.is_descending { Box::new(places.rev()) } else { Box::new(places) }
    }

    /// The part of an ascending index that comes after `after`.
    fn rest<T>(self, after: Option<T>) -> (Bound<T>, Bound<T>) {
        match after {
            None => (Bound::Unbounded, Bound::Unbounded),
            Some(after) if self.is_descending => (Bound::Unbounded, Bound::Excluded(after)),
            Some(after) => (Bound::Excluded(after), Bound::Unbounded),
        }
    }
}

/// Every issue that can satisfy the query, with its place, in order, after `after`.
pub fn through<'a>(run: &Run<'a>, source: &'a Source<'a>, order: Order, after: Option<Place>) -> Places<'a> {
    let look = run.look;
    let index = &look.state.index;
    match (order.kind, source) {
        (Kind::Created, Source::Sets(sets)) => {
            let range = order.rest(after.map(|place| place.1));
            let sets = sets.iter().map(|set| order.directed(set.range(range).map(|id| (Place(0, *id), *id))));
            merged(sets.collect(), order.is_descending)
        }
        _ if source.is_within(index, SORTED_MAX) => {
            let ids = source.ids(index).into_iter();
            let placed = ids.filter_map(|id| Some((order.place_of(index.issue(id)?), id)));
            let is_ahead = |place| after.is_none_or(|after| order.compare(&look, after, place).is_lt());
            let mut placed: Vec<(Place, Id)> = placed.filter(|(place, _)| is_ahead(*place)).collect();
            placed.sort_by(|a, b| order.compare(&look, a.0, b.0));
            Box::new(placed.into_iter())
        }
        (Kind::Created, _) => {
            let ids = index.ids(order.rest(after.map(|place| place.1)));
            order.directed(ids.map(|id| (Place(0, id), id)))
        }
        (Kind::Updated, _) => {
            let (mut from, until) = order.rest(after.map(|place| (place.0, place.1)));
            if let (Bound::Unbounded, Some(since_ms)) = (from, updated_since(&run.query.expr, run.now_ms)) {
                from = Bound::Included((since_ms, 0));
            }
            let is_empty = matches!((from, until), (Bound::Included(a), Bound::Excluded(b)) if a > b);
            let updates = (!is_empty).then(|| index.updates((from, until)));
            order.directed(updates.into_iter().flatten().map(|(ms, id)| (Place(ms, id), id)))
        }
        (Kind::Key, _) => keyed(look, &run.query.expr, order, after),
    }
}

/// Project by project, those that the query leaves.
fn keyed<'a>(look: Look<'a>, expr: &Expr, order: Order, after: Option<Place>) -> Places<'a> {
    let (index, config) = (&look.state.index, &look.state.config);
    let wanted = projects_of(&look, expr).unwrap_or_else(|| config.projects.keys().copied().collect());
    let first = |project: Id| Place(project as i64, 0);
    let mut projects: Vec<Id> = wanted;
    projects.sort_by(|a, b| order.compare(&look, first(*a), first(*b)));
    if let Some(after) = after {
        let begun = Place(after.0, 0);
        projects.retain(|project| order.compare(&look, begun, first(*project)).is_le());
    }
    Box::new(projects.into_iter().flat_map(move |project| {
        let within = after.filter(|after| after.0 as Id == project).map(|after| after.1);
        let numbers = index.numbers(project, order.rest(within));
        order.directed(numbers.map(move |(number, id)| (Place(project as i64, number), id)))
    }))
}

/// Several ordered rows of places as one, each place once.
fn merged(rows: Vec<Places<'_>>, is_descending: bool) -> Places<'_> {
    let mut rows: Vec<Peekable<Places<'_>>> = rows.into_iter().map(Iterator::peekable).collect();
    Box::new(std::iter::from_fn(move || {
        let heads = rows.iter_mut().filter_map(|row| row.peek().copied());
        let next =
            if is_descending { heads.max_by_key(|(_, id)| *id) } else { heads.min_by_key(|(_, id)| *id) }?;
        for row in &mut rows {
            row.next_if_eq(&next);
        }
        Some(next)
    }))
}

/// The order of two issues by any fields; of equal ones the newer comes first.
pub fn by_fields(look: &Look, order: &[By], a: &Issue, b: &Issue) -> Ordering {
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
        (config.projects.get(&issue.project).map(|project| project.key.as_str()), issue.number())
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
