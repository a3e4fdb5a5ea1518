//! Which hosts the engine may reach: those that the settings name, and no other.

use backline_clients::transport::TransportError;
use backline_clients::transport::web::{RESPONSE_BYTES_MAX, WebOptions, WebTransport};
use backline_engine::Settings;
use std::sync::Arc;

/// Opens the way out for these settings.
pub fn open(settings: &Settings) -> Result<Arc<WebTransport>, TransportError> {
    let options = WebOptions {
        user_agent: concat!("Backline/", env!("CARGO_PKG_VERSION")).to_owned(),
        allowed_hosts: hosts(settings),
        response_bytes_max: RESPONSE_BYTES_MAX,
    };
    WebTransport::new(options).map(Arc::new)
}

/// The hosts of every address that the settings name, with their ports where these are stated.
pub fn hosts(settings: &Settings) -> Vec<String> {
    let atlassian = settings.atlassian.iter().flat_map(|app| [app.token_url.as_str(), app.api_url.as_str()]);
    let gateway = [settings.jira_gateway.as_str()];
    let sites = settings.jira_sites.iter().map(String::as_str);
    let github = settings.github.iter().map(|github| github.api_url.as_str());
    let slack = settings.slack_webhook.iter().map(|url| url.expose().as_str());
    let mut hosts: Vec<String> =
        atlassian.chain(gateway).chain(sites).chain(github).chain(slack).filter_map(host).collect();
    hosts.sort();
    hosts.dedup();
    hosts
}

/// `127.0.0.1:9090` of `http://127.0.0.1:9090/api`.
pub fn host(url: &str) -> Option<String> {
    let rest = url.split_once("://")?.1;
    let host = rest.split(['/', '?', '#']).next()?;
    (!host.is_empty()).then(|| host.to_owned())
}

#[cfg(test)]
mod tests {
    use super::host;

    #[test]
    fn an_address_is_reduced_to_its_host() {
        assert_eq!(host("http://127.0.0.1:9090/api?x=1").as_deref(), Some("127.0.0.1:9090"));
        assert_eq!(host("https://hooks.slack.com/services/T/B/x").as_deref(), Some("hooks.slack.com"));
        assert_eq!(host("nonsense"), None);
    }
}
