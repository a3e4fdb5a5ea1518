//! Reports that people upload: the form, what an upload changed, and reports that are held until somebody
//! believes them.

mod believe;
mod create;
mod new;
pub mod upload;

use crate::app::App;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

pub fn routes() -> Router<App> {
    // The form counts the file's bytes itself, against the limit that is configured.
    Router::new()
        .route("/reports", post(create::create).layer(DefaultBodyLimit::disable()))
        .route("/reports/new", get(new::new))
        .route("/reports/{id}/believe", post(believe::believe))
}

#[cfg(test)]
mod tests;
