//! Somebody does not want to wait: a subject is due now.

use super::row;
use super::show::parsed;
use crate::app::App;
use crate::web::error::PageError;
use crate::web::form::SignedForm;
use crate::web::session::Session;
use axum::extract::{Path, State};
use axum::response::Redirect;
use backline_core::ticket::Subject;
use backline_store::audit::{Action, AuditEntry};
use backline_store::work::{Due, Priority, WorkKey};

pub async fn retry(
    State(app): State<App>,
    Path(id): Path<String>,
    form: SignedForm,
) -> Result<Redirect, PageError> {
    let id = parsed(&id)?;
    let facts = app.store.load_facts(id).await?.ok_or_else(|| PageError::missing("ticket"))?;
    make_due(&app, &facts.subject, &form.session).await?;
    Ok(Redirect::to(&format!("/tickets?t={id}")))
}

/// Twice is harmless: a subject that is due is due once.
pub async fn make_due(app: &App, subject: &Subject, session: &Session) -> Result<(), PageError> {
    let due = Due {
        key: WorkKey::Subject(subject.id),
        site: Some(subject.cloud_id.clone()),
        at: app.now(),
        priority: Priority::Update,
        reason: format!("{} asked to try again", session.user.email),
    };
    let row = app.store.load_ticket_row(subject.id).await?;
    let name = row.as_ref().map_or_else(String::new, row::name);
    let act = AuditEntry::new(app.now(), session.user.email.as_str(), Action::Retried, name);
    app.store.mark_due_for(vec![due], vec![act.about_subject(subject.id)]).await?;
    app.engine.wake.notify_one();
    Ok(())
}
