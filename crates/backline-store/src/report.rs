//! Reports: what a scan changes, in one transaction.
//!
//! The rules are core's ([`backline_core::vulnerability::track`]); here is which rows they concern.
//!
//! Invariant: a report is taken whole or not at all, and whatever it changes is due in the same transaction.

mod absence;
mod identity;
mod showing;

use crate::audit::{Action, AuditEntry};
use crate::column::{from_json, ms, time, to_json};
use crate::entity::{report, scope};
use crate::error::StoreError;
use crate::ids_source::Ids;
use crate::store::Store;
use crate::writer::Tx;
use backline_core::finding::{self, Report};
use backline_core::ids::{ReportId, RepositoryName, ScopeKey};
use backline_core::sla;
use backline_core::vulnerability::track::{Hold, Remark, Snapshot};
use jiff::Timestamp;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use uuid::Uuid;

/// What is known of a report besides its content.
#[derive(Debug, Clone)]
pub struct Upload {
    pub repository: RepositoryName,
    /// `None` is the default branch.
    pub git_ref: Option<String>,
    /// Only reports of the default branch move anything.
    pub is_default_branch: bool,
    /// Stands in for the target as what the report is a complete snapshot of.
    pub scope: Option<String>,
    /// `Some(false)`: filtered, nothing is absent. `Some(true)`: complete, believed at once.
    pub complete: Option<bool>,
    /// Of the file's bytes, in hex.
    pub sha256: String,
    pub received_at: Timestamp,
    pub actor: String,
}

/// What a report changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ingested {
    pub report: ReportId,
    pub counts: Counts,
    /// Set when too much is gone at once: a person is asked first.
    pub held: Option<HeldBack>,
    /// The same bytes as the last report of this scope: nothing changed.
    pub is_repeated: bool,
    /// Why it resolved less than one might expect.
    pub remarks: Vec<Remark>,
}

/// Vulnerabilities by what became of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    pub new: u64,
    pub unchanged: u64,
    pub changed: u64,
    pub reopened: u64,
    pub resolved: u64,
}

/// Findings that a report no longer shows, and that wait for an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldBack {
    pub absent: u64,
    /// The question, as a sentence.
    pub why: String,
}

/// A report that waits for an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    pub report: ReportId,
    pub received_at: Timestamp,
    pub scanner: String,
    pub repository: RepositoryName,
    pub hold: HeldBack,
}

impl Upload {
    /// Equal for uploads that say the same: a filtered report that comes again as a complete one says more.
    fn fingerprint(&self) -> String {
        if self.complete == Some(false) { format!("{}:filtered", self.sha256) } else { self.sha256.clone() }
    }
}

/// One report on its way in.
struct Arrival {
    id: Uuid,
    scope: ScopeKey,
    scanner: String,
    repository: RepositoryName,
    scanned_at: Timestamp,
    now: Timestamp,
    policy: sla::Policy,
    ids: Arc<dyn Ids>,
}

impl Store {
    /// Takes a report in.
    pub async fn ingest(
        &self,
        report: Report,
        upload: Upload,
        policy: sla::Policy,
        now: Timestamp,
    ) -> Result<Ingested, StoreError> {
        let (ids, report) = (self.shared_ids(), Arc::new(report));
        self.write(move |tx| Box::pin(async move { ingest(tx, ids, &report, upload, policy, now).await }))
            .await
    }

    /// Believes a held report: what it no longer shows is absent.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when it is not held, or no longer: a newer report of its scope has come since.
    pub async fn believe(&self, id: ReportId, actor: &str, now: Timestamp) -> Result<Ingested, StoreError> {
        let (ids, audit, actor) = (self.shared_ids(), self.auditor(), actor.to_owned());
        self.write(move |tx| {
            Box::pin(async move {
                let believed = believe(tx, ids, id.0, &actor, now).await?;
                let act = AuditEntry::new(now, actor, Action::ReportBelieved, format!("report {id}"));
                audit.add(tx, [act]).await?;
                Ok(believed)
            })
        })
        .await
    }

    /// Reports that wait for an answer, the newest first.
    pub async fn held_reports(&self) -> Result<Vec<Held>, StoreError> {
        let rows = report::Entity::find()
            .filter(report::Column::State.eq("held"))
            .order_by_desc(report::Column::ReceivedAt)
            .all(self.reader())
            .await?;
        rows.into_iter()
            .filter_map(|row| {
                let hold = row.hold.clone()?;
                Some(from_json::<Hold>(hold).and_then(|hold| {
                    Ok(Held {
                        report: ReportId(row.id),
                        received_at: time(row.received_at)?,
                        scanner: row.scanner,
                        repository: RepositoryName(row.repository),
                        hold: held_back(&hold),
                    })
                }))
            })
            .collect()
    }
}

