//! Everything that a site remembers, and the only way to change it.
//!
//! Invariant: a change is in the journal, as one write, before the lock is let go and so before it is answered.

use super::config::{Component, Config, Id, Version};
use super::field::{FIX_VERSIONS, PARENT};
use super::index::Index;
use super::issue::{Change, Comment, Issue, IssueLink, RemoteLink};
use super::screen_change::ScreenChange;
use super::webhook::Webhook;
use crate::journal::{Batch, Journal, Records};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
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
}

impl Counted {
    const ALL: [(Self, &str); 9] = [
        (Self::Issue, "issue"),
        (Self::Comment, "comment"),
        (Self::Change, "change"),
        (Self::RemoteLink, "remote"),
        (Self::IssueLink, "link"),
        (Self::Webhook, "webhook"),
        (Self::Version, "version"),
        (Self::Component, "component"),
        (Self::Worklog, "worklog"),
    ];

    fn name(self) -> &'static str {
        Self::ALL.iter().find(|(counted, _)| *counted == self).map_or("", |(_, name)| name)
    }
}

const FIRST_ID: Id = 10_000;

pub struct State {
    pub config: Config,
    pub index: Index,
    issues: BTreeMap<Id, Arc<Issue>>,
    keys: BTreeMap<String, Id>,
    /// Parent and child, for the sub-tasks of an issue.
    children: BTreeSet<(Id, Id)>,
    pub links: BTreeMap<Id, IssueLink>,
    pub webhooks: BTreeMap<Id, Webhook>,
    counters: BTreeMap<Counted, Id>,
    numbers: BTreeMap<Id, u64>,
    journal: Journal,
}

