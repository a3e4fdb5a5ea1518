//! No public value that holds a secret shows it.

use crate::github::GitHub;
use crate::jira::{Auth, Jira};
use crate::oauth::{OAuthApp, TokenPair};
use crate::scripted::{Scripted, answer};
use crate::secret::Secret;
use crate::transport::{Method, Request};

const WORD: &str = "correct-horse";

#[test]
fn debug_output_holds_no_secret() {
    let secret = || Secret::from(WORD);
    let app = OAuthApp {
        client_id: "id".into(),
        client_secret: secret(),
        authorize_url: String::new(),
        token_url: String::new(),
        api_url: String::new(),
        redirect_uri: String::new(),
        scopes: Vec::new(),
    };
    let pair = TokenPair { access: secret(), refresh: Some(secret()), expires_in_s: 1, scopes: Vec::new() };
    let basic = Auth::Basic { email: "a@b".into(), token: secret() };
    let transport = Scripted::always(200, "");
    let github = GitHub::new(transport.clone(), "https://api", secret());
    let jira = Jira::new(transport, "https://api", Auth::Bearer(secret()));
    let request = Request::new(Method::Post, format!("https://hooks.example/{WORD}"))
        .header("authorization", format!("Bearer {WORD}"))
        .json(&serde_json::json!({"refresh_token": WORD}));
    let response = answer(200, WORD);
    let shown = format!("{app:?} {pair:?} {basic:?} {jira:?} {github:?} {request:?} {response:?}");
    assert!(!shown.contains(WORD), "{shown}");
    assert!(shown.contains("https://hooks.example"));
}
