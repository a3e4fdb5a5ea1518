//! What waits for a person, and what of it a person was shown.
//!
//! Whatever is held gets a number that rises with time, counted in the database: so a project, the highest number and
//! how many there were say exactly what a page or a command showed. What comes later has a higher number; of the same
//! ones there can only be fewer.

use crate::column::{KEYS_MAX, ms, time};
use crate::entity::{counter, subject, subject_member, ticket};
use crate::error::StoreError;
use crate::store::Store;
use crate::vulnerability;
use crate::writer::Tx;
use backline_core::ids::{ConnectedProjectId, SubjectId};
use backline_core::vulnerability::Vulnerability;
use jiff::Timestamp;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

/// The row that counts what was ever held.
const COUNTER: &str = "held";

/// Tickets of one project that wait for approval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// What is shown when this is: enough to approve it and nothing that comes later.
    pub shown: Shown,
    /// Since when the first of them waits.
    pub since: Timestamp,
}

/// One of them.
#[derive(Debug, Clone, PartialEq)]
pub struct HeldTicket {
    pub subject: SubjectId,
    pub about: Vec<Vulnerability>,
}

/// What a person was shown of one project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    pub project: ConnectedProjectId,
    /// How many there were.
    pub tickets: u64,
    /// The number of the last of them.
    pub last: i64,
}

/// The text names nothing that was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownShown;

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.project, self.tickets, self.last)
    }
}

impl FromStr for Shown {
    type Err = UnknownShown;

    fn from_str(text: &str) -> Result<Self, UnknownShown> {
        let mut parts = text.split('.');
        let (Some(project), Some(tickets), Some(last), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(UnknownShown);
        };
        Ok(Self {
            project: project.parse().map_err(|_| UnknownShown)?,
            tickets: tickets.parse().map_err(|_| UnknownShown)?,
            last: last.parse().map_err(|_| UnknownShown)?,
        })
    }
}

impl Store {
    /// What waits for approval, by project.
    pub async fn held_creates(&self) -> Result<Vec<Held>, StoreError> {
        let rows: Vec<(Option<Uuid>, i64, i64, Option<i64>)> = subject::Entity::find()
            .select_only()
            .column(subject::Column::ConnectedProject)
            .column_as(subject::Column::Id.count(), "tickets")
            .column_as(subject::Column::HeldAt.min(), "since")
            .column_as(subject::Column::HeldNo.max(), "last")
            .filter(waits())
            .filter(subject::Column::ConnectedProject.is_not_null())
            .group_by(subject::Column::ConnectedProject)
            .order_by_asc(subject::Column::ConnectedProject)
            .into_tuple()
            .all(self.reader())
            .await?;
        let held = rows.into_iter().filter_map(|(project, tickets, since, last)| {
            let project = ConnectedProjectId(project?);
            let tickets = u64::try_from(tickets).unwrap_or(0);
            let shown = Shown { project, tickets, last: last.unwrap_or_default() };
            Some(time(since).map(|since| Held { shown, since }))
        });
        held.collect()
    }

    /// What of a project waits for approval, in the order in which it was found.
    pub async fn list_held(
        &self,
        project: ConnectedProjectId,
        limit: u64,
    ) -> Result<Vec<HeldTicket>, StoreError> {
        let db = self.snapshot().await?;
        let found = subject::Entity::find()
            .filter(waits())
            .filter(subject::Column::ConnectedProject.eq(project.0))
            .order_by_asc(subject::Column::Id)
            .limit(limit)
            .all(&db)
            .await?;
        let of_these = subject_member::Column::Subject.is_in(found.iter().map(|row| row.id));
        let members = subject_member::Entity::find().filter(of_these).all(&db).await?;
        let known = vulnerability::by_id(&db, members.iter().map(|member| member.vulnerability)).await?;
        let mut of_subject: BTreeMap<Uuid, Vec<Vulnerability>> = BTreeMap::new();
        for member in members {
            let found = known.get(&member.vulnerability).cloned();
            of_subject.entry(member.subject).or_default().extend(found);
        }
        let tickets = found.into_iter().map(|row| HeldTicket {
            subject: SubjectId(row.id),
            about: of_subject.remove(&row.id).unwrap_or_default(),
        });
        Ok(tickets.collect())
    }
}

/// Of any project.
pub(super) fn waits() -> Condition {
    Condition::all()
        .add(subject::Column::HeldAt.is_not_null())
        .add(subject::Column::Batch.is_null())
        .add(subject::Column::UnlinkedAt.is_null())
}

/// Has subjects wait for approval, whatever they were approved with before; what has its ticket already does not.
pub(super) async fn hold(tx: &Tx, subjects: &[Uuid], now: Timestamp) -> Result<(), StoreError> {
    if subjects.is_empty() {
        return Ok(());
    }
    let number = next_number(tx).await?;
    let ticketed = || Query::select().column(ticket::Column::Subject).from(ticket::Entity).take();
    for part in subjects.chunks(KEYS_MAX) {
        subject::Entity::update_many()
            .col_expr(subject::Column::HeldAt, Expr::value(ms(now)))
            .col_expr(subject::Column::HeldNo, Expr::value(number))
            .col_expr(subject::Column::Batch, Expr::value(Option::<Uuid>::None))
            .filter(subject::Column::Id.is_in(part.to_vec()))
            .filter(subject::Column::Id.not_in_subquery(ticketed()))
            .exec(tx)
            .await?;
    }
    Ok(())
}

/// The row stays locked until the commit, so that numbers become visible in their order.
async fn next_number(tx: &Tx) -> Result<i64, StoreError> {
    counter::Entity::update_many()
        .col_expr(counter::Column::Value, Expr::col(counter::Column::Value).add(1))
        .filter(counter::Column::Name.eq(COUNTER))
        .exec(tx)
        .await?;
    let row = counter::Entity::find_by_id(COUNTER).one(tx).await?;
    row.map(|row| row.value)
        .ok_or_else(|| StoreError::Corrupt("the counter of what is held is gone".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::{Shown, UnknownShown};

    #[test]
    fn what_was_shown_reads_back_from_its_text() {
        let text = "0190c5a0-0000-7000-8000-000000000001.120.7045";
        let shown: Shown = text.parse().unwrap();
        assert_eq!((shown.tickets, shown.last, shown.to_string().as_str()), (120, 7_045, text));
        for wrong in ["", "SEC", "1.2.3", "0190c5a0-0000-7000-8000-000000000001.120", &format!("{text}.1")] {
            assert_eq!(wrong.parse::<Shown>(), Err(UnknownShown), "{wrong}");
        }
    }
}
