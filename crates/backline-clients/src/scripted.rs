//! A transport whose answers are a function, for this crate's own tests.

use crate::transport::{Request, Response, Transport, TransportError};
use serde_json::Value as Json;
use std::sync::{Arc, Mutex};

type Answer = dyn Fn(&Request) -> Result<Response, TransportError> + Send + Sync;

pub(crate) struct Scripted {
    answer: Box<Answer>,
    seen: Mutex<Vec<Request>>,
}

impl Scripted {
    pub(crate) fn new(
        answer: impl Fn(&Request) -> Result<Response, TransportError> + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Self { answer: Box::new(answer), seen: Mutex::default() })
    }

    /// Gives the same answer to everything.
    pub(crate) fn always(status: u16, body: impl Into<Vec<u8>>) -> Arc<Self> {
        let body = body.into();
        Self::new(move |_| Ok(answer(status, body.clone())))
    }

    /// `METHOD url` of every request so far, without the origin.
    pub(crate) fn lines(&self) -> Vec<String> {
        let seen = self.seen.lock().unwrap();
        seen.iter().map(|r| format!("{} {}", r.method.as_str(), &r.url[r.origin().len()..])).collect()
    }

    pub(crate) fn last(&self) -> Request {
        self.seen.lock().unwrap().last().unwrap().clone()
    }

    pub(crate) fn last_json(&self) -> Json {
        serde_json::from_slice(&self.last().body.unwrap()).unwrap()
    }
}

#[async_trait::async_trait]
impl Transport for Scripted {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let answer = (self.answer)(&request);
        self.seen.lock().unwrap().push(request);
        answer
    }
}

pub(crate) fn answer(status: u16, body: impl Into<Vec<u8>>) -> Response {
    Response { status, headers: Vec::new(), body: body.into() }
}
