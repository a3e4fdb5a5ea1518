//! What a report shows: new vulnerabilities, changed ones, and those that came back.

use super::identity::{Identified, identify};
use super::{Arrival, Counts};
use crate::column::{KEYS_MAX, ROWS_MAX, from_json, ms, time, to_json};
use crate::entity::{sighting, vulnerability};
use crate::error::StoreError;
use crate::project;
use crate::pull_request;
use crate::remediation;
use crate::route;
use crate::timeline::{self, TimelineEntry, TimelineKind};
use crate::vulnerability as vulnerabilities;
use crate::work::Priority;
use crate::writer::Tx;
use backline_core::finding::Finding;
use backline_core::ids::VulnerabilityId;
use backline_core::vulnerability::Vulnerability;
use backline_core::vulnerability::track::{self, Birth, Sighting};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Records everything that a report shows.
pub(super) async fn show(
    tx: &Tx,
    arrival: &Arrival,
    findings: &[Finding],
    counts: &mut Counts,
) -> Result<(), StoreError> {
    let identified = identify(tx, arrival, findings).await?;
    let known: Vec<Uuid> = identified.iter().filter_map(|one| Some(one.known.as_ref()?.id.0)).collect();
    let mut sightings = sightings_of(tx, &known).await?;
    let mut changes = Changes::default();
    for one in identified {
        sort(arrival, one, &mut sightings, counts, &mut changes);
    }
    write(tx, arrival, changes).await
}

/// What is to be written.
#[derive(Default)]
struct Changes {
    vulnerabilities: Vec<Vulnerability>,
    /// New, changed or reopened: their tickets are due.
    due: Vec<Vulnerability>,
    reopened: Vec<Uuid>,
    sightings: Vec<Seen>,
    /// Shown exactly as before.
    same: Vec<Uuid>,
    timeline: Vec<TimelineEntry>,
}

struct Seen {
    id: Uuid,
    hash: String,
    finding: Finding,
    first_seen_at: i64,
}

fn sort(
    arrival: &Arrival,
    one: Identified<'_>,
    sightings: &mut BTreeMap<Uuid, Vec<(sighting::Model, Sighting)>>,
    counts: &mut Counts,
    changes: &mut Changes,
) {
    let hash = hash(&one.finding);
    let seen_at = arrival.scanned_at;
    let Some(before) = one.known else {
        let id = VulnerabilityId(arrival.ids.uuid(arrival.now));
        let birth = Birth {
            id,
            key: one.key,
            repository: arrival.repository.clone(),
            scanner: arrival.scanner.clone(),
            seen_at,
            due_at: arrival.policy.due_at(one.finding.rating.severity, arrival.now),
        };
        let new = track::first(birth, &one.finding);
        counts.new += 1;
        let text = format!("Found by {}", arrival.scanner);
        changes
            .timeline
            .push(TimelineEntry::new(arrival.now, TimelineKind::Received, text).about_vulnerability(id));
        changes.sightings.push(Seen {
            id: id.0,
            hash,
            finding: one.finding.as_ref().clone(),
            first_seen_at: ms(seen_at),
        });
        changes.vulnerabilities.push(new.clone());
        changes.due.push(new);
        return;
    };
    let id = before.id.0;
    let mut all = sightings.remove(&id).unwrap_or_default();
    let own = all.iter().position(|(row, _)| row.scope_key == arrival.scope.0);
    let reopens = track::reopens(&before, seen_at);
    let is_same = own.is_some_and(|own| all[own].0.is_present && all[own].0.hash == hash);
    if is_same && !reopens {
        counts.unchanged += 1;
        changes.same.push(id);
        return;
    }
    let first_seen_at = own.map_or(ms(seen_at), |own| all[own].0.first_seen_at);
    let fresh = Sighting {
        scanner: arrival.scanner.clone(),
        is_present: true,
        first_seen_at: own.map_or(seen_at, |own| all[own].1.first_seen_at),
        finding: one.finding.as_ref().clone(),
    };
    let mut views: Vec<Sighting> = Vec::new();
    if let Some(own) = own {
        all.remove(own);
    }
    views.extend(all.into_iter().map(|(_, view)| view));
    views.push(fresh);
    let mut after = before.clone();
    track::describe(&mut after, &views);
    after.last_seen_at = after.last_seen_at.max(seen_at);
    if reopens {
        after.status = backline_core::vulnerability::Status::Open;
        after.resolved = None;
        after.reopened_count += 1;
        after.reopened_at = Some(seen_at);
        changes.reopened.push(id);
        counts.reopened += 1;
        let entry = TimelineEntry::new(
            arrival.now,
            TimelineKind::Received,
            format!("Found again by {}", arrival.scanner),
        );
        changes.timeline.push(entry.about_vulnerability(after.id));
    } else if track::alters_ticket(&before, &after) {
        counts.changed += 1;
        let text = match before.rating.severity == after.rating.severity {
            true => format!("{} says more or otherwise", arrival.scanner),
            false => format!("Severity changed: {} to {}", before.rating.severity, after.rating.severity),
        };
        changes.timeline.push(
            TimelineEntry::new(arrival.now, TimelineKind::Received, text).about_vulnerability(after.id),
        );
    } else {
        counts.unchanged += 1;
        changes.sightings.push(Seen { id, hash, finding: one.finding.as_ref().clone(), first_seen_at });
        changes.vulnerabilities.push(after);
        return;
    }
    changes.sightings.push(Seen { id, hash, finding: one.finding.as_ref().clone(), first_seen_at });
    changes.vulnerabilities.push(after.clone());
    changes.due.push(after);
}

