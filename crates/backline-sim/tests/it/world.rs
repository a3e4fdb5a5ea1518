//! A running simulator and callers of it.

use crate::published;
use backline_sim::{Options, Sim};
use reqwest::{Client, Method, RequestBuilder, redirect};
use serde_json::{Value, json};

pub const CALLBACK: &str = "http://127.0.0.1:1/integrations/jira/callback";
pub const SCOPES: &str = "read:jira-work write:jira-work read:jira-user manage:jira-webhook offline_access";
pub const ADA: &str = "5b10ac8d82e05b22cc7d4ef5";
pub const DANA: &str = "712020:292a1f5e-7c1d-4a39-9c55-0b7e6f1c2d3a";
pub const PAT: &str = "5c4f2a9be9d1a73d2b6f8c01";

pub struct World {
    pub sim: Sim,
    pub http: Client,
}

/// One status and body.
pub type Got = (u16, Value);

impl World {
    pub async fn start() -> Self {
        Self::with(Options { search_lag_ms: 0, ..Options::default() }).await
    }

    pub async fn with(options: Options) -> Self {
        // The first test of the process installs it; the others find it there.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = Client::builder().redirect(redirect::Policy::none()).build().expect("a client");
        Self { sim: Sim::start(options).await.expect("the simulators start"), http }
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.sim.url())
    }

    pub fn info(&self, pointer: &str) -> String {
        self.sim.info().pointer(pointer).and_then(Value::as_str).expect("part of the info").to_owned()
    }

    /// Consents on the page as `account` for the main site and gives the code.
    pub async fn consent(&self, account: &str, scopes: &str) -> String {
        self.consent_for(account, scopes, &self.info("/jira/cloud_id")).await
    }

    pub async fn consent_for(&self, account: &str, scopes: &str, cloud_id: &str) -> String {
        let form = [
            ("audience", "api.atlassian.com"),
            ("client_id", &self.info("/oauth/client_id")),
            ("scope", scopes),
            ("redirect_uri", CALLBACK),
            ("state", "s"),
            ("response_type", "code"),
            ("prompt", "consent"),
            ("account_id", account),
            ("cloud_id", cloud_id),
            ("decision", "accept"),
        ];
        let answer = self.http.post(self.url("/auth/authorize")).form(&form).send().await.expect("an answer");
        assert_eq!(answer.status(), 302);
        let location = answer.headers()["location"].to_str().expect("text").to_owned();
        let code = location.split_once("code=").expect("a code").1;
        code.split('&').next().expect("never empty").to_owned()
    }

    /// Posts to the token endpoint with the app's credentials.
    pub async fn token(&self, mut body: Value) -> Got {
        body["client_id"] = self.info("/oauth/client_id").into();
        if body.get("client_secret").is_none() {
            body["client_secret"] = self.info("/oauth/client_secret").into();
        }
        read(self.http.post(self.url("/auth/oauth/token")).json(&body)).await
    }

    pub async fn connect(&self, scopes: &str) -> Value {
        self.connect_as(ADA, scopes, &self.info("/jira/cloud_id")).await
    }

    pub async fn connect_as(&self, account: &str, scopes: &str, cloud_id: &str) -> Value {
        let code = self.consent_for(account, scopes, cloud_id).await;
        let body = json!({"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK});
        let (status, pair) = self.token(body).await;
        assert_eq!(status, 200, "{pair}");
        pair
    }

    /// Ada with her API token on the site.
    pub fn ada(&self) -> Caller<'_> {
        let login = Login::Basic(self.info("/jira/email"), self.info("/jira/token"));
        Caller { world: self, base: self.info("/jira/site"), login }
    }

    /// An app with a bearer token at the gateway.
    pub fn app(&self, token: &str) -> Caller<'_> {
        Caller { world: self, base: self.info("/jira/gateway"), login: Login::Bearer(token.to_owned()) }
    }

    /// An app at a gateway's address of any site.
    pub fn at(&self, gateway: &str, token: &str) -> Caller<'_> {
        Caller { world: self, base: gateway.to_owned(), login: Login::Bearer(token.to_owned()) }
    }

    /// An app at the gateway for somebody else than Ada.
    pub async fn app_of(&self, account: &str) -> Caller<'_> {
        let pair = self.connect_as(account, SCOPES, &self.info("/jira/cloud_id")).await;
        self.app(pair["access_token"].as_str().expect("a token"))
    }

    /// What a token reaches.
    pub async fn reach(&self, token: &Value) -> Got {
        let token = token.as_str().expect("a token");
        read(self.http.get(self.url("/api/oauth/token/accessible-resources")).bearer_auth(token)).await
    }

    /// Posts to the simulators' own controls.
    pub async fn control(&self, path: &str, body: Value) {
        let (status, answer) = read(self.http.post(self.url(path)).json(&body)).await;
        assert_eq!(status, 204, "{answer}");
    }

    pub async fn advance(&self, ms: i64) {
        let body = json!({"advance_ms": ms});
        read(self.http.post(self.url("/_sim/clock")).json(&body)).await;
    }

    pub async fn plan(&self, entry: Value) {
        let (status, body) = read(self.http.post(self.url("/_sim/plan")).json(&json!([entry]))).await;
        assert_eq!(status, 200, "{body}");
    }

    /// An act of a person or an administrator: `/_sim/{path}`.
    pub async fn act(&self, path: &str, body: Value) -> Got {
        read(self.http.post(self.url(&format!("/_sim/{path}"))).json(&body)).await
    }

    /// Acts where it must work.
    pub async fn done(&self, path: &str, body: Value) -> Value {
        let (status, answer) = self.act(path, body.clone()).await;
        assert!((200..300).contains(&status), "{path} {body}: {status} {answer}");
        answer
    }

    pub async fn history(&self) -> Vec<Value> {
        let (_, body) = read(self.http.get(self.url("/_sim/history?after=0"))).await;
        body.as_array().expect("a list").clone()
    }
}

