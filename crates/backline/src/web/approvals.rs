//! New tickets that wait for a person: what waits and why, the approval, and what was approved before.

mod approve;
mod show;

use super::error::PageError;
use super::form::SignedForm;
use crate::app::App;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Redirect;
use axum::routing::{get, post};
use backline_engine::admission::PAGE;

pub fn routes() -> Router<App> {
    Router::new()
        .route(PAGE, get(show::show).post(approve::approve))
        .route("/approvals/{id}/undo", post(undo))
}

async fn undo(
    State(app): State<App>,
    Path(id): Path<String>,
    form: SignedForm,
) -> Result<Redirect, PageError> {
    let id = id.parse().map_err(|_| PageError::missing("approval"))?;
    app.store.undo_batch(id, &form.session.user.email, app.now()).await?;
    app.engine.wake.notify_one();
    Ok(Redirect::to(PAGE))
}

#[cfg(test)]
mod tests;
