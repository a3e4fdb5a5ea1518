use super::described;
use super::tokens::mint::{self, Wanted};
use crate::app::App;
use crate::web::testing::{app, config};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use backline_store::api_token::TokenScope;
use serde_json::Value;
use tower::ServiceExt;

const REPORT: &[u8] = include_bytes!("../../../../samples/trivy/pom.json");

/// What an address of the document can be called with.
const METHODS: [&str; 4] = ["get", "put", "post", "delete"];

pub struct Client {
    router: Router,
    token: String,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Value,
}

impl Client {
    async fn with(scopes: &[TokenScope]) -> Self {
        Self::of(&app(config("[limits]\nupload_mb_max = 1\n")).await, scopes).await
    }

    pub async fn of(app: &App, scopes: &[TokenScope]) -> Self {
        Self { token: token(app, scopes).await, router: crate::web::router(app.clone()) }
    }

    pub async fn send(&self, method: Method, path: &str, body: impl Into<Body>) -> (StatusCode, Value) {
        let Answer { status, body, .. } = self.send_with(method, path, &[], body).await;
        (status, body)
    }

    pub async fn send_with(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Body>,
    ) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("/api/v1{path}"))
            .header("authorization", format!("Bearer {}", self.token))
            .header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(body.into()).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        if !status.is_success() {
            assert_eq!(headers["content-type"], "application/problem+json");
        }
        Answer { status, headers, body: serde_json::from_slice(&bytes).unwrap_or(Value::Null) }
    }

    pub async fn get(&self, path: &str) -> (StatusCode, Value) {
        self.send(Method::GET, path, Body::empty()).await
    }
}

async fn token(app: &App, scopes: &[TokenScope]) -> String {
    let wanted =
        Wanted { name: "test".into(), scopes: scopes.to_vec(), by: "a@b.example".into(), expires_at: None };
    mint::mint(app, wanted).await.unwrap().text
}

#[tokio::test]
async fn a_report_is_taken_and_its_vulnerabilities_are_listed() {
    let client = Client::with(&[TokenScope::Admin]).await;
    let path = "/reports?repository=acme/payments-api";
    let (status, first) = client.send(Method::POST, path, REPORT).await;
    assert_eq!(status, StatusCode::OK, "{first}");
    assert_eq!(first["format"], "trivy");
    let new = first["vulnerabilities"]["new"].as_u64().unwrap();
    assert!(new > 0 && first["report_id"].is_string());
    let (_, again) = client.send(Method::POST, path, REPORT).await;
    assert_eq!((&again["vulnerabilities"]["new"], &again["is_repeated"]), (&0.into(), &true.into()));
    let (_, listed) = client.get("/vulnerabilities?limit=1&severity=critical,high,medium,low").await;
    let id = listed["vulnerabilities"][0]["id"].as_str().unwrap();
    for list in ["vulnerabilities", "tickets", "remediations", "pull-requests", "activity"] {
        let (status, problem) = client.get(&format!("/{list}?after=zzz")).await;
        assert_eq!((status, &problem["code"]), (StatusCode::UNPROCESSABLE_ENTITY, &"invalid_request".into()));
    }
    let (status, shown) = client.get(&format!("/vulnerabilities/{id}")).await;
    assert_eq!(status, StatusCode::OK);
    assert!(shown["timeline"].is_array() && shown["tickets"].is_array(), "{shown}");
    let body = r#"{"reason": "not reachable"}"#;
    let (_, dismissed) = client.send(Method::POST, &format!("/vulnerabilities/{id}/dismiss"), body).await;
    assert_eq!(dismissed["status"], "dismissed");
    let (_, reopened) = client.send(Method::POST, &format!("/vulnerabilities/{id}/reopen"), "").await;
    assert_eq!(reopened["status"], "open");
}

#[tokio::test]
async fn a_bad_report_is_refused_with_place_rule_and_remedy() {
    let client = Client::with(&[TokenScope::ReportWrite]).await;
    for bad in [&b""[..], b"{\"SchemaVersion\": 2, \"Resul", b"[1, 2]", &[0; 4096]] {
        let (status, problem) = client.send(Method::POST, "/reports?repository=acme/api", bad.to_vec()).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
        assert_eq!(problem["code"], "report_refused");
        for part in ["place", "rule", "remedy", "request_id"] {
            assert!(problem[part].as_str().is_some_and(|text| !text.is_empty()), "{part} in {problem}");
        }
    }
    let large = vec![b' '; 1024 * 1024 + 1];
    let (status, problem) = client.send(Method::POST, "/reports?repository=acme/api", large).await;
    assert_eq!((status.as_u16(), &problem["code"]), (413, &"too_large".into()));
    let (status, _) = client.send(Method::POST, "/reports", REPORT).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "a repository must be named");
}

