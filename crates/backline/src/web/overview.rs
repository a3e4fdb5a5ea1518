//! The front page: the line with its counts, what is open, how the tickets stand, which SLAs are at risk.

mod show;

use crate::app::App;
use axum::Router;
use axum::routing::get;

pub fn routes() -> Router<App> {
    Router::new().route("/", get(show::show))
}

#[cfg(test)]
mod tests;
