//! Intents: what is about to be done at Jira, durable before it is sent.

use crate::admission::{Each, Standing};
use crate::audit::{self, Auditor, Fate};
use crate::column::{KEYS_MAX, ROWS_MAX, ms, time};
use crate::entity::intent;
use crate::error::StoreError;
use crate::store::Store;
use crate::work::{Lease, check_lease, check_leases};
use crate::writer::Tx;
use backline_core::ids::{IntentId, SubjectId};
use jiff::Timestamp;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, IntoActiveModel, JsonValue, QueryFilter, QueryOrder, QuerySelect,
};
use std::collections::BTreeSet;
use uuid::Uuid;

#[derive(Debug, Clone, PartialEq)]
pub struct Intent {
    pub id: IntentId,
    pub subject: SubjectId,
    /// The operation's word.
    pub kind: String,
    /// Stands in the marker of the call itself, and is used once.
    pub nonce: Uuid,
    /// What is needed to settle it when its answer is lost.
    pub operation: JsonValue,
    pub begun_at: Timestamp,
    /// When the call is given up.
    pub deadline_at: Timestamp,
}

/// An intent to create that is to be kept under a lease.
#[derive(Debug, Clone, PartialEq)]
pub struct Begun {
    pub lease: Lease,
    pub intent: Intent,
    /// Earlier ones of its subject, known to have come to nothing.
    pub failed: Vec<IntentId>,
}

impl Store {
    /// Keeps an intent under a lease; on disk when this returns. `failed` names earlier ones that are known to
    /// have come to nothing: a lost create must end before the next may begin.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when the lease has passed on, [`StoreError::Conflict`] when a create of the same
    /// subject is open: nothing is sent then.
    pub async fn begin_intent(
        &self,
        lease: &Lease,
        begun: &Intent,
        failed: &[IntentId],
    ) -> Result<(), StoreError> {
        let (lease, failed, now) = (lease.clone(), failed.to_vec(), begun.begun_at);
        let (row, audit) = (row(begun, lease.epoch), self.auditor());
        // Beside others: the lease is locked, and of two creates of a subject the table takes one.
        self.write_beside(move |tx| {
            Box::pin(async move {
                check_lease(tx, &lease).await?;
                audit::unanswered(tx, &audit, &failed, Fate::NotFound, now).await?;
                settle(tx, &failed, "failed", now).await?;
                intent::Entity::insert(row).exec_without_returning(tx).await?;
                Ok(())
            })
        })
        .await
    }

    /// Keeps intents to create, each under its lease, all in one step; `false` where one is held by now. `is_limited` says
    /// whether what is held has to wait.
    ///
    /// # Errors
    /// Of one of them, as of [`Store::begin_intent`].
    pub async fn begin_creates(
        &self,
        begun: &[Begun],
        is_limited: bool,
        now: Timestamp,
    ) -> Result<Each<bool>, StoreError> {
        let (begun, audit) = (begun.to_vec(), self.auditor());
        // Beside others for the same reasons; approvals, and taking them back, run alone.
        self.write_beside(move |tx| {
            Box::pin(async move { begin_creates(tx, &audit, &begun, is_limited, now).await })
        })
        .await
    }

    /// Intents whose outcome is not recorded, the oldest first.
    pub async fn open_intents(&self, subject: SubjectId) -> Result<Vec<Intent>, StoreError> {
        let rows = intent::Entity::find()
            .filter(intent::Column::Subject.eq(subject.0))
            .filter(intent::Column::State.eq("open"))
            .order_by_asc(intent::Column::BegunAt)
            .order_by_asc(intent::Column::Id)
            .all(self.reader())
            .await?;
        rows.into_iter()
            .map(|row| {
                Ok(Intent {
                    id: IntentId(row.id),
                    subject: SubjectId(row.subject),
                    kind: row.kind,
                    nonce: row.nonce.parse().map_err(|_| StoreError::Corrupt("a nonce".to_owned()))?,
                    operation: row.operation,
                    begun_at: time(row.begun_at)?,
                    deadline_at: time(row.deadline_at)?,
                })
            })
            .collect()
    }
}

