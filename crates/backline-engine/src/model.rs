//! The ledger as a model in memory: plain data, no SQL, no disk, no task of its own.
//!
//! It serves two purposes. It is the oracle: whatever the database answers is compared with it, call by call. And it
//! carries whole simulations of the loop, thousands a minute, since nothing in it waits. It shares the database's
//! values ([`backline_store::work::Lease`] and the like) and none of its code.
//!
//! A public module rather than one behind a feature: a proof outside this crate runs on it, and a feature would be
//! on in every build of the workspace anyway. The product never makes one.
//!
//! Invariant: a step that is refused has changed nothing; so every refusal is decided before the first change.

mod admission;
mod grant;
mod notice;
mod queue;
mod subject;
mod world;

use crate::ledger::Ledger;
use backline_core::ids::{CloudId, ConnectedProjectId, ConnectionId, IntentId, NoticeId, SubjectId};
use backline_core::notice::Blocked;
use backline_core::ticket::{Facts, Subject};
use backline_store::admission::Each;
use backline_store::connection::Connection;
use backline_store::grant::{Credentials, Grant, RefreshTurn};
use backline_store::intent::{Begun, Intent};
use backline_store::notice::Notice;
use backline_store::reconcile::{Outcome, Verdict};
use backline_store::timeline::TimelineEntry;
use backline_store::work::{Due, Lease, Next, Pressing, WorkKey};
use backline_store::{Ids, Sequence, StoreError};
use jiff::Timestamp;
use std::sync::{Mutex, MutexGuard};
use uuid::Uuid;

/// Everything that a ledger keeps. Its ids count, so that a run can be played again.
#[derive(Debug)]
pub struct Model {
    instance: String,
    ids: Sequence,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    queue: queue::Queue,
    subjects: subject::Subjects,
    leave: admission::Leave,
    notices: notice::Notices,
    grants: grant::Grants,
    timeline: Vec<TimelineEntry>,
}

impl Model {
    pub fn new(instance: impl Into<String>) -> Self {
        Self { instance: instance.into(), ids: Sequence::default(), state: Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no panic while the state is held")
    }
}

impl State {
    /// The whole of a pass, in one step.
    fn record(
        &mut self,
        ids: &Sequence,
        lease: &Lease,
        outcome: Outcome,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.queue.check(lease)?;
        let id = outcome.subject;
        if let Some(ticket) = &outcome.ticket {
            self.subjects.check_issue(id, &ticket.issue)?;
        }
        self.queue.give_back(lease, outcome.next)?;
        if outcome.ticket.is_some() || matches!(outcome.verdict, Verdict::Clear(_)) {
            self.leave.release(id);
        }
        if !self.subjects.knows(id) {
            return Ok(());
        }
        if outcome.ticket.is_none() && !outcome.failed.is_empty() {
            self.give_leave_back(id);
        }
        self.subjects.record(id, outcome.ticket, outcome.learned);
        self.subjects.settle(&outcome.confirmed);
        self.subjects.settle(&outcome.failed);
        let untold = match outcome.verdict {
            Verdict::Unchanged => Vec::new(),
            Verdict::Clear(end) => {
                self.subjects.clear(id);
                self.notices.leave(id, end, now)
            }
            Verdict::Blocked { blocked, look_at } => {
                self.subjects.block(id, blocked.clone());
                let (notice, mut due) = self.notices.hold(ids, id, blocked, now);
                let key = WorkKey::Probe(notice);
                if !self.queue.is_due(&key) {
                    due.push(notice::probe(key, look_at));
                }
                due
            }
        };
        if let Some(looked) = outcome.looked {
            self.subjects.looked(id, looked.stale);
        }
        if let Some(decided) = outcome.decided {
            let again = self.subjects.decide(id, &decided, now);
            self.queue.mark(again);
        }
        self.timeline.extend(outcome.timeline);
        self.queue.mark(untold);
        self.queue.mark(outcome.due);
        let undoing = self.leave.undoing(id);
        self.queue.mark(
            undoing.into_iter().map(|batch| admission::due(batch, "one of it is settled", now)).collect(),
        );
        Ok(())
    }
}

#[async_trait::async_trait]
impl Ledger for Model {
    fn instance(&self) -> String {
        self.instance.clone()
    }

    fn fresh_id(&self, now: Timestamp) -> Uuid {
        self.ids.uuid(now)
    }

    async fn mark_due(&self, due: Vec<Due>) -> Result<(), StoreError> {
        self.state().queue.mark(due);
        Ok(())
    }

    async fn lease(
        &self,
        owner: &str,
        now: Timestamp,
        lease_ms: u32,
        limit: usize,
        excluded: &[CloudId],
    ) -> Result<Vec<Lease>, StoreError> {
        Ok(self.state().queue.lease(owner, now, lease_ms, limit, (excluded, Pressing::ALL)))
    }

