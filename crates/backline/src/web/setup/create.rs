//! Makes the first account, keeps the Atlassian app's id and secret where they were typed, and signs in.

use super::password;
use super::show::{Page, Problem, Typed};
use crate::app::App;
use crate::web::error::PageError;
use crate::web::form::{Fields, VisitForm};
use crate::web::integrations::settings::{self, Name};
use crate::web::session;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use backline_store::user::NewUser;

pub async fn create(
    State(app): State<App>,
    VisitForm { visit, fields }: VisitForm,
) -> Result<Response, PageError> {
    if app.store.has_users().await? {
        return Ok(Redirect::to("/login").into_response());
    }
    let problems = check(&fields);
    if !problems.is_empty() {
        let mut page = Page::new(&app, visit.csrf());
        page.typed = Typed {
            name: fields.text("name"),
            email: fields.text("email"),
            client_id: fields.text("client_id"),
        };
        page.problems = problems;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page.render()?)).into_response());
    }
    let password_hash =
        password::hash(fields.raw("password").to_owned()).await.map_err(|error| PageError::fault(&error))?;
    let user = NewUser {
        email: fields.text("email").to_lowercase(),
        name: fields.text("name").to_owned(),
        password_hash,
    };
    let user = app.store.create_first_user(user, app.now()).await?;
    tracing::info!(user = %user.id, "the first account was made");
    if app.config.atlassian.client_id.is_none() && !fields.text("client_id").is_empty() {
        let typed = [
            (Name::AtlassianClientId, fields.text("client_id")),
            (Name::AtlassianClientSecret, fields.text("client_secret")),
        ];
        settings::save(&app, &typed, &user.email).await?;
    }
    session::begin(&app, &visit, user.id, "/integrations").await
}

fn check(fields: &Fields) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut refuse = |field, text| problems.push(Problem { field, text });
    if fields.text("name").is_empty() {
        refuse("name", "Type the name that others see.");
    }
    let email = fields.text("email");
    if !email.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty()) {
        refuse("email", "Type an e-mail address; it is what you sign in with.");
    }
    if let Some(text) = password::refusal(fields.raw("password"), email) {
        refuse("password", text);
    } else if fields.raw("password") != fields.raw("repeat") {
        refuse("repeat", "The two passwords differ.");
    }
    if fields.text("client_id").is_empty() != fields.text("client_secret").is_empty() {
        refuse("client_id", "Type both, or leave both empty and do it later.");
    }
    problems
}
