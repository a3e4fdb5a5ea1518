//! What the loop keeps, and asks for: due rows, leases, facts, intents, results, notices and grants.
//!
//! [`Ledger`] is the narrow door through which the worker, a pass over a subject and a refresh of a grant reach
//! what is stored. Two implementations stand behind it: the database ([`Store`]) and a model in plain data
//! ([`crate::model::Model`]). The tests beside this file drive both with the same calls and demand the same
//! answers, so a law that is proved on the model is a law of the product.
//!
//! Not here: reports, mappings, consent, pull requests and their repositories, and everything that pages show.
//! Those ask the database directly (`cx.store`); the lease under which they run is given back here. So a loop on
//! another ledger than its store reconciles, refreshes and tells; following GitHub and routing want both to be one.
//!
//! Invariants: each method is one atomic step, durable when it answers; a step under a lease that has passed on is
//! [`StoreError::Fenced`] and changes nothing; a step that is refused changes nothing. Times are whole
//! milliseconds.

use backline_core::ids::{CloudId, ConnectedProjectId, ConnectionId, IntentId, NoticeId, SubjectId};
use backline_core::notice::Blocked;
use backline_core::ticket::{Facts, Subject};
use backline_store::admission::Each;
use backline_store::connection::Connection;
use backline_store::grant::{Credentials, Grant, RefreshTurn};
use backline_store::intent::{Begun, Intent};
use backline_store::notice::Notice;
use backline_store::reconcile::Outcome;
use backline_store::work::{Due, Lease, Next, Pressing};
use backline_store::{Store, StoreError};
use jiff::Timestamp;
use uuid::Uuid;

#[async_trait::async_trait]
pub trait Ledger: Send + Sync {
    /// This installation's own id, the same for as long as its data lives; part of every marker.
    fn instance(&self) -> String;

    /// An id that was never given before; later ones sort after earlier ones.
    fn fresh_id(&self, now: Timestamp) -> Uuid;

    /// Makes keys due; the earliest time and the most urgent priority win. A key that is in somebody's hands is
    /// due again when it is given back.
    async fn mark_due(&self, due: Vec<Due>) -> Result<(), StoreError>;

    /// Takes up to `limit` due keys that nobody holds, in turn over their sites, none of the `excluded` ones.
    /// Within a turn and within a site the most urgent goes first, then the one that is due longest, then by key.
    async fn lease(
        &self,
        owner: &str,
        now: Timestamp,
        lease_ms: u32,
        limit: usize,
        excluded: &[CloudId],
    ) -> Result<Vec<Lease>, StoreError>;

    /// The same of what is pressing, and of nothing else.
    async fn lease_pressing(
        &self,
        owner: &str,
        now: Timestamp,
        lease_ms: u32,
        limit: usize,
        excluded: &[CloudId],
        pressing: Pressing<'_>,
    ) -> Result<Vec<Lease>, StoreError>;

    /// Takes, for the owner of a lease and beside it, up to `limit` due subjects of the same site and of a connected
    /// project that have no ticket, nothing under way, and are not held; the most urgent first.
    async fn lease_alike(
        &self,
        beside: &Lease,
        project: ConnectedProjectId,
        now: Timestamp,
        lease_ms: u32,
        limit: usize,
    ) -> Result<Vec<Lease>, StoreError>;

    /// Holds a key for longer, from now on.
    async fn extend(&self, lease: &Lease, now: Timestamp, lease_ms: u32) -> Result<(), StoreError>;

    /// The earliest time at which a key that nobody holds is due, or a held one's lease ends.
    async fn next_due_at(&self) -> Result<Option<Timestamp>, StoreError>;

    /// Gives a lease back. If the key was marked meanwhile, the mark stands and `next` is dropped.
    async fn finish(&self, lease: &Lease, next: Next) -> Result<(), StoreError>;

    /// Everything that is known of a subject, as of one moment; `None` where there is no such subject.
    async fn load_facts(&self, subject: SubjectId) -> Result<Option<Facts>, StoreError>;

    /// A number below which no unknown ticket of the subject's Jira project is to be expected.
    async fn highest_number(&self, of: &Subject, key: &str) -> Result<Option<u64>, StoreError>;

    /// Intents of a subject whose outcome is not recorded, the oldest first.
    async fn open_intents(&self, subject: SubjectId) -> Result<Vec<Intent>, StoreError>;

