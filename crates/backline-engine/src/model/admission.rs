//! Leave to make tickets in the model: what an hour has room for, what is held, approved together and taken back.

use super::State;
use backline_core::ids::{CloudId, ConnectedProjectId, JiraProjectId, SubjectId};
use backline_core::notice::End;
use backline_core::severity::Severity;
use backline_core::ticket::{Facts, Subject};
use backline_store::admission::{Each, Held, Shown, Undone};
use backline_store::intent::Begun;
use backline_store::timeline::{TimelineEntry, TimelineKind};
use backline_store::work::{Due, Lease, Priority, WorkKey};
use backline_store::{Ids, Sequence, StoreError};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;
use uuid::Uuid;

#[derive(Debug, Default)]
pub(super) struct Leave {
    of: BTreeMap<SubjectId, Standing>,
    batches: BTreeMap<Uuid, Batch>,
    /// Of the last that was held.
    number: i64,
    /// Ids of next generations that were drawn elsewhere.
    successors: BTreeMap<SubjectId, SubjectId>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Standing {
    admitted_at: Option<Timestamp>,
    /// Since when, and the number.
    held: Option<(Timestamp, i64)>,
    batch: Option<Uuid>,
}

#[derive(Debug, Default)]
struct Batch {
    undone_by: Option<String>,
    is_undone: bool,
}

impl Leave {
    /// Approved, or held; `None` where neither was decided.
    fn known(&self, id: SubjectId) -> Option<bool> {
        let standing = self.of.get(&id)?;
        match standing.batch {
            Some(batch) => Some(self.batches.get(&batch).is_none_or(|batch| batch.undone_by.is_none())),
            None => standing.held.map(|_| false),
        }
    }

    /// It waits for a person.
    pub fn is_held(&self, id: SubjectId) -> bool {
        self.waits(id).is_some()
    }

    fn admitted_at(&self, id: SubjectId) -> Option<Timestamp> {
        self.of.get(&id).filter(|standing| standing.batch.is_none())?.admitted_at
    }

    fn waits(&self, id: SubjectId) -> Option<(Timestamp, i64)> {
        self.of.get(&id).filter(|standing| standing.batch.is_none())?.held
    }

    pub fn release(&mut self, id: SubjectId) {
        if let Some(standing) = self.of.get_mut(&id) {
            standing.held = None;
        }
    }

    /// The batch of a subject, while it is being taken back.
    pub fn undoing(&self, id: SubjectId) -> Option<Uuid> {
        let batch = self.of.get(&id)?.batch?;
        let is_undoing =
            self.batches.get(&batch).is_some_and(|kept| kept.undone_by.is_some() && !kept.is_undone);
        is_undoing.then_some(batch)
    }

    /// The id that the next generation of a subject gets, where it is not to be the model's own.
    pub fn name_successor(&mut self, of: SubjectId, id: SubjectId) {
        self.successors.insert(of, id);
    }
}

impl State {
    pub fn admit(&mut self, asked: &[(Lease, SubjectId)], per_hour: u32, now: Timestamp) -> Each<bool> {
        let mut held = Vec::new();
        let mut answers = Vec::new();
        for (lease, id) in asked {
            let answer = match self.queue.check(lease) {
                Err(error) => Err(error),
                Ok(()) if !self.subjects.knows(*id) => Ok(false),
                Ok(()) => Ok(self.leave.known(*id).unwrap_or_else(|| {
                    let is_admitted = self.others_since(*id, now) < per_hour as usize;
                    match is_admitted {
                        true => self.leave.of.entry(*id).or_default().admitted_at = Some(now),
                        false => held.push(*id),
                    }
                    is_admitted
                })),
            };
            answers.push(answer);
        }
        self.hold(&held, now);
        answers
    }

    /// Others of the same Jira project that got leave of themselves within the hour.
    fn others_since(&self, id: SubjectId, now: Timestamp) -> usize {
        let place = |facts: &Facts| (facts.subject.cloud_id.clone(), facts.subject.project.clone());
        let of: Option<(CloudId, JiraProjectId)> = self.subjects.facts(id).as_ref().map(place);
        let is_recent = |facts: &&Facts| {
            let at = self.leave.admitted_at(facts.subject.id);
            facts.subject.id != id
                && Some(place(facts)) == of
                && at.is_some_and(|at| at > now - SignedDuration::from_hours(1))
        };
        self.subjects.all().filter(is_recent).count()
    }

