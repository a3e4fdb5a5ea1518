//! Somebody takes a dismissal or a resolution back.

use super::show::parsed;
use crate::app::App;
use crate::web::error::PageError;
use crate::web::form::SignedForm;
use axum::extract::{Path, State};
use axum::response::Redirect;

pub async fn reopen(
    State(app): State<App>,
    Path(id): Path<String>,
    form: SignedForm,
) -> Result<Redirect, PageError> {
    let vulnerability = parsed(&id)?;
    app.store.reopen(vulnerability, &form.session.user.email, app.now()).await?;
    app.engine.wake.notify_one();
    Ok(Redirect::to(&format!("/vulnerabilities/{vulnerability}")))
}
