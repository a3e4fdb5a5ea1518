//! Which of the sites that a consent covers shall be used.

use super::refusal;
use crate::app::App;
use crate::web::error::PageError;
use crate::web::form::SignedForm;
use crate::web::layout::{Layout, Nav};
use crate::web::session::Session;
use askama::Template;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Redirect, Response};
use backline_core::ids::{CloudId, ConnectionId};
use backline_core::jira::issue::Site;
use backline_engine::connect;
use backline_store::connection::ConnectionStatus;

#[derive(Template)]
#[template(path = "jira/site.html")]
struct Page {
    layout: Layout,
    connection: ConnectionId,
    sites: Vec<Site>,
}

pub async fn show(State(app): State<App>, session: Session) -> Result<Response, PageError> {
    let Some(connection) = super::pending(&app).await? else {
        return Ok(Redirect::to("/integrations/jira").into_response());
    };
    let layout = Layout::load(&app, &session, Nav::Integrations, "Choose a site").await?;
    let layout = layout.under(&[("Integration Hub", "/integrations"), ("Jira (App)", "/integrations/jira")]);
    Ok(Html(Page { layout, connection: connection.id, sites: connection.offered }.render()?).into_response())
}

/// A second answer to the same question changes nothing: the site was chosen.
pub async fn choose(State(app): State<App>, form: SignedForm) -> Result<Redirect, PageError> {
    let id: ConnectionId =
        form.fields.text("connection").parse().map_err(|_| PageError::missing("connection"))?;
    let connection = app.store.load_connection(id).await?.ok_or_else(|| PageError::missing("connection"))?;
    if connection.status == ConnectionStatus::Pending {
        let site = CloudId::new(form.fields.text("site"));
        connect::choose_site(&app.engine, connection.id, &site).await.map_err(refusal::page)?;
    }
    Ok(Redirect::to("/integrations/jira"))
}
