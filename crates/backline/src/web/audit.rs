//! The audit, for administrators: who did what, and whether anybody changed that.

mod list;
pub mod written;

use crate::app::App;
use axum::Router;
use axum::routing::get;
use backline_store::audit::Action;

/// What can be filtered by.
pub fn actions() -> &'static [Action] {
    &Action::ALL
}

pub fn routes() -> Router<App> {
    Router::new().route("/audit", get(list::list))
}
