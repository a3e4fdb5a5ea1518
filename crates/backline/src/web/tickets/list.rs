//! The list of tickets by how they stand, with one of them open beside it.

use super::filter::Filter;
use super::row::Row;
use super::show::{self, Detail};
use crate::app::App;
use crate::web::error::PageError;
use crate::web::form::QueryFields;
use crate::web::layout::{Layout, Nav, grouped};
use crate::web::part::fragment::{Asked, answer};
use crate::web::part::list::List;
use crate::web::part::pager::{AFTER, Pager};
use crate::web::part::tab::Tab;
use crate::web::session::Session;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use backline_store::ticket::TicketState;

const ROWS: u64 = 50;

#[derive(Template)]
#[template(path = "tickets/list.html")]
struct Page {
    layout: Layout,
    filter: Filter,
    tabs: Vec<Tab>,
    list: List<Row>,
    detail: Option<Detail>,
    /// New tickets that wait for a person's approval.
    held: u64,
}

#[derive(Template)]
#[template(path = "tickets/filtered.html")]
struct Fragment {
    tabs: Vec<Tab>,
    list: List<Row>,
}

pub async fn list(
    State(app): State<App>,
    session: Session,
    asked: Asked,
    QueryFields(fields): QueryFields,
) -> Result<Response, PageError> {
    let filter = Filter::read(&fields);
    let list = load(&app, &filter).await?;
    let tabs = tabs(&app, &filter).await?;
    if asked == Asked::Fragment {
        return answer(Fragment { tabs, list }.render());
    }
    let detail = match &filter.open {
        Some(id) => Some(show::load(&app, &session, show::parsed(id)?).await?),
        None => None,
    };
    let layout = Layout::load(&app, &session, Nav::Tickets, "Tickets").await?;
    let held = app.store.held_creates().await?.iter().map(|held| held.shown.tickets).sum();
    answer(Page { layout, tabs, filter, list, detail, held }.render())
}

async fn load(app: &App, filter: &Filter) -> Result<List<Row>, PageError> {
    let page = app.store.list_tickets(&filter.to_store(), filter.after.as_deref(), ROWS).await?;
    let open_at = filter.query().and(AFTER, filter.after.clone().unwrap_or_default());
    Ok(List {
        pager: Pager::new(&filter.query(), page.rows.len(), filter.after.as_deref(), page.next.as_deref()),
        rows: page
            .rows
            .iter()
            .map(|row| {
                Row::of(row, open_at.with("t", row.subject.id.to_string()).url(), filter.open.as_deref())
            })
            .collect(),
        is_filtered: !filter.is_empty(),
    })
}

async fn tabs(app: &App, filter: &Filter) -> Result<Vec<Tab>, PageError> {
    let counts = app.store.count_tickets().await?;
    let tab = |title, state: Option<TicketState>, count: u64| {
        let word = state.map(TicketState::word).unwrap_or_default();
        Tab::new(title, filter.query().with("state", word).url(), filter.state == state)
            .with_count(grouped(count))
    };
    Ok(vec![
        tab("All", None, counts.subjects),
        tab("In sync", Some(TicketState::InSync), counts.in_sync),
        tab("Waiting", Some(TicketState::Waiting), counts.waiting),
        tab("Blocked", Some(TicketState::Blocked), counts.blocked),
    ])
}