    /// Asks, each under its lease, for leave to make subjects' tickets now; `false` holds one until a person approves it.
    /// Of a Jira project's subjects that nobody approved, at most `per_hour` get leave within any hour.
    async fn admit_creates(
        &self,
        asked: &[(Lease, SubjectId)],
        per_hour: u32,
        now: Timestamp,
    ) -> Result<Each<bool>, StoreError>;

    /// Keeps intents to create, each under its lease, all in one step; `false` where `is_limited` and one is held by
    /// now, since what had leave may have lost it.
    ///
    /// # Errors
    /// Of one of them, as of [`Ledger::begin_intent`].
    async fn begin_creates(
        &self,
        begun: &[Begun],
        is_limited: bool,
        now: Timestamp,
    ) -> Result<Each<bool>, StoreError>;

    /// Carries an approval on, or its being taken back, by up to `limit` subjects; answers whether there is more.
    async fn carry_batch(
        &self,
        lease: &Lease,
        id: Uuid,
        limit: u64,
        now: Timestamp,
    ) -> Result<bool, StoreError>;

    /// Keeps an intent under a lease; `failed` ones of before, known to have come to nothing, end with it.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when a create of the same subject is open, or the id was used before.
    async fn begin_intent(
        &self,
        lease: &Lease,
        intent: &Intent,
        failed: &[IntentId],
    ) -> Result<(), StoreError>;

    /// Records everything that came of a pass, and gives the lease back. What is mended for one is due for all that
    /// wait for the same; what blocks is looked at again in its time.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the issue is another subject's ticket.
    async fn finish_reconcile(
        &self,
        lease: &Lease,
        outcome: Outcome,
        now: Timestamp,
    ) -> Result<(), StoreError>;

    async fn load_notice(&self, id: NoticeId) -> Result<Option<Notice>, StoreError>;

    /// Makes one of those that wait for an open notice due, by its attempt a different one each time, and gives the
    /// lease back. From here on the first of them that goes on makes all others due.
    async fn finish_probe(
        &self,
        lease: &Lease,
        id: NoticeId,
        next: Next,
        now: Timestamp,
    ) -> Result<(), StoreError>;

    /// Records that people were told: of the failure, or that it is over.
    async fn notice_told(&self, id: NoticeId, is_over: bool, now: Timestamp) -> Result<(), StoreError>;

    async fn load_connection(&self, id: ConnectionId) -> Result<Option<Connection>, StoreError>;

    /// `None` when disconnected.
    async fn load_grant(&self, id: ConnectionId) -> Result<Option<Grant>, StoreError>;

    /// Takes the turn to exchange the refresh token of `version` before the exchange is sent.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when disconnected.
    async fn begin_refresh(
        &self,
        id: ConnectionId,
        version: i64,
        owner: &str,
        now: Timestamp,
        lease_ms: u32,
    ) -> Result<RefreshTurn, StoreError>;

    /// Gives the turn back after an exchange that certainly did not happen. After one whose answer was lost the turn
    /// is left to run out instead, so that it stays known since when the token may be used up.
    async fn end_refresh(&self, id: ConnectionId, version: i64, owner: &str) -> Result<(), StoreError>;

    /// Keeps a renewed pair over the one that `read` holds, and ends the turn; answers the new version.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when another pair was kept meanwhile, [`StoreError::Fenced`] when the connection was
    /// ended or renewed by a new consent.
    async fn store_grant(
        &self,
        read: &Grant,
        credentials: Credentials,
        expires_at: Option<Timestamp>,
    ) -> Result<i64, StoreError>;

    /// Records that the grant which `read` holds is lost, and raises its notice.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when another pair was kept meanwhile, so that it is not lost; [`StoreError::Fenced`]
    /// when the epoch has passed.
    async fn lose_grant(
        &self,
        read: &Grant,
        reason: &str,
        notice: Blocked,
        now: Timestamp,
    ) -> Result<(), StoreError>;
}

/// The database: each method is the store's own of that name.
#[async_trait::async_trait]
impl Ledger for Store {
    fn instance(&self) -> String {
        Store::instance(self)
    }

    fn fresh_id(&self, now: Timestamp) -> Uuid {
        self.ids().uuid(now)
    }

    async fn mark_due(&self, due: Vec<Due>) -> Result<(), StoreError> {
        Store::mark_due(self, due).await
    }

