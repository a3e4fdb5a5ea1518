//! What a pull request may fix: the open vulnerabilities of its repository, with just what matching looks at.
//!
//! Read for every pull request that changes, so rows are read one by one and nothing else of them is kept.

use crate::column::from_json;
use crate::entity::{remediation_fix, subject_member, ticket, vulnerability};
use crate::error::StoreError;
use crate::store::Store;
use crate::vulnerability::OPEN_WORDS;
use backline_core::finding::{Location, Package};
use backline_core::ids::{IssueKey, RemediationId, RepositoryName, VulnerabilityId};
use futures_util::TryStreamExt;
use sea_orm::sea_query::{Query, SelectStatement};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, JsonValue, QueryFilter, QueryOrder, QuerySelect, StreamTrait,
};
use serde::Deserialize;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Open vulnerabilities of one repository that a pull request is matched against, the worst first.
const CANDIDATES_MAX: u64 = 5_000;

/// What a pull request may fix.
#[derive(Debug, Clone, PartialEq)]
pub struct MatchCandidate {
    pub vulnerability: VulnerabilityId,
    pub identifiers: Vec<String>,
    pub package: Option<Package>,
    pub path: Option<String>,
    pub ticket_keys: Vec<IssueKey>,
    /// Remediations that name it already.
    pub remediations: Vec<RemediationId>,
}

/// The part of a vulnerability's document that matching looks at.
#[derive(Deserialize)]
struct Named {
    identifiers: Vec<String>,
    package: Option<Package>,
    location: Location,
}

impl Store {
    /// The vulnerabilities of a repository that are still to be fixed.
    pub async fn match_candidates(
        &self,
        repository: &RepositoryName,
    ) -> Result<Vec<MatchCandidate>, StoreError> {
        let db = self.snapshot().await?;
        let mut keys = ticket_keys(&db, repository).await?;
        let mut remediations = remediations(&db, repository).await?;
        let mut rows = vulnerability::Entity::find()
            .select_only()
            .columns([vulnerability::Column::Id, vulnerability::Column::Document])
            .filter(vulnerability::Column::Repository.eq(repository.as_str()))
            .filter(vulnerability::Column::Status.is_in(OPEN_WORDS))
            .order_by_asc(vulnerability::Column::Severity)
            .order_by_asc(vulnerability::Column::Id)
            .limit(CANDIDATES_MAX)
            .into_tuple::<(Uuid, JsonValue)>()
            .stream(&db)
            .await?;
        let mut candidates = Vec::new();
        while let Some((id, document)) = rows.try_next().await? {
            let named: Named = from_json(document)?;
            candidates.push(MatchCandidate {
                vulnerability: VulnerabilityId(id),
                identifiers: named.identifiers,
                package: named.package,
                path: named.location.path,
                ticket_keys: keys.remove(&id).unwrap_or_default(),
                remediations: remediations.remove(&id).unwrap_or_default(),
            });
        }
        Ok(candidates)
    }
}

fn open_of(repository: &RepositoryName) -> SelectStatement {
    Query::select()
        .column(vulnerability::Column::Id)
        .from(vulnerability::Entity)
        .and_where(vulnerability::Column::Repository.eq(repository.as_str()))
        .and_where(vulnerability::Column::Status.is_in(OPEN_WORDS))
        .take()
}

async fn ticket_keys<C: ConnectionTrait + StreamTrait>(
    db: &C,
    repository: &RepositoryName,
) -> Result<BTreeMap<Uuid, Vec<IssueKey>>, StoreError> {
    let subjects: BTreeMap<Uuid, Vec<Uuid>> = grouped(
        subject_member::Entity::find()
            .select_only()
            .columns([subject_member::Column::Subject, subject_member::Column::Vulnerability])
            .filter(subject_member::Column::Vulnerability.in_subquery(open_of(repository)))
            .into_tuple()
            .all(db)
            .await?,
    );
    let of_members = Query::select()
        .column(subject_member::Column::Subject)
        .from(subject_member::Entity)
        .and_where(subject_member::Column::Vulnerability.in_subquery(open_of(repository)))
        .take();
    let tickets: Vec<(Uuid, String)> = ticket::Entity::find()
        .select_only()
        .columns([ticket::Column::Subject, ticket::Column::Key])
        .filter(ticket::Column::Subject.in_subquery(of_members))
        .into_tuple()
        .all(db)
        .await?;
    let mut keys: BTreeMap<Uuid, Vec<IssueKey>> = BTreeMap::new();
    for (subject, key) in tickets {
        for vulnerability in subjects.get(&subject).into_iter().flatten() {
            keys.entry(*vulnerability).or_default().push(IssueKey(key.clone()));
        }
    }
    Ok(keys)
}

async fn remediations<C: ConnectionTrait>(
    db: &C,
    repository: &RepositoryName,
) -> Result<BTreeMap<Uuid, Vec<RemediationId>>, StoreError> {
    let fixes: Vec<(Uuid, Uuid)> = remediation_fix::Entity::find()
        .select_only()
        .columns([remediation_fix::Column::Vulnerability, remediation_fix::Column::Remediation])
        .filter(remediation_fix::Column::Vulnerability.in_subquery(open_of(repository)))
        .filter(remediation_fix::Column::IsRemoved.eq(false))
        .into_tuple()
        .all(db)
        .await?;
    let fixes =
        fixes.into_iter().map(|(vulnerability, remediation)| (vulnerability, RemediationId(remediation)));
    Ok(grouped(fixes))
}

fn grouped<V>(pairs: impl IntoIterator<Item = (Uuid, V)>) -> BTreeMap<Uuid, Vec<V>> {
    let mut groups: BTreeMap<Uuid, Vec<V>> = BTreeMap::new();
    for (key, value) in pairs {
        groups.entry(key).or_default().push(value);
    }
    groups
}