fn held_back(hold: &Hold) -> HeldBack {
    HeldBack { absent: hold.absent as u64, why: hold.sentence() }
}

async fn ingest(
    tx: &Tx,
    ids: Arc<dyn Ids>,
    report: &Report,
    upload: Upload,
    policy: sla::Policy,
    now: Timestamp,
) -> Result<Ingested, StoreError> {
    let git_ref = upload.git_ref.as_deref().filter(|_| !upload.is_default_branch);
    let scope = finding::scope_key(report, &upload.repository, git_ref, upload.scope.as_deref());
    let last = scope::Entity::find_by_id(scope.as_str()).one(tx).await?;
    let is_repeated = last.as_ref().is_some_and(|last| last.last_sha256 == upload.fingerprint());
    // Without a date of its own the same bytes are a new look at the same state: seen again, also after a merge.
    if let Some(last) = last.as_ref().filter(|_| is_repeated)
        && (report.scanned_at.is_some() || is_held(tx, last).await?)
    {
        return repeated(tx, ids, last, report, &upload, now).await;
    }
    let arrival = Arrival {
        id: ids.uuid(now),
        scope,
        scanner: report.scanner.clone(),
        repository: upload.repository.clone(),
        // A clock that is ahead must not make every later report an old one.
        scanned_at: report.scanned_at.unwrap_or(upload.received_at).min(upload.received_at),
        now,
        policy,
        ids,
    };
    let snapshot = Snapshot {
        is_default_branch: upload.is_default_branch,
        is_older: last.as_ref().is_some_and(|last| ms(arrival.scanned_at) < last.last_scanned_at),
        complete: upload.complete,
    };
    let mut counts = Counts::default();
    let mut hold = None;
    let mut remarks = remarks(tx, &arrival, snapshot, last.as_ref(), report, git_ref).await?;
    if snapshot.is_default_branch && !snapshot.is_older {
        let shown_before = absence::shown(tx, &arrival).await?;
        showing::show(tx, &arrival, &report.findings, &mut counts).await?;
        let judged = absence::judge(tx, &arrival, snapshot, shown_before, &mut counts).await?;
        hold = judged.hold;
        remarks.extend(judged.remarks);
    } else {
        counts.unchanged = report.findings.len() as u64;
    }
    keep(tx, &arrival, report, &upload, &counts, hold.as_ref()).await?;
    if !snapshot.is_older {
        remember(tx, &arrival, report, &upload, git_ref).await?;
    }
    Ok(Ingested {
        report: ReportId(arrival.id),
        counts,
        held: hold.as_ref().map(held_back),
        is_repeated,
        remarks,
    })
}

async fn is_held(tx: &Tx, last: &scope::Model) -> Result<bool, StoreError> {
    let kept = report::Entity::find_by_id(last.last_report).one(tx).await?;
    Ok(kept.is_some_and(|row| row.state == "held"))
}

/// The same bytes again: nothing changes, unless they come with the answer that was waited for.
async fn repeated(
    tx: &Tx,
    ids: Arc<dyn Ids>,
    last: &scope::Model,
    report: &Report,
    upload: &Upload,
    now: Timestamp,
) -> Result<Ingested, StoreError> {
    let kept = report::Entity::find_by_id(last.last_report).one(tx).await?;
    let hold = kept.as_ref().filter(|row| row.state == "held").and_then(|row| row.hold.clone());
    if hold.is_some() && upload.complete == Some(true) {
        return believe(tx, ids, last.last_report, &upload.actor, now).await;
    }
    Ok(Ingested {
        report: ReportId(last.last_report),
        counts: Counts { unchanged: report.findings.len() as u64, ..Counts::default() },
        held: hold.map(from_json::<Hold>).transpose()?.as_ref().map(held_back),
        is_repeated: true,
        remarks: Vec::new(),
    })
}

