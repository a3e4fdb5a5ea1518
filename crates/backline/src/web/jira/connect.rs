//! Begins a consent: sends the browser to Atlassian with a state that is bound to its session.

use super::refusal;
use crate::app::App;
use crate::web::error::PageError;
use crate::web::form::SignedForm;
use axum::extract::State;
use axum::response::Redirect;
use backline_engine::connect;

pub async fn connect(State(app): State<App>, form: SignedForm) -> Result<Redirect, PageError> {
    let url = connect::begin(&app.engine, &form.session.hash(), &form.session.user.email)
        .await
        .map_err(refusal::page)?;
    Ok(Redirect::to(&url))
}
