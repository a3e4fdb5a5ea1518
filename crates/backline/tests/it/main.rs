//! The tests that need more than one crate.

/// The published document, held against what the client sends.
#[path = "../../../backline-clients/tests/it"]
#[expect(dead_code, reason = "answers are checked with the simulator's list of exceptions")]
mod client {
    mod beside;
    pub mod published;
}
mod gallery;
mod mapping;
mod scenario;
/// The published document, held against what the simulator answers.
#[path = "../../../backline-sim/tests/it"]
mod simulator {
    pub mod published;
}
mod tidy;
