//! The tests that need more than one crate.

mod scenario;
mod tidy;
