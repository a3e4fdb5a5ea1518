//! The loop of Backline: ingest, queue, reconcile, apply.
//!
//! Runs without a web server and knows no SQL: events only make subjects due, and one path works them off.

pub mod admission;
pub mod apply;
pub mod audit;
pub mod clock;
pub mod configuration;
pub mod connect;
pub mod context;
pub mod create;
pub mod drift;
pub mod failure;
pub mod feed;
pub mod github;
pub mod grant;
pub mod hooks;
pub mod ingest;
pub mod ledger;
pub mod marker;
pub mod metadata;
pub mod model;
pub mod notify;
pub mod observe;
pub mod pace;
pub mod pass;
pub mod poll;
pub mod probe;
pub mod projects;
pub mod pull_request;
pub mod reconcile;
pub mod recover;
pub mod routing;
#[cfg(feature = "sabotage")]
pub mod sabotage;
#[cfg(test)]
mod testing;
pub mod worker;

pub use context::Context as Engine;
pub use context::{Context, GitHubSettings, Settings};