    fn hold(&mut self, subjects: &[SubjectId], now: Timestamp) {
        if subjects.is_empty() {
            return;
        }
        self.leave.number += 1;
        for id in subjects {
            if self.subjects.facts(*id).is_some_and(|facts| facts.ticket.is_none()) {
                let standing = self.leave.of.entry(*id).or_default();
                standing.held = Some((now, self.leave.number));
                standing.batch = None;
            }
        }
    }

    pub fn give_leave_back(&mut self, id: SubjectId) {
        let has_ticket = self.subjects.facts(id).is_some_and(|facts| facts.ticket.is_some());
        if let Some(standing) = self.leave.of.get_mut(&id).filter(|_| !has_ticket) {
            standing.admitted_at = None;
        }
    }

    pub fn begin(&mut self, begun: &[Begun], is_limited: bool) -> Each<bool> {
        let may = |one: &Begun| {
            self.queue.check(&one.lease)?;
            self.subjects.check_create(&one.intent, &one.failed)?;
            let id = one.intent.subject;
            Ok(!is_limited || (self.subjects.knows(id) && self.leave.known(id) != Some(false)))
        };
        let mut answers: Each<bool> = begun.iter().map(may).collect();
        for (one, answer) in begun.iter().zip(&mut answers) {
            if matches!(answer, Ok(true))
                && let Err(error) = self.subjects.begin(&one.intent, &one.failed)
            {
                *answer = Err(error);
            }
        }
        answers
    }

    /// What waits, by project.
    pub fn held(&self) -> Vec<Held> {
        let mut held: BTreeMap<ConnectedProjectId, Held> = BTreeMap::new();
        for facts in self.subjects.all() {
            let (Some(project), Some((since, number))) = (&facts.project, self.leave.waits(facts.subject.id))
            else {
                continue;
            };
            let none = Shown { project: project.id, tickets: 0, last: number };
            let of = held.entry(project.id).or_insert(Held { shown: none, since });
            of.shown.tickets += 1;
            of.shown.last = of.shown.last.max(number);
            of.since = of.since.min(since);
        }
        held.into_values().collect()
    }

    /// Approves what was shown under a fresh id; so many wait of it where it is not as it was shown.
    pub fn approve(&mut self, ids: &Sequence, shown: Shown, now: Timestamp) -> Result<Uuid, u64> {
        let is_shown = |facts: &&Facts| {
            let number = self.leave.waits(facts.subject.id).map(|(_, number)| number);
            facts.project.as_ref().is_some_and(|project| project.id == shown.project)
                && number.is_some_and(|number| number <= shown.last)
        };
        let waiting: Vec<SubjectId> =
            self.subjects.all().filter(is_shown).map(|facts| facts.subject.id).collect();
        if waiting.is_empty() || waiting.len() as u64 != shown.tickets {
            return Err(waiting.len() as u64);
        }
        let id = ids.uuid(now);
        for subject in waiting {
            self.leave.of.entry(subject).or_default().batch = Some(id);
        }
        self.leave.batches.insert(id, Batch::default());
        self.queue.mark(vec![due(id, "a person approved it", now)]);
        Ok(id)
    }

    pub fn undo(&mut self, id: Uuid, actor: &str, now: Timestamp) -> Result<Undone, StoreError> {
        let batch = self.leave.batches.get_mut(&id).ok_or(StoreError::Missing("the approval"))?;
        if batch.undone_by.is_some() {
            return Err(StoreError::Conflict("the approval"));
        }
        batch.undone_by = Some(actor.to_owned());
        let mut undone = Undone { unlinked: 0, held: 0, under_way: 0 };
        for member in self.members(id) {
            let has_ticket = self.subjects.facts(member).is_some_and(|facts| facts.ticket.is_some());
            match (has_ticket, self.subjects.is_under_way(member)) {
                (true, _) => undone.unlinked += 1,
                (false, true) => undone.under_way += 1,
                (false, false) => undone.held += 1,
            }
        }
        self.queue.mark(vec![due(id, "a person took it back", now)]);
        Ok(undone)
    }

    pub fn carry(&mut self, ids: &Sequence, id: Uuid, limit: usize, now: Timestamp) -> bool {
        match self.leave.batches.get(&id).map(|batch| batch.undone_by.clone()) {
            Some(Some(actor)) => self.take_back(ids, id, &actor, limit, now),
            Some(None) => self.let_go(id, limit, now),
            None => false,
        }
    }

