//! The simulator as its clients see it.

use super::*;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use axum::routing::post;
use std::path::PathBuf;
use tower::ServiceExt;

mod pull_requests;
mod repositories;
mod webhooks;

const REPO: &str = "/github/api/v3/repos/acme/payments-api";

fn clock() -> Arc<Clock> {
    Arc::new(Clock::system(0))
}

/// A client of a simulator that runs in this process.
struct Client {
    github: Arc<Github>,
    token: String,
}

struct Reply {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
}

impl Reply {
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {} {}", self.status, self.text))
    }

    fn expect(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        if self.text.is_empty() { Value::Null } else { self.json() }
    }
}

impl Client {
    fn new() -> Self {
        Self::of(Github::open(None, 1, clock()).unwrap())
    }

    fn of(github: Arc<Github>) -> Self {
        let token = github.info("")["token"].as_str().unwrap().to_owned();
        Self { github, token }
    }

    fn bot(&self) -> Self {
        let token = self.github.info("")["backline_token"].as_str().unwrap().to_owned();
        Self { github: Arc::clone(&self.github), token }
    }

    async fn send(&self, request: Request<Body>) -> Reply {
        let response = Arc::clone(&self.github).router().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        Reply {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8(body.to_vec()).unwrap(),
        }
    }

    async fn call(&self, method: &str, path: &str, body: Value) -> Reply {
        let path = if path.starts_with("/github/") { path.to_owned() } else { format!("{REPO}{path}") };
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", "sim:1")
            .header("user-agent", "test")
            .header("authorization", format!("token {}", self.token));
        let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
        self.send(request.body(body).unwrap()).await
    }

    async fn get(&self, path: &str) -> Reply {
        self.call("GET", path, Value::Null).await
    }

    /// A branch off `main` with one commit that writes `path`.
    async fn branch(&self, name: &str, path: &str) {
        let main = self.get("/git/ref/heads/main").await.expect(200)["object"]["sha"].clone();
        let new = json!({"ref": format!("refs/heads/{name}"), "sha": main});
        self.call("POST", "/git/refs", new).await.expect(201);
        let file = json!({"message": "write", "content": "eA==", "branch": name});
        self.call("PUT", &format!("/contents/{path}"), file).await.expect(201);
    }

    /// An open pull request from a branch of its own; gives its number.
    async fn pull(&self, branch: &str) -> u64 {
        self.branch(branch, &format!("{branch}.txt")).await;
        let pull = json!({"title": "T", "head": branch, "base": "main", "body": "B"});
        self.call("POST", "/pulls", pull).await.expect(201)["number"].as_u64().unwrap()
    }
}

/// A file of the test's own, gone when it is over.
struct TempFile(PathBuf);

impl TempFile {
    fn new(name: &str) -> Self {
        let file = std::env::temp_dir().join(format!("github-sim-{name}-{}.jsonl", std::process::id()));
        let _ = std::fs::remove_file(&file);
        Self(file)
    }
}

impl Drop for TempFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Where a test receives webhooks: its address, and what arrived.
async fn receiver(status: StatusCode) -> (String, mpsc::UnboundedReceiver<(HeaderMap, Bytes)>) {
    let (sender, received) = mpsc::unbounded_channel();
    let app = Router::new().route(
        "/hook",
        post(move |headers: HeaderMap, body: Bytes| {
            let sender = sender.clone();
            async move {
                let _ = sender.send((headers, body));
                status
            }
        }),
    );
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await });
    (url, received)
}
