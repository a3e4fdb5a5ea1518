//! One ticket: how it stands, what it is linked to, what happened to it. The plan is asked for beside it, since
//! that reads from Jira.

use super::card::Card;
use super::why::Because;
use crate::app::App;
use crate::web::error::PageError;
use crate::web::part::event::Event;
use crate::web::part::fragment::{Asked, answer};
use crate::web::part::lozenge::Lozenge;
use crate::web::part::severity::Mark;
use crate::web::session::Session;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use backline_core::ids::SubjectId;
use backline_core::pull_request::Tracked;
use backline_core::ticket::Facts;
use backline_store::ticket::TicketRow;
use backline_store::why::Why;

/// Newest entries of the timeline that are shown, and of what was written.
const EVENTS: u64 = 50;

#[derive(Template)]
#[template(path = "tickets/detail.html")]
struct Fragment {
    detail: Detail,
}

pub struct Detail {
    pub csrf: String,
    /// `/tickets/…`.
    pub path: String,
    pub card: Card,
    pub vulnerabilities: Vec<Member>,
    pub pull_requests: Vec<PullRequest>,
    /// Fields that people have taken over, by name.
    pub yielded: Vec<String>,
    /// Jira's id of the issue; the key may change, this does not.
    pub issue: Option<String>,
    pub because: Because,
    pub events: Vec<Event>,
}

pub struct Member {
    pub href: String,
    pub severity: Mark,
    pub title: String,
    pub status: Lozenge,
}

pub struct PullRequest {
    pub href: String,
    pub label: String,
    pub title: String,
    pub state: Lozenge,
}

/// The fragment for htmx; a browser without it gets the list with this ticket open.
pub async fn show(
    State(app): State<App>,
    session: Session,
    asked: Asked,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let id = parsed(&id)?;
    if asked == Asked::Page {
        return Ok(Redirect::to(&format!("/tickets?t={id}")).into_response());
    }
    answer(Fragment { detail: load(&app, &session, id).await? }.render())
}

pub fn parsed(id: &str) -> Result<SubjectId, PageError> {
    id.parse().map_err(|_| PageError::missing("ticket"))
}

pub async fn load(app: &App, session: &Session, id: SubjectId) -> Result<Detail, PageError> {
    let missing = || PageError::missing("ticket");
    let row = app.store.load_ticket_row(id).await?.ok_or_else(missing)?;
    let facts = app.store.load_facts(id).await?.ok_or_else(missing)?;
    let why = app.store.load_why(&facts, EVENTS, app.now()).await?;
    Ok(Detail::of(&row, &facts, &why, session.csrf()))
}

impl Detail {
    /// There is nothing to retry.
    pub fn is_unlinked(&self) -> bool {
        self.issue.is_some() && !self.card.is_linked
    }

    pub fn of(row: &TicketRow, facts: &Facts, why: &Why, csrf: String) -> Self {
        Self {
            csrf,
            path: format!("/tickets/{}", facts.subject.id),
            card: Card::of(row),
            vulnerabilities: facts
                .vulnerabilities
                .iter()
                .map(|vulnerability| Member {
                    href: format!("/vulnerabilities/{}", vulnerability.id),
                    severity: Mark::of(vulnerability.rating.severity),
                    title: vulnerability.title.clone(),
                    status: vulnerability.status.into(),
                })
                .collect(),
            pull_requests: facts.pull_requests.iter().map(PullRequest::of).collect(),
            yielded: yielded(facts),
            issue: facts.ticket.as_ref().map(|ticket| ticket.issue.to_string()),
            because: Because::of(why),
            events: why.events.iter().map(Event::of).collect(),
        }
    }
}

impl PullRequest {
    fn of(tracked: &Tracked) -> Self {
        Self {
            href: format!("/remediations/{}", tracked.id),
            label: tracked.pull_request.label(),
            title: tracked.pull_request.title.clone(),
            state: (&tracked.pull_request).into(),
        }
    }
}

fn yielded(facts: &Facts) -> Vec<String> {
    let Some(ticket) = &facts.ticket else { return Vec::new() };
    let mapped = || facts.project.iter().flat_map(|project| &project.mapping.fields);
    let name = |id: &backline_core::ids::FieldId| {
        let mapping = mapped().find(|mapping| mapping.field.id == *id);
        mapping.map_or_else(|| id.to_string(), |mapping| mapping.field.name.clone())
    };
    ticket.applied.yielded.iter().map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::{Detail, Fragment};
    use crate::web::part::sample;
    use askama::Template;
    use backline_core::ticket::Facts;
    use backline_store::timeline::{TimelineEntry, TimelineKind};
    use backline_store::why::{Doubt, NextLook, Why};

    fn render(is_hostile: bool) -> String {
        let row = if is_hostile { sample::hostile_ticket_row() } else { sample::ticket_row() };
        let facts = Facts {
            subject: sample::subject(),
            project: None,
            vulnerabilities: vec![if is_hostile {
                sample::hostile_vulnerability()
            } else {
                sample::vulnerability()
            }],
            pull_requests: vec![if is_hostile {
                sample::hostile_pull_request()
            } else {
                sample::pull_request()
            }],
            ticket: row.ticket.clone(),
            learned: Vec::new(),
            stale: 0,
        };
        let text = if is_hostile { sample::HOSTILE } else { "created SEC-142" };
        let entry = TimelineEntry::new(sample::at("2026-11-24T06:41:00Z"), TimelineKind::Done, text);
        let written = if is_hostile { sample::hostile_audit_row() } else { sample::audit_row() };
        let why = Why {
            next: Some(NextLook {
                at: sample::at("2026-11-26T07:00:00Z"),
                reasons: vec![text.to_owned()],
                tries: 2,
                is_under_way: false,
            }),
            doubts: vec![Doubt {
                operation: if is_hostile { text.to_owned() } else { "remote_link".to_owned() },
                begun_at: sample::at("2026-11-24T06:41:00Z"),
                deadline_at: sample::at("2026-11-24T06:41:30Z"),
            }],
            writes: vec![written],
            events: vec![entry],
        };
        let detail = Detail::of(&row, &facts, &why, "token".to_owned());
        Fragment { detail }.render().unwrap()
    }

    #[test]
    fn a_blocked_ticket_says_why_and_where_it_is_mended() {
        let html = render(false);
        for text in [
            "https://acme.atlassian.net/browse/SEC-142",
            "Blocked",
            "Jira says: Team is required.",
            "href=\"/integrations/jira/projects/7\"",
            "Map Team",
            "/retry\"",
            "/unlink\"",
            "Unlink SEC-142",
            "not read yet",
            "26 Nov 2026, 07:00",
            "/plan\"",
            "Created SEC-142",
            "tried 2 times so far",
            "The answer to a remote link of 24 Nov 2026, 06:41 was lost",
            "Update SEC-142",
            "rule “differs”",
            "Due because report r was taken in",
            "PUT /ex/jira/cloud/rest/api/3/issue/10934",
            "400: jira refused: Team is required",
        ] {
            assert!(html.contains(text), "{text} in {html}");
        }
    }

    #[test]
    fn hostile_text_in_a_ticket_is_text() {
        sample::assert_inert(&render(true));
    }
}
