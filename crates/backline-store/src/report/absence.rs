//! What a report no longer shows: absent in its scope, and resolved when it is absent everywhere.

use super::{Arrival, Counts};
use crate::column::KEYS_MAX;
use crate::entity::sighting;
use crate::error::StoreError;
use crate::remediation;
use crate::timeline::{self, TimelineEntry, TimelineKind};
use crate::vulnerability as vulnerabilities;
use crate::work::Priority;
use crate::writer::Tx;
use backline_core::ids::ReportId;
use backline_core::severity::Severity;
use backline_core::vulnerability::track::{self, Absence, Hold, Remark, Snapshot};
use backline_core::vulnerability::{Resolution, Status};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use std::collections::BTreeSet;
use uuid::Uuid;

/// How many vulnerabilities the scope shows so far.
pub(super) async fn shown(tx: &Tx, arrival: &Arrival) -> Result<usize, StoreError> {
    let count = sighting::Entity::find()
        .filter(sighting::Column::ScopeKey.eq(arrival.scope.as_str()))
        .filter(sighting::Column::IsPresent.eq(true))
        .count(tx)
        .await?;
    Ok(usize::try_from(count).unwrap_or(usize::MAX))
}

/// What became of the findings that a report no longer shows.
#[derive(Default)]
pub(super) struct Judged {
    pub hold: Option<Hold>,
    pub remarks: Vec<Remark>,
}

/// Decides about everything that the scope showed before and this report does not.
pub(super) async fn judge(
    tx: &Tx,
    arrival: &Arrival,
    snapshot: Snapshot,
    shown_before: usize,
    counts: &mut Counts,
) -> Result<Judged, StoreError> {
    let absent = absent(tx, arrival).await?;
    if absent.is_empty() {
        return Ok(Judged::default());
    }
    let severities: Vec<Severity> = vulnerabilities::by_id(tx, absent.iter().copied())
        .await?
        .values()
        .map(|one| one.rating.severity)
        .collect();
    match track::judge_absence(snapshot, &severities, shown_before) {
        Absence::Ignored => {
            let remarks = vec![Remark::Filtered { absent: absent.len() as u64 }];
            Ok(Judged { hold: None, remarks })
        }
        Absence::Held(hold) => Ok(Judged { hold: Some(hold), remarks: Vec::new() }),
        Absence::Believed => {
            let remarks = resolve(tx, arrival, &absent, counts).await?;
            Ok(Judged { hold: None, remarks })
        }
    }
}

/// Believes a report that was held.
pub(super) async fn believe(
    tx: &Tx,
    arrival: &Arrival,
    counts: &mut Counts,
) -> Result<Vec<Remark>, StoreError> {
    let absent = absent(tx, arrival).await?;
    resolve(tx, arrival, &absent, counts).await
}

/// What the scope shows and this report, whose showings are written already, does not.
async fn absent(tx: &Tx, arrival: &Arrival) -> Result<Vec<Uuid>, StoreError> {
    let rows = sighting::Entity::find()
        .filter(sighting::Column::ScopeKey.eq(arrival.scope.as_str()))
        .filter(sighting::Column::IsPresent.eq(true))
        .filter(sighting::Column::LastReport.ne(arrival.id))
        .all(tx)
        .await?;
    Ok(rows.into_iter().map(|row| row.vulnerability).collect())
}

async fn resolve(
    tx: &Tx,
    arrival: &Arrival,
    absent: &[Uuid],
    counts: &mut Counts,
) -> Result<Vec<Remark>, StoreError> {
    let (mut before_merge, mut still_elsewhere) = (0, 0);
    for part in absent.chunks(KEYS_MAX) {
        let elsewhere: BTreeSet<Uuid> = sighting::Entity::find()
            .filter(sighting::Column::Vulnerability.is_in(part.to_vec()))
            .filter(sighting::Column::ScopeKey.ne(arrival.scope.as_str()))
            .filter(sighting::Column::IsPresent.eq(true))
            .all(tx)
            .await?
            .into_iter()
            .map(|row| row.vulnerability)
            .collect();
        let fixes = remediation::statuses_of(tx, part).await?;
        let mut gone = Vec::new();
        let mut resolved = Vec::new();
        let mut entries = Vec::new();
        for (id, mut one) in vulnerabilities::by_id(tx, part.iter().copied()).await? {
            let merged_at = fixes.get(&id).into_iter().flatten().filter_map(|fix| fix.merged_at).max();
            if one.status.is_open() && !track::may_resolve(one.status, merged_at, arrival.scanned_at) {
                // The scan is older than the merge that it would verify: it says nothing of it.
                before_merge += 1;
                continue;
            }
            gone.push(id);
            if !one.status.is_open() {
                continue;
            }
            if elsewhere.contains(&id) {
                still_elsewhere += 1;
                continue;
            }
            let evidence = track::evidence(&arrival.scanner, arrival.scanned_at);
            entries.push(
                TimelineEntry::new(arrival.now, TimelineKind::Received, format!("Resolved: {evidence}"))
                    .about_vulnerability(one.id),
            );
            one.status = Status::Resolved;
            one.resolved =
                Some(Resolution { at: arrival.scanned_at, report: Some(ReportId(arrival.id)), evidence });
            resolved.push(one);
        }
        sighting::Entity::update_many()
            .col_expr(sighting::Column::IsPresent, Expr::value(false))
            .filter(sighting::Column::ScopeKey.eq(arrival.scope.as_str()))
            .filter(sighting::Column::Vulnerability.is_in(gone))
            .exec(tx)
            .await?;
        counts.resolved += resolved.len() as u64;
        vulnerabilities::put(tx, &resolved).await?;
        timeline::add(tx, arrival.ids.as_ref(), entries).await?;
        let ids: Vec<Uuid> = resolved.iter().map(|one| one.id.0).collect();
        remediation::settle_verified(tx, &ids, arrival.now).await?;
        let reason = "a scan no longer shows it";
        vulnerabilities::mark_subjects(tx, &ids, Priority::Update, reason, arrival.now).await?;
    }
    let remarks = [
        Remark::BeforeMerge { absent: before_merge, scanned_at: arrival.scanned_at },
        Remark::StillElsewhere { absent: still_elsewhere },
    ];
    let is_said = |remark: &Remark| match remark {
        Remark::BeforeMerge { absent, .. } | Remark::StillElsewhere { absent } => *absent > 0,
        _ => true,
    };
    Ok(remarks.into_iter().filter(is_said).collect())
}
