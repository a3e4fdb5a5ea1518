//! Everything that a site remembers, and the only way to change it.
//!
//! Invariant: a change is in the journal, as one write, before the lock is let go and so before it is answered.

mod replay;

use super::admin::AdminChange;
use super::config::{Config, Id};
use super::field::FIX_VERSIONS;
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
use serde_json::Value;
use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

/// The kinds of things that are numbered by the site. Numbers begin at 10000, as on a real one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Counted {
    Issue,
    Comment,
    Change,
    RemoteLink,
    IssueLink,
    Webhook,
    Version,
    Component,
    Worklog,
    Delivery,
    Attachment,
}

impl Counted {
    const ALL: [(Self, &str); 11] = [
        (Self::Issue, "issue"),
        (Self::Comment, "comment"),
        (Self::Change, "change"),
        (Self::RemoteLink, "remote"),
        (Self::IssueLink, "link"),
        (Self::Webhook, "webhook"),
        (Self::Version, "version"),
        (Self::Component, "component"),
        (Self::Worklog, "worklog"),
        (Self::Delivery, "delivery"),
        (Self::Attachment, "attachment"),
    ];

    fn name(self) -> &'static str {
        Self::ALL.iter().find(|(counted, _)| *counted == self).map_or("", |(_, name)| name)
    }
}

const FIRST_ID: Id = 10_000;

pub struct State {
    pub config: Config,
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
            config,
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

    /// Makes issues of a project in bulk; search shows them at once.
    pub fn seed(&mut self, project: Id, count: u64, seed: u64, until_ms: i64) {
        let first_id = *self.counters.get(&Counted::Issue).unwrap_or(&FIRST_ID);
        let first_number = *self.numbers.get(&project).unwrap_or(&1);
        if count == 0 {
            return;
        }
        // Ids rise with the time of creation, so the first comes after every issue that is there.
        let newest_ms = self.issues.newest().map_or(i64::MIN, |issue| issue.created_ms);
        let room_ms = until_ms.saturating_sub(newest_ms).max(0) / count as i64;
        let step_ms = room_ms.min(many::STEP_MS);
        let batch = many::Batch { project, first_id, first_number, count, seed, until_ms, step_ms };
        self.journal.put("seeded", first_id, &batch);
        for id in batch.ids() {
            self.place(batch.issue(&self.config, id));
        }
        self.raise_seeded(&batch);
        self.seeded.push(batch);
    }

    /// How many issues of a project were seeded, also those that are gone by now.
    pub fn seeded_in(&self, project: Id) -> u64 {
        self.seeded.iter().filter(|batch| batch.project == project).map(|batch| batch.count).sum()
    }

    fn batch_of(&self, id: Id) -> Option<&many::Batch> {
        let at = self.seeded.partition_point(|batch| batch.first_id <= id);
        self.seeded[..at].last().filter(|batch| batch.ids().contains(&id))
    }

    fn raise_seeded(&mut self, batch: &many::Batch) {
        self.raise(Counted::Issue, batch.first_id + batch.count - 1);
        let next = self.numbers.entry(batch.project).or_insert(1);
        *next = (*next).max(batch.first_number + batch.count);
    }

    pub fn issue(&self, id: Id) -> Option<&Issue> {
        self.issues.issue(id)
    }

    pub fn issue_count(&self) -> usize {
        self.issues.len()
    }

    /// An issue by id, key or a key that it had before.
    pub fn find_issue(&self, id_or_key: &str) -> Option<&Issue> {
        self.issues.find(&self.config, id_or_key)
    }

    /// How many issues a project has, in one status or in all.
    pub fn count(&self, project: Id, status: Option<Id>) -> usize {
        self.issues.count(project, status)
    }

    /// Issues of a project, in one status or in all, with an id below `before`, the newest first.
    pub fn newest_of(&self, project: Id, status: Option<Id>, before: Id) -> impl Iterator<Item = &Issue> {
        self.issues.newest_of(project, status, before)
    }

    /// Issues that a version is to fix.
    pub fn issues_in_version(&self, version: Id) -> impl Iterator<Item = &Issue> {
        let has_it = move |issue: &&Issue| {
            let versions = issue.fields.get(&FIX_VERSIONS).and_then(Value::as_array);
            versions.is_some_and(|versions| versions.iter().any(|id| id.as_u64() == Some(version)))
        };
        let project = self.config.versions.get(&version).map(|version| version.project);
        project.into_iter().flat_map(|project| self.issues_of(project)).filter(has_it)
    }

    pub fn draw(&mut self, counted: Counted) -> Id {
        let next = self.counters.entry(counted).or_insert(FIRST_ID);
        *next += 1;
        *next - 1
    }

    /// The next key of a project. Numbers are never given twice.
    pub fn draw_key(&mut self, project: Id) -> String {
        let number = self.numbers.entry(project).or_insert(1);
        let key = self.config.projects.get(&project).map_or("", |project| &project.key);
        let key = format!("{key}-{number}");
        *number += 1;
        key
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

    /// Issues of a project, by the number in their key.
    pub fn issues_of(&self, project: Id) -> impl Iterator<Item = &Issue> {
        self.issues.of_project(project)
    }

    pub fn children_of(&self, parent: Id) -> impl Iterator<Item = &Issue> {
        self.issues.children_of(parent)
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
        change.apply(&mut self.config);
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
        change.apply(&mut self.config);
    }

    pub fn commit(&self, batch: &Batch) {
        self.journal.write(batch);
    }

    /// Keeps how far each count has come, so that a number of something deleted is not given again.
    pub fn keep_counters(&self, batch: &mut Batch) {
        for (counted, next) in &self.counters {
            batch.put("counter", counted.name(), next);
        }
    }

    fn raise(&mut self, counted: Counted, used: Id) {
        let next = self.counters.entry(counted).or_insert(FIRST_ID);
        *next = (*next).max(used + 1);
    }

    /// Numbers are never given twice, also not after the one that had it was moved away.
    fn raise_number(&mut self, issue: &Issue) {
        let next = self.numbers.entry(issue.project).or_insert(1);
        *next = (*next).max(issue.number() + 1);
    }
}

/// The journal key of something that hangs on an issue.
pub fn below(issue: Id, key: impl std::fmt::Display) -> String {
    format!("{issue}/{key}")
}
