//! Somebody says that a pull request does not fix a vulnerability; matching does not link it again.

use super::show::parsed;
use crate::app::App;
use crate::web::error::PageError;
use crate::web::form::SignedForm;
use axum::extract::{Path, State};
use axum::response::Redirect;
use backline_core::ids::VulnerabilityId;

pub async fn unlink(
    State(app): State<App>,
    Path(id): Path<String>,
    form: SignedForm,
) -> Result<Redirect, PageError> {
    let pull_request = parsed(&id)?;
    let vulnerability: VulnerabilityId =
        form.fields.text("vulnerability").parse().map_err(|_| PageError::missing("vulnerability"))?;
    app.store.unlink_fix(pull_request, vulnerability, &form.session.user.email, app.now()).await?;
    app.engine.wake.notify_one();
    Ok(Redirect::to(&format!("/vulnerabilities/{vulnerability}")))
}
