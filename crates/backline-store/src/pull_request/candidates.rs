//! What a pull request may fix: the open vulnerabilities of its repository, those of any repository that it leads to by
//! name, and those that it is linked to; with just what matching looks at.
//!
//! Read for every pull request that changes, so rows are read one by one and nothing else of them is kept.

use crate::column::{KEYS_MAX, from_json};
use crate::entity::{
    former_key, pull_request, remediation, remediation_fix, subject_member, ticket, vulnerability,
};
use crate::error::StoreError;
use crate::store::Store;
use crate::vulnerability::OPEN_WORDS;
use backline_core::finding::{Location, Package};
use backline_core::ids::{IssueKey, RemediationId, RepositoryName, VulnerabilityId};
use backline_core::pull_request::PullRequest;
use backline_core::remediation::matching::{self, Candidate, Named as Names};
use futures_util::TryStreamExt;
use sea_orm::sea_query::{Query, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, JsonValue, QueryFilter, QueryOrder, QuerySelect,
    StreamTrait,
};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Open vulnerabilities of one repository that a pull request is matched against, the worst first.
const CANDIDATES_MAX: u64 = 5_000;

/// What a pull request may fix.
#[derive(Debug, Clone, PartialEq)]
pub struct MatchCandidate {
    pub vulnerability: VulnerabilityId,
    pub repository: RepositoryName,
    pub identifiers: Vec<String>,
    pub package: Option<Package>,
    pub path: Option<String>,
    /// Former keys of moved tickets too.
    pub ticket_keys: Vec<IssueKey>,
    /// Remediations that name it already.
    pub remediations: Vec<RemediationId>,
}

impl MatchCandidate {
    pub fn view(&self) -> Candidate<'_> {
        Candidate {
            vulnerability: self.vulnerability,
            identifiers: &self.identifiers,
            package: self.package.as_ref(),
            path: self.path.as_deref(),
            ticket_keys: &self.ticket_keys,
            remediations: &self.remediations,
            repository: &self.repository,
        }
    }
}

/// The part of a vulnerability's document that matching looks at.
#[derive(Deserialize)]
struct Named {
    identifiers: Vec<String>,
    package: Option<Package>,
    location: Location,
}

/// Which vulnerabilities, of those that are still to be fixed.
pub(crate) enum Which<'w> {
    Of(&'w RepositoryName),
    Among(&'w [Uuid]),
}

impl Store {
    /// The vulnerabilities that are still to be fixed and that a pull request may be about: all of its repository,
    /// then those elsewhere.
    pub async fn match_candidates(
        &self,
        pull_request: &PullRequest,
    ) -> Result<Vec<MatchCandidate>, StoreError> {
        let db = self.snapshot().await?;
        let mut candidates = load(&db, Which::Of(&pull_request.repository)).await?;
        let known: BTreeSet<Uuid> = candidates.iter().map(|candidate| candidate.vulnerability.0).collect();
        let mut others = led_to(&db, &matching::named(pull_request)).await?;
        others.extend(linked(&db, pull_request).await?);
        let others: Vec<Uuid> = others.difference(&known).copied().collect();
        for part in others.chunks(KEYS_MAX) {
            candidates.extend(load(&db, Which::Among(part)).await?);
        }
        Ok(candidates)
    }
}

/// The worst first.
pub(crate) async fn load<C: ConnectionTrait + StreamTrait>(
    db: &C,
    which: Which<'_>,
) -> Result<Vec<MatchCandidate>, StoreError> {
    let mut keys = ticket_keys(db, &which).await?;
    let mut remediations = remediations(db, &which).await?;
    let mut rows = vulnerability::Entity::find()
        .select_only()
        .columns([
            vulnerability::Column::Id,
            vulnerability::Column::Repository,
            vulnerability::Column::Document,
        ])
        .filter(which.is_open())
        .order_by_asc(vulnerability::Column::Severity)
        .order_by_asc(vulnerability::Column::Id)
        .limit(CANDIDATES_MAX)
        .into_tuple::<(Uuid, String, JsonValue)>()
        .stream(db)
        .await?;
    let mut candidates = Vec::new();
    while let Some((id, repository, document)) = rows.try_next().await? {
        let named: Named = from_json(document)?;
        candidates.push(MatchCandidate {
            vulnerability: VulnerabilityId(id),
            repository: RepositoryName(repository),
            identifiers: named.identifiers,
            package: named.package,
            path: named.location.path,
            ticket_keys: keys.remove(&id).unwrap_or_default(),
            remediations: remediations.remove(&id).unwrap_or_default(),
        });
    }
    Ok(candidates)
}

impl Which<'_> {
    fn is_open(&self) -> Condition {
        let which = match self {
            Self::Of(repository) => vulnerability::Column::Repository.eq(repository.as_str()),
            Self::Among(ids) => vulnerability::Column::Id.is_in(ids.iter().copied()),
        };
        Condition::all().add(which).add(vulnerability::Column::Status.is_in(OPEN_WORDS))
    }

    fn open(&self) -> SelectStatement {
        Query::select()
            .column(vulnerability::Column::Id)
            .from(vulnerability::Entity)
            .cond_where(self.is_open())
            .take()
    }
}

