//! The door to Jira that shuts when its connection is ended, by whichever process.
//!
//! Within a process a disconnect waits for the calls under way ([`super::Grants::alone`]). Of other processes it knows
//! nothing: these ask before each call whether what they were let in with still stands.

use crate::context::Context;
use backline_clients::transport::{Request, Response, Transport, TransportError};
use backline_store::connection::Connection;
use jiff::Timestamp;
use std::sync::Arc;

/// A transport that sends only under the epoch that it was made for.
pub(super) struct Lasting {
    cx: Context,
    connection: Connection,
    /// When the token ends that its calls are made with.
    ends_at: Option<Timestamp>,
    through: Arc<dyn Transport>,
}

impl Lasting {
    /// What lies between where other processes may end the connection; else the transport as it is.
    pub fn through(
        cx: &Context,
        connection: &Connection,
        ends_at: Option<Timestamp>,
        through: Arc<dyn Transport>,
    ) -> Arc<dyn Transport> {
        if !cx.store.is_shared() {
            return through;
        }
        Arc::new(Self { cx: cx.clone(), connection: connection.clone(), ends_at, through })
    }
}

#[async_trait::async_trait]
impl Transport for Lasting {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let not_sent = |reason: String| TransportError::NotSent { reason };
        let known = self.cx.ledger.load_connection(self.connection.id).await;
        let known = known
            .map_err(|error| not_sent(format!("whether the connection stands is not known: {error}")))?;
        if known.is_none_or(|known| known.epoch != self.connection.epoch) {
            return Err(not_sent("the connection was ended or renewed by another process".to_owned()));
        }
        // Asking takes time, and a process may be stopped meanwhile.
        if self.ends_at.is_some_and(|ends_at| ends_at <= self.cx.clock.now()) {
            return Err(not_sent("the token ended before the call".to_owned()));
        }
        self.through.send(request).await
    }
}
