use super::{Address, TokenError, TokenLogin, address, connect};
use crate::clock::VirtualClock;
use crate::context::Context;
use crate::testing::{self, NoChance, settings};
use backline_clients::transport::{Request, Response, Transport, TransportError};
use backline_store::Store;
use std::sync::Arc;

fn read(typed: &str) -> Option<String> {
    match address(typed, "http://127.0.0.1:9090/api").ok()? {
        Address::Site(url) => Some(url),
        Address::Cloud(id) => Some(id.to_string()),
    }
}

#[test]
fn only_jira_cloud_is_taken() {
    for (typed, read_as) in [
        ("https://acme.atlassian.net", Some("https://acme.atlassian.net")),
        (" acme.atlassian.net/jira/projects ", Some("https://acme.atlassian.net")),
        ("https://ACME.atlassian.net/", Some("https://acme.atlassian.net")),
        ("411361CE-b232-4c31-babd-3424e67446b8", Some("411361ce-b232-4c31-babd-3424e67446b8")),
        ("http://127.0.0.1:9090/sites/acme", Some("http://127.0.0.1:9090/sites/acme")),
        ("http://acme.atlassian.net", None),
        ("https://jira.acme.example", None),
        ("https://acme.atlassian.net.evil.example", None),
        ("https://evil.example/acme.atlassian.net", None),
        ("https://a@evil.atlassian.net", None),
        ("https://acme.atlassian.net:8443", None),
        ("http://127.0.0.1:22/sites/acme", None),
        ("https://.atlassian.net", None),
        ("", None),
    ] {
        assert_eq!(read(typed).as_deref(), read_as, "{typed:?}");
    }
}

/// A Jira of this edition, under an address that looks like Jira Cloud's.
struct Edition(&'static str);

#[async_trait::async_trait]
impl Transport for Edition {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let body = match request.url.rsplit('/').next() {
            Some("tenant_info") => r#"{"cloudId":"11111111-2222-4333-8444-555555555555"}"#.to_owned(),
            Some("myself") => r#"{"accountId":"712020:a","displayName":"Ann"}"#.to_owned(),
            Some("serverInfo") => {
                format!(r#"{{"baseUrl":"https://jira.acme.example","deploymentType":"{}"}}"#, self.0)
            }
            _ => unreachable!("nothing else is asked"),
        };
        Ok(Response { status: 200, headers: Vec::new(), body: body.into_bytes() })
    }
}

#[tokio::test]
async fn another_edition_is_refused_with_the_reason_and_nothing_is_kept() {
    for (edition, is_taken) in [("Cloud", true), ("DataCenter", false), ("Server", false), ("", false)] {
        let store = Store::fresh().await;
        let clock = Arc::new(VirtualClock::at(testing::start()));
        let cx =
            Context::new(store.clone(), Arc::new(Edition(edition)), clock, Arc::new(NoChance), settings());
        let login = TokenLogin { site: String::new(), email: "a@b".to_owned(), token: "token".into() };
        let site = Address::Site("https://acme.atlassian.net".to_owned());
        let connected = connect(&cx, site, login, "ada").await;
        assert_eq!(store.list_connections().await.unwrap().len(), usize::from(is_taken));
        match connected {
            Ok(_) => assert!(is_taken),
            Err(error @ TokenError::NotCloud(_)) => {
                assert!(!is_taken && error.to_string().contains("Data Center and Server are not supported"));
            }
            Err(error) => panic!("{edition}: {error}"),
        }
    }
}
