//! Approves what the page showed: at once where it is no more than an hour's worth, else after it is asked again.

use crate::api::approvals::differs;
use crate::app::App;
use crate::web::error::{Four, PageError};
use crate::web::form::SignedForm;
use crate::web::layout::{Layout, Nav};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use backline_core::mapping::ConnectedProject;
use backline_engine::admission::PAGE;
use backline_store::admission::{Approval, Shown};

#[derive(Template)]
#[template(path = "approvals/confirm.html")]
struct Page {
    layout: Layout,
    shown: String,
    place: String,
    tickets: u64,
    per_hour: u32,
}

pub async fn approve(State(app): State<App>, form: SignedForm) -> Result<Response, PageError> {
    let shown: Shown = form.fields.text("shown").parse().map_err(|_| PageError::missing("approval"))?;
    let project = app.store.load_project(shown.project).await?;
    let place = project.as_ref().map(ConnectedProject::place).unwrap_or_default();
    let beyond = app.engine.settings().creations_per_hour.filter(|most| shown.tickets > u64::from(*most));
    if let (Some(per_hour), false) = (beyond, form.fields.has("sure")) {
        let layout = Layout::load(&app, &form.session, Nav::Tickets, "Approve").await?;
        let layout = layout.under(&[("Tickets", "/tickets"), ("Approvals", PAGE)]);
        let page = Page { layout, shown: shown.to_string(), place, tickets: shown.tickets, per_hour };
        return Ok(Html(page.render()?).into_response());
    }
    match app.store.approve_shown(shown, &form.session.user.email, app.now()).await? {
        Approval::Given(_) => {
            app.engine.wake.notify_one();
            Ok(Redirect::to(PAGE).into_response())
        }
        Approval::Differs { waiting } => Err(changed(&place, shown.tickets, waiting)),
    }
}

/// What waits is not what the page showed.
fn changed(place: &str, shown: u64, waiting: u64) -> PageError {
    let four = Four {
        title: "What waits has changed".into(),
        what: differs(place, shown, waiting).into(),
        why: "Some were approved by someone else, need no ticket any more, or go to another project now."
            .into(),
        remedy: "Look at what waits now, and approve that.".into(),
        kept: "Nothing was approved, and nothing was sent to Jira.".into(),
        button: (PAGE.into(), "Look at what waits".into()),
    };
    PageError::new(StatusCode::CONFLICT, four)
}
