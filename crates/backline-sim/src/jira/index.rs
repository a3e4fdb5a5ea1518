//! The search index: a copy of the issues that is behind by the search lag.
//!
//! Every stored issue is noted here with the time of the write; [`Index::catch_up`] lets those take effect that
//! are old enough. Copies share their memory with the store while they are equal.
//!
//! Invariant: nothing but search reads this; a direct read of an issue never lags.

use super::config::Id;
use super::field::LABELS;
use super::issue::Issue;
use serde_json::Value;
use std::borrow::Borrow;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::ops::{Bound, RangeBounds};
use std::sync::Arc;

#[derive(Debug)]
struct Pending {
    written_ms: i64,
    id: Id,
    /// Absent: deleted.
    issue: Option<Arc<Issue>>,
}

#[derive(Debug, Default)]
pub struct Index {
    issues: BTreeMap<Id, Arc<Issue>>,
    by_project: BTreeMap<Id, BTreeSet<Id>>,
    by_status: BTreeMap<Id, BTreeSet<Id>>,
    by_label: BTreeMap<String, BTreeSet<Id>>,
    by_updated: BTreeSet<(i64, Id)>,
    /// By project and the number in the key.
    by_number: BTreeMap<(Id, u64), Id>,
    pending: VecDeque<Pending>,
}

impl Index {
    pub fn note(&mut self, written_ms: i64, id: Id, issue: Option<Arc<Issue>>) {
        self.pending.push_back(Pending { written_ms, id, issue });
    }

    pub fn is_behind(&self, until_ms: i64) -> bool {
        self.pending.front().is_some_and(|pending| pending.written_ms <= until_ms)
    }

    /// Takes in every write up to `until_ms`.
    pub fn catch_up(&mut self, until_ms: i64) {
        while self.is_behind(until_ms) {
            let Some(Pending { id, issue, .. }) = self.pending.pop_front() else { return };
            self.replace(id, issue);
        }
    }

    /// Takes in one issue at once, as a start from a journal and `reconcileIssues` do.
    pub fn replace(&mut self, id: Id, issue: Option<Arc<Issue>>) {
        if let Some(old) = self.issues.remove(&id) {
            self.by_updated.remove(&(old.updated_ms, id));
            self.by_number.remove(&(old.project, old.number()));
            remove(&mut self.by_project, &old.project, id);
            remove(&mut self.by_status, &old.status, id);
            for label in labels(&old) {
                remove(&mut self.by_label, label, id);
            }
        }
        let Some(issue) = issue else { return };
        self.by_updated.insert((issue.updated_ms, id));
        self.by_number.insert((issue.project, issue.number()), id);
        self.by_project.entry(issue.project).or_default().insert(id);
        self.by_status.entry(issue.status).or_default().insert(id);
        for label in labels(&issue) {
            self.by_label.entry(label.to_owned()).or_default().insert(id);
        }
        self.issues.insert(id, issue);
    }

    pub fn issue(&self, id: Id) -> Option<&Arc<Issue>> {
        self.issues.get(&id)
    }

    pub fn len(&self) -> usize {
        self.issues.len()
    }

    /// Ids within `range`, ascending.
    /// The most recently updated, the latest first.
    pub fn latest(&self, limit: usize) -> impl Iterator<Item = Id> {
        self.updates(..).rev().take(limit).map(|(_, id)| id)
    }

    pub fn ids(&self, range: impl RangeBounds<Id>) -> impl DoubleEndedIterator<Item = Id> {
        self.issues.range(range).map(|(id, _)| *id)
    }

    /// Times of the last update with the id, ascending.
    pub fn updates(&self, range: impl RangeBounds<(i64, Id)>) -> impl DoubleEndedIterator<Item = (i64, Id)> {
        self.by_updated.range(range).copied()
    }

    /// Numbers of one project with the id, ascending.
    pub fn numbers(
        &self,
        project: Id,
        range: impl RangeBounds<u64>,
    ) -> impl DoubleEndedIterator<Item = (u64, Id)> {
        let bound = |bound: Bound<&u64>, open: u64| match bound {
            Bound::Included(number) => Bound::Included((project, *number)),
            Bound::Excluded(number) => Bound::Excluded((project, *number)),
            Bound::Unbounded => Bound::Included((project, open)),
        };
        let range = (bound(range.start_bound(), 0), bound(range.end_bound(), u64::MAX));
        self.by_number.range(range).map(|((_, number), id)| (*number, *id))
    }

    pub fn of_project(&self, project: Id) -> Option<&BTreeSet<Id>> {
        self.by_project.get(&project)
    }

    pub fn of_status(&self, status: Id) -> Option<&BTreeSet<Id>> {
        self.by_status.get(&status)
    }

    pub fn of_label(&self, label: &str) -> Option<&BTreeSet<Id>> {
        self.by_label.get(label)
    }

    /// Labels that begin with `prefix`, in order.
    pub fn labels<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = &'a str> {
        let from = self.by_label.range::<str, _>((Bound::Included(prefix), Bound::Unbounded));
        from.map(|(label, _)| label.as_str()).take_while(move |label| label.starts_with(prefix))
    }

    pub fn label_count(&self) -> usize {
        self.by_label.len()
    }
}

/// Takes an id out of its set, and the set away once it is empty.
fn remove<K: Ord + Borrow<Q>, Q: Ord + ?Sized>(sets: &mut BTreeMap<K, BTreeSet<Id>>, key: &Q, id: Id) {
    if let Some(ids) = sets.get_mut(key) {
        ids.remove(&id);
        if ids.is_empty() {
            sets.remove(key);
        }
    }
}

fn labels(issue: &Issue) -> impl Iterator<Item = &str> {
    issue.fields.get(&LABELS).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}