async fn write(tx: &Tx, arrival: &Arrival, changes: Changes) -> Result<(), StoreError> {
    vulnerabilities::put(tx, &changes.vulnerabilities).await?;
    put_sightings(tx, arrival, &changes.sightings).await?;
    touch(tx, arrival, &changes.same).await?;
    timeline::add(tx, arrival.ids.as_ref(), changes.timeline).await?;
    let shown: Vec<Uuid> =
        changes.same.iter().copied().chain(changes.vulnerabilities.iter().map(|one| one.id.0)).collect();
    contradict(tx, arrival, &shown).await?;
    come_back(tx, arrival, &changes.reopened).await?;
    let due: Vec<Uuid> = changes.due.iter().map(|one| one.id.0).collect();
    pull_request::mark_touched(tx, &arrival.repository, &due, arrival.now).await?;
    let marked =
        vulnerabilities::mark_subjects(tx, &due, Priority::Update, "a scan changed it", arrival.now).await?;
    let marked: BTreeSet<Uuid> = marked.into_iter().collect();
    let projects = project::active(tx).await?;
    if projects.is_empty() {
        return Ok(());
    }
    let without: Vec<Vulnerability> =
        changes.due.into_iter().filter(|one| one.status.is_open() && !marked.contains(&one.id.0)).collect();
    route::assign(tx, &projects, &without, Priority::Update, arrival.now).await?;
    Ok(())
}

/// A scan from after a merge that shows them still: the fix did not work, and the ticket says so.
async fn contradict(tx: &Tx, arrival: &Arrival, shown: &[Uuid]) -> Result<(), StoreError> {
    for part in shown.chunks(KEYS_MAX) {
        if !remediation::any_of(tx, part).await? {
            continue;
        }
        let states = remediation::statuses_of(tx, part).await?;
        let contradicted: Vec<Uuid> = states
            .into_iter()
            .filter(|(_, fixes)| {
                fixes.iter().any(|fix| track::contradicts(fix.status, fix.merged_by, arrival.scanned_at))
            })
            .map(|(id, _)| id)
            .collect();
        if !contradicted.is_empty() {
            remediation::settle_verified(tx, &contradicted, arrival.now).await?;
            remediation::follow_open(tx, &contradicted).await?;
            let reason = "a scan after the merge shows it still";
            vulnerabilities::mark_subjects(tx, &contradicted, Priority::Update, reason, arrival.now).await?;
        }
    }
    Ok(())
}

