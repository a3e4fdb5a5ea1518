//! A ticket as lists and lines show it.

use crate::web::part::chain::{Standing, TicketEnd};
use crate::web::part::lozenge::Lozenge;
use crate::web::part::moment::Moment;
use backline_store::ticket::{TicketRow, TicketState};

pub struct Row {
    pub id: String,
    /// The list with this ticket's detail open.
    pub href: String,
    pub name: String,
    pub has_key: bool,
    /// "SEC / Bug".
    pub place: String,
    pub title: String,
    /// Why it waits or is blocked, else when it was looked at last.
    pub note: String,
    pub state: Lozenge,
    pub is_open: bool,
}

impl Row {
    pub fn of(row: &TicketRow, href: String, open: Option<&str>) -> Self {
        let id = row.subject.id.to_string();
        let looked = row.reconciled_at.map(|at| format!("looked at {} UTC", Moment::of(at).text));
        Self {
            href,
            name: name(row),
            has_key: row.ticket.is_some(),
            place: place(row),
            title: row.title.clone(),
            note: row
                .blocked
                .as_ref()
                .map(|blocked| blocked.why.clone())
                .or(row.reason.clone())
                .or(looked)
                .unwrap_or_default(),
            state: state(row),
            is_open: open == Some(id.as_str()),
            id,
        }
    }
}

pub fn name(row: &TicketRow) -> String {
    row.ticket.as_ref().map_or_else(|| "No key yet".to_owned(), |ticket| ticket.key.to_string())
}

/// Project and issue type; where there is none any more, why.
pub fn place(row: &TicketRow) -> String {
    let none = if row.state == TicketState::Unlinked { "unlinked" } else { "project removed" };
    row.project
        .as_ref()
        .map_or_else(|| none.to_owned(), |project| format!("{} / {}", project.key, project.issue_type))
}

pub fn state(row: &TicketRow) -> Lozenge {
    match row.state {
        _ if row.ticket.as_ref().is_some_and(|ticket| ticket.is_gone) => {
            Lozenge::new("bad", "trash", "Gone from Jira")
        }
        TicketState::InSync => Lozenge::new("ok", "check", "In sync"),
        TicketState::Waiting => Lozenge::new("wait", "clock", "Waiting"),
        TicketState::Blocked => Lozenge::new("bad", "alert", "Blocked"),
        TicketState::Dormant if row.project.is_some() => Lozenge::new("mute", "pause", "No ticket needed"),
        TicketState::Dormant => Lozenge::new("mute", "pause", "Project removed"),
        TicketState::Unlinked => Lozenge::new("mute", "unlink", "Unlinked"),
    }
}

pub fn standing(row: &TicketRow) -> Standing {
    match row.state {
        TicketState::InSync => Standing::InSync,
        TicketState::Dormant | TicketState::Unlinked => Standing::Asleep,
        TicketState::Waiting => Standing::Waiting,
        TicketState::Blocked => Standing::Blocked,
    }
}

/// Its end of the line.
pub fn ticket_end(row: &TicketRow) -> TicketEnd {
    TicketEnd {
        key: row.ticket.as_ref().map(|ticket| ticket.key.to_string()),
        standing: standing(row),
        href: href(row),
    }
}

pub fn href(row: &TicketRow) -> String {
    format!("/tickets?t={}", row.subject.id)
}