/// What the names in a pull request lead to, wherever it is.
async fn led_to<C: ConnectionTrait>(db: &C, names: &Names) -> Result<BTreeSet<Uuid>, StoreError> {
    let keys: Vec<&str> = names.keys.iter().map(IssueKey::as_str).collect();
    let mut found: BTreeSet<Uuid> = BTreeSet::new();
    for part in keys.chunks(KEYS_MAX) {
        let now = Query::select()
            .column(ticket::Column::Subject)
            .from(ticket::Entity)
            .and_where(ticket::Column::Key.is_in(part.to_vec()))
            .take();
        let formerly = Query::select()
            .column(former_key::Column::Subject)
            .from(former_key::Entity)
            .and_where(former_key::Column::Key.is_in(part.to_vec()))
            .take();
        let behind = Condition::any()
            .add(subject_member::Column::Subject.in_subquery(now))
            .add(subject_member::Column::Subject.in_subquery(formerly));
        let rows = subject_member::Entity::find().filter(behind).all(db).await?;
        found.extend(rows.into_iter().map(|row| row.vulnerability));
    }
    if !names.ids.is_empty() {
        let of_remediations = remediation_fix::Column::Remediation.is_in(names.ids.iter().copied());
        let fixes = remediation_fix::Entity::find()
            .filter(of_remediations)
            .filter(remediation_fix::Column::IsRemoved.eq(false))
            .all(db)
            .await?;
        found.extend(fixes.into_iter().map(|fix| fix.vulnerability));
        found.extend(&names.ids);
    }
    Ok(found)
}

/// What it is linked to already: only what is looked at again can be found to be no longer named.
async fn linked<C: ConnectionTrait>(db: &C, read: &PullRequest) -> Result<Vec<Uuid>, StoreError> {
    let own = Query::select()
        .column(pull_request::Column::Id)
        .from(pull_request::Entity)
        .and_where(pull_request::Column::Repository.eq(read.repository.as_str()))
        .and_where(pull_request::Column::Number.eq(i64::try_from(read.number).unwrap_or(i64::MAX)))
        .take();
    let remediations = Query::select()
        .column(remediation::Column::Id)
        .from(remediation::Entity)
        .and_where(remediation::Column::PullRequest.in_subquery(own))
        .take();
    let fixes = remediation_fix::Entity::find()
        .filter(remediation_fix::Column::Remediation.in_subquery(remediations))
        .filter(remediation_fix::Column::IsRemoved.eq(false))
        .all(db)
        .await?;
    Ok(fixes.into_iter().map(|fix| fix.vulnerability).collect())
}

async fn ticket_keys<C: ConnectionTrait>(
    db: &C,
    which: &Which<'_>,
) -> Result<BTreeMap<Uuid, Vec<IssueKey>>, StoreError> {
    let subjects: BTreeMap<Uuid, Vec<Uuid>> = grouped(
        subject_member::Entity::find()
            .select_only()
            .columns([subject_member::Column::Subject, subject_member::Column::Vulnerability])
            .filter(subject_member::Column::Vulnerability.in_subquery(which.open()))
            .into_tuple()
            .all(db)
            .await?,
    );
    let of_members = || {
        Query::select()
            .column(subject_member::Column::Subject)
            .from(subject_member::Entity)
            .and_where(subject_member::Column::Vulnerability.in_subquery(which.open()))
            .take()
    };
    let mut tickets: Vec<(Uuid, String)> = ticket::Entity::find()
        .select_only()
        .columns([ticket::Column::Subject, ticket::Column::Key])
        .filter(ticket::Column::Subject.in_subquery(of_members()))
        .into_tuple()
        .all(db)
        .await?;
    let former: Vec<(Uuid, String)> = former_key::Entity::find()
        .select_only()
        .columns([former_key::Column::Subject, former_key::Column::Key])
        .filter(former_key::Column::Subject.in_subquery(of_members()))
        .into_tuple()
        .all(db)
        .await?;
    tickets.extend(former);
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
    which: &Which<'_>,
) -> Result<BTreeMap<Uuid, Vec<RemediationId>>, StoreError> {
    let fixes: Vec<(Uuid, Uuid)> = remediation_fix::Entity::find()
        .select_only()
        .columns([remediation_fix::Column::Vulnerability, remediation_fix::Column::Remediation])
        .filter(remediation_fix::Column::Vulnerability.in_subquery(which.open()))
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
