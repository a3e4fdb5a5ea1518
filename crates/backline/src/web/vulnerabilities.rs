//! What Backline tracks: the list, each one with its line, and what people do to it.

mod dismiss;
mod filter;
mod link;
pub mod list;
mod reopen;
mod retry;
mod show;

pub use show::line::Ticket;

use crate::app::App;
use axum::Router;
use axum::routing::{get, post};

pub fn routes() -> Router<App> {
    Router::new()
        .route("/vulnerabilities", get(list::list))
        .route("/vulnerabilities/{id}", get(show::show))
        .route("/vulnerabilities/{id}/dismiss", post(dismiss::dismiss))
        .route("/vulnerabilities/{id}/reopen", post(reopen::reopen))
        .route("/vulnerabilities/{id}/retry", post(retry::retry))
        .route("/vulnerabilities/{id}/pull-requests", post(link::link))
}

#[cfg(test)]
mod tests;
