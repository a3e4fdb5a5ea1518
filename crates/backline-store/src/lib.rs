//! The one owner of SQL: every row that Backline keeps is written and read here, one file an aggregate.
//!
//! A [`Store`] is handed its keys and its generator of ids; the time is an argument of every call. What is
//! filtered, joined or sorted on has a column of its own; the rest of a value is one JSON document in core's
//! own shape.
//!
//! Invariant: whatever must be true together is written in one transaction, and an answer is given only after
//! that transaction is on disk.

pub mod admission;
pub mod api_token;
pub mod audit;
pub mod backup;
mod column;
pub mod connection;
pub mod crypto;
mod decision;
pub mod delivery;
pub mod double;
pub mod drift;
mod entity;
pub mod error;
pub mod facts;
pub mod feed;
pub mod grant;
pub mod ids_source;
pub mod intent;
pub mod kept_answer;
mod migration;
pub mod notice;
pub mod oauth_state;
pub mod overview;
pub mod page;
pub mod pause;
pub mod postgres;
pub mod project;
pub mod pull_request;
pub mod reconcile;
pub mod remediation;
pub mod report;
pub mod repository;
pub mod route;
pub mod session;
pub mod setting;
mod sqlite;
pub mod stale;
pub mod store;
#[cfg(test)]
mod testing;
pub mod ticket;
pub mod timeline;
#[cfg(any(test, feature = "testing"))]
pub mod trial;
pub mod user;
pub mod vulnerability;
pub mod why;
pub mod work;
pub mod workflow;
mod writer;

pub use error::StoreError;
pub use ids_source::{Ids, RandomIds, Sequence};
pub use page::Page;
pub use store::Store;
