//! The model behind pauses, so that others may come between any two of its steps, and with a store that fails; and,
//! for the proof that the laws can be broken, with one mistake built in.

use super::accounts::Accounts;
use super::pause;
use crate::clock::later;
use crate::ledger::Ledger;
use crate::model::Model;
use crate::testing::random::Random;
use backline_core::ids::{CloudId, ConnectedProjectId, ConnectionId, IntentId, NoticeId, SubjectId};
use backline_core::notice::Blocked;
use backline_core::ticket::{Facts, Subject};
use backline_store::StoreError;
use backline_store::admission::Each;
use backline_store::connection::Connection;
use backline_store::grant::{Credentials, Grant, RefreshTurn};
use backline_store::intent::{Begun, Intent};
use backline_store::notice::Notice;
use backline_store::reconcile::Outcome;
use backline_store::work::{Due, Lease, Next, Pressing};
use jiff::Timestamp;
use secrecy::ExposeSecret;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use uuid::Uuid;

/// A mistake that the laws must find.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mistake {
    /// Whoever wants the turn has it.
    NoLease,
    /// The turn is taken, and nothing says that it was.
    NoIntent,
    /// What was read before the lock is believed after it.
    NoSecondLook,
    /// The pair that was exchanged is given out, and not the new one.
    OldToken,
}

pub struct Shaky {
    pub model: Arc<Model>,
    pub accounts: Arc<Accounts>,
    pub mistake: Option<Mistake>,
    /// Of a hundred pairs, how many cannot be kept.
    pub fails_percent: Mutex<usize>,
    pub random: Mutex<Random>,
    /// What a mistake remembers.
    pub seen: Mutex<Option<Grant>>,
}

impl Shaky {
    fn chance(&self) -> bool {
        let percent = *self.fails_percent.lock().expect("no panic while it is held");
        self.random.lock().expect("no panic while it is held").chance(percent)
    }

    fn remember(&self, grant: Option<&Grant>) {
        *self.seen.lock().expect("no panic while it is held") = grant.cloned();
    }
}

#[async_trait::async_trait]
impl Ledger for Shaky {
    async fn load_connection(&self, id: ConnectionId) -> Result<Option<Connection>, StoreError> {
        pause().await;
        self.model.load_connection(id).await
    }

    async fn load_grant(&self, id: ConnectionId) -> Result<Option<Grant>, StoreError> {
        pause().await;
        let grant = self.model.load_grant(id).await?;
        let seen = self.seen.lock().expect("no panic while it is held").take();
        match self.mistake {
            Some(Mistake::OldToken) => Ok(seen.or(grant)),
            Some(Mistake::NoSecondLook) => {
                if seen.is_none() {
                    self.remember(grant.as_ref());
                }
                Ok(seen.or(grant))
            }
            _ => Ok(grant),
        }
    }

    async fn begin_refresh(
        &self,
        id: ConnectionId,
        version: i64,
        owner: &str,
        now: Timestamp,
        lease_ms: u32,
    ) -> Result<RefreshTurn, StoreError> {
        pause().await;
        let mut turn = self.model.begin_refresh(id, version, owner, now, lease_ms).await?;
        match (self.mistake, turn) {
            (Some(Mistake::NoLease), RefreshTurn::Another { .. })
            | (Some(Mistake::NoSecondLook), RefreshTurn::Newer) => {
                turn = RefreshTurn::Yours { lost_since: None }
            }
            (Some(Mistake::NoIntent), RefreshTurn::Yours { .. }) => {
                self.model.end_refresh(id, version, owner).await?;
            }
            _ => {}
        }
        let mut accounts = self.accounts.state();
        match turn {
            RefreshTurn::Yours { .. } => {
                accounts.takes_turn(later(now, Duration::from_millis(lease_ms.into())))
            }
            RefreshTurn::Another { .. } => accounts.reach("another had the turn"),
            RefreshTurn::Newer => accounts.reach("another was faster"),
        }
        Ok(turn)
    }

    async fn end_refresh(&self, id: ConnectionId, version: i64, owner: &str) -> Result<(), StoreError> {
        pause().await;
        self.accounts.state().reach("nothing was exchanged");
        self.model.end_refresh(id, version, owner).await
    }

