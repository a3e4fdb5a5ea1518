//! Outbound HTTP: Jira, Atlassian's accounts, GitHub and Slack, all through one [`Transport`](transport::Transport).
//!
//! Owns the wire shapes of these services and converts them to core's values at its edge. Decides nothing: no
//! retries, no pacing, no storage; an error says what to do next, and the caller does it.
//!
//! Invariant: a token, an authorization code or a webhook's address never stands in a `Debug`, `Display` or log
//! output of this crate.

pub mod github;
pub mod jira;
pub mod oauth;
pub mod secret;
pub mod slack;
pub mod tenant;
pub mod transport;

mod json;
mod text;
mod url;

#[cfg(test)]
mod redaction;
#[cfg(test)]
mod scripted;
