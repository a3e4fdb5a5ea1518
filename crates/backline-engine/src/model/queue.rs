//! The queue of the model: one row a key, in the hands of one worker.

use crate::clock::later;
use backline_core::ids::{CloudId, SubjectId};
use backline_store::StoreError;
use backline_store::work::{Due, Lease, Next, Pressing, Priority, WorkKey};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::time::Duration;

/// Reasons that are kept of one key until its next run ends.
const REASONS_MAX: usize = 8;

/// Rows by the text of their key, which is the order of equals.
#[derive(Debug, Default)]
pub(super) struct Queue {
    rows: BTreeMap<String, Row>,
}

/// A row stays when its work is done, so that an epoch is never given twice.
#[derive(Debug)]
struct Row {
    key: WorkKey,
    site: Option<CloudId>,
    due: Option<Waiting>,
    reasons: Vec<String>,
    attempts: u32,
    /// Marks so far.
    generation: i64,
    /// Leases so far.
    epoch: i64,
    holder: Option<Holder>,
}

#[derive(Debug, Clone, Copy)]
struct Waiting {
    at: Timestamp,
    priority: Priority,
}

#[derive(Debug)]
struct Holder {
    owner: String,
    until: Timestamp,
}

impl Queue {
    pub fn mark(&mut self, due: Vec<Due>) {
        for due in due {
            let row = self.rows.entry(due.key.to_string()).or_insert_with(|| Row::new(due.key.clone()));
            row.mark(due);
        }
    }

    pub fn lease(
        &mut self,
        owner: &str,
        now: Timestamp,
        lease_ms: u32,
        limit: usize,
        (excluded, pressing): (&[CloudId], Pressing<'_>),
    ) -> Vec<Lease> {
        let mut by_site: BTreeMap<Option<&CloudId>, Vec<(Priority, Timestamp, &String)>> = BTreeMap::new();
        for (key, row) in &self.rows {
            let is_excluded = row.site.as_ref().is_some_and(|site| excluded.contains(site));
            if let Some(due) =
                row.due.filter(|due| due.at <= now && pressing.takes(due.priority, row.site.as_ref()))
                && row.is_free(now)
                && !is_excluded
            {
                by_site.entry(row.site.as_ref()).or_default().push((due.priority, due.at, key));
            }
        }
        let mut turns = Vec::new();
        for mut waiting in by_site.into_values() {
            waiting.sort();
            turns.extend(waiting.into_iter().enumerate());
        }
        turns.sort();
        let taken: Vec<String> = turns.into_iter().take(limit).map(|(_, (.., key))| key.clone()).collect();
        let until = later(now, Duration::from_millis(lease_ms.into()));
        taken.iter().filter_map(|key| Some(self.rows.get_mut(key)?.take(owner, until))).collect()
    }

    /// Takes due subjects of the site of a lease, for its owner.
    pub fn lease_alike(
        &mut self,
        beside: &Lease,
        now: Timestamp,
        lease_ms: u32,
        limit: usize,
        is_alike: impl Fn(SubjectId) -> bool,
    ) -> Vec<Lease> {
        let mut waiting: Vec<(Priority, Timestamp, String)> = Vec::new();
        for (key, row) in &self.rows {
            let WorkKey::Subject(id) = row.key else { continue };
            if let Some(due) = row.due.filter(|due| due.at <= now)
                && row.is_free(now)
                && row.site == beside.site
                && is_alike(id)
            {
                waiting.push((due.priority, due.at, key.clone()));
            }
        }
        waiting.sort();
        let until = later(now, Duration::from_millis(lease_ms.into()));
        let taken = waiting.into_iter().take(limit);
        taken.filter_map(|(.., key)| Some(self.rows.get_mut(&key)?.take(&beside.owner, until))).collect()
    }

    /// Nothing is to be done with a key any more, whoever holds it.
    pub fn drop(&mut self, key: &WorkKey) {
        if let Some(row) = self.rows.get_mut(&key.to_string()) {
            (row.due, row.holder) = (None, None);
        }
    }

    pub fn is_due(&self, key: &WorkKey) -> bool {
        self.rows.get(&key.to_string()).is_some_and(|row| row.due.is_some())
    }

    pub fn next_due_at(&self) -> Option<Timestamp> {
        let first = |row: &Row| match &row.holder {
            Some(holder) => Some(holder.until),
            None => row.due.map(|due| due.at),
        };
        self.rows.values().filter_map(first).min()
    }

    pub fn check(&self, lease: &Lease) -> Result<(), StoreError> {
        let row = self.rows.get(&lease.key.to_string());
        if row.is_some_and(|row| row.is_held_by(lease)) { Ok(()) } else { Err(StoreError::Fenced) }
    }

    pub fn extend(&mut self, lease: &Lease, now: Timestamp, lease_ms: u32) -> Result<(), StoreError> {
        self.check(lease)?;
        let until = later(now, Duration::from_millis(lease_ms.into()));
        if let Some(holder) = self.rows.get_mut(&lease.key.to_string()).and_then(|row| row.holder.as_mut()) {
            holder.until = until;
        }
        Ok(())
    }

    pub fn give_back(&mut self, lease: &Lease, next: Next) -> Result<(), StoreError> {
        self.check(lease)?;
        if let Some(row) = self.rows.get_mut(&lease.key.to_string()) {
            row.give_back(lease.generation, next);
        }
        Ok(())
    }

    /// Takes every key out of the hands that hold it; answers how many.
    pub fn break_all_leases(&mut self) -> u64 {
        self.rows.values_mut().filter_map(|row| row.holder.take()).count() as u64
    }
}

impl Row {
    fn new(key: WorkKey) -> Self {
        Self {
            key,
            site: None,
            due: None,
            reasons: Vec::new(),
            attempts: 0,
            generation: 0,
            epoch: 0,
            holder: None,
        }
    }

