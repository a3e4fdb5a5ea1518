//! The rules of Backline: what is true, what we want, and what to do about it.
//!
//! Everything here is a pure function of its arguments. Time and identifiers are handed in; there is no
//! HTTP, no SQL, no environment, no clock and no randomness, so the rules run in microseconds, give the same
//! answer every time, and can be fuzzed.

pub mod finding;
pub mod ids;
pub mod jira;
pub mod mapping;
pub mod notice;
pub mod pull_request;
pub mod remediation;
pub mod severity;
pub mod sla;
pub mod ticket;
pub mod version;
pub mod vulnerability;
