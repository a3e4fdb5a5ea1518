//! The subjects of the model: their facts, their tickets, their intents, and what is known of workflows.

use backline_core::ids::{
    CloudId, ConnectedProjectId, IntentId, IssueId, IssueTypeId, JiraProjectId, StatusId, SubjectId,
    VulnerabilityId,
};
use backline_core::jira::workflow::Transition;
use backline_core::notice::Blocked;
use backline_core::ticket::{Facts, Learned, Subject, Ticket};
use backline_core::vulnerability::{Status, Vulnerability};
use backline_store::StoreError;
use backline_store::intent::Intent;
use backline_store::reconcile::Decided;
use backline_store::work::{Due, Priority, WorkKey};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// Creates of one project that may be under way with lower numbers than the highest known one.
const UNDER_WAY_MAX: u64 = 64;

/// Workflows differ by issue type.
type StepKey = (CloudId, JiraProjectId, IssueTypeId, StatusId);

#[derive(Debug, Default)]
pub(super) struct Subjects {
    /// Without what was learned, which belongs to the project.
    facts: BTreeMap<SubjectId, Facts>,
    blocked: BTreeMap<SubjectId, Blocked>,
    learned: BTreeMap<StepKey, Vec<Transition>>,
    intents: BTreeMap<IntentId, Kept>,
    /// Generations that a person ended.
    unlinked: BTreeSet<SubjectId>,
}

/// Settled ones stay: an id is used once.
#[derive(Debug)]
struct Kept {
    intent: Intent,
    is_open: bool,
}

impl Subjects {
    pub fn knows(&self, id: SubjectId) -> bool {
        self.facts.contains_key(&id)
    }

    pub fn all(&self) -> impl Iterator<Item = &Facts> {
        self.facts.values()
    }

    pub fn facts(&self, id: SubjectId) -> Option<Facts> {
        let mut facts = self.facts.get(&id)?.clone();
        if let (Some(_), Some(project)) = (&facts.ticket, &facts.project) {
            let of_type = (&facts.subject.cloud_id, &facts.subject.project, &project.issue_type.id);
            let steps =
                self.learned.iter().filter(|((site, project, kind, _), _)| (site, project, kind) == of_type);
            facts.learned = steps
                .map(|((.., from), transitions)| Learned {
                    from: from.clone(),
                    transitions: transitions.clone(),
                })
                .collect();
        }
        Some(facts)
    }

    /// New facts of a subject. Its ticket is what passes made of it; a given one counts only for a new subject.
    pub fn put(&mut self, mut facts: Facts) {
        let id = facts.subject.id;
        facts.learned.clear();
        if let Some(known) = self.facts.remove(&id) {
            facts.ticket = known.ticket;
            facts.stale = known.stale;
        }
        self.facts.insert(id, facts);
    }

    /// Refuses an issue that is the ticket of another subject of the same site.
    pub fn check_issue(&self, id: SubjectId, issue: &IssueId) -> Result<(), StoreError> {
        let Some(own) = self.facts.get(&id) else { return Ok(()) };
        let is_taken = self.facts.values().any(|other| {
            other.subject.id != id
                && other.subject.cloud_id == own.subject.cloud_id
                && other.ticket.as_ref().is_some_and(|ticket| ticket.issue == *issue)
        });
        if is_taken { Err(StoreError::Conflict("the ticket")) } else { Ok(()) }
    }

    pub fn record(&mut self, id: SubjectId, ticket: Option<Ticket>, learned: Vec<Learned>) {
        let Some(facts) = self.facts.get_mut(&id) else { return };
        if ticket.is_some() {
            facts.ticket = ticket;
        }
        let Some(project) = &facts.project else { return };
        let (site, of) = (&facts.subject.cloud_id, &facts.subject.project);
        for Learned { from, transitions } in learned {
            self.learned.insert((site.clone(), of.clone(), project.issue_type.id.clone(), from), transitions);
        }
    }

    /// Its issue changed, as far as anybody knows; only a ticket has one.
    pub fn touch(&mut self, id: SubjectId) {
        if let Some(facts) = self.facts.get_mut(&id).filter(|facts| facts.ticket.is_some()) {
            facts.stale += 1;
        }
    }

    pub fn looked(&mut self, id: SubjectId, stale: u64) {
        if let Some(facts) = self.facts.get_mut(&id).filter(|facts| facts.stale == stale) {
            facts.stale = 0;
        }
    }

