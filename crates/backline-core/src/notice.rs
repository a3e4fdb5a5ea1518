//! What a failure says to people, before it is a page or a Slack message.
//!
//! Failures are grouped by cause: six tickets that wait for one field are one notice. A notice is told once,
//! and once more when it is over.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

/// A failure is looked at again by itself for this long after it was first seen, then only when a person asks.
pub const LOOK_HORIZON: SignedDuration = SignedDuration::from_hours(24 * 7);

/// Why a subject or a connection cannot go on until a person acts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blocked {
    /// Equal for everything that one act would mend.
    pub cause: String,
    /// Names the object and the actor: "Jira refused to create a ticket in SEC".
    pub what: String,
    /// A fact that was read, with Jira's own words where it gave any.
    pub why: String,
    /// Starts with a verb.
    pub remedy: String,
    /// The page to mend it on, as a path: `/integrations/jira/projects/…`.
    pub page: String,
}

/// Why a failure is over. Only the first means that it works again; after the others nobody waits for it any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    Mended,
    ProjectRemoved,
    /// The project's rule takes what waited no longer.
    RuleChanged,
    Unlinked,
    /// What the tickets are about is resolved or dismissed.
    Resolved,
    /// Jira has to be told nothing of it any more.
    NotNeeded,
    /// What waited for it waits for something else, which is a failure of its own.
    Replaced,
    Disconnected,
}

impl End {
    pub const ALL: [Self; 8] = [
        Self::Mended,
        Self::ProjectRemoved,
        Self::RuleChanged,
        Self::Unlinked,
        Self::Resolved,
        Self::NotNeeded,
        Self::Replaced,
        Self::Disconnected,
    ];

    pub fn word(self) -> &'static str {
        match self {
            Self::Mended => "mended",
            Self::ProjectRemoved => "project_removed",
            Self::RuleChanged => "rule_changed",
            Self::Unlinked => "unlinked",
            Self::Resolved => "resolved",
            Self::NotNeeded => "not_needed",
            Self::Replaced => "replaced",
            Self::Disconnected => "disconnected",
        }
    }

    /// What happened, as a sentence.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Mended => "It works again.",
            Self::ProjectRemoved => {
                "Nothing waits for it any more: the project was removed from Backline. Whether it works again \
                 is not known."
            }
            Self::RuleChanged => {
                "Nothing waits for it any more: the project's rule no longer takes what waited. Whether it works \
                 again is not known."
            }
            Self::Unlinked => "Nothing waits for it any more: the ticket was unlinked in Backline.",
            Self::Resolved => {
                "Nothing waits for it any more: what the ticket is about was resolved or dismissed. Whether it \
                 works again is not known."
            }
            Self::NotNeeded => {
                "Nothing waits for it any more: what was to be written is no longer needed. Whether it works \
                 again is not known."
            }
            Self::Replaced => "What waited for it waits for something else now, which is told by itself.",
            Self::Disconnected => "Nothing waits for it any more: Jira was disconnected.",
        }
    }

    /// What is left to do for a person, as a sentence.
    pub fn remedy(self) -> &'static str {
        match self {
            Self::Mended => "Nothing: Backline goes on by itself, and nothing was lost.",
            Self::ProjectRemoved => {
                "Nothing. Its tickets stay in Jira as they are; add the project again to go on with them."
            }
            Self::Unlinked => {
                "Nothing: what is still open and matches a rule gets a new ticket, the old one stays as it is."
            }
            Self::Disconnected => "Nothing. Tickets and mappings stay; connect Jira again to go on.",
            Self::RuleChanged | Self::Resolved | Self::NotNeeded | Self::Replaced => "Nothing.",
        }
    }
}

impl std::str::FromStr for End {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|end| end.word() == text).ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::End;

    #[test]
    fn only_what_was_mended_is_said_to_work_again() {
        for end in End::ALL {
            assert_eq!(end.word().parse(), Ok(end));
            assert_eq!(end.sentence() == "It works again.", end == End::Mended);
        }
    }
}
