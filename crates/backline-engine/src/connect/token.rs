//! Connecting a Jira site with an account's API token, for organisations in which nobody may authorize an app.
//!
//! A token without scopes opens the site itself, one with scopes only Atlassian's gateway; which of the two it is
//! shows by trying. Only Jira Cloud is taken: other editions have other APIs.

use crate::context::Context;
use backline_clients::jira::{Auth, Jira, JiraError};
use backline_clients::secret::Secret;
use backline_clients::tenant;
use backline_core::ids::{CloudId, ConnectionId};
use backline_core::jira::issue::{Person, Site};
use backline_store::StoreError;
use backline_store::connection::{Connection, ConnectionKind, ConnectionStatus};
use backline_store::grant::Credentials;
use secrecy::{ExposeSecret, SecretString};

/// Where Jira Cloud sites are found.
const CLOUD_DOMAINS: [&str; 2] = [".atlassian.net", ".jira.com"];

/// What a person typed.
pub struct TokenLogin {
    /// The site's address, or its cloud id.
    pub site: String,
    pub email: String,
    pub token: SecretString,
}

/// Why nothing was connected; the message says what to do.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    #[error(
        "“{0}” is neither the address of a Jira Cloud site (https://NAME.atlassian.net) nor a cloud id. Jira Data Center and Server are not supported"
    )]
    NotCloud(String),
    #[error("there is no Jira Cloud site at {0}")]
    NoSite(String),
    #[error("Jira does not accept this e-mail and token: {0}")]
    Refused(String),
    #[error("Jira could not be reached: {0}")]
    Unavailable(JiraError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a site is addressed by.
#[derive(Debug, PartialEq, Eq)]
pub enum Address {
    /// `https://acme.atlassian.net`, without a slash at the end.
    Site(String),
    Cloud(CloudId),
}

/// Reads what was typed, without asking anybody. `gateway` is the configured address of Atlassian's API: where that
/// is a stand-in of Atlassian's, sites on the same host are taken too.
pub fn address(typed: &str, gateway: &str) -> Result<Address, TokenError> {
    let typed = typed.trim().trim_end_matches('/');
    if typed.len() == 36 && typed.parse::<uuid::Uuid>().is_ok() {
        return Ok(Address::Cloud(CloudId(typed.to_lowercase())));
    }
    let wrong = || TokenError::NotCloud(typed.chars().take(80).collect());
    let (scheme, rest) = typed.split_once("://").unwrap_or(("https", typed));
    let host = rest.split('/').next().unwrap_or_default().to_lowercase();
    let is_plain = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || "-.:/".contains(c));
    let stand_in = gateway.split_once("://").map(|(scheme, rest)| (scheme, rest.split('/').next()));
    if is_plain(rest) && stand_in == Some((scheme, Some(host.as_str()))) {
        return Ok(Address::Site(format!("{scheme}://{rest}")));
    }
    let is_cloud = CLOUD_DOMAINS
        .iter()
        .any(|domain| host.strip_suffix(domain).is_some_and(|name| !name.is_empty() && is_plain(name)));
    // People paste the address of a board: the host is enough.
    if scheme == "https" && is_cloud && !host.contains(':') {
        return Ok(Address::Site(format!("https://{host}")));
    }
    Err(wrong())
}

/// Connects with a token that was tried against `address`.
pub async fn connect(
    cx: &Context,
    address: Address,
    login: TokenLogin,
    actor: &str,
) -> Result<ConnectionId, TokenError> {
    let gateway = cx.settings().jira_gateway.clone();
    let by_gateway = |cloud_id: &CloudId| client(cx, format!("{gateway}/ex/jira/{cloud_id}"), &login);
    let (kind, cloud_id, jira, person) = match address {
        Address::Cloud(cloud_id) => {
            let jira = by_gateway(&cloud_id);
            let person = jira.myself().await.map_err(explain)?;
            (ConnectionKind::JiraScopedToken, cloud_id, jira, person)
        }
        Address::Site(url) => {
            let cloud_id =
                tenant::cloud_id(cx.transport.as_ref(), &url).await.map_err(|error| match error {
                    JiraError::Gone | JiraError::Garbled { .. } => TokenError::NoSite(url.clone()),
                    other => TokenError::Unavailable(other),
                })?;
            let jira = client(cx, url, &login);
            match jira.myself().await {
                Ok(person) => (ConnectionKind::JiraToken, cloud_id, jira, person),
                Err(JiraError::Unauthorized) => {
                    let jira = by_gateway(&cloud_id);
                    let person = jira.myself().await.map_err(explain)?;
                    (ConnectionKind::JiraScopedToken, cloud_id, jira, person)
                }
                Err(error) => return Err(explain(error)),
            }
        }
    };
    let site = site(&jira, cloud_id).await?;
    keep(cx, kind, site, person, login, actor).await
}

fn client(cx: &Context, base: String, login: &TokenLogin) -> Jira {
    let token = Secret::new(login.token.expose_secret().to_owned());
    Jira::new(cx.transport.clone(), base, Auth::Basic { email: login.email.clone(), token })
}

/// What the site says of itself: its address for people, and that it is Jira Cloud.
async fn site(jira: &Jira, cloud_id: CloudId) -> Result<Site, TokenError> {
    let info = jira.server_info().await.map_err(explain)?;
    if info.deployment_type != "Cloud" {
        return Err(TokenError::NotCloud(info.base_url));
    }
    let url = info.base_url.trim_end_matches('/').to_owned();
    let host = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
    let name = host.rsplit('/').next().unwrap_or(host).split('.').next().unwrap_or(host).to_owned();
    Ok(Site { cloud_id, name, url, scopes: Vec::new() })
}

async fn keep(
    cx: &Context,
    kind: ConnectionKind,
    site: Site,
    person: Person,
    login: TokenLogin,
    actor: &str,
) -> Result<ConnectionId, TokenError> {
    let now = cx.clock.now();
    let connection = Connection {
        id: ConnectionId(cx.store.ids().uuid(now)),
        kind,
        status: ConnectionStatus::Connected,
        offered: vec![site.clone()],
        site: Some(site),
        account: Some(person),
        scopes: Vec::new(),
        epoch: 1,
        connected_at: now,
        connected_by: actor.to_owned(),
    };
    let credentials = Credentials::ApiToken { email: login.email, token: login.token };
    let kept = cx.store.create_connection(connection, credentials, None, now).await?;
    cx.wake.notify_one();
    Ok(kept.id)
}

fn explain(error: JiraError) -> TokenError {
    match error {
        JiraError::Unauthorized => TokenError::Refused("it may be mistyped, expired or revoked".to_owned()),
        JiraError::ScopeMissing { detail } => TokenError::Refused(format!("it lacks a scope: {detail}")),
        JiraError::Forbidden { message } => TokenError::Refused(message),
        other => TokenError::Unavailable(other),
    }
}

#[cfg(test)]
mod tests;
