//! One pass over one subject: what is known when it begins, what it finds and does, and how it ends.
//!
//! Owns no call and no decision: those who observe, plan and apply write down here what came of it.

mod closing;

use crate::context::Context;
use crate::create::Crew;
use crate::failure::Failure;
use crate::grant::{Permit, Token};
use crate::worker::Hands;
use backline_core::ids::{AccountId, ConnectionId, FieldId, IntentId};
use backline_core::jira::issue::Issue;
use backline_core::jira::value::Value;
use backline_core::jira::workflow::{Category, Status};
use backline_core::mapping::lifecycle::Stage;
use backline_core::notice::{Blocked, End};
use backline_core::ticket::comment;
use backline_core::ticket::desired::Desired;
use backline_core::ticket::news::Tells;
use backline_core::ticket::plan::Plan;
use backline_core::ticket::{Applied, Facts, Learned, Ticket};
use backline_store::audit::Called;
use backline_store::reconcile::{Decided, Looked};
use backline_store::timeline::{TimelineEntry, TimelineKind};
use backline_store::work::{Due, Lease, Next, Priority, WorkKey};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// One pass over one subject, with what it found and did.
pub struct Pass<'p> {
    pub facts: Facts,
    pub lease: &'p Lease,
    pub instance: String,
    pub confirmed: Vec<IntentId>,
    pub failed: Vec<IntentId>,
    /// Its own calls, of whatever outcome.
    pub calls: Vec<Called>,
    pub timeline: Vec<TimelineEntry>,
    pub learned: Vec<Learned>,
    pub due: Vec<Due>,
    /// What the pass calls with, from its first call on.
    pub token: Option<Token>,
    pub looked: Option<Looked>,
    pub decided: Option<Decided>,
    /// What may still land is looked at then, however the pass ends.
    pub again: Option<Next>,
    pub company: Company<'p>,
    before: Option<Ticket>,
}

/// With whom a pass makes its ticket.
#[derive(Debug, Default)]
pub enum Company<'p> {
    #[default]
    Alone,
    /// Takes others along, into the hands of the worker that holds its own lease.
    Leads(&'p Hands),
    /// Was taken along: hands its wish over, and lets go of this when it has none.
    Joins(Crew),
}

/// How a pass ends.
#[derive(Debug)]
pub struct Ended {
    pub next: Next,
    pub blocked: Option<Blocked>,
    /// Nothing holds the subject up any more, and why: a notice that waited for it may end.
    pub clear: Option<End>,
}

impl Ended {
    pub fn done(end: End) -> Self {
        Self { next: Next::Done, blocked: None, clear: Some(end) }
    }
    /// Comes back by itself; whatever blocked it before stays told.
    pub fn waiting(until: Timestamp) -> Self {
        Self { next: Next::At(until), blocked: None, clear: None }
    }
    /// Comes back besides, where nothing else brings it back.
    pub fn and_again(self, again: Option<Next>) -> Self {
        match self.next {
            Next::Done | Next::OnChange => Self { next: again.unwrap_or(self.next), ..self },
            Next::At(_) | Next::Watch(_) | Next::Retry(_) => self,
        }
    }
    /// Tried again; attempts count on.
    pub fn retry(until: Timestamp) -> Self {
        Self { next: Next::Retry(until), blocked: None, clear: None }
    }
    /// What a person decided changes what is wanted: it runs again at once.
    pub fn decided() -> Self {
        Self { next: Next::Done, blocked: None, clear: None }
    }
    pub fn on_change() -> Self {
        Self { next: Next::OnChange, blocked: None, clear: None }
    }
    pub fn blocked(blocked: Blocked) -> Self {
        Self { next: Next::OnChange, blocked: Some(blocked), clear: None }
    }
}

impl<'p> Pass<'p> {
    pub fn new(cx: &Context, lease: &'p Lease, mut facts: Facts) -> Self {
        let before = facts.ticket.clone();
        if let Some(ticket) = &mut facts.ticket {
            closing::forget(&mut ticket.applied, cx.clock.now());
        }
        Self {
            facts,
            lease,
            instance: cx.ledger.instance(),
            confirmed: Vec::new(),
            failed: Vec::new(),
            calls: Vec::new(),
            timeline: Vec::new(),
            learned: Vec::new(),
            due: Vec::new(),
            token: None,
            looked: None,
            decided: None,
            again: None,
            company: Company::Alone,
            before,
        }
    }

    /// A client for the connection of this subject's project, with the right to use it until it is dropped.
    pub async fn jira(&mut self, cx: &Context) -> Result<Permit, Failure> {
        let permit = cx.grants.jira(cx, self.connection()?).await?;
        self.token = Some(permit.token);
        Ok(permit)
    }

    /// The account that writes, where Jira has named it.
    pub async fn account(&self, cx: &Context) -> Result<Option<AccountId>, Failure> {
        let connection = cx.ledger.load_connection(self.connection()?).await?;
        Ok(connection.and_then(|connection| connection.account).map(|account| account.account_id))
    }

    /// Where this subject's project is.
    pub fn connection(&self) -> Result<ConnectionId, Failure> {
        let project = self.facts.project.as_ref().ok_or(Failure::Disconnected)?;
        // An issue's id means another issue on another site.
        if project.cloud_id == self.facts.subject.cloud_id {
            Ok(project.connection)
        } else {
            Err(Failure::Disconnected)
        }
    }

