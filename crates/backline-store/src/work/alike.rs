//! Taking several subjects at once that wait for the same: their first ticket in one project.

use super::take::{Taker, is_of, seize};
use super::{Lease, available};
use crate::column::KEYS_MAX;
use crate::entity::{intent, subject, ticket, work};
use crate::error::StoreError;
use crate::store::Store;
use crate::work::WorkKey;
use backline_core::ids::ConnectedProjectId;
use jiff::Timestamp;
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use std::collections::BTreeSet;
use uuid::Uuid;

impl Store {
    /// Takes, for the owner of a lease and beside it, up to `limit` due subjects of a connected project that have no ticket,
    /// nothing under way, and are not held: the most urgent of their site first.
    ///
    /// Only so many of what is due are looked at; what is further behind is not found beside it.
    pub async fn lease_alike(
        &self,
        beside: &Lease,
        project: ConnectedProjectId,
        now: Timestamp,
        lease_ms: u32,
        limit: usize,
    ) -> Result<Vec<Lease>, StoreError> {
        // Most tickets are alone: they stay off the write lock.
        let at = self.time().of(now);
        if limit == 0 || waiting(beside, now, &at).one(self.reader()).await?.is_none() {
            return Ok(Vec::new());
        }
        let beside = beside.clone();
        // What is no longer as it is to be when it is taken, is seen by whoever works on it.
        self.write_beside(move |tx| {
            Box::pin(async move {
                let due = waiting(&beside, now, &at).limit(KEYS_MAX as u64).all(tx).await?;
                let ids = due.iter().filter_map(|row| id_of(&row.key));
                let alike: Vec<Uuid> = subject::Entity::find()
                    .select_only()
                    .column(subject::Column::Id)
                    .filter(subject::Column::Id.is_in(ids))
                    .filter(is_new(project))
                    .into_tuple()
                    .all(tx)
                    .await?;
                let alike: BTreeSet<Uuid> = alike.into_iter().collect();
                let is_alike = |key: &String| id_of(key).is_some_and(|id| alike.contains(&id));
                let order: Vec<String> =
                    due.into_iter().map(|row| row.key).filter(is_alike).take(limit).collect();
                let wanted = available(now, &at, &[]);
                let taker = Taker { owner: beside.owner, now, at, lease_ms, excluded: Vec::new(), wanted };
                seize(tx, &taker, &order).await
            })
        })
        .await
    }
}

/// Due subjects of the same site, the most urgent first.
fn waiting(beside: &Lease, now: Timestamp, at: &Expr) -> Select<work::Entity> {
    work::Entity::find()
        .filter(available(now, at, &[]))
        .filter(is_of(beside.site.as_ref().map(|site| site.0.as_str())))
        .filter(work::Column::Key.starts_with("subject:"))
        .order_by_asc(work::Column::Priority)
        .order_by_asc(work::Column::DueAt)
        .order_by_asc(work::Column::Key)
}

/// It is to get its first ticket, as far as its rows tell.
fn is_new(project: ConnectedProjectId) -> Condition {
    let ticketed = Query::select().column(ticket::Column::Subject).from(ticket::Entity).take();
    let begun = Query::select()
        .column(intent::Column::Subject)
        .from(intent::Entity)
        .and_where(intent::Column::State.eq("open"))
        .take();
    Condition::all()
        .add(subject::Column::ConnectedProject.eq(project.0))
        .add(subject::Column::UnlinkedAt.is_null())
        .add(
            Condition::any().add(subject::Column::HeldAt.is_null()).add(subject::Column::Batch.is_not_null()),
        )
        .add(subject::Column::Id.not_in_subquery(ticketed))
        .add(subject::Column::Id.not_in_subquery(begun))
}

fn id_of(key: &str) -> Option<Uuid> {
    match key.parse() {
        Ok(WorkKey::Subject(id)) => Some(id.0),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::Store;
    use crate::intent::Intent;
    use crate::testing::{day, lease_subjects, one, project, report, take};
    use crate::work::{Lease, Next, WorkKey};
    use backline_core::ids::{ConnectedProjectId, IntentId, SubjectId};
    use uuid::Uuid;

    fn subject(lease: &Lease) -> SubjectId {
        match lease.key {
            WorkKey::Subject(id) => id,
            _ => panic!("the lease of a subject"),
        }
    }

    #[tokio::test]
    async fn what_waits_for_its_first_ticket_is_taken_beside_one_that_does() {
        let store = Store::fresh().await;
        store.save_project(project(), "ada", day(1)).await.unwrap();
        let names: Vec<String> = (1..=6).map(|number| format!("CVE-2026-{number}")).collect();
        take(&store, report("trivy", names.iter().map(|name| one(name)).collect()), 1, None).await;
        let leases = lease_subjects(&store, 1).await;
        assert_eq!(leases.len(), 6);
        // The second is held, the third is on the wire, the fourth has nothing to do.
        store.admit_creates(&[(leases[1].clone(), subject(&leases[1]))], 0, day(1)).await.unwrap();
        let begun = Intent {
            id: IntentId(Uuid::from_u128(1)),
            subject: subject(&leases[2]),
            kind: "create".to_owned(),
            nonce: Uuid::from_u128(1),
            operation: serde_json::json!({}),
            begun_at: day(1),
            deadline_at: day(1),
        };
        store.begin_intent(&leases[2], &begun, &[]).await.unwrap();
        for (lease, next) in leases.iter().zip([
            Next::At(day(1)),
            Next::At(day(1)),
            Next::At(day(1)),
            Next::Done,
            Next::At(day(1)),
            Next::At(day(1)),
        ]) {
            store.finish(lease, next).await.unwrap();
        }
        let all = store.lease("leads", day(1), 1_000, 1, &[]).await.unwrap();
        let first = &all[0];
        assert_eq!(first.key, leases[0].key);
        let other = ConnectedProjectId(Uuid::from_u128(9));
        assert_eq!(store.lease_alike(first, other, day(1), 1_000, 9).await.unwrap(), []);
        let beside = store.lease_alike(first, project().id, day(1), 1_000, 9).await.unwrap();
        let keys: Vec<&WorkKey> = beside.iter().map(|lease| &lease.key).collect();
        assert_eq!(keys, [&leases[4].key, &leases[5].key]);
        assert_eq!(beside[0].owner, "leads");
        store.finish(&beside[0], Next::Done).await.unwrap();
        assert_eq!(store.lease_alike(first, project().id, day(1), 1_000, 9).await.unwrap(), []);
    }
}
