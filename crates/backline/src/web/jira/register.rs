//! Takes the client id and secret of the OAuth app, where the configuration has none.

use crate::app::App;
use crate::web::error::PageError;
use crate::web::form::SignedForm;
use crate::web::integrations::settings::{self, Name};
use axum::extract::State;
use axum::response::Redirect;

pub async fn register(State(app): State<App>, form: SignedForm) -> Result<Redirect, PageError> {
    let (id, secret) = (form.fields.text("client_id"), form.fields.text("client_secret"));
    if app.config.atlassian.client_id.is_none() && !id.is_empty() && !secret.is_empty() {
        let typed = [(Name::AtlassianClientId, id), (Name::AtlassianClientSecret, secret)];
        settings::save(&app, &typed, &form.session.user.email).await?;
    }
    Ok(Redirect::to("/integrations/jira"))
}
