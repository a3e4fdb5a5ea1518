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
use std::collections::{BTreeMap, BTreeSet, VecDeque};
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
    by_label: BTreeMap<String, BTreeSet<Id>>,
    by_updated: BTreeSet<(i64, Id)>,
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
            if let Some(ids) = self.by_project.get_mut(&old.project) {
                ids.remove(&id);
            }
            for label in labels(&old) {
                if let Some(ids) = self.by_label.get_mut(label) {
                    ids.remove(&id);
                    if ids.is_empty() {
                        self.by_label.remove(label);
                    }
                }
            }
        }
        let Some(issue) = issue else { return };
        self.by_updated.insert((issue.updated_ms, id));
        self.by_project.entry(issue.project).or_default().insert(id);
        for label in labels(&issue) {
            self.by_label.entry(label.to_owned()).or_default().insert(id);
        }
        self.issues.insert(id, issue);
    }

    pub fn issue(&self, id: Id) -> Option<&Arc<Issue>> {
        self.issues.get(&id)
    }

    pub fn all(&self) -> impl DoubleEndedIterator<Item = Id> {
        self.issues.keys().copied()
    }

    pub fn of_project(&self, project: Id) -> Option<&BTreeSet<Id>> {
        self.by_project.get(&project)
    }

    pub fn of_label(&self, label: &str) -> Option<&BTreeSet<Id>> {
        self.by_label.get(label)
    }

    /// Labels that begin with `prefix`, at most `limit`.
    pub fn labels(&self, prefix: &str, limit: usize) -> Vec<&str> {
        let from = self.by_label.range(prefix.to_owned()..);
        from.map(|(label, _)| label.as_str())
            .take_while(|label| label.starts_with(prefix))
            .take(limit)
            .collect()
    }

    pub fn updated_since(&self, from_ms: i64) -> impl Iterator<Item = Id> {
        self.by_updated.range((from_ms, 0)..).map(|(_, id)| *id)
    }
}

fn labels(issue: &Issue) -> impl Iterator<Item = &str> {
    issue.fields.get(&LABELS).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}
