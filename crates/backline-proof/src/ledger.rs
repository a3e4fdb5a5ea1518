//! The ledger of one replica: the store, watched, and a place where a process may die at any step.

use crate::plan::Line;
use crate::sabotage::{Switch, ledger as planted};
use crate::story::{Sender, What};
use crate::world::Shared;
use backline_core::ids::{CloudId, ConnectedProjectId, ConnectionId, IntentId, NoticeId, SubjectId};
use backline_core::notice::Blocked;
use backline_core::ticket::{Facts, Subject};
use backline_engine::ledger::Ledger;
use backline_store::admission::Each;
use backline_store::connection::Connection;
use backline_store::grant::{Credentials, Grant, RefreshTurn};
use backline_store::intent::{Begun, Intent};
use backline_store::notice::Notice;
use backline_store::reconcile::Outcome;
use backline_store::work::{Due, Lease, Next, Pressing};
use backline_store::{Store, StoreError};
use jiff::Timestamp;
use std::sync::Arc;
use uuid::Uuid;

pub struct Watched {
    pub store: Store,
    pub shared: Arc<Shared>,
    pub by: Sender,
    pub planted: planted::Memory,
}

impl Watched {
    /// One step, before or after which the process may die.
    async fn step<T>(&self, step: impl Future<Output = T>) -> T {
        let death = self.shared.death();
        if let Some(Line::Cut { is_after: false, down_ms, .. }) = death {
            self.die(*down_ms).await;
        }
        let done = step.await;
        if let Some(Line::Cut { is_after: true, down_ms, .. }) = death {
            self.die(*down_ms).await;
        }
        done
    }

    /// Never comes back: the world drops whoever waits here.
    async fn die(&self, down_ms: u64) {
        self.shared.doom(self.by, down_ms);
        std::future::pending::<()>().await;
    }

    fn tell_leased(&self, leases: &[Lease]) {
        for lease in leases {
            self.shared.leased(lease);
            let (key, epoch) = (lease.key.to_string(), lease.epoch);
            self.shared.tell(What::Leased { by: self.by, key, epoch });
        }
    }

    fn tell_held<T>(&self, lease: &Lease, step: &'static str, done: &Result<T, StoreError>) {
        let (key, epoch, is_done) = (lease.key.to_string(), lease.epoch, done.is_ok());
        self.shared.tell(What::Held { by: self.by, key, epoch, step, is_done });
    }

    fn has(&self, switch: Switch) -> bool {
        self.shared.switch == Some(switch)
    }
}

#[async_trait::async_trait]
impl Ledger for Watched {
    fn instance(&self) -> String {
        self.store.instance()
    }

    fn fresh_id(&self, now: Timestamp) -> Uuid {
        self.store.ids().uuid(now)
    }

    async fn mark_due(&self, due: Vec<Due>) -> Result<(), StoreError> {
        self.step(self.store.mark_due(due)).await
    }

    async fn lease(
        &self,
        owner: &str,
        now: Timestamp,
        lease_ms: u32,
        limit: usize,
        excluded: &[CloudId],
    ) -> Result<Vec<Lease>, StoreError> {
        let leases = self.step(self.store.lease(owner, now, lease_ms, limit, excluded)).await?;
        self.tell_leased(&leases);
        Ok(leases)
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
        let taken = self.store.lease_pressing(owner, now, lease_ms, limit, excluded, pressing);
        let leases = self.step(taken).await?;
        self.tell_leased(&leases);
        Ok(leases)
    }

    async fn lease_alike(
        &self,
        beside: &Lease,
        project: ConnectedProjectId,
        now: Timestamp,
        lease_ms: u32,
        limit: usize,
    ) -> Result<Vec<Lease>, StoreError> {
        let leases = self.step(self.store.lease_alike(beside, project, now, lease_ms, limit)).await?;
        self.tell_leased(&leases);
        Ok(leases)
    }

    async fn extend(&self, lease: &Lease, now: Timestamp, lease_ms: u32) -> Result<(), StoreError> {
        let lease = match self.has(Switch::HeartbeatSteals) {
            true => &self.shared.newest(lease),
            false => lease,
        };
        let done = self.step(self.store.extend(lease, now, lease_ms)).await;
        self.tell_held(lease, "extend", &done);
        done
    }

    async fn next_due_at(&self) -> Result<Option<Timestamp>, StoreError> {
        self.step(self.store.next_due_at()).await
    }

    async fn finish(&self, lease: &Lease, next: Next) -> Result<(), StoreError> {
        let done = self.step(self.store.finish(lease, next)).await;
        self.tell_held(lease, "finish", &done);
        done
    }

    async fn load_facts(&self, subject: SubjectId) -> Result<Option<Facts>, StoreError> {
        self.step(self.store.load_facts(subject)).await
    }

