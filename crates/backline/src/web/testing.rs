//! An application without a network, and a browser that keeps its cookie, for the tests of pages.

use crate::app::App;
use crate::config::Config;
use crate::web;
use crate::web::integrations::{network, settings};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, Request, StatusCode};
use backline_engine::Engine;
use backline_engine::clock::{SystemRandomness, VirtualClock};
use backline_store::Store;
use std::io::Write;
use std::sync::Arc;
use tower::ServiceExt;

pub const PASSWORD: &str = "correct horse battery";

/// A configuration of defaults and these lines of TOML.
pub fn config(text: &str) -> Config {
    let mut file = tempfile::Builder::new().suffix(".toml").tempfile().expect("a temporary file");
    file.write_all(text.as_bytes()).expect("a temporary file can be written");
    Config::read(Some(file.path()), |_| None).expect("the test's configuration is right")
}

pub async fn app(config: Config) -> App {
    // The first test that builds a client installs the provider; the others find it there.
    rustls::crypto::ring::default_provider().install_default().ok();
    let store = Store::fresh().await;
    let clock = Arc::new(VirtualClock::at("2026-03-02T09:00:00Z".parse().expect("a time")));
    let settings = settings::effective(&config, &store).await.expect("an empty store has no settings");
    let network = network::open(&settings).expect("a client can be built");
    let randomness = Arc::new(SystemRandomness);
    let engine = Engine::new(store.clone(), network.clone(), clock.clone(), randomness, settings);
    App::new(store, engine, Arc::new(config), clock, network)
}

/// An answer as a browser has it.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    pub fn location(&self) -> &str {
        self.headers.get(LOCATION).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The token of the first form.
    pub fn token(&self) -> String {
        let at = self.body.split("name=\"csrf\" value=\"").nth(1).unwrap_or_default();
        at.split('"').next().unwrap_or_default().to_owned()
    }
}

pub struct Browser {
    router: Router,
    pub cookie: Option<String>,
}

impl Browser {
    pub fn new(app: App) -> Self {
        Self { router: web::router(app), cookie: None }
    }

    /// One that made the first account and is signed in.
    pub async fn signed_in(app: App) -> Self {
        let mut browser = Self::new(app);
        let token = browser.get("/setup").await.token();
        let form = [
            ("csrf", token.as_str()),
            ("name", "Security engineer"),
            ("email", "sec@acme.example"),
            ("password", PASSWORD),
            ("repeat", PASSWORD),
        ];
        let answer = browser.post("/setup", &form).await;
        assert_eq!(answer.location(), "/integrations", "{}", answer.body);
        browser
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(Request::get(path), Body::empty()).await
    }

    /// The part of a page that htmx asks for.
    pub async fn get_part(&mut self, path: &str) -> Answer {
        self.send(Request::get(path).header("hx-request", "true"), Body::empty()).await
    }

    /// A form with a file in its field `file`, which comes last.
    pub async fn upload(&mut self, path: &str, form: &[(&str, &str)], file: &[u8]) -> Answer {
        let mut body = Vec::new();
        for (name, value) in form {
            let part =
                format!("--edge\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend_from_slice(part.as_bytes());
        }
        let head =
            "--edge\r\ncontent-disposition: form-data; name=\"file\"; filename=\"report.json\"\r\n\r\n";
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(file);
        body.extend_from_slice(b"\r\n--edge--\r\n");
        let kind = "multipart/form-data; boundary=edge";
        self.send(Request::post(path).header(CONTENT_TYPE, kind), Body::from(body)).await
    }

    pub async fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Answer {
        self.send(Self::form(path), Self::body(form)).await
    }

    /// As [`Self::post`], from a page of another site.
    pub async fn post_from_elsewhere(&mut self, path: &str, form: &[(&str, &str)]) -> Answer {
        self.send(Self::form(path).header("sec-fetch-site", "cross-site"), Self::body(form)).await
    }

    fn form(path: &str) -> axum::http::request::Builder {
        Request::post(path).header(CONTENT_TYPE, "application/x-www-form-urlencoded")
    }

    fn body(form: &[(&str, &str)]) -> Body {
        let pairs = form.iter().map(|(name, value)| format!("{name}={}", web::session::encoded(value)));
        Body::from(pairs.collect::<Vec<_>>().join("&"))
    }

    async fn send(&mut self, request: axum::http::request::Builder, body: Body) -> Answer {
        let request = match &self.cookie {
            Some(cookie) => request.header(COOKIE, cookie),
            None => request,
        };
        let request = request.body(body).expect("the test's request is right");
        let response = self.router.clone().oneshot(request).await.expect("the router never fails");
        if let Some(cookie) = response.headers().get(SET_COOKIE).and_then(|value| value.to_str().ok()) {
            self.cookie = cookie.split(';').next().map(str::to_owned);
        }
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.expect("the body is in memory");
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8_lossy(&body).into_owned(),
        }
    }
}
