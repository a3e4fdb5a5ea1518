//! Somebody does not want to wait: the tickets of a vulnerability are looked at now.

use super::show::parsed;
use crate::app::App;
use crate::web::error::PageError;
use crate::web::form::SignedForm;
use crate::web::tickets::retry::make_due;
use axum::extract::{Path, State};
use axum::response::Redirect;

pub async fn retry(
    State(app): State<App>,
    Path(id): Path<String>,
    form: SignedForm,
) -> Result<Redirect, PageError> {
    let vulnerability = parsed(&id)?;
    for row in app.store.tickets_of_vulnerability(vulnerability).await? {
        make_due(&app, &row.subject, &form.session).await?;
    }
    Ok(Redirect::to(&format!("/vulnerabilities/{vulnerability}")))
}