impl State {
    pub fn open(config: Config, journal: Journal, mut records: Records) -> io::Result<Self> {
        let mut state = Self {
            config,
            index: Index::default(),
            issues: BTreeMap::new(),
            keys: BTreeMap::new(),
            children: BTreeSet::new(),
            links: BTreeMap::new(),
            webhooks: BTreeMap::new(),
            counters: BTreeMap::new(),
            numbers: BTreeMap::new(),
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

    fn replay(&mut self, records: &mut Records) -> io::Result<()> {
        for (name, next) in records.take::<Id>("counter")? {
            if let Some((counted, _)) = Counted::ALL.iter().find(|(_, known)| *known == name) {
                self.counters.insert(*counted, next);
            }
        }
        for (_, version) in records.take::<Version>("version")? {
            self.raise(Counted::Version, version.id);
            self.config.versions.insert(version.id, version);
        }
        for (_, component) in records.take::<Component>("component")? {
            self.raise(Counted::Component, component.id);
            self.config.components.insert(component.id, component);
        }
        for (_, change) in records.take::<ScreenChange>("screen")? {
            change.apply(&mut self.config);
        }
        for (_, webhook) in records.take::<Webhook>("webhook")? {
            self.raise(Counted::Webhook, webhook.id);
            self.webhooks.insert(webhook.id, webhook);
        }
        let mut issues: BTreeMap<Id, Issue> =
            records.take::<Issue>("issue")?.into_iter().map(|(_, issue)| (issue.id, issue)).collect();
        attach(records, "comment", &mut issues, |issue, _, comment: Comment| issue.comments.push(comment))?;
        attach(records, "change", &mut issues, |issue, _, change: Change| issue.changes.push(change))?;
        attach(records, "remote", &mut issues, |issue, _, link: RemoteLink| issue.remote_links.push(link))?;
        attach(records, "property", &mut issues, |issue, key, value: Value| {
            issue.properties.insert(key.to_owned(), value);
        })?;
        for (_, link) in records.take::<IssueLink>("link")? {
            for end in [link.inward, link.outward] {
                if let Some(issue) = issues.get_mut(&end) {
                    issue.links.push(link.id);
                }
            }
            self.raise(Counted::IssueLink, link.id);
            self.links.insert(link.id, link);
        }
        for mut issue in issues.into_values() {
            issue.comments.sort_by_key(|comment| comment.id);
            issue.changes.sort_by_key(|change| change.id);
            issue.remote_links.sort_by_key(|link| link.id);
            self.raise(Counted::Issue, issue.id);
            issue.comments.iter().for_each(|comment| self.raise(Counted::Comment, comment.id));
            issue.changes.iter().for_each(|change| self.raise(Counted::Change, change.id));
            issue.remote_links.iter().for_each(|link| self.raise(Counted::RemoteLink, link.id));
            issue.worklogs.iter().for_each(|log| self.raise(Counted::Worklog, log.id));
            self.keep_keys(&issue);
            self.keep_parent(None, Some(&issue));
            let issue = Arc::new(issue);
            self.index.replace(issue.id, Some(issue.clone()));
            self.issues.insert(issue.id, issue);
        }
        for (project, number) in records.take::<u64>("number")? {
            if let Ok(project) = project.parse() {
                let next = self.numbers.entry(project).or_insert(1);
                *next = number.max(*next);
            }
        }
        Ok(())
    }

    pub fn issue(&self, id: Id) -> Option<&Issue> {
        self.issues.get(&id).map(Arc::as_ref)
    }

    /// An issue by id, key or a key that it had before.
    pub fn find_issue(&self, id_or_key: &str) -> Option<&Issue> {
        let id = match id_or_key.parse() {
            Ok(id) => id,
            Err(_) => *self.keys.get(id_or_key).or_else(|| self.keys.get(&id_or_key.to_ascii_uppercase()))?,
        };
        self.issue(id)
    }

    /// Issues of a project, the oldest first.
    pub fn issues_of(&self, project: Id) -> impl DoubleEndedIterator<Item = &Issue> {
        self.issues.values().map(Arc::as_ref).filter(move |issue| issue.project == project)
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
        self.keep_keys(&issue);
        let issue = Arc::new(issue);
        self.index.note(now_ms, issue.id, Some(issue.clone()));
        let before = self.issues.insert(issue.id, issue.clone());
        self.keep_parent(before.as_deref(), Some(&issue));
    }

    fn keep_parent(&mut self, before: Option<&Issue>, after: Option<&Issue>) {
        if let Some((parent, child)) = before.and_then(|issue| Some((issue.chosen(PARENT)?, issue.id))) {
            self.children.remove(&(parent, child));
        }
        if let Some((parent, child)) = after.and_then(|issue| Some((issue.chosen(PARENT)?, issue.id))) {
            self.children.insert((parent, child));
        }
    }

    pub fn children_of(&self, parent: Id) -> impl Iterator<Item = &Issue> {
        let children = self.children.range((parent, 0)..=(parent, Id::MAX));
        children.filter_map(|(_, child)| self.issue(*child))
    }

    pub fn delete_issue(&mut self, id: Id, now_ms: i64) {
        let Some(issue) = self.issues.remove(&id) else { return };
        self.keep_parent(Some(&issue), None);
        let mut batch = Batch::default();
        batch.delete("issue", id);
        issue.comments.iter().for_each(|comment| batch.delete("comment", below(id, comment.id)));
        issue.changes.iter().for_each(|change| batch.delete("change", below(id, change.id)));
        issue.remote_links.iter().for_each(|link| batch.delete("remote", below(id, link.id)));
        issue.properties.keys().for_each(|key| batch.delete("property", below(id, key)));
        for link in &issue.links {
            self.unlink(*link, now_ms, &mut batch);
        }
        batch.put("number", issue.project, self.numbers.get(&issue.project).unwrap_or(&1));
        for (counted, next) in &self.counters {
            batch.put("counter", counted.name(), next);
        }
        for key in issue.old_keys.iter().chain([&issue.key]) {
            self.keys.remove(key);
        }
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

    pub fn commit(&self, batch: &Batch) {
        self.journal.write(batch);
    }

    fn raise(&mut self, counted: Counted, used: Id) {
        let next = self.counters.entry(counted).or_insert(FIRST_ID);
        *next = (*next).max(used + 1);
    }

    fn keep_keys(&mut self, issue: &Issue) {
        if !self.keys.contains_key(&issue.key) {
            self.keys.insert(issue.key.clone(), issue.id);
            let next = self.numbers.entry(issue.project).or_insert(1);
            *next = (*next).max(issue.number() + 1);
        }
        for key in &issue.old_keys {
            self.keys.insert(key.clone(), issue.id);
        }
    }
}

/// The journal key of something that hangs on an issue.
pub fn below(issue: Id, key: impl std::fmt::Display) -> String {
    format!("{issue}/{key}")
}

fn attach<T: DeserializeOwned>(
    records: &mut Records,
    table: &str,
    issues: &mut BTreeMap<Id, Issue>,
    add: impl Fn(&mut Issue, &str, T),
) -> io::Result<()> {
    for (path, value) in records.take::<T>(table)? {
        let Some((issue, key)) = path.split_once('/') else { continue };
        if let Some(issue) = issue.parse().ok().and_then(|id: Id| issues.get_mut(&id)) {
            add(issue, key, value);
        }
    }
    Ok(())
}
