//! Running a query: where to look, in which order, and one page of what is found.
//!
//! Two steps, so that a page costs what it holds and not what the site holds. [`source`] reads from the index
//! which issues can satisfy the query at all; [`walk`] goes through them in the order that is wanted, from where
//! the page before ended. At most [`EXAMINED_MAX`] rows are looked at for one page: where few of them satisfy
//! the query the page is short, and its token leads on. Only an order that no index has makes all candidates be
//! sorted.

mod source;
mod walk;

use super::Query;
use super::eval::matches;
use crate::jira::config::Id;
use crate::jira::issue::Issue;
use crate::jira::look::Look;
use source::Source;
use walk::Order;
pub use walk::Place;

/// Rows that are looked at for one page.
pub const EXAMINED_MAX: usize = 25_000;

/// Where the next page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cursor {
    /// After so many issues, where all were sorted.
    Skip(usize),
    After(Place),
}

/// One page of ids.
pub struct Found {
    pub ids: Vec<Id>,
    /// Absent on the last page.
    pub next: Option<Cursor>,
    /// How many rows were looked at.
    pub examined: usize,
}

/// A query as it is run for one caller at one moment.
struct Run<'a> {
    look: Look<'a>,
    query: &'a Query,
    /// Issues that are judged as they are now, not as the index has them.
    fresh: &'a [Id],
    now_ms: i64,
}

impl<'a> Run<'a> {
    fn current(&self, id: Id) -> Option<&'a Issue> {
        let state = self.look.state;
        if self.fresh.contains(&id) { state.issue(id) } else { state.index.issue(id).map(AsRef::as_ref) }
    }

    fn satisfies(&self, id: Id) -> bool {
        let is_there = self.look.state.issue(id).is_some_and(|issue| self.look.lists(issue));
        let issue = || self.current(id);
        is_there && issue().is_some_and(|issue| matches(&self.look, issue, &self.query.expr, self.now_ms))
    }
}

/// One page of the issues that satisfy `query`, at most `max`, from `from` on.
pub fn search(
    look: &Look,
    query: &Query,
    from: Option<Cursor>,
    max: usize,
    fresh: &[Id],
    now_ms: i64,
) -> Found {
    let run = Run { look: *look, query, fresh, now_ms };
    let source = source::of(look, &query.expr, now_ms);
    match (Order::of(&query.order), from) {
        (Some(order), Some(Cursor::After(place))) => along(&run, &source, order, Some(place), max),
        (Some(order), _) => along(&run, &source, order, None, max),
        (None, Some(Cursor::Skip(start))) => sorted(&run, &source, start, max),
        (None, _) => sorted(&run, &source, 0, max),
    }
}

/// A page in an order that an index has.
fn along(run: &Run, source: &Source, order: Order, after: Option<Place>, max: usize) -> Found {
    let mut found: Vec<(Place, Id)> = Vec::new();
    let (mut examined, mut last) = (0, None);
    let mut is_done = true;
    for (place, id) in walk::through(run, source, order, after) {
        if examined == EXAMINED_MAX || found.len() > max {
            is_done = false;
            break;
        }
        examined += 1;
        last = Some(place);
        if !run.fresh.contains(&id) && run.satisfies(id) {
            found.push((place, id));
        }
    }
    for id in run.fresh {
        examined += 1;
        let Some(issue) = run.current(*id).filter(|_| run.satisfies(*id)) else { continue };
        let place = order.place_of(issue);
        let is_ahead = after.is_none_or(|after| order.compare(&run.look, after, place).is_lt());
        let is_reached = is_done || last.is_some_and(|last| order.compare(&run.look, place, last).is_le());
        if is_ahead && is_reached {
            found.push((place, *id));
        }
    }
    found.sort_by(|a, b| order.compare(&run.look, a.0, b.0));
    found.dedup();
    let next = if found.len() > max {
        found.truncate(max);
        found.last().map(|(place, _)| Cursor::After(*place))
    } else if is_done {
        None
    } else {
        last.map(Cursor::After)
    };
    Found { ids: found.into_iter().map(|(_, id)| id).collect(), next, examined }
}

/// A page in an order that no index has: all that satisfy the query, sorted.
fn sorted(run: &Run, source: &Source, start: usize, max: usize) -> Found {
    let mut all = source.ids(&run.look.state.index);
    all.extend(run.fresh);
    let examined = all.len();
    let mut found: Vec<&Issue> =
        all.into_iter().filter(|id| run.satisfies(*id)).filter_map(|id| run.current(id)).collect();
    found.sort_by(|a, b| walk::by_fields(&run.look, &run.query.order, a, b));
    let next = (found.len() > start.saturating_add(max)).then_some(Cursor::Skip(start + max));
    Found { ids: found.into_iter().skip(start).take(max).map(|issue| issue.id).collect(), next, examined }
}

/// About how many issues satisfy `query`: counted as far as a page looks, and from there on as many in the rest.
pub fn count(look: &Look, query: &Query, now_ms: i64) -> (usize, usize) {
    let run = Run { look: *look, query, fresh: &[], now_ms };
    let source = source::of(look, &query.expr, now_ms);
    let (mut examined, mut found) = (0, 0);
    for (_, id) in walk::through(&run, &source, Order::NEWEST, None).take(EXAMINED_MAX) {
        examined += 1;
        found += usize::from(run.satisfies(id));
    }
    let all = if examined < EXAMINED_MAX { examined } else { source.len(&look.state.index) };
    let estimate = (found as u128 * all as u128).checked_div(examined as u128).unwrap_or_default();
    (estimate as usize, examined)
}
