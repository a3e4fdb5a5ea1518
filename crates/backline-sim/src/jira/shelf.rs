//! The issues of a site as they are now, and the ways to find one without looking at the others.
//!
//! Owns no rule: what an issue may hold is decided before it comes here. The search index is another thing: it
//! lags.
//!
//! Invariant: every way in names only issues that are there, and no lookup costs more than what it gives.

use super::config::{Config, Id};
use super::field::PARENT;
use super::issue::Issue;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

#[derive(Debug, Default)]
pub struct Shelf {
    issues: BTreeMap<Id, Arc<Issue>>,
    /// By project and the number in the key.
    by_number: BTreeMap<(Id, u64), Id>,
    /// Keys that an issue had in a project that it has left.
    old_keys: BTreeMap<String, Id>,
    /// By project and status: the columns of boards.
    columns: BTreeMap<(Id, Id), BTreeSet<Id>>,
    /// Parent and child, for the sub-tasks of an issue.
    children: BTreeSet<(Id, Id)>,
}

impl Shelf {
    pub fn issue(&self, id: Id) -> Option<&Issue> {
        self.issues.get(&id).map(Arc::as_ref)
    }

    /// The issue that was created last.
    pub fn newest(&self) -> Option<&Issue> {
        self.issues.values().next_back().map(AsRef::as_ref)
    }

    pub fn len(&self) -> usize {
        self.issues.len()
    }

    /// An issue by id, key or a key that it had before.
    pub fn find(&self, config: &Config, id_or_key: &str) -> Option<&Issue> {
        let id = match id_or_key.parse() {
            Ok(id) => id,
            Err(_) => self.by_key(config, id_or_key)?,
        };
        self.issue(id)
    }

    fn by_key(&self, config: &Config, key: &str) -> Option<Id> {
        let current = || {
            let (project, number) = key.rsplit_once('-')?;
            let project =
                config.find_project(project).filter(|found| found.key.eq_ignore_ascii_case(project))?;
            self.by_number.get(&(project.id, number.parse().ok()?)).copied()
        };
        current().or_else(|| self.old_keys.get(&key.to_ascii_uppercase()).copied())
    }

    /// How many issues a project has, in one status or in all.
    pub fn count(&self, project: Id, status: Option<Id>) -> usize {
        self.columns_of(project, status).map(BTreeSet::len).sum()
    }

    /// Issues of a project, in one status or in all, with an id below `before`, the newest first.
    pub fn newest_of(&self, project: Id, status: Option<Id>, before: Id) -> impl Iterator<Item = &Issue> {
        let mut columns: Vec<_> = self
            .columns_of(project, status)
            .map(|ids| ids.range(..before).rev().copied().peekable())
            .collect();
        let ids = std::iter::from_fn(move || {
            let newest = columns.iter_mut().filter_map(|ids| ids.peek().copied()).max()?;
            columns.iter_mut().find_map(|ids| ids.next_if_eq(&newest))
        });
        ids.filter_map(|id| self.issue(id))
    }

    fn columns_of(&self, project: Id, status: Option<Id>) -> impl Iterator<Item = &BTreeSet<Id>> {
        let (first, last) = status.map_or((0, Id::MAX), |status| (status, status));
        self.columns.range((project, first)..=(project, last)).map(|(_, ids)| ids)
    }

    /// Issues of a project, by the number in their key.
    pub fn of_project(&self, project: Id) -> impl Iterator<Item = &Issue> {
        let numbers = self.by_number.range((project, 0)..=(project, u64::MAX));
        numbers.filter_map(|(_, id)| self.issue(*id))
    }

    pub fn children_of(&self, parent: Id) -> impl Iterator<Item = &Issue> {
        let children = self.children.range((parent, 0)..=(parent, Id::MAX));
        children.filter_map(|(_, child)| self.issue(*child))
    }

    /// Puts an issue in place of the one with its id, and gives that one back.
    pub fn put(&mut self, issue: Arc<Issue>) -> Option<Arc<Issue>> {
        let before = self.remove(issue.id);
        self.by_number.insert((issue.project, issue.number()), issue.id);
        for key in &issue.old_keys {
            self.old_keys.insert(key.clone(), issue.id);
        }
        self.columns.entry((issue.project, issue.status)).or_default().insert(issue.id);
        if let Some(parent) = issue.chosen(PARENT) {
            self.children.insert((parent, issue.id));
        }
        self.issues.insert(issue.id, issue);
        before
    }

    pub fn remove(&mut self, id: Id) -> Option<Arc<Issue>> {
        let issue = self.issues.remove(&id)?;
        self.by_number.remove(&(issue.project, issue.number()));
        for key in &issue.old_keys {
            self.old_keys.remove(key);
        }
        let place = (issue.project, issue.status);
        if let Some(column) = self.columns.get_mut(&place) {
            column.remove(&id);
            if column.is_empty() {
                self.columns.remove(&place);
            }
        }
        if let Some(parent) = issue.chosen(PARENT) {
            self.children.remove(&(parent, id));
        }
        Some(issue)
    }
}