    async fn lease_pressing(
        &self,
        owner: &str,
        now: Timestamp,
        lease_ms: u32,
        limit: usize,
        excluded: &[CloudId],
        pressing: Pressing<'_>,
    ) -> Result<Vec<Lease>, StoreError> {
        Ok(self.state().queue.lease(owner, now, lease_ms, limit, (excluded, pressing)))
    }

    async fn lease_alike(
        &self,
        beside: &Lease,
        project: ConnectedProjectId,
        now: Timestamp,
        lease_ms: u32,
        limit: usize,
    ) -> Result<Vec<Lease>, StoreError> {
        let mut state = self.state();
        let State { queue, subjects, leave, .. } = &mut *state;
        let is_alike = |id| subjects.is_new(id, project) && !leave.is_held(id);
        Ok(queue.lease_alike(beside, now, lease_ms, limit, is_alike))
    }

    async fn extend(&self, lease: &Lease, now: Timestamp, lease_ms: u32) -> Result<(), StoreError> {
        self.state().queue.extend(lease, now, lease_ms)
    }

    async fn next_due_at(&self) -> Result<Option<Timestamp>, StoreError> {
        Ok(self.state().queue.next_due_at())
    }

    async fn finish(&self, lease: &Lease, next: Next) -> Result<(), StoreError> {
        self.state().queue.give_back(lease, next)
    }

    async fn load_facts(&self, subject: SubjectId) -> Result<Option<Facts>, StoreError> {
        Ok(self.state().subjects.facts(subject))
    }

    async fn highest_number(&self, of: &Subject, key: &str) -> Result<Option<u64>, StoreError> {
        Ok(self.state().subjects.highest_number(of, key))
    }

    async fn open_intents(&self, subject: SubjectId) -> Result<Vec<Intent>, StoreError> {
        Ok(self.state().subjects.open_intents(subject))
    }

    async fn admit_creates(
        &self,
        asked: &[(Lease, SubjectId)],
        per_hour: u32,
        now: Timestamp,
    ) -> Result<Each<bool>, StoreError> {
        Ok(self.state().admit(asked, per_hour, now))
    }

    async fn begin_creates(
        &self,
        begun: &[Begun],
        is_limited: bool,
        _: Timestamp,
    ) -> Result<Each<bool>, StoreError> {
        Ok(self.state().begin(begun, is_limited))
    }

    async fn carry_batch(
        &self,
        lease: &Lease,
        id: Uuid,
        limit: u64,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut state = self.state();
        state.queue.check(lease)?;
        Ok(state.carry(&self.ids, id, usize::try_from(limit).unwrap_or(usize::MAX), now))
    }

    async fn begin_intent(
        &self,
        lease: &Lease,
        intent: &Intent,
        failed: &[IntentId],
    ) -> Result<(), StoreError> {
        let mut state = self.state();
        state.queue.check(lease)?;
        state.subjects.begin(intent, failed)
    }

    async fn finish_reconcile(
        &self,
        lease: &Lease,
        outcome: Outcome,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.state().record(&self.ids, lease, outcome, now)
    }

    async fn load_notice(&self, id: NoticeId) -> Result<Option<Notice>, StoreError> {
        Ok(self.state().notices.find(id))
    }

    async fn finish_probe(
        &self,
        lease: &Lease,
        id: NoticeId,
        next: Next,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut state = self.state();
        state.queue.give_back(lease, next)?;
        let due = state.notices.probe(id, lease.attempt, now);
        state.queue.mark(due);
        Ok(())
    }

    async fn notice_told(&self, id: NoticeId, is_over: bool, now: Timestamp) -> Result<(), StoreError> {
        self.state().notices.told(id, is_over, now);
        Ok(())
    }

    async fn load_connection(&self, id: ConnectionId) -> Result<Option<Connection>, StoreError> {
        Ok(self.state().grants.connection(id))
    }

    async fn load_grant(&self, id: ConnectionId) -> Result<Option<Grant>, StoreError> {
        Ok(self.state().grants.find(id))
    }

    async fn begin_refresh(
        &self,
        id: ConnectionId,
        version: i64,
        owner: &str,
        now: Timestamp,
        lease_ms: u32,
    ) -> Result<RefreshTurn, StoreError> {
        self.state().grants.begin_refresh(id, version, owner, now, lease_ms)
    }

    async fn end_refresh(&self, id: ConnectionId, version: i64, owner: &str) -> Result<(), StoreError> {
        self.state().grants.end_refresh(id, version, owner);
        Ok(())
    }

    async fn store_grant(
        &self,
        read: &Grant,
        credentials: Credentials,
        expires_at: Option<Timestamp>,
    ) -> Result<i64, StoreError> {
        self.state().grants.renew(read, credentials, expires_at)
    }

    async fn lose_grant(
        &self,
        read: &Grant,
        reason: &str,
        notice: Blocked,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut state = self.state();
        state.grants.lose(read, reason)?;
        let (_, untold) = state.notices.raise(&self.ids, notice, now);
        state.queue.mark(untold);
        Ok(())
    }
}
