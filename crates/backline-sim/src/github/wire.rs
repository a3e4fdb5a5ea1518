//! GitHub's JSON, written from what is remembered. Reads only.
//!
//! Fields that the simulator has no meaning for are there with the value that GitHub gives a plain repository,
//! because typed clients read them. Shapes follow <https://docs.github.com/rest> and GitHub's webhook examples.

mod commit;
mod hook;
mod pull;
mod repo;
mod talk;
mod user;

pub use commit::base64_lines;
pub use user::email;

use super::request::Base;
use super::state::State;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// State as seen by a client at one address.
#[derive(Clone, Copy)]
pub struct Wire<'a> {
    pub state: &'a State,
    pub base: &'a Base,
}

/// GitHub's opaque global id: kind and number in base64.
pub fn node_id(kind: &str, id: impl std::fmt::Display) -> String {
    STANDARD.encode(format!("0{}:{kind}{id}", kind.len()))
}