    async fn lease(
        &self,
        owner: &str,
        now: Timestamp,
        lease_ms: u32,
        limit: usize,
        excluded: &[CloudId],
    ) -> Result<Vec<Lease>, StoreError> {
        Store::lease(self, owner, now, lease_ms, limit, excluded).await
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
        Store::lease_pressing(self, owner, now, lease_ms, limit, excluded, pressing).await
    }

    async fn lease_alike(
        &self,
        beside: &Lease,
        project: ConnectedProjectId,
        now: Timestamp,
        lease_ms: u32,
        limit: usize,
    ) -> Result<Vec<Lease>, StoreError> {
        Store::lease_alike(self, beside, project, now, lease_ms, limit).await
    }

    async fn extend(&self, lease: &Lease, now: Timestamp, lease_ms: u32) -> Result<(), StoreError> {
        Store::extend(self, lease, now, lease_ms).await
    }

    async fn next_due_at(&self) -> Result<Option<Timestamp>, StoreError> {
        Store::next_due_at(self).await
    }

    async fn finish(&self, lease: &Lease, next: Next) -> Result<(), StoreError> {
        Store::finish(self, lease, next).await
    }

    async fn load_facts(&self, subject: SubjectId) -> Result<Option<Facts>, StoreError> {
        Store::load_facts(self, subject).await
    }

    async fn highest_number(&self, of: &Subject, key: &str) -> Result<Option<u64>, StoreError> {
        Store::highest_number(self, of, key).await
    }

    async fn open_intents(&self, subject: SubjectId) -> Result<Vec<Intent>, StoreError> {
        Store::open_intents(self, subject).await
    }

    async fn admit_creates(
        &self,
        asked: &[(Lease, SubjectId)],
        per_hour: u32,
        now: Timestamp,
    ) -> Result<Each<bool>, StoreError> {
        Store::admit_creates(self, asked, per_hour, now).await
    }

    async fn begin_creates(
        &self,
        begun: &[Begun],
        is_limited: bool,
        now: Timestamp,
    ) -> Result<Each<bool>, StoreError> {
        Store::begin_creates(self, begun, is_limited, now).await
    }

    async fn carry_batch(
        &self,
        lease: &Lease,
        id: Uuid,
        limit: u64,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        Store::carry_batch(self, lease, id, limit, now).await
    }

    async fn begin_intent(
        &self,
        lease: &Lease,
        intent: &Intent,
        failed: &[IntentId],
    ) -> Result<(), StoreError> {
        Store::begin_intent(self, lease, intent, failed).await
    }

    async fn finish_reconcile(
        &self,
        lease: &Lease,
        outcome: Outcome,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        Store::finish_reconcile(self, lease, outcome, now).await
    }

    async fn load_notice(&self, id: NoticeId) -> Result<Option<Notice>, StoreError> {
        Store::load_notice(self, id).await
    }

    async fn finish_probe(
        &self,
        lease: &Lease,
        id: NoticeId,
        next: Next,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        Store::finish_probe(self, lease, id, next, now).await
    }

    async fn notice_told(&self, id: NoticeId, is_over: bool, now: Timestamp) -> Result<(), StoreError> {
        Store::notice_told(self, id, is_over, now).await
    }

    async fn load_connection(&self, id: ConnectionId) -> Result<Option<Connection>, StoreError> {
        Store::load_connection(self, id).await
    }

    async fn load_grant(&self, id: ConnectionId) -> Result<Option<Grant>, StoreError> {
        Store::load_grant(self, id).await
    }

    async fn begin_refresh(
        &self,
        id: ConnectionId,
        version: i64,
        owner: &str,
        now: Timestamp,
        lease_ms: u32,
    ) -> Result<RefreshTurn, StoreError> {
        Store::begin_refresh(self, id, version, owner, now, lease_ms).await
    }

    async fn end_refresh(&self, id: ConnectionId, version: i64, owner: &str) -> Result<(), StoreError> {
        Store::end_refresh(self, id, version, owner).await
    }

    async fn store_grant(
        &self,
        read: &Grant,
        credentials: Credentials,
        expires_at: Option<Timestamp>,
    ) -> Result<i64, StoreError> {
        Store::store_grant(self, read, credentials, expires_at).await
    }

    async fn lose_grant(
        &self,
        read: &Grant,
        reason: &str,
        notice: Blocked,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        Store::lose_grant(self, read, reason, notice, now).await
    }
}

#[cfg(test)]
mod tests;
