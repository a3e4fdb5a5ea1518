//! The pages and every other address that answers HTTP.
//!
//! One resource, one folder; one verb, one file. This file only puts them together and decides what lies
//! around each group: pages are guarded against forged requests, what machines call is not, since it carries
//! its own proof.

pub mod activity;
pub mod approvals;
pub mod assets;
pub mod audit;
pub mod beat;
pub mod csrf;
pub mod error;
pub mod form;
pub mod headers;
pub mod health;
pub mod hooks;
pub mod integrations;
pub mod jira;
pub mod layout;
pub mod login;
pub mod overview;
pub mod part;
pub mod projects;
pub mod remediations;
pub mod reports;
pub mod session;
pub mod setup;
#[cfg(test)]
pub mod testing;
pub mod tickets;
pub mod vulnerabilities;

use crate::api;
use crate::app::App;
use axum::{Router, middleware};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

pub fn router(app: App) -> Router {
    let pages = Router::new()
        .merge(setup::routes())
        .merge(login::routes())
        .merge(overview::routes())
        .merge(beat::routes())
        .merge(vulnerabilities::routes())
        .merge(reports::routes())
        .merge(remediations::routes())
        .merge(tickets::routes())
        .merge(approvals::routes())
        .merge(activity::routes())
        .merge(audit::routes())
        .merge(integrations::routes())
        .merge(jira::routes())
        .merge(projects::routes())
        .layer(csrf::layer(&app.config));
    let machines = Router::new()
        .merge(health::routes())
        .merge(assets::routes())
        .merge(hooks::routes())
        .merge(api::routes(&app));
    Router::new()
        .merge(pages)
        .merge(machines)
        .fallback(error::nothing_here)
        .layer(CatchPanicLayer::custom(error::panicked))
        .layer(middleware::from_fn(error::show))
        .layer(middleware::from_fn_with_state(app.clone(), headers::secure))
        .layer(CompressionLayer::new())
        .with_state(app)
}

#[cfg(test)]
mod tests;
