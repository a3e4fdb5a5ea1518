//! The pulse in the header: how many tickets are in step, asked for again while a page stays open.

use crate::app::App;
use crate::web::error::PageError;
use crate::web::layout::{Layout, Nav};
use crate::web::part::fragment::page;
use crate::web::session::Session;
use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;

#[derive(Template)]
#[template(path = "beat.html")]
struct Beat {
    layout: Layout,
}

/// Asked for every 30 s by pages that stay open.
pub const PATH: &str = "/beat";

pub fn routes() -> Router<App> {
    Router::new().route(PATH, get(show))
}

async fn show(State(app): State<App>, session: Session) -> Result<Response, PageError> {
    page(&Beat { layout: Layout::load(&app, &session, Nav::Overview, "Overview").await? })
}
