//! Which vulnerability a finding is: its key, over every alias that its advisory is known by.

use super::Arrival;
use crate::column::{KEYS_MAX, ROWS_MAX, ms};
use crate::entity::{advisory_alias, vulnerability};
use crate::error::StoreError;
use crate::vulnerability as vulnerabilities;
use crate::writer::Tx;
use backline_core::finding::{self, Finding, Identity, vulnerability_key};
use backline_core::ids::VulnerabilityKey;
use backline_core::vulnerability::Vulnerability;
use backline_core::vulnerability::alias::{Advisory, Aliases};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// A finding, the vulnerability that it shows, and the key that a new one gets.
pub(super) struct Identified<'f> {
    pub finding: Cow<'f, Finding>,
    pub key: VulnerabilityKey,
    pub known: Option<Vulnerability>,
}

/// Identifies findings; two that turn out to be one vulnerability are joined.
pub(super) async fn identify<'f>(
    tx: &Tx,
    arrival: &Arrival,
    findings: &'f [Finding],
) -> Result<Vec<Identified<'f>>, StoreError> {
    let mut aliases = known_aliases(tx, findings).await?;
    // A later row may say that two ids are one advisory: no key is made before every row has been heard.
    for finding in findings {
        resolve(arrival, finding, &mut aliases);
    }
    keep_aliases(tx, &aliases).await?;
    let keys: Vec<Vec<VulnerabilityKey>> =
        findings.iter().map(|finding| keys_of(arrival, finding, &mut aliases)).collect();
    let mut known = known_vulnerabilities(tx, keys.iter().flatten()).await?;
    let mut places: BTreeMap<VulnerabilityKey, usize> = BTreeMap::new();
    let mut identified: Vec<Identified<'f>> = Vec::with_capacity(findings.len());
    for (finding, keys) in findings.iter().zip(keys) {
        if let Some(&place) = keys.iter().find_map(|key| places.get(key)) {
            finding::merge(identified[place].finding.to_mut(), finding.clone());
            continue;
        }
        let found = keys.iter().find_map(|key| known.remove(key));
        places.extend(keys.iter().map(|key| (key.clone(), identified.len())));
        let key = keys.into_iter().next().expect("every finding has a key of its own");
        identified.push(Identified { finding: Cow::Borrowed(finding), key, known: found });
    }
    Ok(identified)
}

/// The advisory of a finding about a package; what is found in code has none.
fn resolve(arrival: &Arrival, finding: &Finding, aliases: &mut Aliases) -> Option<Advisory> {
    let Identity::Package { advisory, .. } = &finding.identity else { return None };
    Some(aliases.resolve(advisory, &finding.identifiers, ms(arrival.now)))
}

/// The key for a new vulnerability first, then those that an older alias may have given it.
fn keys_of(arrival: &Arrival, finding: &Finding, aliases: &mut Aliases) -> Vec<VulnerabilityKey> {
    let key = |name: &str| vulnerability_key(&arrival.repository, &finding.identity, name);
    match resolve(arrival, finding, aliases) {
        Some(advisory) => advisory.names.iter().map(|name| key(name)).collect(),
        None => vec![key("")],
    }
}

async fn known_aliases(tx: &Tx, findings: &[Finding]) -> Result<Aliases, StoreError> {
    let mut named: BTreeSet<String> = BTreeSet::new();
    for finding in findings {
        if let Identity::Package { advisory, .. } = &finding.identity {
            named.insert(advisory.clone());
            named.extend(finding.identifiers.iter().cloned());
        }
    }
    let mut aliases = Aliases::default();
    let mut advisories: BTreeSet<String> = BTreeSet::new();
    let named: Vec<String> = named.into_iter().collect();
    for part in named.chunks(KEYS_MAX) {
        let rows = advisory_alias::Entity::find()
            .filter(advisory_alias::Column::Alias.is_in(part.iter().cloned()))
            .all(tx)
            .await?;
        advisories.extend(rows.into_iter().map(|row| row.advisory));
    }
    let advisories: Vec<String> = advisories.into_iter().collect();
    for part in advisories.chunks(KEYS_MAX) {
        let rows = advisory_alias::Entity::find()
            .filter(advisory_alias::Column::Advisory.is_in(part.iter().cloned()))
            .all(tx)
            .await?;
        for row in rows {
            aliases.learn(&row.alias, &row.advisory, row.added_at);
        }
    }
    Ok(aliases)
}

async fn keep_aliases(tx: &Tx, aliases: &Aliases) -> Result<(), StoreError> {
    let rows: Vec<advisory_alias::ActiveModel> = aliases
        .changes()
        .map(|(alias, advisory, added_at)| advisory_alias::ActiveModel {
            alias: Set(alias.to_owned()),
            advisory: Set(advisory.to_owned()),
            added_at: Set(added_at),
        })
        .collect();
    let over = OnConflict::column(advisory_alias::Column::Alias)
        .update_column(advisory_alias::Column::Advisory)
        .to_owned();
    for part in rows.chunks(ROWS_MAX) {
        advisory_alias::Entity::insert_many(part.to_vec())
            .on_conflict(over.clone())
            .exec_without_returning(tx)
            .await?;
    }
    Ok(())
}

async fn known_vulnerabilities<'k>(
    tx: &Tx,
    keys: impl Iterator<Item = &'k VulnerabilityKey>,
) -> Result<BTreeMap<VulnerabilityKey, Vulnerability>, StoreError> {
    let keys: Vec<&VulnerabilityKey> = keys.collect();
    let mut known = BTreeMap::new();
    for part in keys.chunks(KEYS_MAX) {
        let rows = vulnerability::Entity::find()
            .filter(vulnerability::Column::Key.is_in(part.iter().map(|key| key.as_str())))
            .all(tx)
            .await?;
        for row in rows {
            known.insert(VulnerabilityKey(row.key.clone()), vulnerabilities::model(row)?);
        }
    }
    Ok(known)
}
