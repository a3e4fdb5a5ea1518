//! Which pull requests are to be looked at because of what a report found.
//!
//! What is kept of an open pull request is matched against the new findings alone, so that the code host is asked only
//! about those that something came of.

use super::candidates::{Which, load};
use super::model;
use crate::column::KEYS_MAX;
use crate::entity::{pull_request, remediation, remediation_fix, suggested_fix, work};
use crate::error::StoreError;
use crate::work::{Due, Priority, WorkKey, mark};
use crate::writer::Tx;
use backline_core::ids::{RepositoryName, VulnerabilityId};
use backline_core::remediation::matching::{self, Candidate};
use futures_util::TryStreamExt;
use jiff::Timestamp;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Select};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// What a pull request is known to be to one vulnerability.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Link {
    Certain,
    Suggested,
    /// A person said what it is, and matching has no say.
    Decided,
}

/// By pull request.
type Links = BTreeMap<Uuid, BTreeMap<VulnerabilityId, Link>>;

/// Has the open pull requests of a repository looked at that are something else to the `found` vulnerabilities than is
/// known; and those that are being looked at right now, since they may have been read before this report.
pub(crate) async fn mark_touched(
    tx: &Tx,
    repository: &RepositoryName,
    found: &[Uuid],
    now: Timestamp,
) -> Result<(), StoreError> {
    if found.is_empty() {
        return Ok(());
    }
    let mut touched = under_way(tx, repository).await?;
    if open_of(repository).one(tx).await?.is_some() {
        touched.extend(touched_by(tx, repository, found).await?);
    }
    let due = touched.into_iter().map(|number| Due {
        key: WorkKey::PullRequest { repository: repository.clone(), number },
        site: None,
        at: now,
        priority: Priority::Check,
        reason: "what was found in its repository concerns it".to_owned(),
    });
    mark(tx, due.collect()).await
}

async fn touched_by(tx: &Tx, repository: &RepositoryName, found: &[Uuid]) -> Result<Vec<u64>, StoreError> {
    let (mut candidates, mut links) = (Vec::new(), Links::new());
    for part in found.chunks(KEYS_MAX) {
        candidates.extend(load(tx, Which::Among(part)).await?);
        add_links(tx, part, &mut links).await?;
    }
    let views: Vec<Candidate<'_>> = candidates.iter().map(|candidate| candidate.view()).collect();
    let none = BTreeMap::new();
    let mut touched = Vec::new();
    let mut rows = open_of(repository).stream(tx).await?;
    while let Some(row) = rows.try_next().await? {
        let known = links.get(&row.id).unwrap_or(&none);
        let read = model(row)?.pull_request;
        let matches = matching::find(&read, &views);
        let certain = matches.certain.iter().map(|found| (found.vulnerability, Link::Certain));
        let suggested = matches.suggestions.iter().map(|found| (found.vulnerability, Link::Suggested));
        let now: BTreeMap<VulnerabilityId, Link> = certain.chain(suggested).collect();
        let differs = views.iter().any(|view| {
            let (known, now) = (known.get(&view.vulnerability), now.get(&view.vulnerability));
            known != now && known != Some(&Link::Decided)
        });
        if differs {
            touched.push(read.number);
        }
    }
    Ok(touched)
}

fn open_of(repository: &RepositoryName) -> Select<pull_request::Entity> {
    pull_request::Entity::find()
        .filter(pull_request::Column::Repository.eq(repository.as_str()))
        .filter(pull_request::Column::State.eq("open"))
}

async fn add_links(tx: &Tx, found: &[Uuid], links: &mut Links) -> Result<(), StoreError> {
    let suggested = suggested_fix::Entity::find()
        .filter(suggested_fix::Column::Vulnerability.is_in(found.to_vec()))
        .all(tx)
        .await?;
    for row in suggested {
        let of = links.entry(row.pull_request).or_default();
        of.insert(VulnerabilityId(row.vulnerability), Link::Suggested);
    }
    let fixes = remediation_fix::Entity::find()
        .filter(remediation_fix::Column::Vulnerability.is_in(found.to_vec()))
        .all(tx)
        .await?;
    let remediations: BTreeSet<Uuid> = fixes.iter().map(|fix| fix.remediation).collect();
    let remediations: Vec<Uuid> = remediations.into_iter().collect();
    let mut pull_requests: BTreeMap<Uuid, Uuid> = BTreeMap::new();
    for part in remediations.chunks(KEYS_MAX) {
        let of_part = remediation::Column::Id.is_in(part.to_vec());
        let rows = remediation::Entity::find().filter(of_part).all(tx).await?;
        pull_requests.extend(rows.into_iter().map(|row| (row.id, row.pull_request)));
    }
    for fix in fixes {
        let Some(pull_request) = pull_requests.get(&fix.remediation) else { continue };
        let link = if fix.is_manual || fix.is_removed { Link::Decided } else { Link::Certain };
        links.entry(*pull_request).or_default().insert(VulnerabilityId(fix.vulnerability), link);
    }
    Ok(())
}

/// Numbers of the pull requests that somebody is working on.
async fn under_way(tx: &Tx, repository: &RepositoryName) -> Result<BTreeSet<u64>, StoreError> {
    let held = work::Entity::find().filter(work::Column::LeaseUntil.is_not_null()).all(tx).await?;
    let numbers = held.into_iter().filter_map(|row| match row.key.parse() {
        Ok(WorkKey::PullRequest { repository: of, number }) if of == *repository => Some(number),
        _ => None,
    });
    Ok(numbers.collect())
}
