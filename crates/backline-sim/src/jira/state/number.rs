//! What a site numbers: ids of each kind of thing, and the numbers in keys. None is given twice.

use super::State;
use crate::jira::config::Id;
use crate::jira::issue::Issue;
use crate::journal::Batch;

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
    pub(super) const ALL: [(Self, &str); 11] = [
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

pub(super) const FIRST_ID: Id = 10_000;

impl State {
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

    /// Keeps how far each count has come, so that a number of something deleted is not given again.
    pub fn keep_counters(&self, batch: &mut Batch) {
        for (counted, next) in &self.counters {
            batch.put("counter", counted.name(), next);
        }
    }

    pub(super) fn raise(&mut self, counted: Counted, used: Id) {
        let next = self.counters.entry(counted).or_insert(FIRST_ID);
        *next = (*next).max(used + 1);
    }

    /// Numbers are never given twice, also not after the one that had it was moved away.
    pub(super) fn raise_number(&mut self, issue: &Issue) {
        let next = self.numbers.entry(issue.project).or_insert(1);
        *next = (*next).max(issue.number() + 1);
    }
}