    async fn store_grant(
        &self,
        read: &Grant,
        credentials: Credentials,
        expires_at: Option<Timestamp>,
    ) -> Result<i64, StoreError> {
        pause().await;
        let failed = || Err(StoreError::Corrupt("the disk is full".to_owned()));
        if self.chance() {
            let mut accounts = self.accounts.state();
            accounts.reach("a pair could not be kept");
            accounts.fails();
            return failed();
        }
        let Credentials::OAuth { access, .. } = &credentials else { unreachable!("only these are renewed") };
        let access = access.expose_secret().to_owned();
        let kept = self.model.store_grant(read, credentials, expires_at).await;
        let mut accounts = self.accounts.state();
        match &kept {
            Ok(_) => accounts.keeps(&access),
            Err(_) => {
                accounts.fails();
                accounts.reach("another pair was kept");
            }
        }
        drop(accounts);
        if kept.is_ok() && self.mistake == Some(Mistake::OldToken) {
            self.remember(Some(read));
        }
        if kept.is_ok() && self.chance() {
            self.accounts.state().reach("a pair was kept although the store said no");
            return failed();
        }
        kept
    }

    async fn lose_grant(
        &self,
        read: &Grant,
        reason: &str,
        notice: Blocked,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        pause().await;
        self.model.lose_grant(read, reason, notice, now).await
    }

    async fn mark_due(&self, due: Vec<Due>) -> Result<(), StoreError> {
        pause().await;
        self.model.mark_due(due).await
    }

    async fn lease(
        &self,
        owner: &str,
        now: Timestamp,
        lease_ms: u32,
        limit: usize,
        excluded: &[CloudId],
    ) -> Result<Vec<Lease>, StoreError> {
        pause().await;
        self.model.lease(owner, now, lease_ms, limit, excluded).await
    }

    async fn finish(&self, lease: &Lease, next: Next) -> Result<(), StoreError> {
        pause().await;
        self.model.finish(lease, next).await
    }

    fn instance(&self) -> String {
        self.model.instance()
    }

    fn fresh_id(&self, now: Timestamp) -> Uuid {
        self.model.fresh_id(now)
    }

    async fn extend(&self, lease: &Lease, now: Timestamp, lease_ms: u32) -> Result<(), StoreError> {
        self.model.extend(lease, now, lease_ms).await
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
        self.model.lease_pressing(owner, now, lease_ms, limit, excluded, pressing).await
    }

    async fn lease_alike(
        &self,
        beside: &Lease,
        project: ConnectedProjectId,
        now: Timestamp,
        lease_ms: u32,
        limit: usize,
    ) -> Result<Vec<Lease>, StoreError> {
        self.model.lease_alike(beside, project, now, lease_ms, limit).await
    }

    async fn next_due_at(&self) -> Result<Option<Timestamp>, StoreError> {
        self.model.next_due_at().await
    }

    async fn load_facts(&self, subject: SubjectId) -> Result<Option<Facts>, StoreError> {
        self.model.load_facts(subject).await
    }

    async fn highest_number(&self, of: &Subject, key: &str) -> Result<Option<u64>, StoreError> {
        self.model.highest_number(of, key).await
    }

    async fn open_intents(&self, subject: SubjectId) -> Result<Vec<Intent>, StoreError> {
        self.model.open_intents(subject).await
    }

    async fn admit_creates(
        &self,
        asked: &[(Lease, SubjectId)],
        per_hour: u32,
        now: Timestamp,
    ) -> Result<Each<bool>, StoreError> {
        self.model.admit_creates(asked, per_hour, now).await
    }

    async fn begin_creates(
        &self,
        begun: &[Begun],
        is_limited: bool,
        now: Timestamp,
    ) -> Result<Each<bool>, StoreError> {
        self.model.begin_creates(begun, is_limited, now).await
    }

    async fn carry_batch(
        &self,
        lease: &Lease,
        id: Uuid,
        limit: u64,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        self.model.carry_batch(lease, id, limit, now).await
    }

    async fn begin_intent(
        &self,
        lease: &Lease,
        intent: &Intent,
        failed: &[IntentId],
    ) -> Result<(), StoreError> {
        self.model.begin_intent(lease, intent, failed).await
    }

    async fn finish_reconcile(
        &self,
        lease: &Lease,
        outcome: Outcome,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.model.finish_reconcile(lease, outcome, now).await
    }

    async fn load_notice(&self, id: NoticeId) -> Result<Option<Notice>, StoreError> {
        self.model.load_notice(id).await
    }

    async fn finish_probe(
        &self,
        lease: &Lease,
        id: NoticeId,
        next: Next,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.model.finish_probe(lease, id, next, now).await
    }

    async fn notice_told(&self, id: NoticeId, is_over: bool, now: Timestamp) -> Result<(), StoreError> {
        self.model.notice_told(id, is_over, now).await
    }
}