    fn let_go(&mut self, id: Uuid, limit: usize, now: Timestamp) -> bool {
        let is_held = |standing: &Standing| standing.batch == Some(id) && standing.held.is_some();
        let held = self.leave.of.iter().filter(|(_, standing)| is_held(standing)).map(|(id, _)| *id);
        let held: Vec<SubjectId> = held.take(limit).collect();
        for subject in &held {
            self.leave.release(*subject);
            let site = self.subjects.facts(*subject).map(|facts| facts.subject.cloud_id);
            let reason = "a person approved its ticket".to_owned();
            let key = WorkKey::Subject(*subject);
            self.queue.mark(vec![Due { key, site, at: now, priority: Priority::Backfill, reason }]);
        }
        held.len() == limit
    }

    fn take_back(&mut self, ids: &Sequence, id: Uuid, actor: &str, limit: usize, now: Timestamp) -> bool {
        let settled = self.members(id).into_iter().filter(|member| !self.subjects.is_under_way(*member));
        let settled: Vec<SubjectId> = settled.take(limit).collect();
        let mut waiting = Vec::new();
        let mut next = Vec::new();
        for member in &settled {
            match self.subjects.facts(*member).is_some_and(|facts| facts.ticket.is_some()) {
                true => next.extend(self.unlink(ids, *member, actor, now)),
                false => waiting.push(*member),
            }
        }
        waiting.extend(next);
        self.hold(&waiting, now);
        let is_over = settled.len() < limit && self.members(id).is_empty();
        if let Some(batch) = self.leave.batches.get_mut(&id).filter(|_| is_over) {
            batch.is_undone = true;
        }
        settled.len() == limit
    }

    /// Lets go of a ticket; answers the generation that takes its place.
    fn unlink(&mut self, ids: &Sequence, id: SubjectId, actor: &str, now: Timestamp) -> Option<SubjectId> {
        let before = self.subjects.unlink(id)?;
        let ticket = before.ticket.as_ref()?;
        self.queue.drop(&WorkKey::Subject(id));
        let untold = self.notices.leave(id, End::Unlinked, now);
        self.queue.mark(untold);
        let by = |text: String| TimelineEntry::new(now, TimelineKind::Done, text).by(actor);
        let takes_place = format!("Takes the place of {}, which was unlinked", ticket.key);
        let is_open = before.vulnerabilities.iter().any(|vulnerability| vulnerability.status.is_open());
        let becomes = match is_open && before.project.is_some() {
            true => "The issue stays in Jira as it is; a new ticket is made",
            false => "The issue stays in Jira as it is; nothing of it is open and matches a rule",
        };
        let text = format!("Unlinked {}", ticket.key);
        self.timeline.push(by(text).with_detail(becomes).about_subject(id));
        if !is_open || before.project.is_none() {
            return None;
        }
        let drawn = self.leave.successors.remove(&id);
        let next = drawn.unwrap_or_else(|| SubjectId(ids.uuid(now)));
        let is_critical = before.vulnerabilities.iter().any(|one| one.rating.severity == Severity::Critical);
        let due = Due {
            key: WorkKey::Subject(next),
            site: Some(before.subject.cloud_id.clone()),
            at: now,
            priority: if is_critical { Priority::NewCritical } else { Priority::Update },
            reason: "a rule takes it".to_owned(),
        };
        let subject = Subject { id: next, generation: before.subject.generation + 1, ..before.subject };
        self.subjects.put(Facts { subject, ticket: None, stale: 0, ..before });
        self.queue.mark(vec![due]);
        self.timeline.push(by(takes_place).about_subject(next));
        Some(next)
    }

    /// Those of a batch that were not let go of, by id.
    fn members(&self, batch: Uuid) -> Vec<SubjectId> {
        let is_linked = |id: &SubjectId| !self.subjects.is_unlinked(*id);
        let of_batch = self.leave.of.iter().filter(|(_, standing)| standing.batch == Some(batch));
        of_batch.map(|(id, _)| *id).filter(is_linked).collect()
    }
}

/// Has a batch carried on.
pub(super) fn due(id: Uuid, reason: &str, now: Timestamp) -> Due {
    let reason = reason.to_owned();
    Due { key: WorkKey::Batch(id), site: None, at: now, priority: Priority::Update, reason }
}