#[tokio::test]
async fn a_token_does_what_its_scope_says_and_no_more() {
    let client = Client::with(&[TokenScope::Read]).await;
    assert_eq!(client.get("/vulnerabilities").await.0, StatusCode::OK);
    for (method, path) in [
        (Method::POST, "/reports?repository=acme/api"),
        (Method::GET, "/plan"),
        (Method::GET, "/tokens"),
        (Method::PUT, "/settings/slack"),
        (Method::POST, "/sync"),
    ] {
        let (status, problem) = client.send(method, path, "{}").await;
        assert_eq!((status, &problem["code"]), (StatusCode::FORBIDDEN, &"forbidden".into()), "{path}");
    }
    let nobody = Client { token: "blt_x_y".into(), router: client.router.clone() };
    assert_eq!(nobody.get("/vulnerabilities").await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_mistaken_address_is_a_problem_too() {
    let client = Client::with(&[TokenScope::Admin]).await;
    assert_eq!(client.get("/nothing").await.1["code"], "not_found");
    assert_eq!(client.get("/vulnerabilities/nonsense").await.0, StatusCode::NOT_FOUND);
    assert_eq!(client.send(Method::DELETE, "/plan", "").await.0, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(client.get("/vulnerabilities?severity=huge").await.1["code"], "invalid_request");
    assert_eq!(client.send(Method::POST, "/tokens", "{").await.0, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(client.get("/metadata/projects").await.1["code"], "jira_not_connected");
}

#[tokio::test]
async fn a_token_is_shown_once_and_ends_when_it_is_revoked() {
    let client = Client::with(&[TokenScope::Admin]).await;
    let new = r#"{"name": "ci", "scopes": ["report:write", "read"]}"#;
    let (status, made) = client.send(Method::POST, "/tokens", new).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    let other = Client { token: made["token"].as_str().unwrap().into(), router: client.router.clone() };
    assert_eq!(other.get("/queue").await.0, StatusCode::OK);
    let id = made["id"].as_str().unwrap();
    assert!(!client.get("/tokens").await.1.to_string().contains(&other.token));
    assert_eq!(client.send(Method::DELETE, &format!("/tokens/{id}"), "").await.0, StatusCode::NO_CONTENT);
    assert_eq!(other.get("/queue").await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn settings_take_effect_at_once_and_show_no_secret() {
    let client = Client::with(&[TokenScope::Admin]).await;
    let sla = r#"{"critical_days": 1, "high_days": 2, "medium_days": 3, "low_days": 4}"#;
    assert_eq!(client.send(Method::PUT, "/settings/sla", sla).await.0, StatusCode::OK);
    assert_eq!(client.get("/settings/sla").await.1["high_days"], 2);
    let github = r#"{"token": "ghp_hidden", "repositories": ["Acme/API"]}"#;
    assert_eq!(client.send(Method::PUT, "/settings/github", github).await.0, StatusCode::OK);
    let shown = client.get("/settings/github").await.1;
    assert_eq!(shown["repositories"][0], "acme/api");
    assert!(!shown.to_string().contains("ghp_hidden"));
}

#[tokio::test]
async fn a_change_that_was_made_from_an_older_state_is_refused() {
    let client = Client::with(&[TokenScope::Admin]).await;
    let put = async |tag: &str, days: u16| {
        let sla = format!(r#"{{"critical_days": {days}, "high_days": 2, "medium_days": 3, "low_days": 4}}"#);
        client.send_with(Method::PUT, "/settings/sla", &[("if-match", tag)], sla).await
    };
    let read = client.send_with(Method::GET, "/settings/sla", &[], "").await;
    let first = read.headers["etag"].to_str().unwrap().to_owned();
    let saved = put(&first, 1).await;
    assert_eq!(saved.status, StatusCode::OK);
    let stale = put(&first, 9).await;
    assert_eq!((stale.status.as_u16(), &stale.body["code"]), (412, &"changed_meanwhile".into()));
    assert_eq!(client.get("/settings/sla").await.1["critical_days"], 1);
    assert_eq!(put(saved.headers["etag"].to_str().unwrap(), 9).await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_document_names_every_operation() {
    let document = described(&app(config("")).await).split_for_parts().1;
    let document = serde_json::to_value(super::docs::named(document)).unwrap();
    let operations: usize = document["paths"]
        .as_object()
        .unwrap()
        .values()
        .map(|path| path.as_object().unwrap().keys().filter(|key| METHODS.contains(&key.as_str())).count())
        .sum();
    assert_eq!(operations, 54);
    assert_eq!(document["paths"]["/api/v1/projects/{id}"]["put"]["operationId"], "put_projects_id");
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let heads = |path: &str, method: &str| -> Vec<String> {
        let parameters = &document["paths"][format!("/api/v1{path}")][method]["parameters"];
        let parameters = parameters.as_array().into_iter().flatten();
        parameters.filter(|at| at["in"] == "header").map(|at| at["name"].as_str().unwrap().into()).collect()
    };
    assert_eq!(heads("/reports", "post"), ["idempotency-key"]);
    assert_eq!(heads("/projects/{id}", "delete"), ["if-match"]);
    assert!(heads("/reports", "get").is_empty());
    for (path, methods) in [
        ("/reports", vec!["get", "post"]),
        ("/projects/{id}", vec!["get", "put", "delete"]),
        ("/settings/sla", vec!["get", "put"]),
    ] {
        for method in methods {
            assert!(document["paths"][format!("/api/v1{path}")][method].is_object(), "{method} {path}");
        }
    }
}
