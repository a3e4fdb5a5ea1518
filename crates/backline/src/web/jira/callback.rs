//! The way back from Atlassian.
//!
//! Invariant: without a signed-in session nothing is exchanged, and the code in the address is shown and
//! logged nowhere.

use super::refusal;
use crate::app::App;
use crate::web::error::PageError;
use crate::web::session::Session;
use axum::extract::{Query, State};
use axum::response::Redirect;
use backline_engine::connect::{self, Callback, Completed, ConnectError};
use serde::Deserialize;

#[derive(Deserialize)]
pub struct Params {
    code: Option<String>,
    state: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
}

pub async fn callback(
    State(app): State<App>,
    session: Option<Session>,
    Query(params): Query<Params>,
) -> Result<Redirect, PageError> {
    let Some(session) = session else { return Err(refusal::page(ConnectError::StateForeign)) };
    let Params { code, state, error, error_description } = params;
    let returned = Callback { code, state, error, error_description };
    let to = match connect::complete(&app.engine, &session.hash(), returned).await.map_err(refusal::page)? {
        Completed::Connected(_) => "/integrations/jira",
        Completed::ChooseSite(..) => "/integrations/jira/site",
    };
    Ok(Redirect::to(to))
}