/// What is to be said of a report before its findings are looked at.
async fn remarks(
    tx: &Tx,
    arrival: &Arrival,
    snapshot: Snapshot,
    last: Option<&scope::Model>,
    report: &Report,
    git_ref: Option<&str>,
) -> Result<Vec<Remark>, StoreError> {
    if let Some(name) = git_ref {
        return Ok(vec![Remark::OtherBranch { name: name.to_owned() }]);
    }
    let Some(last) = last else {
        let others = scope::Entity::find()
            .filter(scope::Column::Repository.eq(arrival.repository.as_str()))
            .filter(scope::Column::Scanner.eq(arrival.scanner.as_str()))
            .one(tx)
            .await?;
        let target = report.target.clone();
        return Ok(others.map(|_| Remark::FirstOfScope { target }).into_iter().collect());
    };
    if !snapshot.is_older {
        return Ok(Vec::new());
    }
    let newest_at = time(last.last_scanned_at)?;
    Ok(vec![Remark::Older { scanned_at: arrival.scanned_at, newest_at }])
}

async fn believe(
    tx: &Tx,
    ids: Arc<dyn Ids>,
    id: Uuid,
    actor: &str,
    now: Timestamp,
) -> Result<Ingested, StoreError> {
    let row = report::Entity::find_by_id(id).one(tx).await?;
    let row = row.filter(|row| row.state == "held").ok_or(StoreError::Missing("a held report"))?;
    let scope = scope::Entity::find_by_id(row.scope_key.as_str()).one(tx).await?;
    if scope.is_none_or(|scope| scope.last_report != id) {
        return Err(StoreError::Conflict("the scope of this report"));
    }
    let arrival = Arrival {
        id,
        scope: ScopeKey(row.scope_key),
        scanner: row.scanner,
        repository: RepositoryName(row.repository),
        scanned_at: time(row.scanned_at)?,
        now,
        policy: sla::Policy::default(),
        ids,
    };
    let mut counts = Counts::default();
    let remarks = absence::believe(tx, &arrival, &mut counts).await?;
    report::Entity::update_many()
        .col_expr(report::Column::State, Expr::value("believed"))
        .col_expr(report::Column::Actor, Expr::value(actor))
        .filter(report::Column::Id.eq(id))
        .exec(tx)
        .await?;
    Ok(Ingested { report: ReportId(id), counts, held: None, is_repeated: false, remarks })
}

async fn keep(
    tx: &Tx,
    arrival: &Arrival,
    report: &Report,
    upload: &Upload,
    counts: &Counts,
    hold: Option<&Hold>,
) -> Result<(), StoreError> {
    let row = report::Model {
        id: arrival.id,
        scope_key: arrival.scope.0.clone(),
        repository: upload.repository.0.clone(),
        git_ref: upload.git_ref.clone(),
        is_default_branch: upload.is_default_branch,
        format: report.format.word().to_owned(),
        scanner: report.scanner.clone(),
        sha256: upload.sha256.clone(),
        scanned_at: ms(arrival.scanned_at),
        received_at: ms(upload.received_at),
        actor: upload.actor.clone(),
        findings: i64::try_from(report.findings.len()).unwrap_or(i64::MAX),
        state: if hold.is_some() { "held" } else { "applied" }.to_owned(),
        hold: hold.map(to_json),
        answer: to_json(counts),
    };
    let row = sea_orm::ActiveModelTrait::reset_all(row.into_active_model());
    report::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Keeps what the scope showed last. A question about an earlier report is settled by that: this one says anew
/// what is gone.
async fn remember(
    tx: &Tx,
    arrival: &Arrival,
    report: &Report,
    upload: &Upload,
    git_ref: Option<&str>,
) -> Result<(), StoreError> {
    let row = scope::Model {
        key: arrival.scope.0.clone(),
        repository: upload.repository.0.clone(),
        scanner: report.scanner.clone(),
        git_ref: git_ref.map(str::to_owned),
        target: report.target.clone(),
        scan_kind: report.scan_kind.clone(),
        last_report: arrival.id,
        last_sha256: upload.fingerprint(),
        last_scanned_at: ms(arrival.scanned_at),
    };
    let over = OnConflict::column(scope::Column::Key)
        .update_columns([scope::Column::LastReport, scope::Column::LastSha256, scope::Column::LastScannedAt])
        .to_owned();
    let row = sea_orm::ActiveModelTrait::reset_all(row.into_active_model());
    scope::Entity::insert(row).on_conflict(over).exec_without_returning(tx).await?;
    report::Entity::update_many()
        .col_expr(report::Column::State, Expr::value("superseded"))
        .filter(report::Column::ScopeKey.eq(arrival.scope.as_str()))
        .filter(report::Column::State.eq("held"))
        .filter(report::Column::Id.ne(arrival.id))
        .exec(tx)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests;
