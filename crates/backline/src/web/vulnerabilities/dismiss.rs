//! Somebody says that it will not be fixed.

use super::show::parsed;
use crate::app::App;
use crate::web::error::{Four, PageError};
use crate::web::form::SignedForm;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Redirect;
use backline_core::vulnerability::{DISMISSAL_DAYS_MAX, Dismissal};

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
    let (kind, days) = (form.fields.text("kind"), form.fields.text("expires_days"));
    let until = match days {
        "" => None,
        days => Some(
            days.parse().ok().and_then(|days| Dismissal::end(app.now(), days)).ok_or_else(|| no_end(&id))?,
        ),
    };
    let kind = kind.parse().unwrap_or_default();
    let said = Dismissal { kind, until, ..Dismissal::said(app.now(), &form.session.user.email, reason) };
    app.store.dismiss(vulnerability, said).await?;
    app.engine.wake.notify_one();
    Ok(Redirect::to(&format!("/vulnerabilities/{vulnerability}")))
}

fn no_end(id: &str) -> PageError {
    PageError::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        Four {
            title: "For how many days?".into(),
            what: "The vulnerability was not dismissed.".into(),
            why: format!(
                "A dismissal lasts 1 to {DISMISSAL_DAYS_MAX} days, or for ever where nothing is written."
            )
            .into(),
            remedy: "Write a number of days, or leave it empty.".into(),
            kept: "Nothing was changed.".into(),
            button: (format!("/vulnerabilities/{id}#dismiss").into(), "Dismiss again".into()),
        },
    )
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
