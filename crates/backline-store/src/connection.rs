//! Connections: the consent of one Atlassian account to one Jira site.
//!
//! A connection is never deleted: tickets name their site, and connecting the same site again picks them up.
//! Its credentials live in [`crate::grant`].
//!
//! Invariant: disconnecting deletes the credentials and raises the epoch in one transaction, so that nothing
//! that was read before can be used after.

use crate::audit::{Action, AuditEntry, Auditor};
use crate::entity::{connection, jira_grant};
use crate::error::StoreError;
use crate::grant::{self, Credentials, Grant};
use crate::notice;
use crate::project;
use crate::store::Store;
use crate::timeline::{self, TimelineEntry, TimelineKind};
use crate::writer::Tx;
use backline_core::ids::{CloudId, ConnectionId};
use backline_core::jira::issue::{Person, Site};
use backline_core::notice::{Blocked, End};
use jiff::Timestamp;
use pending::{forget_pending, is_stale};
pub(crate) use row::load;
use row::{model, put};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

mod pending;
mod row;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConnectionKind {
    /// OAuth 2.0 (3LO): somebody consented.
    JiraApp,
    /// An account's API token, which the site itself takes.
    JiraToken,
    /// An account's API token with scopes, which only the gateway takes.
    JiraScopedToken,
}

impl ConnectionKind {
    pub fn word(self) -> &'static str {
        match self {
            Self::JiraApp => "jira_app",
            Self::JiraToken => "jira_token",
            Self::JiraScopedToken => "jira_scoped_token",
        }
    }
}

