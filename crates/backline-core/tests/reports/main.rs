//! Real and broken reports, read from the outside.

mod forms;
mod identity;
mod mutations;
mod practice;
mod refusals;
mod samples;

use backline_core::finding::{self, Limits, Report};

/// The bytes of a file below `samples/`.
fn sample(name: &str) -> Vec<u8> {
    let path = format!("{}/../../samples/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn read(bytes: impl AsRef<[u8]>) -> Report {
    finding::read(bytes.as_ref(), &Limits::default()).expect("a report")
}
