//! Connected projects as one readable file, for version control and for other sites.
//!
//! Reading refuses the whole file with every place that is wrong; writing is stable: equal projects give equal
//! text, so that a file says of itself whether it differs from what is live.

mod read;
mod write;

pub use read::{Lines, Read, Refused, read};
pub use write::{write, write_entry};

/// The format of the file, in its first line.
const FORMAT: i64 = 1;
/// Most projects that one file may hold.
const PROJECTS_MAX: usize = 500;

#[cfg(test)]
mod tests;
