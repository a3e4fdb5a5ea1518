//! Jira Cloud's REST API, version 3, one module a resource.
//!
//! Owns the paths, Jira's JSON and the reading of its refusals; gives and takes core's values. Keeps no token and
//! no state: a [`Jira`] is made anew for each set of calls.
//!
//! Invariant: a 2xx that is not what the call promises is never a success. Every request of every public operation
//! is as Jira publishes it: `tests/it/jira` holds the table.
//!
//! Source: <https://developer.atlassian.com/cloud/jira/platform/rest/v3/intro/>

pub mod budget;
pub mod delivery;
pub mod issue;
pub mod jql;
pub mod remote_link;

pub(crate) mod error;

mod bulk;
mod call;
mod changelog;
mod comment;
mod field;
mod group;
mod issue_link;
mod link_type;
mod page;
mod person;
mod project;
mod property;
mod screen;
mod search;
mod transition;
mod webhook;

pub use bulk::{CREATE_MAX, EachCreated};
pub use error::{FieldProblem, JiraError, ThrottleScope};
pub use issue::{CreateIssue, Created, moment};
pub use link_type::LinkType;
pub use person::ServerInfo;
pub use remote_link::RemoteLink;
pub use search::SearchPage;
pub use webhook::Webhook;

use crate::secret::Secret;
use crate::transport::Transport;
use crate::transport::watch::Watch;
use base64::Engine as _;
use std::fmt;
use std::sync::Arc;

/// Who calls.
#[derive(Debug, Clone)]
pub enum Auth {
    /// An access token of a grant.
    Bearer(Secret<String>),
    /// An API token, for connections without an OAuth app.
    Basic { email: String, token: Secret<String> },
}

impl Auth {
    /// What stands in for the caller: nothing of it may be shown, wherever an answer repeats it.
    fn token(&self) -> &str {
        match self {
            Self::Bearer(token) | Self::Basic { token, .. } => token.expose(),
        }
    }

    fn header(&self) -> String {
        match self {
            Self::Bearer(token) => format!("Bearer {}", token.expose()),
            Self::Basic { email, token } => {
                let pair = Secret::new(format!("{email}:{}", token.expose()));
                format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(pair.expose()))
            }
        }
    }
}

/// One site, as one caller.
#[derive(Clone)]
pub struct Jira {
    transport: Arc<dyn Transport>,
    base: String,
    auth: Auth,
}

impl Jira {
    /// `base` is `{api}/ex/jira/{cloudId}`. Cheap: make one for each set of calls, since tokens change.
    pub fn new(transport: Arc<dyn Transport>, base: impl Into<String>, auth: Auth) -> Self {
        let base = base.into().trim_end_matches('/').to_owned();
        Self { transport, base, auth }
    }

    /// The same, and what will tell how its calls went out and were answered.
    pub fn watched(&self) -> (Self, Arc<Watch>) {
        let watch = Watch::over(self.transport.clone());
        (Self { transport: watch.clone(), ..self.clone() }, watch)
    }
}

impl fmt::Debug for Jira {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Jira").field("base", &self.base).field("auth", &self.auth).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scripted::Scripted;

    #[test]
    fn an_api_token_is_sent_as_basic_credentials() {
        let auth = Auth::Basic { email: "a@b".into(), token: "t".into() };
        assert_eq!(auth.header(), "Basic YUBiOnQ=");
    }

    #[tokio::test]
    async fn calls_move_between_threads() {
        let transport = Scripted::always(200, r#"{"accountId":"712020:a","displayName":"Ann"}"#);
        let jira = Jira::new(transport, "https://api", Auth::Bearer("t".into()));
        let call = tokio::spawn(async move {
            jira.projects("", 0).await.unwrap_err();
            jira.create_fields(&"1".into(), &"2".into()).await.unwrap_err();
            jira.bulk_fetch(&["1".into()], &[], &[]).await.unwrap_err();
            jira.myself().await
        });
        assert_eq!(call.await.unwrap().unwrap().display_name, "Ann");
    }
}
