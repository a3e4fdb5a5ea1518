//! What proves the product: deterministic simulation of the whole engine, a judge, and bugs that it must catch.
//!
//! May import every other crate, is imported by none, and is not shipped.

pub mod agenda;
pub mod gate;
pub mod judge;
pub mod ledger;
pub mod network;
pub mod plan;
pub mod random;
pub mod run;
pub mod sabotage;
pub mod shrink;
pub mod story;
pub mod world;
