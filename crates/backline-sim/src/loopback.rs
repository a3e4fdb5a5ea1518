//! Which addresses the simulators call: those of this machine, so that no simulated event reaches a real service.

use reqwest::Url;
use std::net::IpAddr;

pub fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or("").trim_matches(['[', ']']);
    let is_local_name = host == "localhost" || host.ends_with(".localhost");
    is_local_name || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_is_called() {
        let check = |url: &str| is_loopback(&Url::parse(url).unwrap());
        assert!(
            check("http://127.0.0.1:1/x") && check("http://[::1]/") && check("https://localhost:8080/hooks")
        );
        assert!(
            !check("http://example.com/")
                && !check("http://10.0.0.1/")
                && !check("http://localhost.example.com/")
        );
    }
}
