//! One entry of a timeline.

use crate::web::part::blocked::sentence;
use crate::web::part::lozenge::Lozenge;
use crate::web::part::moment::Moment;
use backline_store::timeline::TimelineEntry;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    pub state: Lozenge,
    /// One sentence, with a capital.
    pub text: String,
    pub detail: Option<String>,
    pub actor: String,
    pub at: Moment,
    /// The page of what it is about.
    pub href: Option<String>,
}

impl Event {
    pub fn of(entry: &TimelineEntry) -> Self {
        let about_ticket = entry.subject.map(|subject| format!("/tickets?t={subject}"));
        let about_vulnerability = || entry.vulnerability.map(|id| format!("/vulnerabilities/{id}"));
        Self {
            state: entry.kind.into(),
            text: sentence(&entry.text).trim_end_matches('.').to_owned(),
            detail: entry.detail.clone().filter(|detail| !detail.is_empty()),
            actor: entry.actor.clone(),
            at: Moment::of(entry.at),
            href: about_ticket.or_else(about_vulnerability),
        }
    }
}
