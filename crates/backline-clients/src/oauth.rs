//! Atlassian's OAuth 2.0 (3LO): where to send a person, and what the token endpoint says.
//!
//! Owns the consent address, the two grants of the token endpoint and the list of granted sites. Does not keep
//! tokens, does not decide when to refresh, and knows nothing of `state` beyond passing it on.
//!
//! Invariant: every way in which the token endpoint can answer ends in a [`GrantError`] that says whether the old
//! refresh token may still be used.
//!
//! Source: <https://developer.atlassian.com/cloud/jira/platform/oauth-2-3lo-apps/>

mod sites;
mod token;

pub use token::{GrantError, TokenPair};

use crate::jira::JiraError;
use crate::secret::Secret;
use crate::transport::Transport;
use crate::url;
use backline_core::jira::issue::Site;
use serde_json::json;

/// An organisation's own app, as registered in Atlassian's developer console.
#[derive(Debug, Clone)]
pub struct OAuthApp {
    pub client_id: String,
    pub client_secret: Secret<String>,
    /// `https://auth.atlassian.com/authorize`
    pub authorize_url: String,
    /// `https://auth.atlassian.com/oauth/token`
    pub token_url: String,
    /// `https://api.atlassian.com`
    pub api_url: String,
    /// Must equal a callback of the app, character for character.
    pub redirect_uri: String,
    /// With `offline_access`, without which there is no refresh token.
    pub scopes: Vec<String>,
}

impl OAuthApp {
    /// Where a person gives consent. `state` is unguessable, bound to their session and used once.
    ///
    /// Without PKCE, which Atlassian does not document.
    pub fn authorize_url(&self, state: &str) -> String {
        url::with_query(
            &self.authorize_url,
            &[
                ("audience", "api.atlassian.com"),
                ("client_id", &self.client_id),
                ("scope", &self.scopes.join(" ")),
                ("redirect_uri", &self.redirect_uri),
                ("state", state),
                ("response_type", "code"),
                ("prompt", "consent"),
            ],
        )
    }

    /// Turns the code of a callback into tokens; a code works once.
    ///
    /// # Errors
    /// [`GrantError::Revoked`] for a code that is wrong, used or expired: start again with consent.
    pub async fn exchange_code(
        &self,
        transport: &dyn Transport,
        code: &str,
    ) -> Result<TokenPair, GrantError> {
        let body = json!({
            "grant_type": "authorization_code",
            "client_id": self.client_id,
            "client_secret": self.client_secret.expose(),
            "code": code,
            "redirect_uri": self.redirect_uri,
        });
        token::request(transport, &self.token_url, &body).await
    }

    /// Turns a refresh token into a new pair, which replaces it: make the new one durable before using it.
    ///
    /// The old token works again for ten minutes, which is what a lost answer is recovered by.
    ///
    /// # Errors
    /// [`GrantError::Unknown`] when the old token may have been rotated away.
    pub async fn refresh(
        &self,
        transport: &dyn Transport,
        refresh: &Secret<String>,
    ) -> Result<TokenPair, GrantError> {
        let body = json!({
            "grant_type": "refresh_token",
            "client_id": self.client_id,
            "client_secret": self.client_secret.expose(),
            "refresh_token": refresh.expose(),
        });
        token::request(transport, &self.token_url, &body).await
    }

    /// The Jira sites that a grant reaches, each once, in Atlassian's order; empty when there is no access left.
    ///
    /// Says nothing of what the person may do there.
    ///
    /// # Errors
    /// As any Jira call: [`JiraError::Unauthorized`] for an expired token.
    pub async fn accessible_resources(
        &self,
        transport: &dyn Transport,
        access: &Secret<String>,
    ) -> Result<Vec<Site>, JiraError> {
        sites::load(transport, &self.api_url, access).await
    }
}

#[cfg(test)]
mod tests;
