//! What a failure says to people, before it is a page or a Slack message.
//!
//! Failures are grouped by cause: six tickets that wait for one field are one notice. A notice is told once,
//! and once more when it is over.

use serde::{Deserialize, Serialize};

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
