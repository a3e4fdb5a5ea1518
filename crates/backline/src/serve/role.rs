//! What a process does: everything, or one half of it.

use crate::config::Config;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Role {
    /// Answers pages, API and webhooks; what becomes due is worked on by others.
    Web,
    /// Works on what is due, and answers nothing but its health.
    Worker,
    /// Both.
    #[default]
    All,
}

/// A SQLite file has one process: what a part of it leaves undone would be done by nobody.
#[derive(Debug, thiserror::Error)]
#[error("one process alone cannot take a part of the work: a SQLite file is shared with no other")]
pub struct NeedsPeers;

impl Role {
    pub fn works(self) -> bool {
        matches!(self, Self::Worker | Self::All)
    }

    pub fn answers(self) -> bool {
        matches!(self, Self::Web | Self::All)
    }

    pub fn check(self, config: &Config) -> Result<(), NeedsPeers> {
        if self == Self::All || config.database.url.is_some() { Ok(()) } else { Err(NeedsPeers) }
    }
}
