//! The Backline binary.
fn main() {}
