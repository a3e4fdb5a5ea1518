//! A site's state as its journal has it: what was seeded first, then what was written over it.

use super::{Counted, State};
use crate::jira::admin::AdminChange;
use crate::jira::config::{Component, Id, Version};
use crate::jira::issue::{Attachment, Change, Comment, Issue, IssueLink, RemoteLink};
use crate::jira::screen_change::ScreenChange;
use crate::jira::seed::many;
use crate::jira::webhook::Webhook;
use crate::journal::Records;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::io;

impl State {
    pub(super) fn replay(&mut self, records: &mut Records) -> io::Result<()> {
        for (name, next) in records.take::<Id>("counter")? {
            if let Some((counted, _)) = Counted::ALL.iter().find(|(_, known)| *known == name) {
                self.counters.insert(*counted, next);
            }
        }
        for (_, version) in records.take::<Version>("version")? {
            self.raise(Counted::Version, version.id);
            self.config.change().versions.insert(version.id, version);
        }
        for (_, component) in records.take::<Component>("component")? {
            self.raise(Counted::Component, component.id);
            self.config.change().components.insert(component.id, component);
        }
        for (id, _) in records.take::<bool>("version gone")? {
            id.parse().ok().and_then(|id: Id| self.config.change().versions.remove(&id));
        }
        for (id, _) in records.take::<bool>("component gone")? {
            id.parse().ok().and_then(|id: Id| self.config.change().components.remove(&id));
        }
        for (_, change) in records.take::<ScreenChange>("screen")? {
            change.apply(self.config.change());
        }
        let mut changes = records.take::<AdminChange>("admin")?;
        changes.sort_by_key(|(number, _)| number.parse::<u64>().unwrap_or_default());
        self.admin_changes = changes.len() as u64;
        for (_, change) in changes {
            change.apply(self.config.change());
        }
        for (_, webhook) in records.take::<Webhook>("webhook")? {
            self.raise(Counted::Webhook, webhook.id);
            self.webhooks.insert(webhook.id, webhook);
        }
        self.hides_archived =
            records.take::<bool>("hides archived")?.first().is_some_and(|(_, hides)| *hides);
        self.outbox.load(records)?;
        if let Some(last) = self.outbox.last_id() {
            self.raise(Counted::Delivery, last);
        }
        let mut issues: BTreeMap<Id, Issue> =
            records.take::<Issue>("issue")?.into_iter().map(|(_, issue)| (issue.id, issue)).collect();
        self.seeded = records.take("seeded")?.into_iter().map(|(_, batch)| batch).collect();
        self.seeded.sort_by_key(|batch: &many::Batch| batch.first_id);
        let gone: BTreeSet<Id> =
            records.take::<bool>("gone")?.into_iter().filter_map(|(id, _)| id.parse().ok()).collect();
        // A seeded issue of which only what hangs on it has changed is made again for that to hang on.
        let hung = ["comment", "change", "remote", "property"];
        let hung =
            hung.into_iter().flat_map(|table| records.keys(table)).filter_map(|key| key.split_once('/'));
        for id in hung.filter_map(|(id, _)| id.parse::<Id>().ok()).collect::<BTreeSet<_>>() {
            let is_kept = issues.contains_key(&id) || gone.contains(&id);
            if let (Some(batch), false) = (self.batch_of(id), is_kept) {
                issues.insert(id, batch.issue(&self.config, id));
            }
        }
        attach(records, "comment", &mut issues, |issue, _, comment: Comment| issue.comments.push(comment))?;
        attach(records, "change", &mut issues, |issue, _, change: Change| issue.changes.push(change))?;
        attach(records, "remote", &mut issues, |issue, _, link: RemoteLink| issue.remote_links.push(link))?;
        attach(records, "property", &mut issues, |issue, key, value: Value| {
            issue.properties.insert(key.to_owned(), value);
        })?;
        for (_, link) in records.take::<IssueLink>("link")? {
            for end in [link.inward, link.outward] {
                if let (Some(batch), false) = (self.batch_of(end), gone.contains(&end)) {
                    issues.entry(end).or_insert_with(|| batch.issue(&self.config, end));
                }
                if let Some(issue) = issues.get_mut(&end) {
                    issue.links.push(link.id);
                }
            }
            self.raise(Counted::IssueLink, link.id);
            self.links.insert(link.id, link);
        }
        for (_, attachment) in records.take::<Attachment>("attachment")? {
            let of = attachment.issue;
            if let (Some(batch), false) = (self.batch_of(of), gone.contains(&of)) {
                issues.entry(of).or_insert_with(|| batch.issue(&self.config, of));
            }
            if let Some(issue) = issues.get_mut(&of) {
                issue.attachments.push(attachment.id);
            }
            self.raise(Counted::Attachment, attachment.id);
            self.attachments.insert(attachment.id, attachment);
        }
        for batch in self.seeded.clone() {
            for id in batch.ids().filter(|id| !issues.contains_key(id) && !gone.contains(id)) {
                self.place(batch.issue(&self.config, id));
            }
            self.raise_seeded(&batch);
        }
        for mut issue in issues.into_values() {
            issue.comments.sort_by_key(|comment| comment.id);
            issue.changes.sort_by_key(|change| change.id);
            issue.remote_links.sort_by_key(|link| link.id);
            issue.attachments.sort_unstable();
            self.raise(Counted::Issue, issue.id);
            issue.comments.iter().for_each(|comment| self.raise(Counted::Comment, comment.id));
            issue.changes.iter().for_each(|change| self.raise(Counted::Change, change.id));
            issue.remote_links.iter().for_each(|link| self.raise(Counted::RemoteLink, link.id));
            issue.worklogs.iter().for_each(|log| self.raise(Counted::Worklog, log.id));
            self.place(issue);
        }
        for (project, number) in records.take::<u64>("number")? {
            if let Ok(project) = project.parse() {
                let next = self.numbers.entry(project).or_insert(1);
                *next = number.max(*next);
            }
        }
        Ok(())
    }
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
