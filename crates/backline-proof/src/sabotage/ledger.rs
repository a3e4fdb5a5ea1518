//! Bugs that lie in what is kept, and in what is believed of it.

use backline_core::ids::SubjectId;
use backline_core::ticket::Ticket;
use backline_store::admission::Each;
use backline_store::grant::{Credentials, Grant};
use backline_store::intent::Begun;
use backline_store::reconcile::Outcome;
use std::collections::BTreeMap;
use std::sync::Mutex;

/// What a process with a planted bug remembers instead of keeping it; nothing of it survives the process.
#[derive(Default)]
pub struct Memory(Mutex<BTreeMap<SubjectId, Begun>>);

impl Memory {
    /// Puts off keeping intents until after the call.
    pub fn put_off(&self, begun: &[Begun]) -> Each<bool> {
        let mut kept = self.0.lock().expect("no panic while they are held");
        kept.extend(begun.iter().map(|begun| (begun.intent.subject, begun.clone())));
        begun.iter().map(|_| Ok(true)).collect()
    }

    pub fn take(&self, subject: SubjectId) -> Option<Begun> {
        self.0.lock().expect("no panic while they are held").remove(&subject)
    }
}

/// What was written counts as never written: the base of the next merge stays what it was.
pub fn forget_written(outcome: &mut Outcome, known: Option<Ticket>) {
    if let (Some(ticket), Some(known)) = (&mut outcome.ticket, known) {
        ticket.applied.fields = known.applied.fields;
    }
}

/// A renewed pair with the refresh token that it replaces.
pub fn with_old_refresh(read: &Grant, credentials: Credentials) -> Credentials {
    match (&read.credentials, credentials) {
        (Credentials::OAuth { refresh, .. }, Credentials::OAuth { access, .. }) => {
            Credentials::OAuth { access, refresh: refresh.clone() }
        }
        (_, credentials) => credentials,
    }
}
