//! The workbench of tickets: how each stands, what Backline would do about it, and what happened to it.

pub mod card;
mod filter;
mod list;
pub mod plan;
pub mod retry;
pub mod row;
mod show;
mod unlink;
mod why;

use crate::app::App;
use axum::Router;
use axum::routing::{get, post};

pub fn routes() -> Router<App> {
    Router::new()
        .route("/tickets", get(list::list))
        .route("/tickets/{id}", get(show::show))
        .route("/tickets/{id}/plan", get(plan::plan))
        .route("/tickets/{id}/retry", post(retry::retry))
        .route("/tickets/{id}/unlink", post(unlink::unlink))
}
