//! The Integration Hub: what is connected, and the forms to connect it.

mod github;
pub mod network;
pub mod settings;
mod show;
mod slack;

use crate::app::App;
use axum::Router;
use axum::routing::{get, post};

pub fn routes() -> Router<App> {
    Router::new()
        .route("/integrations", get(show::show))
        .route("/integrations/github", get(github::show).post(github::save))
        .route("/integrations/github/disconnect", post(github::forget))
        .route("/integrations/slack", get(slack::show).post(slack::save))
        .route("/integrations/slack/test", post(slack::test))
        .route("/integrations/slack/disconnect", post(slack::forget))
}
