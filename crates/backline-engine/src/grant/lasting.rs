//! The door to Jira that shuts when its connection is ended, by whichever process.
//!
//! Within a process a disconnect waits for the calls under way ([`super::Grants::alone`]). Of other processes it knows
//! nothing: these believe for [`BELIEVED`] what they read of the connection, then ask again before they send, and a
//! disconnect is answered after that time. Only a process that was stopped between asking and sending may be later.

use crate::clock::later;
use crate::context::Context;
use backline_clients::transport::{Request, Response, Transport, TransportError};
use backline_store::grant::Grant;
use jiff::Timestamp;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// How long the last look at a connection counts.
pub(crate) const BELIEVED: Duration = Duration::from_secs(1);

/// A transport that sends only for as long as its connection is the one that it was made for.
pub(super) struct Lasting {
    cx: Context,
    /// As it was when the permit was given.
    grant: Grant,
    asked_at: Mutex<Timestamp>,
    through: Arc<dyn Transport>,
}

impl Lasting {
    /// What lies between where other processes may end the connection; else the transport as it is. The grant was read
    /// just now.
    pub fn through(cx: &Context, grant: &Grant, through: Arc<dyn Transport>) -> Arc<dyn Transport> {
        if !cx.has_peers() {
            return through;
        }
        let asked_at = Mutex::new(cx.clock.now());
        Arc::new(Self { cx: cx.clone(), grant: grant.clone(), asked_at, through })
    }

    fn is_believed(&self) -> bool {
        let asked_at = *self.asked_at.lock().expect("no panic while it is held");
        self.cx.clock.now() < later(asked_at, BELIEVED)
    }
}

#[async_trait::async_trait]
impl Transport for Lasting {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let not_sent = |reason: String| TransportError::NotSent { reason };
        if !self.is_believed() {
            let known = self.cx.ledger.load_connection(self.grant.connection).await;
            let known = known
                .map_err(|error| not_sent(format!("whether the connection stands is not known: {error}")))?;
            if known.is_none_or(|known| known.epoch != self.grant.epoch) {
                return Err(not_sent("the connection was ended or renewed by another process".to_owned()));
            }
            *self.asked_at.lock().expect("no panic while it is held") = self.cx.clock.now();
        }
        self.through.send(request).await
    }
}
