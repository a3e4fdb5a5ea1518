//! Somebody says that a pull request fixes a vulnerability: one that was suggested, or one by its number.

use super::show::parsed;
use crate::app::App;
use crate::web::error::{Four, PageError};
use crate::web::form::SignedForm;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Redirect;
use backline_core::ids::VulnerabilityId;
use backline_core::pull_request::Tracked;
use backline_core::vulnerability::Vulnerability;
use backline_store::work::{Due, Priority, WorkKey};

pub async fn link(
    State(app): State<App>,
    Path(id): Path<String>,
    form: SignedForm,
) -> Result<Redirect, PageError> {
    let id = parsed(&id)?;
    let vulnerability =
        app.store.load_vulnerability(id).await?.ok_or_else(|| PageError::missing("vulnerability"))?;
    let tracked = match form.fields.text("pull_request") {
        "" => typed(&app, &vulnerability, form.fields.text("number")).await?,
        suggested => {
            let suggested = suggested.parse().map_err(|_| PageError::missing("pull request"))?;
            let known = app.store.load_pull_request(suggested).await?;
            known.ok_or_else(|| PageError::missing("pull request"))?
        }
    };
    let by = form.session.user.email;
    app.store.link_fix(tracked.id, id, &format!("{by} linked it"), &by, app.now()).await?;
    app.engine.wake.notify_one();
    Ok(Redirect::to(&format!("/vulnerabilities/{id}")))
}

/// The one whose number was typed, in the vulnerability's repository.
async fn typed(app: &App, vulnerability: &Vulnerability, number: &str) -> Result<Tracked, PageError> {
    let number: u64 = number.trim_start_matches('#').parse().map_err(|_| no_number(vulnerability.id))?;
    match app.store.find_pull_request(&vulnerability.repository, number).await? {
        Some(tracked) => Ok(tracked),
        None => {
            ask_for(app, vulnerability, number).await?;
            Err(unknown(vulnerability, number))
        }
    }
}

/// Has the code host asked for a pull request that Backline does not know.
async fn ask_for(app: &App, vulnerability: &Vulnerability, number: u64) -> Result<(), PageError> {
    let due = Due {
        key: WorkKey::PullRequest { repository: vulnerability.repository.clone(), number },
        site: None,
        at: app.now(),
        priority: Priority::PullRequest,
        reason: "somebody wants to link it".to_owned(),
    };
    app.store.mark_due(vec![due]).await?;
    app.engine.wake.notify_one();
    Ok(())
}

fn no_number(id: VulnerabilityId) -> PageError {
    refused(
        id,
        "What was typed is no number of a pull request.".into(),
        "Type the number that stands behind # on the code host, such as 12.",
    )
}

fn unknown(vulnerability: &Vulnerability, number: u64) -> PageError {
    refused(
        vulnerability.id,
        format!(
            "Backline does not know {}#{number} yet; the code host is being asked for it now.",
            vulnerability.repository
        ),
        "Wait a few seconds and link it again. If it stays unknown, check the number and the connection to the code host.",
    )
}

fn refused(id: VulnerabilityId, why: String, remedy: &'static str) -> PageError {
    PageError::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        Four {
            title: "The pull request was not linked".into(),
            what: "Nothing was linked to the vulnerability.".into(),
            why: why.into(),
            remedy: remedy.into(),
            kept: "Nothing was changed.".into(),
            button: (format!("/vulnerabilities/{id}").into(), "Back to the vulnerability".into()),
        },
    )
}
