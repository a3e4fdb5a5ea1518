//! GitHub's REST API, github.com and Enterprise Server alike, one module a resource.
//!
//! Owns the paths, GitHub's JSON and the reading of its refusals and webhooks; gives core's values. A webhook is a
//! hint only: what is true is read again.
//!
//! Invariant: nothing is decided by an event's content but which pull request to read.
//!
//! Source: <https://docs.github.com/en/rest?apiVersion=2022-11-28>

pub mod comment;
pub mod event;
pub mod hook;
pub mod listing;
pub mod repository;
pub mod signature;

mod call;
mod error;
mod pull_request;

pub use comment::Comment;
pub use error::GitHubError;
pub use event::Event;
pub use hook::Hook;
pub use listing::{Listing, Summary};
pub use pull_request::Found;
pub use repository::Repository;
pub use signature::verify_signature;

use crate::secret::Secret;
use crate::transport::Transport;
use crate::transport::watch::Watch;
use std::fmt;
use std::sync::Arc;

/// One GitHub, as one caller.
#[derive(Clone)]
pub struct GitHub {
    transport: Arc<dyn Transport>,
    base: String,
    token: Secret<String>,
}

impl GitHub {
    /// `base_url` is `https://api.github.com`, or `https://HOST/api/v3` for Enterprise Server.
    pub fn new(transport: Arc<dyn Transport>, base_url: impl Into<String>, token: Secret<String>) -> Self {
        let base = base_url.into().trim_end_matches('/').to_owned();
        Self { transport, base, token }
    }

    /// The same, and what will tell how its calls went out and were answered.
    pub fn watched(&self) -> (Self, Arc<Watch>) {
        let watch = Watch::over(self.transport.clone());
        (Self { transport: watch.clone(), ..self.clone() }, watch)
    }
}

impl fmt::Debug for GitHub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GitHub").field("base", &self.base).field("token", &self.token).finish_non_exhaustive()
    }
}
