//! Signs out.

use crate::app::App;
use crate::web::error::PageError;
use crate::web::form::SignedForm;
use crate::web::session;
use axum::extract::State;
use axum::response::Response;

pub async fn leave(State(app): State<App>, form: SignedForm) -> Result<Response, PageError> {
    session::end(&app, &form.session).await
}