    /// What a person decided; answers what is due by it: every generation that is kept and about the same.
    pub fn decide(&mut self, id: SubjectId, decided: &Decided, now: Timestamp) -> Vec<Due> {
        let Some(facts) = self.facts.get(&id) else { return Vec::new() };
        let mut changed: BTreeMap<VulnerabilityId, Vulnerability> = BTreeMap::new();
        for known in &facts.vulnerabilities {
            let mut vulnerability = known.clone();
            match decided {
                Decided::Dismissed(dismissal) if vulnerability.status.is_open() => {
                    vulnerability.status = Status::Dismissed;
                    vulnerability.dismissed = Some(dismissal.clone());
                }
                Decided::TakenBack { .. }
                    if vulnerability.dismissed.as_ref().is_some_and(|by| by.ticket.is_some()) =>
                {
                    vulnerability.status = Status::Open;
                    vulnerability.dismissed = None;
                }
                Decided::Dismissed(_) | Decided::TakenBack { .. } => continue,
            }
            changed.insert(vulnerability.id, vulnerability);
        }
        let mut due = Vec::new();
        for facts in self.facts.values_mut() {
            let mut is_about = false;
            for known in &mut facts.vulnerabilities {
                if let Some(vulnerability) = changed.get(&known.id) {
                    *known = vulnerability.clone();
                    is_about = true;
                }
            }
            if is_about && facts.project.is_some() {
                due.push(Due {
                    key: WorkKey::Subject(facts.subject.id),
                    site: Some(facts.subject.cloud_id.clone()),
                    at: now,
                    priority: Priority::Update,
                    reason: "a person decided in Jira".to_owned(),
                });
            }
        }
        due
    }

    pub fn block(&mut self, id: SubjectId, blocked: Blocked) {
        self.blocked.insert(id, blocked);
    }

    pub fn clear(&mut self, id: SubjectId) {
        self.blocked.remove(&id);
    }

    pub fn blocked(&self, id: SubjectId) -> Option<Blocked> {
        self.blocked.get(&id).cloned()
    }

    pub fn highest_number(&self, of: &Subject, key: &str) -> Option<u64> {
        let of_project =
            |facts: &&Facts| (&facts.subject.cloud_id, &facts.subject.project) == (&of.cloud_id, &of.project);
        let tickets = self.facts.values().filter(of_project).filter_map(|facts| facts.ticket.as_ref());
        let prefix = format!("{key}-");
        let numbers =
            tickets.filter_map(|ticket| ticket.key.as_str().strip_prefix(&prefix)?.parse::<u64>().ok());
        numbers.max().map(|number| number.saturating_sub(UNDER_WAY_MAX))
    }

    /// It is to get its first ticket, and nothing of it is under way.
    pub fn is_new(&self, id: SubjectId, project: ConnectedProjectId) -> bool {
        let is_of_project = |facts: &Facts| facts.project.as_ref().is_some_and(|kept| kept.id == project);
        let is_begun = self.intents.values().any(|kept| kept.is_open && kept.intent.subject == id);
        !is_begun && self.facts.get(&id).is_some_and(|facts| is_of_project(facts) && facts.ticket.is_none())
    }

    /// It was begun to make its ticket, and what became of it is not known.
    pub fn is_under_way(&self, id: SubjectId) -> bool {
        let is_open_create =
            |kept: &Kept| kept.is_open && kept.intent.kind == "create" && kept.intent.subject == id;
        let has_ticket = self.facts.get(&id).is_some_and(|facts| facts.ticket.is_some());
        !has_ticket && self.intents.values().any(is_open_create)
    }

    /// Why an intent to create may not begin.
    pub fn check_create(&self, begun: &Intent, failed: &[IntentId]) -> Result<(), StoreError> {
        let is_open_create = |kept: &Kept| {
            kept.is_open
                && kept.intent.kind == "create"
                && kept.intent.subject == begun.subject
                && !failed.contains(&kept.intent.id)
        };
        match self.intents.contains_key(&begun.id) || self.intents.values().any(is_open_create) {
            true => Err(StoreError::Conflict("an intent")),
            false => Ok(()),
        }
    }

    pub fn is_unlinked(&self, id: SubjectId) -> bool {
        self.unlinked.contains(&id)
    }

    /// Closes this generation for good; answers its facts as they were.
    pub fn unlink(&mut self, id: SubjectId) -> Option<Facts> {
        self.blocked.remove(&id);
        self.unlinked.insert(id);
        let open: Vec<IntentId> = self.open_intents(id).into_iter().map(|intent| intent.id).collect();
        self.settle(&open);
        let facts = self.facts.get_mut(&id)?;
        let before = facts.clone();
        facts.project = None;
        Some(before)
    }

    pub fn open_intents(&self, subject: SubjectId) -> Vec<Intent> {
        let open = self.intents.values().filter(|kept| kept.is_open && kept.intent.subject == subject);
        let mut open: Vec<Intent> = open.map(|kept| kept.intent.clone()).collect();
        open.sort_by_key(|intent| (intent.begun_at, intent.id));
        open
    }

    pub fn settled(&self) -> Vec<IntentId> {
        self.intents.iter().filter(|(_, kept)| !kept.is_open).map(|(id, _)| *id).collect()
    }

    pub fn begin(&mut self, intent: &Intent, failed: &[IntentId]) -> Result<(), StoreError> {
        if intent.kind == "create" {
            self.check_create(intent, failed)?;
        } else if self.intents.contains_key(&intent.id) {
            return Err(StoreError::Conflict("an intent"));
        }
        self.settle(failed);
        self.intents.insert(intent.id, Kept { intent: intent.clone(), is_open: true });
        Ok(())
    }

    pub fn settle(&mut self, settled: &[IntentId]) {
        for id in settled {
            if let Some(kept) = self.intents.get_mut(id) {
                kept.is_open = false;
            }
        }
    }
}
