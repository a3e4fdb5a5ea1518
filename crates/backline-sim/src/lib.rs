//! Simulators of Atlassian accounts, a Jira Cloud site, GitHub and Slack as small servers.
//!
//! Imports no other Backline crate: a simulator that shares our types shares our mistakes.

pub mod journal;