    async fn highest_number(&self, of: &Subject, key: &str) -> Result<Option<u64>, StoreError> {
        self.step(self.store.highest_number(of, key)).await
    }

    async fn open_intents(&self, subject: SubjectId) -> Result<Vec<Intent>, StoreError> {
        self.step(self.store.open_intents(subject)).await
    }

    async fn admit_creates(
        &self,
        asked: &[(Lease, SubjectId)],
        per_hour: u32,
        now: Timestamp,
    ) -> Result<Each<bool>, StoreError> {
        if self.has(Switch::CapIgnored) {
            return Ok(asked.iter().map(|_| Ok(true)).collect());
        }
        self.step(self.store.admit_creates(asked, per_hour, now)).await
    }

    async fn begin_creates(
        &self,
        begun: &[Begun],
        is_limited: bool,
        now: Timestamp,
    ) -> Result<Each<bool>, StoreError> {
        if self.has(Switch::NoIntent) {
            return Ok(begun.iter().map(|_| Ok(true)).collect());
        }
        if self.has(Switch::IntentAfterSend) {
            return Ok(self.planted.put_off(begun));
        }
        let is_limited = is_limited && !self.has(Switch::CapIgnored);
        self.step(self.store.begin_creates(begun, is_limited, now)).await
    }

    async fn carry_batch(
        &self,
        lease: &Lease,
        id: Uuid,
        limit: u64,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        self.step(self.store.carry_batch(lease, id, limit, now)).await
    }

    async fn begin_intent(
        &self,
        lease: &Lease,
        intent: &Intent,
        failed: &[IntentId],
    ) -> Result<(), StoreError> {
        self.step(self.store.begin_intent(lease, intent, failed)).await
    }

    async fn finish_reconcile(
        &self,
        lease: &Lease,
        mut outcome: Outcome,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let told = (outcome.subject.to_string(), outcome.looked);
        if self.has(Switch::IntentAfterSend)
            && let Some(begun) = self.planted.take(outcome.subject)
        {
            self.step(self.store.begin_creates(&[begun], false, now)).await?.pop().transpose()?;
        }
        if self.has(Switch::BaseNotRenewed) {
            let known = self.store.load_facts(outcome.subject).await?.and_then(|facts| facts.ticket);
            planted::forget_written(&mut outcome, known);
        }
        let kept = match self.has(Switch::ResultNotFenced) {
            true => &self.shared.newest(lease),
            false => lease,
        };
        let done = self.step(self.store.finish_reconcile(kept, outcome, now)).await;
        self.tell_held(lease, "finish", &done);
        if let (Ok(()), (subject, Some(looked))) = (&done, told) {
            let changed_at_ms = looked.changed_at.map(Timestamp::as_millisecond);
            self.shared.tell(What::Looked { subject, changed_at_ms });
        }
        done
    }

    async fn load_notice(&self, id: NoticeId) -> Result<Option<Notice>, StoreError> {
        self.step(self.store.load_notice(id)).await
    }

    async fn finish_probe(
        &self,
        lease: &Lease,
        id: NoticeId,
        next: Next,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let done = self.step(self.store.finish_probe(lease, id, next, now)).await;
        self.tell_held(lease, "finish", &done);
        done
    }

    async fn notice_told(&self, id: NoticeId, is_over: bool, now: Timestamp) -> Result<(), StoreError> {
        self.step(self.store.notice_told(id, is_over, now)).await
    }

    async fn load_connection(&self, id: ConnectionId) -> Result<Option<Connection>, StoreError> {
        self.step(self.store.load_connection(id)).await
    }

    async fn load_grant(&self, id: ConnectionId) -> Result<Option<Grant>, StoreError> {
        self.step(self.store.load_grant(id)).await
    }

    async fn begin_refresh(
        &self,
        id: ConnectionId,
        version: i64,
        owner: &str,
        now: Timestamp,
        lease_ms: u32,
    ) -> Result<RefreshTurn, StoreError> {
        if self.has(Switch::RefreshWithoutLease) {
            return Ok(RefreshTurn::Yours { lost_since: None });
        }
        self.step(self.store.begin_refresh(id, version, owner, now, lease_ms)).await
    }

    async fn end_refresh(&self, id: ConnectionId, version: i64, owner: &str) -> Result<(), StoreError> {
        self.step(self.store.end_refresh(id, version, owner)).await
    }

    async fn store_grant(
        &self,
        read: &Grant,
        credentials: Credentials,
        expires_at: Option<Timestamp>,
    ) -> Result<i64, StoreError> {
        let credentials = match self.has(Switch::OldTokenKept) {
            true => planted::with_old_refresh(read, credentials),
            false => credentials,
        };
        self.step(self.store.store_grant(read, credentials, expires_at)).await
    }

    async fn lose_grant(
        &self,
        read: &Grant,
        reason: &str,
        notice: Blocked,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.step(self.store.lose_grant(read, reason, notice, now)).await
    }
}
