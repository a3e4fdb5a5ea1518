//! Which hosts we may talk to.
//!
//! Invariant: an address that is not on the list is refused before a name is looked up, so no data of ours and no
//! address typed by a user makes us call an unknown host.

use reqwest::Url;
use std::collections::BTreeSet;

/// `host` or `host:port`, in lower case.
#[derive(Debug)]
pub(super) struct AllowedHosts(BTreeSet<String>);

impl AllowedHosts {
    pub(super) fn new(hosts: &[String]) -> Self {
        Self(hosts.iter().map(|host| host.trim().to_ascii_lowercase()).collect())
    }

    /// The parsed address if its host and port are listed.
    ///
    /// An entry without a port means the scheme's own port, and then plain HTTP is for loopback only; an entry with
    /// a port is an operator's explicit word and allows both schemes.
    pub(super) fn check(&self, url: &str) -> Result<Url, String> {
        let url = Url::parse(url).map_err(|_| "the address is not a URL".to_owned())?;
        let host = url.host_str().ok_or("the address has no host")?.to_owned();
        if !matches!(url.scheme(), "https" | "http") {
            return Err(format!("{host}: only http and https are spoken"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(format!("{host}: an address with credentials in it is not called"));
        }
        let port = url.port_or_known_default().ok_or("the address has no port")?;
        if self.0.contains(&format!("{host}:{port}")) {
            return Ok(url);
        }
        if url.port().is_none() && self.0.contains(&host) {
            if url.scheme() == "https" || is_loopback(&url) {
                return Ok(url);
            }
            return Err(format!("{host}: plain http is for loopback only"));
        }
        Err(format!("{host}:{port} is not on the list of allowed hosts"))
    }
}

/// Whether a secret may be sent to an address: over TLS, or to this machine.
pub fn is_safe_for_secrets(url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| match url.scheme() {
        "https" => url.has_host(),
        "http" => is_loopback(&url),
        _ => false,
    })
}

/// Whether the address is this machine: such calls never go through a proxy.
pub(super) fn is_loopback(url: &Url) -> bool {
    let Some(host) = url.host_str() else { return false };
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_goes_over_tls_or_to_this_machine() {
        for good in
            ["https://api.github.com", "http://127.0.0.1:8080/x", "http://localhost:1", "http://[::1]:2"]
        {
            assert!(is_safe_for_secrets(good), "{good}");
        }
        for bad in [
            "http://api.github.com",
            "http://127.0.0.1.evil.example:80",
            "http://localhost.evil.example",
            "http://127.0.0.1@evil.example/",
            "ftp://127.0.0.1",
            "https://",
            "127.0.0.1",
            "",
        ] {
            assert!(!is_safe_for_secrets(bad), "{bad}");
        }
    }

    #[test]
    fn only_listed_hosts_and_ports_are_called() {
        let hosts =
            AllowedHosts::new(&["API.atlassian.com".into(), "127.0.0.1:8080".into(), "localhost".into()]);
        for good in [
            "https://api.atlassian.com/x",
            "https://api.atlassian.com:443/x",
            "http://127.0.0.1:8080/",
            "http://localhost/",
        ] {
            assert!(hosts.check(good).is_ok(), "{good}");
        }
        for bad in [
            "http://api.atlassian.com/x",
            "https://api.atlassian.com:8443/x",
            "https://api.atlassian.com.evil.example/x",
            "https://evil.example/api.atlassian.com",
            "https://api.atlassian.com@evil.example/",
            "https://user:word@api.atlassian.com/",
            "http://127.0.0.1:8081/",
            "http://169.254.169.254/",
            "ftp://api.atlassian.com/",
            "file:///etc/passwd",
            "nonsense",
        ] {
            assert!(hosts.check(bad).is_err(), "{bad}");
        }
    }
}