    /// The ticket, if this pass changed what is known of it.
    pub fn changed_ticket(&self) -> Option<Ticket> {
        (self.facts.ticket != self.before).then(|| self.facts.ticket.clone()).flatten()
    }

    /// Keeps what Jira says now: the key may have changed, and people move the status. Pull requests carry the new
    /// key then.
    pub fn saw(&mut self, issue: &Issue, now: Timestamp) {
        let Some(ticket) = &mut self.facts.ticket else { return };
        let is_moved = ticket.key != issue.key;
        let was = ticket.status.replace(issue.status.clone());
        let is_told = issue.status.category == Category::Done || ticket.applied.closed.is_some();
        let moved = was.filter(|was| was.id != issue.status.id && !is_told);
        let moved = moved
            .map(|was| format!("{} was moved in Jira: {} -> {}", issue.key, was.name, issue.status.name));
        ticket.key = issue.key.clone();
        ticket.is_gone = false;
        self.looked(issue.updated_at);
        if let Some(moved) = moved {
            self.note(now, TimelineKind::Noted, moved, None);
        }
        if is_moved {
            self.mark_pull_requests("its ticket has another key", now);
        }
    }

    /// Jira was asked what it has: of what had made the ticket stale nothing is left to look at.
    pub fn looked(&mut self, changed_at: Option<Timestamp>) {
        let stale = self.looked.map_or(self.facts.stale, |looked| looked.stale);
        self.looked = Some(Looked { stale, changed_at });
        self.facts.stale = 0;
    }

    /// Has the descriptions of its pull requests looked at.
    fn mark_pull_requests(&mut self, reason: &str, now: Timestamp) {
        let due = self.facts.pull_requests.iter().map(|tracked| Due {
            key: WorkKey::PullRequest {
                repository: tracked.pull_request.repository.clone(),
                number: tracked.pull_request.number,
            },
            site: None,
            at: now,
            priority: Priority::PullRequest,
            reason: reason.to_owned(),
        });
        self.due.extend(due);
    }

    /// Records what needed no call.
    pub fn settle(&mut self, plan: &Plan, wanted: &Desired, now: Timestamp) {
        let Some(ticket) = &mut self.facts.ticket else { return };
        let mut notes = Vec::new();
        let applied = &mut ticket.applied;
        if plan.operations.is_empty() {
            applied.mapping_version = plan.mapping_version;
        }
        applied.fields.extend(plan.settled.clone());
        applied.theirs.extend(plan.theirs.clone());
        applied.comments.extend(wanted.unwanted.iter().cloned());
        for kept in &plan.kept {
            if let Some(field) = &kept.yielded {
                if applied.yielded.insert(field.clone()) {
                    notes.push(format!("{} is left to people: {}", kept.what, kept.rule));
                }
            } else if matches!(kept.rule, "closed by a person" | "opened by a person") {
                notes.push(kept.what.clone());
            }
        }
        if let Some(news) = &plan.closing {
            self.decided = closing::heed(ticket, news, now);
        }
        let applied = &mut ticket.applied;
        if plan.stage_reached.is_some() {
            applied.stage = Some(wanted.stage);
        }
        for text in notes {
            self.note(now, TimelineKind::Noted, text, None);
        }
    }

    /// Adds to the timeline of this subject.
    pub fn note(&mut self, now: Timestamp, kind: TimelineKind, text: String, detail: Option<String>) {
        let mut entry = TimelineEntry::new(now, kind, text).about_subject(self.facts.subject.id);
        if let Some(detail) = detail {
            entry = entry.with_detail(detail);
        }
        self.timeline.push(entry);
    }

    /// Intents that are known to have come to nothing and were not called here: those that were end with what the pass
    /// records, together with what was answered.
    pub fn failed_before(&self) -> Vec<IntentId> {
        let is_called = |id: &&IntentId| self.calls.iter().any(|called| called.intent == **id);
        self.failed.iter().filter(|id| !is_called(id)).copied().collect()
    }

    /// Records a comment that is there.
    pub fn said(&mut self, key: String, tells: Option<Tells>) {
        let applied = self.applied();
        applied.comments.insert(key);
        applied.told.extend(tells.map(|tells| (tells.field, tells.facts)));
    }

    pub(crate) fn applied(&mut self) -> &mut Applied {
        &mut self.facts.ticket.as_mut().expect("only a create has no ticket").applied
    }
}

/// Records an issue as this subject's ticket. Its pull requests are to carry the key now.
///
/// `status` is `None` where it was not read: the answer to a create does not tell it, and it is not asked for.
pub fn adopt(
    pass: &mut Pass<'_>,
    issue: backline_core::ids::IssueId,
    key: backline_core::ids::IssueKey,
    fields: BTreeMap<FieldId, Value>,
    mapping_version: u32,
    created_at: Timestamp,
    status: Option<Status>,
) {
    let comments = comment::old_news(&pass.facts);
    let applied =
        Applied { mapping_version, fields, stage: Some(Stage::Open), comments, ..Applied::default() };
    pass.facts.ticket = Some(Ticket { issue, key, status, applied, created_at, is_gone: false });
    pass.mark_pull_requests("its ticket exists", created_at);
}