async fn begin_creates(
    tx: &Tx,
    audit: &Auditor,
    begun: &[Begun],
    is_limited: bool,
    now: Timestamp,
) -> Result<Each<bool>, StoreError> {
    let leases: Vec<Lease> = begun.iter().map(|one| one.lease.clone()).collect();
    let is_ours = check_leases(tx, &leases).await?;
    let standing = Standing::load(tx, begun.iter().map(|one| one.intent.subject.0)).await?;
    let known = known(tx, begun).await?;
    let (mut rows, mut failed, mut answers) = (Vec::new(), Vec::new(), Vec::with_capacity(begun.len()));
    // Two of one subject in one call are no better than two calls, and two of one id are one too many.
    let (mut subjects, mut ids) = (BTreeSet::new(), BTreeSet::new());
    for (one, is_ours) in begun.iter().zip(is_ours) {
        let subject = standing.rows.get(&one.intent.subject.0);
        let is_open = |row: &intent::Model| {
            row.subject == one.intent.subject.0
                && row.state == "open"
                && row.kind == "create"
                && !one.failed.iter().any(|failed| failed.0 == row.id)
        };
        let answer = if !is_ours {
            Err(StoreError::Fenced)
        } else if known.iter().any(|row| row.id == one.intent.id.0 || is_open(row)) {
            Err(StoreError::Conflict("an intent"))
        } else if is_limited && subject.is_none_or(|row| standing.known(row) == Some(false)) {
            Ok(false)
        } else if subjects.contains(&one.intent.subject.0) || ids.contains(&one.intent.id.0) {
            Err(StoreError::Conflict("an intent"))
        } else {
            subjects.insert(one.intent.subject.0);
            ids.insert(one.intent.id.0);
            rows.push(row(&one.intent, one.lease.epoch));
            failed.extend(one.failed.iter().copied());
            Ok(true)
        };
        answers.push(answer);
    }
    audit::unanswered(tx, audit, &failed, Fate::NotFound, now).await?;
    settle(tx, &failed, "failed", now).await?;
    for part in rows.chunks(ROWS_MAX) {
        intent::Entity::insert_many(part.to_vec()).exec_without_returning(tx).await?;
    }
    Ok(answers)
}

/// Intents of the same subjects that are open, and any that has one of the ids.
async fn known(tx: &Tx, begun: &[Begun]) -> Result<Vec<intent::Model>, StoreError> {
    let mut known = Vec::new();
    for part in begun.chunks(KEYS_MAX / 2) {
        let open = Condition::all()
            .add(intent::Column::State.eq("open"))
            .add(intent::Column::Subject.is_in(part.iter().map(|one| one.intent.subject.0)));
        let same = intent::Column::Id.is_in(part.iter().map(|one| one.intent.id.0));
        known.extend(intent::Entity::find().filter(Condition::any().add(open).add(same)).all(tx).await?);
    }
    Ok(known)
}

pub(crate) fn row(begun: &Intent, lease_epoch: i64) -> intent::ActiveModel {
    let row = intent::Model {
        id: begun.id.0,
        subject: begun.subject.0,
        kind: begun.kind.clone(),
        nonce: begun.nonce.to_string(),
        lease_epoch,
        begun_at: ms(begun.begun_at),
        deadline_at: ms(begun.deadline_at),
        state: "open".to_owned(),
        settled_at: None,
        failure: None,
        operation: begun.operation.clone(),
        sent: None,
    };
    sea_orm::ActiveModelTrait::reset_all(row.into_active_model())
}

/// Ends what is open of subjects that are let go of for good: nobody will look for what was sent.
pub(crate) async fn let_go(
    tx: &Tx,
    audit: &Auditor,
    subjects: &[SubjectId],
    now: Timestamp,
) -> Result<(), StoreError> {
    let open: Vec<Uuid> = intent::Entity::find()
        .select_only()
        .column(intent::Column::Id)
        .filter(intent::Column::State.eq("open"))
        .filter(intent::Column::Subject.is_in(subjects.iter().map(|id| id.0)))
        .into_tuple()
        .all(tx)
        .await?;
    let open: Vec<IntentId> = open.into_iter().map(IntentId).collect();
    audit::unanswered(tx, audit, &open, Fate::Unlinked, now).await?;
    settle(tx, &open, "failed", now).await
}

/// Settles intents inside the transaction that records their outcome.
pub(crate) async fn settle(
    tx: &Tx,
    settled: &[IntentId],
    state: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    if settled.is_empty() {
        return Ok(());
    }
    intent::Entity::update_many()
        .col_expr(intent::Column::State, Expr::value(state))
        .col_expr(intent::Column::SettledAt, Expr::value(ms(now)))
        .filter(intent::Column::Id.is_in(settled.iter().map(|id| id.0)))
        .exec(tx)
        .await?;
    Ok(())
}
