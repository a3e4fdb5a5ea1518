//! A connection as its row: read and written whole.

use super::{Connection, ConnectionStatus};
use crate::column::{from_json, ms, time, to_json, word};
use crate::entity::connection;
use crate::error::StoreError;
use crate::postgres::hint::Hint;
use crate::writer::Tx;
use backline_core::ids::ConnectionId;
use backline_core::jira::issue::{Person, Site};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};
use serde::{Deserialize, Serialize};

/// The part of a connection that nothing is filtered by.
#[derive(Serialize, Deserialize)]
struct Document {
    site: Option<Site>,
    offered: Vec<Site>,
    account: Option<Person>,
    scopes: Vec<String>,
}

pub(crate) async fn load(tx: &Tx, id: ConnectionId) -> Result<Connection, StoreError> {
    let row = connection::Entity::find_by_id(id.0).one(tx).await?;
    row.map(model).transpose()?.ok_or(StoreError::Missing("the connection"))
}

pub(super) async fn put(tx: &Tx, connection: &Connection) -> Result<(), StoreError> {
    let reason = match &connection.status {
        ConnectionStatus::NeedsReconnect { reason } => Some(reason.clone()),
        ConnectionStatus::Pending | ConnectionStatus::Connected | ConnectionStatus::Disconnected => None,
    };
    let document = Document {
        site: connection.site.clone(),
        offered: connection.offered.clone(),
        account: connection.account.clone(),
        scopes: connection.scopes.clone(),
    };
    let row = connection::Model {
        id: connection.id.0,
        kind: connection.kind.word().to_owned(),
        status: connection.status.word().to_owned(),
        reason,
        cloud_id: connection.site.as_ref().map(|site| site.cloud_id.0.clone()),
        epoch: connection.epoch,
        connected_at: ms(connection.connected_at),
        connected_by: connection.connected_by.clone(),
        document: to_json(&document),
    };
    match connection::Entity::find_by_id(row.id).one(tx).await? {
        Some(_) => {
            row.into_active_model().reset_all().update(tx).await?;
        }
        None => {
            connection::Entity::insert(row.into_active_model()).exec_without_returning(tx).await?;
        }
    }
    // Which hosts may be reached hangs on it.
    Ok(Hint::Settings.tell(tx).await?)
}

pub(super) fn model(row: connection::Model) -> Result<Connection, StoreError> {
    let document: Document = from_json(row.document)?;
    let status = match row.status.as_str() {
        "pending" => ConnectionStatus::Pending,
        "connected" => ConnectionStatus::Connected,
        "needs_reconnect" => ConnectionStatus::NeedsReconnect { reason: row.reason.unwrap_or_default() },
        "disconnected" => ConnectionStatus::Disconnected,
        other => return Err(StoreError::Corrupt(format!("connection status {other}"))),
    };
    Ok(Connection {
        id: ConnectionId(row.id),
        kind: word(&row.kind)?,
        status,
        site: document.site,
        offered: document.offered,
        account: document.account,
        scopes: document.scopes,
        epoch: row.epoch,
        connected_at: time(row.connected_at)?,
        connected_by: row.connected_by,
    })
}
