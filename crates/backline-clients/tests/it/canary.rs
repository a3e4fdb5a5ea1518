//! No secret is shown: a whole story over a real connection, with every log at every level and every error written
//! down, by a server that repeats what it is sent wherever it can.

use backline_clients::github::GitHub;
use backline_clients::jira::{Auth, CreateIssue, Jira};
use backline_clients::oauth::OAuthApp;
use backline_clients::slack::{self, SlackMessage};
use backline_clients::transport::web::{RESPONSE_BYTES_MAX, WebOptions, WebTransport};
use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Debug;
use std::io::Write;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tracing_subscriber::util::SubscriberInitExt as _;

const CLIENT_SECRET: &str = "canary-client-secret";
const CODE: &str = "canary-code";
const ACCESS: &str = "canary-access-token";
const REFRESH: &str = "canary-refresh-token";
const API_TOKEN: &str = "canary-api-token";
/// `a@b:canary-api-token`, as it is sent.
const BASIC: &str = "YUBiOmNhbmFyeS1hcGktdG9rZW4=";
const GITHUB: &str = "canary-github-token";
const WEBHOOK: &str = "canary-webhook-path";
const SECRETS: [&str; 8] = [CLIENT_SECRET, CODE, ACCESS, REFRESH, API_TOKEN, BASIC, GITHUB, WEBHOOK];

/// Everything that anybody could read.
#[derive(Clone, Default)]
struct Shown(Arc<Mutex<Vec<u8>>>);

