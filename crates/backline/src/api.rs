//! What machines call: `/api/v1` with a bearer token, its OpenAPI document and the page to browse it.
//!
//! One resource, one file. This file only says which address needs which scope; a handler is not reached
//! without it. Errors are `application/problem+json` ([`problem`]).
//!
//! Invariant: every address of `/api/v1` stands in a group, and so behind a scope.

mod activity;
pub mod approvals;
mod audit;
mod caller;
mod config;
mod connections;
mod docs;
mod item;
mod metadata;
mod mistaken;
mod page;
mod plan;
mod problem;
mod projects;
mod pull_requests;
mod queue;
mod remediations;
pub mod repeat;
pub mod reports;
mod settings;
mod tag;
mod tickets;
mod tokens;
mod vulnerabilities;

use crate::app::App;
use axum::{Router, middleware};
use backline_store::api_token::TokenScope;
use caller::Guard;
use tower_http::catch_panic::CatchPanicLayer;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Where version 1 begins.
pub const PREFIX: &str = "/api/v1";

pub fn routes(app: &App) -> Router<App> {
    let (router, document) = described(app).split_for_parts();
    router
        .merge(docs::routes(docs::named(document)))
        .route("/api", axum::routing::any(mistaken::nothing_here))
        .route("/api/{*path}", axum::routing::any(mistaken::nothing_here))
        .layer(CatchPanicLayer::custom(problem::panicked))
        .layer(middleware::from_fn(mistaken::describe))
}

fn described(app: &App) -> OpenApiRouter<App> {
    let guarded = |scope: TokenScope, routes: OpenApiRouter<App>| {
        routes
            .route_layer(middleware::from_fn_with_state(app.clone(), repeat::once))
            .route_layer(middleware::from_fn_with_state(Guard { app: app.clone(), scope }, caller::admit))
    };
    let v1 = OpenApiRouter::new()
        .merge(guarded(TokenScope::ReportWrite, uploads()))
        .merge(guarded(TokenScope::Read, reads()))
        .merge(guarded(TokenScope::Plan, plans()))
        .merge(guarded(TokenScope::Admin, changes()));
    OpenApiRouter::with_openapi(docs::heading()).nest(PREFIX, v1)
}

fn uploads() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(reports::create))
}

fn reads() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(reports::list))
        .routes(routes!(vulnerabilities::list))
        .routes(routes!(vulnerabilities::show))
        .routes(routes!(remediations::list))
        .routes(routes!(remediations::show))
        .routes(routes!(pull_requests::list))
        .routes(routes!(pull_requests::show))
        .routes(routes!(tickets::list))
        .routes(routes!(tickets::show))
        .routes(routes!(connections::list))
        .routes(routes!(projects::list))
        .routes(routes!(projects::show))
        .routes(routes!(projects::versions::list))
        .routes(routes!(projects::versions::show))
        .routes(routes!(config::show))
        .routes(routes!(metadata::projects))
        .routes(routes!(metadata::issue_types))
        .routes(routes!(metadata::fields))
        .routes(routes!(metadata::statuses))
        .routes(routes!(activity::list))
        .routes(routes!(approvals::list))
        .routes(routes!(queue::show))
        .routes(routes!(settings::sla::show))
        .routes(routes!(settings::github::show))
        .routes(routes!(settings::slack::show))
}

/// What reads from Jira to say what would be done, and writes nothing.
fn plans() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(plan::list))
        .routes(routes!(projects::examine::doctor))
        .routes(routes!(projects::examine::preview))
        .routes(routes!(projects::foresee::foresee))
        .routes(routes!(projects::copy::copy))
        .routes(routes!(config::diff))
}

fn changes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(audit::list))
        .routes(routes!(audit::verify))
        .routes(routes!(reports::believe))
        .routes(routes!(vulnerabilities::dismiss))
        .routes(routes!(vulnerabilities::reopen))
        .routes(routes!(connections::create))
        .routes(routes!(approvals::approve))
        .routes(routes!(approvals::undo))
        .routes(routes!(tickets::unlink))
        .routes(routes!(connections::disconnect))
        .routes(routes!(projects::change::create))
        .routes(routes!(projects::change::update))
        .routes(routes!(projects::change::delete))
        .routes(routes!(projects::versions::restore))
        .routes(routes!(config::apply))
        .routes(routes!(queue::sync))
        .routes(routes!(tokens::list))
        .routes(routes!(tokens::create))
        .routes(routes!(tokens::revoke))
        .routes(routes!(settings::sla::save))
        .routes(routes!(settings::github::save))
        .routes(routes!(settings::slack::save))
}

#[cfg(test)]
mod tests;
