//! What Backline asks Atlassian for, in words.
//!
//! Source: <https://developer.atlassian.com/cloud/jira/platform/scopes-for-oauth-2-3LO-and-forge-apps/>

/// One permission of the consent page.
#[derive(Debug, Clone, Copy)]
pub struct Scope {
    pub name: &'static str,
    pub allows: &'static str,
    pub needed: &'static str,
    /// Whether it is ticked in the developer console; `offline_access` is only asked for.
    pub is_listed: bool,
}

pub const ALL: &[Scope] = &[
    Scope {
        name: "read:jira-work",
        allows: "Read projects, issue types, fields and the tickets we manage",
        needed: "To build the mapping form and to see drift",
        is_listed: true,
    },
    Scope {
        name: "write:jira-work",
        allows: "Create and edit tickets, comment, transition",
        needed: "The job itself. Only projects you add are written",
        is_listed: true,
    },
    Scope {
        name: "read:jira-user",
        allows: "Find people by account id",
        needed: "To fill user pickers and the assignee",
        is_listed: true,
    },
    Scope {
        name: "manage:jira-webhook",
        allows: "Be told by Jira when a ticket changes",
        needed: "To follow people within a second. Without it Jira is asked once a minute",
        is_listed: true,
    },
    Scope {
        name: "offline_access",
        allows: "Stay connected without a person signed in",
        needed: "Tickets change at night too",
        is_listed: false,
    },
];
