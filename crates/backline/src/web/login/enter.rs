//! Checks a password and begins a session.
//!
//! Takes the same time and says the same words whether the account is unknown or the password wrong.

use crate::app::App;
use crate::web::error::PageError;
use crate::web::form::VisitForm;
use crate::web::login::show::Page;
use crate::web::session;
use crate::web::setup::password;
use askama::Template;
use axum::extract::State;
use axum::http::{Extensions, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use backline_store::audit::{Action, AuditEntry};
use std::net::SocketAddr;

pub async fn enter(
    State(app): State<App>,
    extensions: Extensions,
    VisitForm { visit, fields }: VisitForm,
) -> Result<Response, PageError> {
    let email = fields.text("email").to_lowercase();
    let next = super::next_path(fields.text("next")).to_owned();
    let now = app.now();
    let mut keys = vec![format!("account {email}")];
    if let Some(axum::extract::ConnectInfo(peer)) = extensions.get::<axum::extract::ConnectInfo<SocketAddr>>()
    {
        keys.push(format!("address {}", peer.ip()));
    }
    let address = keys.get(1).cloned().unwrap_or_default();
    let refusal = if let Some(wait) = app.throttle.wait(&keys, now) {
        format!("Too many tries. The next one is taken in {} s.", wait.as_secs().max(1))
    } else {
        let user = app.store.find_user_by_email(&email).await?;
        let known = user.as_ref().map(|user| user.password_hash.clone());
        let account = user.as_ref().map(|user| user.email.clone());
        if password::verify(known, fields.raw("password").to_owned()).await
            && let Some(user) = user
        {
            app.throttle.passed(&keys);
            let act = AuditEntry::new(now, user.email.as_str(), Action::SignedIn, user.email.as_str());
            app.store.audit(act.with_reason(address)).await?;
            tracing::info!(user = %user.id, "{} signed in", user.email);
            return session::begin(&app, &visit, user.id, &next).await;
        }
        // A password that was typed in the wrong field is nobody's address.
        let account = account.unwrap_or_else(|| "an unknown account".to_owned());
        let act = AuditEntry::new(now, "somebody", Action::SignInRefused, account);
        app.store.audit(act.with_reason(address)).await?;
        match app.throttle.failed(&keys, now) {
            0 => {
                "Check the e-mail and password. From now on each try has to wait a little longer.".to_owned()
            }
            left => format!("Check the e-mail and password. After {left} more tries this account pauses."),
        }
    };
    let page = Page {
        organization: &app.config.organization,
        host: app.config.host(),
        csrf: visit.csrf(),
        email: &email,
        next: &next,
        notice: None,
        refusal: Some(refusal),
    };
    Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page.render()?)).into_response())
}
