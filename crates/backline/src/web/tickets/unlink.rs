//! Somebody ends the link to an issue for good; what is still open gets a new ticket.

use super::show::parsed;
use crate::app::App;
use crate::web::error::PageError;
use crate::web::form::SignedForm;
use axum::extract::{Path, State};
use axum::response::Redirect;

/// Leads to what takes its place, where there is such a thing.
pub async fn unlink(
    State(app): State<App>,
    Path(id): Path<String>,
    form: SignedForm,
) -> Result<Redirect, PageError> {
    let id = parsed(&id)?;
    let ended = app.store.unlink(id, &form.session.user.email, app.now()).await?;
    app.engine.wake.notify_one();
    Ok(Redirect::to(&format!("/tickets?t={}", ended.next.unwrap_or(id))))
}
