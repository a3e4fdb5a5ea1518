//! What happens to a model from outside the loop: scans, consent, a restart; and what a test reads of it.
//!
//! The database does the same in its own aggregates. Here is only so much of it as changes what the loop sees.

use super::Model;
use backline_core::ids::{ConnectionId, IntentId, SubjectId};
use backline_core::notice::{Blocked, End};
use backline_core::ticket::Facts;
use backline_store::StoreError;
use backline_store::admission::{Held, Shown, Undone};
use backline_store::connection::{Connection, grant_cause};
use backline_store::grant::Credentials;
use backline_store::notice::Notice;
use backline_store::timeline::TimelineEntry;
use backline_store::work::{Due, Priority, WorkKey};
use jiff::Timestamp;
use std::collections::BTreeSet;
use uuid::Uuid;

impl Model {
    /// A subject is new, or what it is about has changed. Its ticket stays what passes made of it.
    pub fn put_facts(&self, facts: Facts) {
        self.state().subjects.put(facts);
    }

    /// The issues of these subjects' tickets changed in Jira.
    pub fn touch(&self, subjects: &[SubjectId], now: Timestamp) {
        let mut state = self.state();
        let mut due = Vec::new();
        for id in subjects {
            state.subjects.touch(*id);
            let site = state.subjects.facts(*id).map(|facts| facts.subject.cloud_id);
            due.extend(site.map(|site| Due {
                key: WorkKey::Subject(*id),
                site: Some(site),
                at: now,
                priority: Priority::Update,
                reason: "changed in Jira".to_owned(),
            }));
        }
        state.queue.mark(due);
    }

    /// Keeps a consent and makes everything due that waited for it; answers the connection as it was kept.
    pub fn connect(
        &self,
        connection: Connection,
        credentials: Credentials,
        expires_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Connection {
        let mut state = self.state();
        let kept = state.grants.connect(connection, credentials, expires_at);
        if !kept.is_usable() {
            return kept;
        }
        let due = |key, site| Due {
            key,
            site,
            at: now,
            priority: Priority::Update,
            reason: "the connection works again".to_owned(),
        };
        let mut again = Vec::new();
        let mut projects = BTreeSet::new();
        for facts in state.subjects.all() {
            if let Some(project) = facts.project.as_ref().filter(|project| project.connection == kept.id) {
                let site = facts.subject.cloud_id.clone();
                again.push(due(WorkKey::Subject(facts.subject.id), Some(site)));
                projects.insert(project.id);
            }
        }
        again.extend(projects.into_iter().map(|project| due(WorkKey::Project(project), None)));
        state.queue.mark(again);
        let untold = state.notices.end(&grant_cause(kept.id), End::Mended, now);
        state.queue.mark(untold);
        kept
    }

    /// Deletes the credentials and raises the epoch.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when there is no such connection.
    pub fn disconnect(&self, id: ConnectionId, now: Timestamp) -> Result<Connection, StoreError> {
        let mut state = self.state();
        let kept = state.grants.disconnect(id)?;
        let untold = state.notices.end(&grant_cause(id), End::Disconnected, now);
        state.queue.mark(untold);
        Ok(kept)
    }

    /// What waits for a person's approval, by project.
    pub fn held_creates(&self) -> Vec<Held> {
        self.state().held()
    }

    /// A person approves what was shown; so many of it wait where that has changed, and nothing is approved.
    pub fn approve(&self, shown: Shown, now: Timestamp) -> Result<Uuid, u64> {
        self.state().approve(&self.ids, shown, now)
    }

    /// A person takes an approval back.
    ///
    /// # Errors
    /// [`StoreError::Missing`] without it, [`StoreError::Conflict`] when it was taken back before.
    pub fn undo(&self, batch: Uuid, actor: &str, now: Timestamp) -> Result<Undone, StoreError> {
        self.state().undo(batch, actor, now)
    }

    /// The id that the next generation of a subject is to get, for a model that is held against another ledger.
    pub fn name_successor(&self, of: SubjectId, id: SubjectId) {
        self.state().leave.name_successor(of, id);
    }

    /// Frees every key and every turn, as the start of a process does: whoever held them is gone.
    pub fn break_all_leases(&self) -> u64 {
        let mut state = self.state();
        state.grants.break_all_turns();
        state.queue.break_all_leases()
    }

    /// What a subject waits for.
    pub fn blocked(&self, subject: SubjectId) -> Option<Blocked> {
        self.state().subjects.blocked(subject)
    }

    /// All failures, the oldest first.
    pub fn notices(&self) -> Vec<Notice> {
        self.state().notices.all()
    }

    /// The intents whose outcome is recorded: each has its row in the audit.
    pub fn audited(&self) -> Vec<IntentId> {
        self.state().subjects.settled()
    }

    /// What passes told of a subject, the oldest first.
    pub fn timeline(&self, subject: SubjectId) -> Vec<TimelineEntry> {
        let state = self.state();
        state.timeline.iter().filter(|entry| entry.subject == Some(subject)).cloned().collect()
    }
}
