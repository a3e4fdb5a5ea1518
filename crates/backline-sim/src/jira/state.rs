//! Everything that a site remembers, and the only way to change it.
//!
//! Invariant: a change is in the journal, as one write, before the lock is let go and so before it is answered.

mod number;
mod read;
mod replay;
mod seeded;
mod setup;

pub use number::Counted;

use super::admin::AdminChange;
use super::config::{Config, Id};
use super::index::Index;
use super::issue::{Attachment, Issue, IssueLink};
use super::screen_change::ScreenChange;
use super::seed::many;
use super::seen;
use super::shelf::Shelf;
use super::webhook::Webhook;
use super::webhook::delivery::Delivery;
use super::webhook::outbox::Outbox;
use super::webhook::plan::Plan;
use crate::journal::{Batch, Journal, Records};
use crate::witness::{self, Change as Done, Commit};
use number::FIRST_ID;
use setup::Setup;
use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

pub struct State {
    pub config: Setup,
    pub index: Index,
    issues: Shelf,
    /// What was seeded in bulk, the oldest first.
    seeded: Vec<many::Batch>,
    pub links: BTreeMap<Id, IssueLink>,
    pub webhooks: BTreeMap<Id, Webhook>,
    pub outbox: Outbox,
    pub attachments: BTreeMap<Id, Attachment>,
    /// Whether archived issues cannot even be read.
    pub hides_archived: bool,
    counters: BTreeMap<Counted, Id>,
    numbers: BTreeMap<Id, u64>,
    admin_changes: u64,
    journal: Journal,
}

impl State {
    pub fn open(config: Config, journal: Journal, mut records: Records) -> io::Result<Self> {
        let mut state = Self {
            config: Setup::new(config),
            index: Index::default(),
            issues: Shelf::default(),
            seeded: Vec::new(),
            links: BTreeMap::new(),
            webhooks: BTreeMap::new(),
            outbox: Outbox::default(),
            attachments: BTreeMap::new(),
            hides_archived: false,
            counters: BTreeMap::new(),
            numbers: BTreeMap::new(),
            admin_changes: 0,
            journal,
        };
        for (counted, _) in Counted::ALL {
            let seeded = match counted {
                Counted::Version => state.config.versions.keys().next_back().map_or(FIRST_ID, |id| id + 1),
                Counted::Component => {
                    state.config.components.keys().next_back().map_or(FIRST_ID, |id| id + 1)
                }
                _ => FIRST_ID,
            };
            state.counters.insert(counted, seeded);
        }
        state.replay(&mut records)?;
        Ok(state)
    }

    /// Puts an issue where it is found, by search at once.
    fn place(&mut self, issue: Issue) {
        self.raise_number(&issue);
        let issue = Arc::new(issue);
        self.index.replace(issue.id, Some(issue.clone()));
        self.issues.put(issue);
    }

    /// Stores an issue that is new or changed. What hangs on it goes into the batch separately.
    pub fn put_issue(&mut self, issue: Issue, now_ms: i64, batch: &mut Batch) {
        batch.put("issue", issue.id, &issue);
        self.keep_issue(issue, now_ms);
    }

    /// Stores an issue of which only what hangs on it has changed.
    pub fn keep_issue(&mut self, issue: Issue, now_ms: i64) {
        self.raise_number(&issue);
        let issue = Arc::new(issue);
        self.index.note(now_ms, issue.id, Some(issue.clone()));
        let before = self.issues.put(issue.clone());
        witness::note(|| seen::issue(before.as_deref(), &issue));
    }

    /// `batch` may hold what is told of the deletion.
    pub fn delete_issue(&mut self, id: Id, now_ms: i64, mut batch: Batch) {
        let Some(issue) = self.issues.remove(id) else { return };
        witness::note(|| vec![Commit::new("issue", id, Done::Deleted).key(&issue.key)]);
        batch.delete("issue", id);
        if self.batch_of(id).is_some() {
            batch.put("gone", id, &true);
        }
        issue.comments.iter().for_each(|comment| batch.delete("comment", below(id, comment.id)));
        issue.changes.iter().for_each(|change| batch.delete("change", below(id, change.id)));
        issue.remote_links.iter().for_each(|link| batch.delete("remote", below(id, link.id)));
        issue.properties.keys().for_each(|key| batch.delete("property", below(id, key)));
        for attachment in &issue.attachments {
            self.attachments.remove(attachment);
            batch.delete("attachment", attachment);
        }
        for link in &issue.links {
            self.unlink(*link, now_ms, &mut batch);
        }
        batch.put("number", issue.project, self.numbers.get(&issue.project).unwrap_or(&1));
        self.keep_counters(&mut batch);
        self.index.note(now_ms, id, None);
        self.journal.write(&batch);
    }

    /// Removes an issue link from both of its ends.
    pub fn unlink(&mut self, link: Id, now_ms: i64, batch: &mut Batch) {
        let Some(link) = self.links.remove(&link) else { return };
        batch.delete("link", link.id);
        for end in [link.inward, link.outward] {
            if let Some(mut issue) = self.issue(end).cloned() {
                issue.links.retain(|id| *id != link.id);
                self.keep_issue(issue, now_ms);
            }
        }
    }

    pub fn change_screen(&mut self, change: &ScreenChange) {
        self.journal.put("screen", change.key(), change);
        change.apply(self.config.change());
    }

    /// Puts a delivery into the outbox; it is sent once the batch is written and the lock is let go.
    pub fn send(&mut self, delivery: Delivery, batch: &mut Batch) {
        let id = self.draw(Counted::Delivery);
        self.outbox.add(id, delivery, batch);
    }

    pub fn hide_archived(&mut self, hides: bool) {
        self.journal.put("hides archived", "", &hides);
        self.hides_archived = hides;
    }

    pub fn plan_deliveries(&mut self, plan: Plan) {
        let mut batch = Batch::default();
        let next = self.counters.get(&Counted::Delivery).copied().unwrap_or(FIRST_ID);
        self.outbox.set_plan(plan, next, &mut batch);
        self.commit(&batch);
    }

    pub fn change_admin(&mut self, change: AdminChange) {
        self.admin_changes += 1;
        self.journal.put("admin", self.admin_changes, &change);
        change.apply(self.config.change());
    }

    pub fn commit(&self, batch: &Batch) {
        self.journal.write(batch);
    }
}

/// The journal key of something that hangs on an issue.
pub fn below(issue: Id, key: impl std::fmt::Display) -> String {
    format!("{issue}/{key}")
}
