//! The first run: somebody makes the first account, while there is none.
//!
//! Invariant: once a user exists, these pages make no other.

mod create;
pub mod password;
mod show;

use crate::app::App;
use axum::Router;
use axum::routing::get;

pub fn routes() -> Router<App> {
    Router::new().route("/setup", get(show::show).post(create::create))
}
