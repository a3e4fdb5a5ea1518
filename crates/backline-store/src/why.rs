//! Why a ticket is as it is: what comes next and for what, what is not known yet, what was sent, and what led to it.
//!
//! Put together from the queue, the intents, the audit and the timeline, which each keep their own. Decides nothing.

use crate::audit::{AuditRow, row as audit_row};
use crate::column::{KEYS_MAX, from_json, time, time_of};
use crate::entity::{audit, intent, timeline, work};
use crate::error::StoreError;
use crate::store::Store;
use crate::timeline::{TimelineEntry, entry};
use crate::work::WorkKey;
use backline_core::ticket::Facts;
use jiff::Timestamp;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Why {
    /// `None` where nothing is to be done.
    pub next: Option<NextLook>,
    /// Calls of which it is not known what became of them, the oldest first.
    pub doubts: Vec<Doubt>,
    /// What was written to its issue and to its pull requests, the newest first.
    pub writes: Vec<AuditRow>,
    /// What happened to it, to what it is about and to its pull requests, the newest first.
    pub events: Vec<TimelineEntry>,
}

/// When a ticket is looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextLook {
    pub at: Timestamp,
    /// What made it due; empty where only the time did.
    pub reasons: Vec<String>,
    /// How often it was tried since it last went through.
    pub tries: u32,
    /// Somebody is at it.
    pub is_under_way: bool,
}

/// A call whose answer was not recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    /// The operation's word.
    pub operation: String,
    pub begun_at: Timestamp,
    /// When the call itself was given up.
    pub deadline_at: Timestamp,
}

impl Store {
    /// Up to `limit` of what was written, and of what happened.
    pub async fn load_why(&self, facts: &Facts, limit: u64, now: Timestamp) -> Result<Why, StoreError> {
        let id = facts.subject.id;
        self.seal_for_a_look(now).await;
        let db = self.snapshot().await?;
        let key = WorkKey::Subject(id).to_string();
        let due = work::Entity::find_by_id(key).one(&db).await?;
        let doubts = intent::Entity::find()
            .filter(intent::Column::Subject.eq(id.0))
            .filter(intent::Column::State.eq("open"))
            .order_by_asc(intent::Column::BegunAt)
            .all(&db)
            .await?;
        let pull_requests: Vec<Uuid> = facts.pull_requests.iter().map(|tracked| tracked.id.0).collect();
        let members: Vec<Uuid> =
            facts.vulnerabilities.iter().take(KEYS_MAX).map(|vulnerability| vulnerability.id.0).collect();
        let of_writes = Condition::any()
            .add(audit::Column::Subject.eq(id.0))
            .add(audit::Column::PullRequest.is_in(pull_requests.iter().copied()));
        let writes = audit::Entity::find()
            .filter(of_writes)
            .filter(audit::Column::Seq.is_not_null())
            .order_by_desc(audit::Column::Seq)
            .limit(limit)
            .all(&db)
            .await?;
        let of_events = Condition::any()
            .add(timeline::Column::Subject.eq(id.0))
            .add(timeline::Column::Vulnerability.is_in(members))
            .add(timeline::Column::PullRequest.is_in(pull_requests));
        let events = timeline::Entity::find()
            .filter(of_events)
            .order_by_desc(timeline::Column::Id)
            .limit(limit)
            .all(&db)
            .await?;
        Ok(Why {
            next: due.map(|row| next(row, now)).transpose()?.flatten(),
            doubts: doubts.into_iter().map(doubt).collect::<Result<_, _>>()?,
            writes: writes.into_iter().map(audit_row).collect::<Result<_, _>>()?,
            events: events.into_iter().map(entry).collect::<Result<_, _>>()?,
        })
    }
}

fn next(row: work::Model, now: Timestamp) -> Result<Option<NextLook>, StoreError> {
    let lease_until = time_of(row.lease_until)?;
    let is_under_way = lease_until.is_some_and(|until| until > now);
    let at = time_of(row.due_at)?.or(lease_until.filter(|_| is_under_way));
    let Some(at) = at else { return Ok(None) };
    let tries = u32::try_from(row.attempt).unwrap_or_default();
    Ok(Some(NextLook { at, reasons: from_json(row.reasons)?, tries, is_under_way }))
}

fn doubt(row: intent::Model) -> Result<Doubt, StoreError> {
    Ok(Doubt { operation: row.kind, begun_at: time(row.begun_at)?, deadline_at: time(row.deadline_at)? })
}

#[cfg(test)]
mod tests {
    use crate::audit::{Action, AuditEntry};
    use crate::testing::{connected, day, lease_subjects, one, report, take};
    use crate::work::{Next, WorkKey};

    #[tokio::test]
    async fn a_ticket_says_when_it_is_looked_at_next_and_what_led_to_it() {
        let store = connected().await;
        take(&store, report("trivy", vec![one("CVE-1")]), 1, None).await;
        let lease = lease_subjects(&store, 1).await.remove(0);
        let WorkKey::Subject(id) = lease.key else { panic!("a subject") };
        let facts = store.load_facts(id).await.unwrap().unwrap();
        let why = store.load_why(&facts, 9, day(1)).await.unwrap();
        let next = why.next.clone().unwrap();
        assert!(next.is_under_way && next.reasons == lease.reasons && !next.reasons.is_empty(), "{next:?}");
        assert!(why.events.iter().any(|event| event.vulnerability.is_some()), "found by a report: {why:?}");
        store.finish(&lease, Next::Retry(day(2))).await.unwrap();
        let act = AuditEntry::new(day(1), "ada", Action::Retried, "SEC-1").about_subject(id);
        store.audit(act).await.unwrap();
        let why = store.load_why(&facts, 9, day(1)).await.unwrap();
        let next = why.next.unwrap();
        assert_eq!((next.at, next.tries, next.is_under_way), (day(2), 1, false));
        assert_eq!(why.writes.len(), 1);
        let lease = lease_subjects(&store, 3).await.remove(0);
        store.finish(&lease, Next::Done).await.unwrap();
        assert_eq!(store.load_why(&facts, 9, day(3)).await.unwrap().next, None);
    }
}
