//! The connections of the model, their credentials in plain, and the turn to renew them.

use crate::clock::later;
use backline_core::ids::ConnectionId;
use backline_store::StoreError;
use backline_store::connection::{Connection, ConnectionStatus};
use backline_store::grant::{Credentials, Grant, RefreshTurn};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::time::Duration;

#[derive(Debug, Default)]
pub(super) struct Grants {
    connections: BTreeMap<ConnectionId, Connection>,
    kept: BTreeMap<ConnectionId, Kept>,
}

#[derive(Debug)]
struct Kept {
    credentials: Credentials,
    expires_at: Option<Timestamp>,
    version: i64,
    turn: Option<Turn>,
}

#[derive(Debug)]
struct Turn {
    /// Of the first exchange of this version whose result is not known.
    started_at: Timestamp,
    /// Whose it is, and until when; nobody's after a restart.
    holder: Option<(String, Timestamp)>,
}

impl Grants {
    pub fn connection(&self, id: ConnectionId) -> Option<Connection> {
        self.connections.get(&id).cloned()
    }

    pub fn find(&self, id: ConnectionId) -> Option<Grant> {
        let (connection, kept) = (self.connections.get(&id)?, self.kept.get(&id)?);
        Some(Grant {
            connection: id,
            credentials: kept.credentials.clone(),
            expires_at: kept.expires_at,
            version: kept.version,
            epoch: connection.epoch,
            refresh_started_at: kept.turn.as_ref().map(|turn| turn.started_at),
        })
    }

    pub fn begin_refresh(
        &mut self,
        id: ConnectionId,
        version: i64,
        owner: &str,
        now: Timestamp,
        lease_ms: u32,
    ) -> Result<RefreshTurn, StoreError> {
        let kept = self.kept.get_mut(&id).ok_or(StoreError::Missing("the grant"))?;
        if kept.version != version {
            return Ok(RefreshTurn::Newer);
        }
        let holder = kept.turn.as_ref().and_then(|turn| turn.holder.as_ref());
        if let Some((holder, until)) = holder
            && *until > now
            && holder != owner
        {
            return Ok(RefreshTurn::Another { until: *until });
        }
        let lost_since = kept.turn.as_ref().map(|turn| turn.started_at);
        let until = later(now, Duration::from_millis(lease_ms.into()));
        let holder = Some((owner.to_owned(), until));
        kept.turn = Some(Turn { started_at: lost_since.unwrap_or(now), holder });
        Ok(RefreshTurn::Yours { lost_since })
    }

    pub fn end_refresh(&mut self, id: ConnectionId, version: i64, owner: &str) {
        if let Some(kept) = self.kept.get_mut(&id).filter(|kept| kept.version == version) {
            kept.turn.take_if(|turn| turn.holder.as_ref().is_some_and(|(holder, _)| holder == owner));
        }
    }

    /// Takes every turn out of the hands that hold it; that it had begun stays known.
    pub fn break_all_turns(&mut self) {
        for turn in self.kept.values_mut().filter_map(|kept| kept.turn.as_mut()) {
            turn.holder = None;
        }
    }

    pub fn renew(
        &mut self,
        read: &Grant,
        credentials: Credentials,
        expires_at: Option<Timestamp>,
    ) -> Result<i64, StoreError> {
        let id = read.connection;
        if self.connections.get(&id).is_none_or(|connection| connection.epoch != read.epoch) {
            return Err(StoreError::Fenced);
        }
        let Some(kept) = self.kept.get_mut(&id).filter(|kept| kept.version == read.version) else {
            return Err(StoreError::Conflict("the grant"));
        };
        *kept = Kept { credentials, expires_at, version: read.version + 1, turn: None };
        Ok(kept.version)
    }

    pub fn lose(&mut self, read: &Grant, reason: &str) -> Result<(), StoreError> {
        let id = read.connection;
        let connection = self.connections.get_mut(&id).ok_or(StoreError::Missing("the connection"))?;
        if connection.epoch != read.epoch {
            return Err(StoreError::Fenced);
        }
        if self.kept.get(&id).is_none_or(|kept| kept.version != read.version) {
            return Err(StoreError::Conflict("the grant"));
        }
        connection.status = ConnectionStatus::NeedsReconnect { reason: reason.to_owned() };
        Ok(())
    }

    /// Keeps a consent; an earlier connection to the same site takes it over under its own id.
    pub fn connect(
        &mut self,
        mut connection: Connection,
        credentials: Credentials,
        expires_at: Option<Timestamp>,
    ) -> Connection {
        let site = |connection: &Connection| connection.site.as_ref().map(|site| site.cloud_id.clone());
        let others = self.connections.values().filter(|other| other.id != connection.id);
        let same = others.filter(|other| site(other).is_some() && site(other) == site(&connection));
        if let Some(older) = same.max_by_key(|other| other.connected_at) {
            connection.id = older.id;
            connection.epoch = older.epoch + 1;
        }
        let version = self.kept.get(&connection.id).map_or(1, |kept| kept.version + 1);
        self.kept.insert(connection.id, Kept { credentials, expires_at, version, turn: None });
        self.connections.insert(connection.id, connection.clone());
        connection
    }

    pub fn disconnect(&mut self, id: ConnectionId) -> Result<Connection, StoreError> {
        let connection = self.connections.get_mut(&id).ok_or(StoreError::Missing("the connection"))?;
        connection.epoch += 1;
        connection.status = ConnectionStatus::Disconnected;
        self.kept.remove(&id);
        Ok(connection.clone())
    }
}
