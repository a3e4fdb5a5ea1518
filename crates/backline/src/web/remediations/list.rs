//! The list of remediations: pull request and tickets side by side.

use super::filter::Filter;
use super::row::{Known, Row};
use crate::app::App;
use crate::web::error::PageError;
use crate::web::form::QueryFields;
use crate::web::layout::{Layout, Nav};
use crate::web::part::fragment::{Asked, answer};
use crate::web::part::list::List;
use crate::web::part::pager::Pager;
use crate::web::session::Session;
use crate::web::tickets::card::Card;
use askama::Template;
use axum::extract::State;
use axum::response::Response;

const ROWS: u64 = 50;

#[derive(Template)]
#[template(path = "remediations/list.html")]
struct Page {
    layout: Layout,
    filter: Filter,
    list: List<RowWithTickets>,
}

#[derive(Template)]
#[template(path = "remediations/filtered.html")]
struct Fragment {
    filter: Filter,
    list: List<RowWithTickets>,
}

/// A remediation and the tickets that it moves.
type RowWithTickets = (Row, Vec<Card>);

pub async fn list(
    State(app): State<App>,
    session: Session,
    asked: Asked,
    QueryFields(fields): QueryFields,
) -> Result<Response, PageError> {
    let filter = Filter::read(&fields);
    let list = load(&app, &filter).await?;
    if asked == Asked::Fragment {
        return answer(Fragment { filter, list }.render());
    }
    let layout = Layout::load(&app, &session, Nav::Remediations, "Remediations").await?;
    answer(Page { layout, filter, list }.render())
}

async fn load(app: &App, filter: &Filter) -> Result<List<RowWithTickets>, PageError> {
    let page = app.store.list_remediations(&filter.to_store(), filter.after.as_deref(), ROWS).await?;
    let pager = Pager::new(&filter.query(), page.rows.len(), filter.after.as_deref(), page.next.as_deref());
    let mut rows = Vec::with_capacity(page.rows.len());
    for row in page.rows {
        let tickets = app.store.tickets_of_pull_request(row.pull_request.id).await?;
        let known = Known { remediation: row.remediation, pull_request: row.pull_request };
        rows.push((Row::of(&known), tickets.iter().map(Card::of).collect()));
    }
    Ok(List { rows, pager, is_filtered: !filter.is_empty() })
}
