//! What matching says of a pull request, kept as its remediation.
//!
//! Invariant: matching takes back only what matching gave. What a person linked or unlinked stays as the person said.

use super::{fixed_by, follow_open, settle};
use crate::column::ms;
use crate::entity::{remediation, remediation_fix};
use crate::error::StoreError;
use crate::ids_source::Ids;
use crate::timeline::{self, TimelineEntry, TimelineKind};
use crate::vulnerability as vulnerabilities;
use crate::work::Priority;
use crate::writer::Tx;
use backline_core::ids::VulnerabilityId;
use backline_core::pull_request::{State, Tracked};
use backline_core::remediation::{Fix, Mode, Status};
use jiff::Timestamp;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use std::collections::BTreeSet;
use uuid::Uuid;

/// What matching says of a pull request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Matched {
    pub fixes: Vec<Fix>,
    /// For a person to decide.
    pub suggestions: Vec<Fix>,
    /// Everything that it was matched against. What is linked and not among these is not judged.
    pub judged: BTreeSet<VulnerabilityId>,
}

/// How a pull request was when it was looked at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look {
    pub mode: Mode,
    /// Since the last look, in what a ticket shows.
    pub is_changed: bool,
    /// At the last look.
    pub was_open: bool,
}

/// Keeps what a pull request was matched to: new matches are added, those that are no longer given are taken back
/// while it is open, those that a person made or removed stay.
pub(crate) async fn follow(
    tx: &Tx,
    ids: &dyn Ids,
    tracked: &Tracked,
    matched: &Matched,
    look: Look,
    now: Timestamp,
) -> Result<(), StoreError> {
    let known =
        remediation::Entity::find().filter(remediation::Column::PullRequest.eq(tracked.id.0)).one(tx).await?;
    let id = match known {
        Some(row) => row.id,
        None if matched.fixes.is_empty() => return Ok(()),
        None => begin(tx, ids, tracked, look.mode, now).await?,
    };
    let before = fixed_by(tx, id).await?;
    let is_new = |fix: &&Fix| !before.contains_key(&fix.vulnerability.0);
    let new: Vec<&Fix> = matched.fixes.iter().filter(is_new).collect();
    for fix in &new {
        add(tx, ids, id, tracked, fix, now).await?;
    }
    let given: BTreeSet<Uuid> = matched.fixes.iter().map(|fix| fix.vulnerability.0).collect();
    let is_of_matching = |fix: &&remediation_fix::Model| !fix.is_manual && !fix.is_removed;
    let mut gone: Vec<Uuid> = Vec::new();
    if look.was_open || tracked.pull_request.state == State::Open {
        let judged = |id: &Uuid| matched.judged.contains(&VulnerabilityId(*id));
        let of_matching = before.values().filter(is_of_matching).map(|fix| fix.vulnerability);
        gone.extend(of_matching.filter(|id| judged(id) && !given.contains(id)));
    }
    take_back(tx, ids, id, tracked, &gone, now).await?;
    if !gone.is_empty() && fixed_by(tx, id).await?.is_empty() {
        // Nothing is left that it would fix, and nobody said anything of it.
        remediation::Entity::delete_by_id(id).exec(tx).await?;
        return Ok(());
    }
    for fix in &matched.fixes {
        let kept = before.get(&fix.vulnerability.0).filter(is_of_matching);
        if kept.is_some_and(|kept| kept.reason != fix.reason) {
            remediation_fix::Entity::update_many()
                .col_expr(remediation_fix::Column::Reason, Expr::value(fix.reason.as_str()))
                .filter(remediation_fix::Column::Remediation.eq(id))
                .filter(remediation_fix::Column::Vulnerability.eq(fix.vulnerability.0))
                .exec(tx)
                .await?;
        }
    }
    if look.is_changed || !new.is_empty() || !gone.is_empty() {
        let reason = format!("{} is {}", tracked.pull_request.label(), tracked.pull_request.state.word());
        settle(tx, id, tracked, &reason, now).await?;
    }
    Ok(())
}

async fn begin(
    tx: &Tx,
    ids: &dyn Ids,
    tracked: &Tracked,
    mode: Mode,
    now: Timestamp,
) -> Result<Uuid, StoreError> {
    let id = ids.uuid(now);
    let row = remediation::Model {
        id,
        pull_request: tracked.id.0,
        status: Status::InProgress.word().to_owned(),
        mode: if mode == Mode::Automated { "automated" } else { "hybrid" }.to_owned(),
        started_at: ms(now),
        resolved_at: None,
    };
    let row = sea_orm::ActiveModelTrait::reset_all(row.into_active_model());
    remediation::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(id)
}

async fn add(
    tx: &Tx,
    ids: &dyn Ids,
    id: Uuid,
    tracked: &Tracked,
    fix: &Fix,
    now: Timestamp,
) -> Result<(), StoreError> {
    let row = remediation_fix::ActiveModel {
        remediation: Set(id),
        vulnerability: Set(fix.vulnerability.0),
        reason: Set(fix.reason.clone()),
        is_manual: Set(false),
        is_removed: Set(false),
    };
    let columns = [remediation_fix::Column::Remediation, remediation_fix::Column::Vulnerability];
    remediation_fix::Entity::insert_many([row])
        .on_conflict(OnConflict::columns(columns).do_nothing_on(columns).to_owned())
        .exec_without_returning(tx)
        .await?;
    let text = format!("{} fixes this: {}", tracked.pull_request.label(), fix.reason);
    let entry = TimelineEntry::new(now, TimelineKind::Noted, text)
        .about_vulnerability(fix.vulnerability)
        .about_pull_request(tracked.id);
    timeline::add(tx, ids, vec![entry]).await
}

/// Ends links, and has what was linked stand where its other remediations are.
async fn take_back(
    tx: &Tx,
    ids: &dyn Ids,
    id: Uuid,
    tracked: &Tracked,
    gone: &[Uuid],
    now: Timestamp,
) -> Result<(), StoreError> {
    if gone.is_empty() {
        return Ok(());
    }
    remediation_fix::Entity::delete_many()
        .filter(remediation_fix::Column::Remediation.eq(id))
        .filter(remediation_fix::Column::Vulnerability.is_in(gone.to_vec()))
        .exec(tx)
        .await?;
    let entries = gone.iter().map(|vulnerability| {
        let text =
            format!("{} does not fix this: what linked it is no longer there", tracked.pull_request.label());
        TimelineEntry::new(now, TimelineKind::Noted, text)
            .about_vulnerability(VulnerabilityId(*vulnerability))
            .about_pull_request(tracked.id)
    });
    timeline::add(tx, ids, entries.collect()).await?;
    follow_open(tx, gone).await?;
    let reason = format!("{} no longer fixes it", tracked.pull_request.label());
    vulnerabilities::mark_subjects(tx, gone, Priority::PullRequest, &reason, now).await?;
    Ok(())
}
