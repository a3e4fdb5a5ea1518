//! The form to upload a report, and the reports that wait to be believed.

use crate::app::App;
use crate::web::error::PageError;
use crate::web::form::QueryFields;
use crate::web::layout::{Layout, Nav};
use crate::web::part::fragment::page;
use crate::web::reports::believe::HeldNote;
use crate::web::session::Session;
use askama::Template;
use axum::extract::State;
use axum::response::Response;

#[derive(Template)]
#[template(path = "reports/new.html")]
struct Page {
    layout: Layout,
    repositories: Vec<String>,
    repository: String,
    limit_mb: usize,
    held: Vec<HeldNote>,
}

pub async fn new(
    State(app): State<App>,
    session: Session,
    QueryFields(fields): QueryFields,
) -> Result<Response, PageError> {
    let layout = Layout::load(&app, &session, Nav::Vulnerabilities, "Upload report")
        .await?
        .under(&[("Vulnerabilities", "/vulnerabilities")]);
    let repositories = app.store.vulnerability_repositories().await?;
    page(&Page {
        layout,
        repositories: repositories.into_iter().map(|name| name.0).collect(),
        repository: fields.text("repository").to_owned(),
        limit_mb: app.config.limits.upload_mb_max,
        held: app.store.held_reports().await?.iter().map(HeldNote::of).collect(),
    })
}