impl Write for Shown {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        Write::write(&mut *self.0.lock().unwrap(), bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Shown {
    /// An error as logs and pages show it: for people, for developers, with all its causes.
    fn error<T: Debug>(&mut self, ended: Result<T, impl Error>) {
        let error = ended.expect_err("this part of the story fails");
        write!(self, "{error} {error:?} {error:#?}").unwrap();
        let mut cause = error.source();
        while let Some(inner) = cause {
            write!(self, "{inner} {inner:?}").unwrap();
            cause = inner.source();
        }
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

/// Answers by the path, and repeats in the answer everything that it was sent.
async fn serve(listener: TcpListener) {
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(talk(stream));
    }
}

async fn talk(mut stream: TcpStream) -> std::io::Result<()> {
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let read = stream.read(&mut buffer).await?;
        request.extend_from_slice(&buffer[..read]);
        if read == 0 || is_whole(&request) {
            break;
        }
    }
    let text = String::from_utf8_lossy(&request).into_owned();
    let path = text.split(' ').nth(1).unwrap_or_default();
    let repeated = serde_json::Value::from(text.as_str()).to_string();
    let pair = format!(r#"{{"access_token":"{ACCESS}","refresh_token":"{REFRESH}","expires_in":3600}}"#);
    let (status, body) = match path {
        "/token/good" => (200, pair),
        "/token/revoked" => (403, format!(r#"{{"error":"invalid_grant","error_description":{repeated}}}"#)),
        "/token/wrong-secret" => {
            (401, format!(r#"{{"error":"access_denied","error_description":{repeated}}}"#))
        }
        "/token/page" => (500, format!("<html>{text}")),
        "/token/odd" => (200, format!(r#"{{"token":{repeated}}}"#)),
        "/token/moved" => (302, String::new()),
        path if path.starts_with("/refused/") => {
            (400, format!(r#"{{"errorMessages":[{repeated}],"errors":{{"summary":{repeated}}}}}"#))
        }
        path if path.starts_with("/scope/") => (401, format!(r#"{{"code":401,"message":{repeated}}}"#)),
        path if path.starts_with("/forbidden/") => (403, text),
        path if path.starts_with("/removed/") => (410, text),
        path if path.starts_with("/odd/") => (200, text),
        path if path.starts_with("/slow/") => (429, text),
        _ => {
            // A cut answer.
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n{").await?;
            return Ok(());
        }
    };
    let head = format!(
        "HTTP/1.1 {status} Said\r\nlocation: http://127.0.0.1:1/{ACCESS}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body.as_bytes()).await
}

fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head
        .to_ascii_lowercase()
        .lines()
        .find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
    body.len() >= length.unwrap_or(0)
}

#[tokio::test(flavor = "current_thread")]
async fn no_secret_is_ever_shown() {
    let mut shown = Shown::default();
    let written = shown.clone();
    let logs = tracing_subscriber::fmt().with_max_level(tracing_subscriber::filter::LevelFilter::TRACE);
    // A lone subscriber would not hear of places in the code that another test, on a thread without any, came by first.
    let _beside = tracing::Dispatch::new(tracing_subscriber::fmt().with_writer(std::io::sink).finish());
    // Covers what libraries say through the older facade too.
    let _logs = logs.with_ansi(false).with_writer(move || written.clone()).finish().set_default();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let server = tokio::spawn(serve(listener));
    let options = WebOptions {
        user_agent: "backline-test".into(),
        allowed_hosts: vec![address.clone(), "127.0.0.1:1".into()],
        response_bytes_max: RESPONSE_BYTES_MAX,
    };
    let transport = Arc::new(WebTransport::new(options).unwrap());
    let base = format!("http://{address}");

    let app = |path: &str| OAuthApp {
        client_id: "app".into(),
        client_secret: CLIENT_SECRET.into(),
        authorize_url: format!("{base}/authorize"),
        token_url: format!("{base}/token/{path}"),
        api_url: format!("{base}/forbidden"),
        redirect_uri: "https://backline.example/callback".into(),
        scopes: Vec::new(),
    };
    let pair = app("good").exchange_code(&*transport, CODE).await.unwrap();
    assert_eq!(pair.access.expose(), ACCESS);
    write!(shown, "{pair:?} {:?}", app("good")).unwrap();
    let refresh = pair.refresh.unwrap();
    for path in ["revoked", "wrong-secret", "page", "odd", "moved", "cut"] {
        shown.error(app(path).refresh(&*transport, &refresh).await);
        shown.error(app(path).exchange_code(&*transport, CODE).await);
    }
    shown.error(app("good").accessible_resources(&*transport, &pair.access).await);

    let basic = Auth::Basic { email: "a@b".into(), token: API_TOKEN.into() };
    let none = BTreeMap::new();
    for auth in [Auth::Bearer(pair.access.clone()), basic] {
        for path in ["refused", "scope", "forbidden", "removed", "odd", "slow", "cut"] {
            let jira = Jira::new(transport.clone(), format!("{base}/{path}"), auth.clone());
            write!(shown, "{jira:?}").unwrap();
            shown.error(jira.myself().await);
            shown.error(jira.create_issue(&CreateIssue::default()).await);
            shown.error(jira.edit_issue(&"10001".into(), &none, &BTreeMap::new()).await);
            shown.error(jira.load_issue(&"10001".into(), &[], &[]).await);
        }
        for unreached in ["http://127.0.0.1:1", "http://elsewhere.example", "not an address"] {
            shown.error(Jira::new(transport.clone(), unreached, auth.clone()).myself().await);
        }
    }
    for path in ["refused", "forbidden", "odd", "slow", "cut"] {
        let github = GitHub::new(transport.clone(), format!("{base}/{path}"), GITHUB.into());
        shown.error(github.repository(&"acme/api".into()).await);
        let webhook = format!("{base}/{path}/{WEBHOOK}").into();
        shown.error(slack::post(&*transport, &webhook, &SlackMessage::default()).await);
    }
    server.abort();

    let text = shown.text();
    assert!(text.contains("jira answered") && text.contains("TRACE"), "the logs are part of this");
    for secret in SECRETS {
        let place = text.find(secret).map(|at| &text[at.saturating_sub(300)..at + secret.len()]);
        assert_eq!(place, None, "{secret} is shown");
    }
}
