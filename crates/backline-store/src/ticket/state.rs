//! How a ticket stands: told twice, of one row and as a condition of the database, and both say the same.
//!
//! Invariant: what has no ticket is never in sync, and neither is what cannot be worked on.

use crate::entity::{connection, subject, subject_member, ticket, vulnerability, work};
use crate::error::StoreError;
use crate::project;
use crate::vulnerability::OPEN_WORDS;
use crate::work::WorkKey;
use backline_core::mapping::ConnectedProject;
use sea_orm::sea_query::{Expr, ExprTrait, Query, SimpleExpr};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use std::collections::BTreeMap;
use uuid::Uuid;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TicketState {
    InSync,
    /// Backline goes on by itself, at once or as soon as its project can be worked on again.
    Waiting,
    /// A person must act.
    Blocked,
    /// Nothing is kept in step: its connected project was deleted, or it has no ticket and needs none.
    Dormant,
    /// A person ended the link to the issue, for good.
    Unlinked,
}

impl TicketState {
    pub const ALL: [Self; 5] = [Self::InSync, Self::Waiting, Self::Blocked, Self::Dormant, Self::Unlinked];

    pub fn word(self) -> &'static str {
        match self {
            Self::InSync => "in_sync",
            Self::Waiting => "waiting",
            Self::Blocked => "blocked",
            Self::Dormant => "dormant",
            Self::Unlinked => "unlinked",
        }
    }
}

impl std::str::FromStr for TicketState {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|state| state.word() == text).ok_or(())
    }
}

/// What is known of one subject.
pub(super) struct Look<'r> {
    pub is_unlinked: bool,
    pub has_project: bool,
    pub is_blocked: bool,
    pub has_ticket: bool,
    /// Was looked at, and is not due again.
    pub is_settled: bool,
    /// Something that it is about is open.
    pub is_open: bool,
    /// Why its project cannot be worked on.
    pub held_up: Option<&'r str>,
}

impl<'r> Look<'r> {
    /// How it stands, and why where that is not plain from the state or from what blocks it.
    pub fn judge(&self) -> (TicketState, Option<&'r str>) {
        if self.is_unlinked {
            return (TicketState::Unlinked, Some("It was unlinked; the issue stays in Jira as it is"));
        }
        if !self.has_project {
            return (TicketState::Dormant, Some("Its project was removed from Backline"));
        }
        if self.is_blocked {
            return (TicketState::Blocked, self.held_up);
        }
        if !self.has_ticket && self.is_settled && !self.is_open {
            return (TicketState::Dormant, Some("It needs no ticket: nothing of it is open"));
        }
        if !self.is_settled || !self.has_ticket || self.held_up.is_some() {
            return (TicketState::Waiting, self.held_up);
        }
        (TicketState::InSync, None)
    }
}

/// What the conditions hang on besides the row itself.
pub(super) struct Moment {
    due: Vec<Uuid>,
    held_up: Vec<Uuid>,
}

/// Subjects that are due or in somebody's hands; beyond this many a list counts the rest as settled.
const DUE_MAX: u64 = 20_000;

impl Moment {
    pub async fn load<C: ConnectionTrait>(db: &C) -> Result<Self, StoreError> {
        let rows = work::Entity::find()
            .filter(work::Column::Key.starts_with("subject:"))
            .filter(work::Column::DueAt.is_not_null())
            .limit(DUE_MAX)
            .all(db)
            .await?;
        let keys = rows.into_iter().filter_map(|row| row.key.parse::<WorkKey>().ok());
        let due = keys.filter_map(|key| if let WorkKey::Subject(id) = key { Some(id.0) } else { None });
        Ok(Self { due: due.collect(), held_up: held_up(db).await?.into_keys().collect() })
    }

    pub fn is(&self, state: TicketState) -> Condition {
        let kept = || is_linked().add(subject::Column::ConnectedProject.is_not_null());
        let clear = || kept().add(subject::Column::Blocked.is_null());
        match state {
            TicketState::Unlinked => Condition::all().add(subject::Column::UnlinkedAt.is_not_null()),
            TicketState::Dormant => is_linked().add(
                Condition::any()
                    .add(subject::Column::ConnectedProject.is_null())
                    .add(clear().add(self.is_settled()).add(has_ticket().not()).add(is_open().not())),
            ),
            TicketState::Blocked => kept().add(subject::Column::Blocked.is_not_null()),
            TicketState::Waiting => clear().add(
                Condition::any()
                    .add(self.is_settled().not())
                    .add(has_ticket().not().and(is_open()))
                    .add(has_ticket().and(self.is_held_up())),
            ),
            TicketState::InSync => {
                clear().add(self.is_settled()).add(has_ticket()).add(self.is_held_up().not())
            }
        }
    }

    /// Once in each condition: the list may be long, and a statement holds only so many values.
    fn is_settled(&self) -> Condition {
        Condition::all()
            .add(subject::Column::ReconciledAt.is_not_null())
            .add(subject::Column::Id.is_not_in(self.due.iter().copied()))
    }

    fn is_held_up(&self) -> SimpleExpr {
        subject::Column::ConnectedProject.is_in(self.held_up.iter().copied())
    }
}

/// Something that it is about is open.
fn is_open() -> SimpleExpr {
    let open = Query::select()
        .column((subject_member::Entity, subject_member::Column::Subject))
        .from(subject_member::Entity)
        .inner_join(
            vulnerability::Entity,
            Expr::col((vulnerability::Entity, vulnerability::Column::Id))
                .equals((subject_member::Entity, subject_member::Column::Vulnerability)),
        )
        .and_where(Expr::col((vulnerability::Entity, vulnerability::Column::Status)).is_in(OPEN_WORDS))
        .take();
    subject::Column::Id.in_subquery(open)
}

pub(super) fn is_linked() -> Condition {
    Condition::all().add(subject::Column::UnlinkedAt.is_null())
}

pub(super) fn has_ticket() -> SimpleExpr {
    let ticketed = Query::select().column(ticket::Column::Subject).from(ticket::Entity).take();
    subject::Column::Id.in_subquery(ticketed)
}

/// The connected projects that cannot be worked on now, by id, each with why in words.
pub(super) async fn held_up<C: ConnectionTrait>(db: &C) -> Result<BTreeMap<Uuid, String>, StoreError> {
    let connections: BTreeMap<Uuid, connection::Model> =
        connection::Entity::find().all(db).await?.into_iter().map(|row| (row.id, row)).collect();
    let is_any_usable = connections.values().any(|row| row.status == "connected");
    let mut held_up = BTreeMap::new();
    for project in project::active(db).await? {
        let status = connections.get(&project.connection.0).map_or("", |row| row.status.as_str());
        let why = match status {
            "connected" => continue,
            "needs_reconnect" => format!("The connection to {} needs consent again", site(&project)),
            _ if is_any_usable => {
                format!("{} belongs to {}, which is not connected", project.project.key, site(&project))
            }
            _ => "Jira is disconnected".to_owned(),
        };
        held_up.insert(project.id.0, why);
    }
    Ok(held_up)
}

/// "acme" of `https://acme.atlassian.net`; the whole host where it is nobody's sub-domain.
fn site(project: &ConnectedProject) -> &str {
    let url = project.site_url.as_str();
    let host = url.split_once("://").map_or(url, |(_, rest)| rest).trim_end_matches('/');
    host.strip_suffix(".atlassian.net").unwrap_or(host)
}