enum Login {
    Basic(String, String),
    Bearer(String),
}

/// Someone who calls Jira's REST API.
pub struct Caller<'a> {
    world: &'a World,
    base: String,
    login: Login,
}

impl Caller<'_> {
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.world.http.request(method, format!("{}/rest/api/{path}", self.base));
        match &self.login {
            Login::Basic(email, token) => request.basic_auth(email, Some(token)),
            Login::Bearer(token) => request.bearer_auth(token),
        }
    }

    /// Calls `/rest/api/3/{path}`. The answer must be as published.
    pub async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Got {
        let mut request = self.request(method.clone(), &format!("3/{path}"));
        if let Some(body) = body {
            request = request.json(&body);
        }
        let got = read(request).await;
        published::check(method.as_str(), path, got.0, &got.1);
        got
    }

    pub async fn get(&self, path: &str) -> Got {
        self.call(Method::GET, path, None).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Got {
        self.call(Method::POST, path, Some(body)).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Got {
        self.call(Method::PUT, path, Some(body)).await
    }

    pub async fn delete(&self, path: &str) -> Got {
        self.call(Method::DELETE, path, None).await
    }

    /// Creates a bug in SEC with its mandatory fields, and gives its id.
    pub async fn bug(&self) -> String {
        let (status, body) = self.post("issue", bug(json!({}))).await;
        assert_eq!(status, 201, "{body}");
        body["id"].as_str().expect("an id").to_owned()
    }
}

/// A create body for a bug, with `more` fields.
pub fn bug(more: Value) -> Value {
    let mut fields = json!({
        "project": {"key": "SEC"},
        "issuetype": {"name": "Bug"},
        "summary": "A weakness",
        "customfield_10030": {"value": "Sev 1"},
        "customfield_10031": {"value": "Production"},
    });
    for (id, value) in more.as_object().expect("an object") {
        fields[id] = value.clone();
    }
    json!({"fields": fields})
}

/// A document of one paragraph.
pub fn doc(text: &str) -> Value {
    json!({"type": "doc", "version": 1, "content": [
        {"type": "paragraph", "content": [{"type": "text", "text": text}]}]})
}

pub async fn read(request: RequestBuilder) -> Got {
    let answer = request.send().await.expect("an answer");
    let status = answer.status().as_u16();
    let text = answer.text().await.expect("a body");
    (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
}