    fn mark(&mut self, due: Due) {
        let marked = Waiting { at: due.at, priority: due.priority };
        self.due = Some(self.due.map_or(marked, |known| Waiting {
            at: known.at.min(marked.at),
            priority: known.priority.min(marked.priority),
        }));
        self.site = due.site.or(self.site.take());
        self.generation += 1;
        if self.reasons.len() < REASONS_MAX && !self.reasons.contains(&due.reason) {
            self.reasons.push(due.reason);
        }
    }

    fn is_free(&self, now: Timestamp) -> bool {
        self.holder.as_ref().is_none_or(|holder| holder.until <= now)
    }

    /// Whether or not its time has run out: until another takes it, the result is still good.
    fn is_held_by(&self, lease: &Lease) -> bool {
        self.epoch == lease.epoch && self.holder.as_ref().is_some_and(|holder| holder.owner == lease.owner)
    }

    fn take(&mut self, owner: &str, until: Timestamp) -> Lease {
        self.epoch += 1;
        self.attempts += 1;
        self.holder = Some(Holder { owner: owner.to_owned(), until });
        Lease {
            key: self.key.clone(),
            site: self.site.clone(),
            owner: owner.to_owned(),
            epoch: self.epoch,
            generation: self.generation,
            attempt: self.attempts,
            reasons: self.reasons.clone(),
            until,
        }
    }

    fn give_back(&mut self, generation: i64, next: Next) {
        self.holder = None;
        if self.generation != generation {
            self.attempts = 0;
            return;
        }
        self.reasons.clear();
        let at = match next {
            Next::Done | Next::OnChange => None,
            Next::At(at) | Next::Watch(at) | Next::Retry(at) => Some(at),
        };
        if !matches!(next, Next::Retry(_)) {
            self.attempts = 0;
        }
        self.due = at.and_then(|at| Some(Waiting { at, ..self.due? }));
    }
}
