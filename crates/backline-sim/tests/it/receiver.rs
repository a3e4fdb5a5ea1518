//! An app's end of webhooks: a small server that notes what it gets and answers as told.

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use serde_json::Value;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::mpsc;

/// Longer than any delivery takes; reached only by a failing test.
const PATIENCE: Duration = Duration::from_secs(30);

pub struct Delivered {
    pub headers: HeaderMap,
    pub body: Value,
}

impl Delivered {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("text"))
    }

    pub fn event(&self) -> &str {
        self.body["webhookEvent"].as_str().expect("every webhook names its event")
    }

    /// What distinguishes the issues of a test.
    pub fn key(&self) -> &str {
        self.body["issue"]["key"].as_str().unwrap_or_default()
    }
}

pub struct Receiver {
    pub url: String,
    /// What the next requests are answered; after them 200.
    pub answers: Arc<Mutex<VecDeque<u16>>>,
    delivered: mpsc::UnboundedReceiver<Delivered>,
}

impl Receiver {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        Self::on(listener)
    }

    pub fn on(listener: TcpListener) -> Self {
        let url = format!("http://{}/hooks/jira", listener.local_addr().expect("bound"));
        let answers: Arc<Mutex<VecDeque<u16>>> = Arc::default();
        let (sender, delivered) = mpsc::unbounded_channel();
        let planned = answers.clone();
        let take = move |headers: HeaderMap, bytes: Bytes| async move {
            let body = serde_json::from_slice(&bytes).expect("JSON");
            drop(sender.send(Delivered { headers, body }));
            let status = planned.lock().expect("never poisoned").pop_front().unwrap_or(200);
            StatusCode::from_u16(status).expect("a status")
        };
        tokio::spawn(async { axum::serve(listener, Router::new().route("/hooks/jira", post(take))).await });
        Self { url, answers, delivered }
    }

    pub fn answer(&self, statuses: impl IntoIterator<Item = u16>) {
        self.answers.lock().expect("never poisoned").extend(statuses);
    }

    pub async fn next(&mut self) -> Delivered {
        let next = tokio::time::timeout(PATIENCE, self.delivered.recv()).await;
        next.expect("a delivery comes").expect("the server runs")
    }

    pub async fn events(&mut self, count: usize) -> Vec<String> {
        let mut events = Vec::new();
        for _ in 0..count {
            events.push(self.next().await.event().to_owned());
        }
        events
    }
}
