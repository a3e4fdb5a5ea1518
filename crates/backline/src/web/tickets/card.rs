//! A ticket as other pages show it beside what they are about.

use super::row;
use crate::web::part::blocked::{Note, sentence};
use crate::web::part::link;
use crate::web::part::lozenge::Lozenge;
use crate::web::part::moment::Moment;
use crate::web::vulnerabilities::Ticket as Station;
use backline_store::ticket::{TicketRow, TicketState};
use jiff::Timestamp;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    pub href: String,
    pub name: String,
    pub place: String,
    pub title: String,
    /// The issue in Jira, once there is one.
    pub jira_url: Option<String>,
    /// Jira's status, as last read.
    pub status: Option<String>,
    pub state: Lozenge,
    pub created: Option<Moment>,
    pub mapping_version: Option<u32>,
    pub blocked: Option<Note>,
    /// Why it waits without being due, or is kept in step no more.
    pub reason: Option<String>,
    pub next_look: Option<Moment>,
    pub looks_until: Option<Moment>,
    /// A person may end the link to the issue.
    pub is_linked: bool,
    station: Station,
}

impl Card {
    pub fn of(row: &TicketRow) -> Self {
        let ticket = row.ticket.as_ref();
        let created_at: Option<Timestamp> = ticket.map(|ticket| ticket.created_at);
        let key = ticket.map(|ticket| ticket.key.to_string());
        let site = row.project.as_ref().and_then(|project| link::web(&project.site_url));
        let status = ticket.and_then(|ticket| ticket.status.as_ref()).map(|status| status.name.clone());
        Self {
            href: row::href(row),
            name: row::name(row),
            place: row::place(row),
            title: row.title.clone(),
            jira_url: site.zip(key.as_deref()).map(|(site, key)| format!("{site}/browse/{key}")),
            state: row::state(row),
            created: created_at.map(Moment::of),
            mapping_version: ticket.map(|ticket| ticket.applied.mapping_version),
            blocked: row.blocked.as_ref().map(Note::of),
            reason: row.reason.as_deref().map(sentence),
            next_look: row.next_look_at.map(Moment::of),
            looks_until: row.looks_until.map(Moment::of),
            is_linked: ticket.is_some() && row.state != TicketState::Unlinked,
            station: Station {
                key,
                href: row::href(row),
                standing: row::standing(row),
                reason: row.reason.clone(),
                status: status.clone(),
                created_at,
            },
            status,
        }
    }

    /// What the line in large says of it.
    pub fn station(&self) -> Station {
        self.station.clone()
    }
}
