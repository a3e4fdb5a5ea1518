//! What needs a person, what ended by itself, and everything that happened.

mod list;

use crate::app::App;
use axum::Router;
use axum::routing::get;

pub fn routes() -> Router<App> {
    Router::new().route("/activity", get(list::list))
}
