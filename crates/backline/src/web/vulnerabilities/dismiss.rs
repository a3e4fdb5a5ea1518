//! Somebody says that it will not be fixed.

use super::show::parsed;
use crate::app::App;
use crate::web::error::{Four, PageError};
use crate::web::form::SignedForm;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Redirect;

const REASON_CHARS_MAX: usize = 2_000;

pub async fn dismiss(
    State(app): State<App>,
    Path(id): Path<String>,
    form: SignedForm,
) -> Result<Redirect, PageError> {
    let vulnerability = parsed(&id)?;
    let reason: String = form.fields.text("reason").chars().take(REASON_CHARS_MAX).collect();
    if reason.is_empty() {
        return Err(no_reason(&id));
    }
    app.store.dismiss(vulnerability, &reason, &form.session.user.email, app.now()).await?;
    app.engine.wake.notify_one();
    Ok(Redirect::to(&format!("/vulnerabilities/{vulnerability}")))
}

fn no_reason(id: &str) -> PageError {
    PageError::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        Four {
            title: "A reason is needed".into(),
            what: "The vulnerability was not dismissed.".into(),
            why: "No reason was given, and whoever looks at it next has to know why it stays.".into(),
            remedy: "Write one sentence: why will it not be fixed?".into(),
            kept: "Nothing was changed.".into(),
            button: (format!("/vulnerabilities/{id}#dismiss").into(), "Write a reason".into()),
        },
    )
}
