//! Remediations: the pull requests that remove vulnerabilities, each beside the tickets that it moves.
//!
//! An address names a remediation by its pull request, since there is one for each.

mod filter;
mod list;
pub mod row;
mod show;
mod unlink;

use crate::app::App;
use axum::Router;
use axum::routing::{get, post};

pub fn routes() -> Router<App> {
    Router::new()
        .route("/remediations", get(list::list))
        .route("/remediations/{id}", get(show::show))
        .route("/remediations/{id}/unlink", post(unlink::unlink))
}