/// What came back stands where its remediations say: a pull request for it may be open already.
async fn come_back(tx: &Tx, arrival: &Arrival, reopened: &[Uuid]) -> Result<(), StoreError> {
    for part in reopened.chunks(KEYS_MAX) {
        if remediation::any_of(tx, part).await? {
            remediation::settle_verified(tx, part, arrival.now).await?;
            remediation::follow_open(tx, part).await?;
        }
    }
    Ok(())
}

async fn put_sightings(tx: &Tx, arrival: &Arrival, seen: &[Seen]) -> Result<(), StoreError> {
    let over = OnConflict::columns([sighting::Column::ScopeKey, sighting::Column::Vulnerability])
        .update_columns([
            sighting::Column::IsPresent,
            sighting::Column::LastSeenAt,
            sighting::Column::LastReport,
            sighting::Column::Hash,
            sighting::Column::Finding,
        ])
        .to_owned();
    for part in seen.chunks(ROWS_MAX) {
        let rows = part.iter().map(|seen| sighting::ActiveModel {
            scope_key: Set(arrival.scope.0.clone()),
            vulnerability: Set(seen.id),
            scanner: Set(arrival.scanner.clone()),
            is_present: Set(true),
            first_seen_at: Set(seen.first_seen_at),
            last_seen_at: Set(ms(arrival.scanned_at)),
            last_report: Set(arrival.id),
            hash: Set(seen.hash.clone()),
            finding: Set(to_json(&seen.finding)),
        });
        sighting::Entity::insert_many(rows).on_conflict(over.clone()).exec_without_returning(tx).await?;
    }
    Ok(())
}

/// Moves the time of what is shown as before, without writing it anew.
async fn touch(tx: &Tx, arrival: &Arrival, same: &[Uuid]) -> Result<(), StoreError> {
    for part in same.chunks(KEYS_MAX) {
        sighting::Entity::update_many()
            .col_expr(sighting::Column::LastSeenAt, Expr::value(ms(arrival.scanned_at)))
            .col_expr(sighting::Column::LastReport, Expr::value(arrival.id))
            .filter(sighting::Column::ScopeKey.eq(arrival.scope.as_str()))
            .filter(sighting::Column::Vulnerability.is_in(part.to_vec()))
            .exec(tx)
            .await?;
        vulnerability::Entity::update_many()
            .col_expr(vulnerability::Column::LastSeenAt, Expr::value(ms(arrival.scanned_at)))
            .filter(vulnerability::Column::Id.is_in(part.to_vec()))
            .filter(Expr::col(vulnerability::Column::LastSeenAt).lt(ms(arrival.scanned_at)))
            .exec(tx)
            .await?;
    }
    Ok(())
}

async fn sightings_of(
    tx: &Tx,
    known: &[Uuid],
) -> Result<BTreeMap<Uuid, Vec<(sighting::Model, Sighting)>>, StoreError> {
    let mut all: BTreeMap<Uuid, Vec<(sighting::Model, Sighting)>> = BTreeMap::new();
    for part in known.chunks(KEYS_MAX) {
        let of_part = sighting::Column::Vulnerability.is_in(part.to_vec());
        for row in sighting::Entity::find().filter(of_part).all(tx).await? {
            let view = Sighting {
                scanner: row.scanner.clone(),
                is_present: row.is_present,
                first_seen_at: time(row.first_seen_at)?,
                finding: from_json(row.finding.clone())?,
            };
            all.entry(row.vulnerability).or_default().push((row, view));
        }
    }
    Ok(all)
}

fn hash(finding: &Finding) -> String {
    let json = serde_json::to_vec(finding).expect("a finding is plain JSON");
    hex::encode(Sha256::digest(json))
}
