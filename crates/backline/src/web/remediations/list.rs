//! The list of remediations: pull request and tickets side by side.

use super::filter::Filter;
use super::row::{Known, Row};
use crate::app::App;
use crate::web::error::PageError;
use crate::web::form::Fields;
use crate::web::layout::{Layout, Nav};
use crate::web::part::fragment::{Asked, answer};
use crate::web::part::pager::Pager;
use crate::web::session::Session;
use crate::web::tickets::card::Card;
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;

const ROWS: u64 = 50;

#[derive(Template)]
#[template(path = "remediations/list.html")]
struct Page {
    layout: Layout,
    filter: Filter,
    list: List,
}

#[derive(Template)]
#[template(path = "remediations/rows.html")]
struct Fragment {
    list: List,
}

pub struct List {
    pub rows: Vec<(Row, Vec<Card>)>,
    pub pager: Pager,
    pub is_filtered: bool,
}

pub async fn list(
    State(app): State<App>,
    session: Session,
    asked: Asked,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let filter = Filter::read(&Fields::from_pairs(pairs));
    let list = load(&app, &filter).await?;
    if asked == Asked::Fragment {
        return answer(Fragment { list }.render());
    }
    let layout = Layout::load(&app, &session, Nav::Remediations, "Remediations").await?;
    answer(Page { layout, filter, list }.render())
}

async fn load(app: &App, filter: &Filter) -> Result<List, PageError> {
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
