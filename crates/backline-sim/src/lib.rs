//! Simulators of Atlassian accounts, a Jira Cloud site, GitHub and Slack as small servers.
//!
//! Imports no other Backline crate: a simulator that shares our types shares our mistakes. Real state, kept in
//! a journal per service, so a killed process goes on where it was.
//!
//! [`world`] opens the services, [`serve`] puts their routers together and serves them on one port.

pub mod accounts;
mod around;
pub mod clock;
mod control;
pub mod coverage;
pub mod exchange;
pub mod fault;
pub mod github;
pub mod history;
mod ids;
pub mod jira;
pub mod journal;
mod loopback;
mod page;
pub mod people;
pub mod reference;
mod serve;
pub mod slack;
pub mod witness;
mod world;

pub use fault::{Act, DeadGrant, Entry, Fault, FaultPlan, Garbage, Match, PlanRefused, Problem, Wait, When};
pub use serve::{Sim, endpoints, router};
pub use world::{Info, Options, World};

use world::open_journal;