impl std::str::FromStr for ConnectionKind {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        [Self::JiraApp, Self::JiraToken, Self::JiraScopedToken]
            .into_iter()
            .find(|kind| kind.word() == text)
            .ok_or(())
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConnectionStatus {
    /// Consented to several sites, and none is chosen yet.
    Pending,
    Connected,
    /// The credentials no longer work; a person must consent again. Work is kept.
    NeedsReconnect {
        reason: String,
    },
    Disconnected,
}

impl ConnectionStatus {
    pub fn word(&self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Connected => "connected",
            Self::NeedsReconnect { .. } => "needs_reconnect",
            Self::Disconnected => "disconnected",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    pub id: ConnectionId,
    pub kind: ConnectionKind,
    pub status: ConnectionStatus,
    /// `None` only while pending.
    pub site: Option<Site>,
    /// The sites that the consent reaches, as Atlassian listed them.
    pub offered: Vec<Site>,
    /// Who consented, as Jira names them.
    pub account: Option<Person>,
    /// Scopes of the token.
    pub scopes: Vec<String>,
    /// Rises when it is disconnected: what was begun under an older one is dropped.
    pub epoch: i64,
    pub connected_at: Timestamp,
    /// Backline's user.
    pub connected_by: String,
}

impl Connection {
    /// Calls to Jira may be made.
    pub fn is_usable(&self) -> bool {
        self.status == ConnectionStatus::Connected && self.site.is_some()
    }
}

impl Store {
    /// Keeps a new connection with its credentials; a pending one if no site is chosen.
    ///
    /// An older connection to the same site is renewed instead: the new credentials go to it and its id stays,
    /// so that its projects go on. Answers the connection as it was kept.
    pub async fn create_connection(
        &self,
        connection: Connection,
        credentials: Credentials,
        expires_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<Connection, StoreError> {
        let keys = self.keys().clone();
        let (ids, audit) = (self.shared_ids(), self.auditor());
        self.write(move |tx| {
            Box::pin(async move {
                let mut connection = connection;
                if let Some(site) = &connection.site
                    && let Some(older) = same_site(tx, &connection, &site.cloud_id).await?
                {
                    connection.id = older.id;
                    connection.epoch = older.epoch + 1;
                }
                put(tx, &connection).await?;
                grant::replace(tx, &keys, connection.id, &credentials, expires_at).await?;
                forget_pending(tx, Some(connection.id)).await?;
                announce(tx, ids.as_ref(), &audit, &connection, now).await?;
                Ok(connection)
            })
        })
        .await
    }

    pub async fn load_connection(&self, id: ConnectionId) -> Result<Option<Connection>, StoreError> {
        connection::Entity::find_by_id(id.0).one(self.reader()).await?.map(model).transpose()
    }

    /// All of them, the newest first; disconnected ones too.
    pub async fn list_connections(&self) -> Result<Vec<Connection>, StoreError> {
        let rows = connection::Entity::find()
            .order_by_desc(connection::Column::ConnectedAt)
            .all(self.reader())
            .await?;
        rows.into_iter().map(model).collect()
    }

    /// The newest connection that is connected or only needs a new consent.
    pub async fn active_connection(&self) -> Result<Option<Connection>, StoreError> {
        let row = connection::Entity::find()
            .filter(connection::Column::Status.is_in(["connected", "needs_reconnect"]))
            .order_by_desc(connection::Column::ConnectedAt)
            .one(self.reader())
            .await?;
        row.map(model).transpose()
    }

    /// Ends a pending state. An older connection to that site takes the new consent over, as in
    /// [`Store::create_connection`]; the answer names the one that stays.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it is not pending or the site was not offered.
    pub async fn choose_site(
        &self,
        id: ConnectionId,
        cloud_id: &CloudId,
        account: Option<Person>,
        now: Timestamp,
    ) -> Result<Connection, StoreError> {
        let cloud_id = cloud_id.clone();
        let (ids, audit) = (self.shared_ids(), self.auditor());
        let keys = self.keys().clone();
        self.write(move |tx| {
            Box::pin(async move {
                let mut connection = load(tx, id).await?;
                let site = connection.offered.iter().find(|site| site.cloud_id == cloud_id).cloned();
                let (ConnectionStatus::Pending, Some(site)) = (&connection.status, site) else {
                    return Err(StoreError::Conflict("the choice of a site"));
                };
                if is_stale(&connection, now) {
                    return Err(StoreError::Conflict("the choice of a site"));
                }
                connection.site = Some(site);
                connection.status = ConnectionStatus::Connected;
                connection.account = account.or(connection.account);
                if let Some(older) = same_site(tx, &connection, &cloud_id).await? {
                    let grant =
                        grant::find(tx, &keys, id).await?.ok_or(StoreError::Missing("the consent"))?;
                    connection::Entity::delete_by_id(id.0).exec(tx).await?;
                    jira_grant::Entity::delete_by_id(id.0).exec(tx).await?;
                    connection.id = older.id;
                    connection.epoch = older.epoch + 1;
                    grant::replace(tx, &keys, older.id, &grant.credentials, grant.expires_at).await?;
                }
                put(tx, &connection).await?;
                announce(tx, ids.as_ref(), &audit, &connection, now).await?;
                Ok(connection)
            })
        })
        .await
    }

    /// Records that the grant which `read` holds is lost, and raises its notice with it; a new consent, a disconnect
    /// or a renewed pair since then wins.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when another pair was kept meanwhile: the grant is not lost.
    /// [`StoreError::Fenced`] when the epoch has passed.
    pub async fn lose_grant(
        &self,
        read: &Grant,
        reason: &str,
        notice: Blocked,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (reason, ids) = (reason.to_owned(), self.shared_ids());
        let (id, epoch, version) = (read.connection, read.epoch, read.version);
        self.write(move |tx| {
            Box::pin(async move {
                let mut connection = load(tx, id).await?;
                if connection.epoch != epoch {
                    return Err(StoreError::Fenced);
                }
                let kept = jira_grant::Entity::find_by_id(id.0).one(tx).await?;
                if kept.is_none_or(|row| row.version != version) {
                    return Err(StoreError::Conflict("the grant"));
                }
                connection.status = ConnectionStatus::NeedsReconnect { reason };
                put(tx, &connection).await?;
                notice::raise(tx, &ids, &notice, now).await?;
                Ok(())
            })
        })
        .await
    }

    /// Deletes the credentials at once and raises the epoch. Projects, tickets and their links stay. A consent that
    /// lacks its site goes too, so that no token is left that nobody sees.
    pub async fn disconnect(
        &self,
        id: ConnectionId,
        actor: &str,
        now: Timestamp,
    ) -> Result<Connection, StoreError> {
        let actor = actor.to_owned();
        let (ids, audit) = (self.shared_ids(), self.auditor());
        self.write(move |tx| {
            Box::pin(async move {
                forget_pending(tx, Some(id)).await?;
                let mut connection = load(tx, id).await?;
                jira_grant::Entity::delete_by_id(id.0).exec(tx).await?;
                connection.epoch += 1;
                connection.status = ConnectionStatus::Disconnected;
                put(tx, &connection).await?;
                notice::end(tx, &grant_cause(id), End::Disconnected, now).await?;
                let site = connection.site.as_ref().map_or("Jira", |site| site.name.as_str());
                audit.add(tx, [AuditEntry::new(now, actor.as_str(), Action::Disconnected, site)]).await?;
                let entry = TimelineEntry::new(now, TimelineKind::Done, format!("Disconnected from {site}"))
                    .by(actor)
                    .with_detail("The tokens were deleted; tickets and mappings stay");
                timeline::add(tx, ids.as_ref(), vec![entry]).await?;
                Ok(connection)
            })
        })
        .await
    }
}

async fn announce(
    tx: &Tx,
    ids: &dyn crate::Ids,
    audit: &Auditor,
    connection: &Connection,
    now: Timestamp,
) -> Result<(), StoreError> {
    if !connection.is_usable() {
        return Ok(());
    }
    project::mark_subjects_of_connection(tx, connection.id, now).await?;
    notice::end(tx, &grant_cause(connection.id), End::Mended, now).await?;
    let site = connection.site.as_ref().map_or("Jira", |site| site.name.as_str());
    let act = AuditEntry::new(now, connection.connected_by.as_str(), Action::Connected, site);
    audit.add(tx, [act]).await?;
    let entry = TimelineEntry::new(now, TimelineKind::Done, format!("Connected to {site}"))
        .by(connection.connected_by.clone());
    timeline::add(tx, ids, vec![entry]).await
}

/// The cause of the notice that a connection's grant is lost.
pub fn grant_cause(id: ConnectionId) -> String {
    format!("grant:{id}")
}

/// An earlier connection that a consent to the same site renews.
async fn same_site(tx: &Tx, new: &Connection, cloud_id: &CloudId) -> Result<Option<Connection>, StoreError> {
    let row = connection::Entity::find()
        .filter(connection::Column::CloudId.eq(cloud_id.as_str()))
        .filter(connection::Column::Id.ne(new.id.0))
        .order_by_desc(connection::Column::ConnectedAt)
        .one(tx)
        .await?;
    row.map(model).transpose()
}

#[cfg(test)]
mod tests;
