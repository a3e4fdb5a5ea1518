//! The network between replicas and simulators: no socket, but everything that can go wrong on one.

use crate::agenda::Event;
use crate::plan::{Fault, Killed};
use crate::random::spread;
use crate::story::{Answer, Sender, Wait, What, name_of};
use crate::world::Shared;
use backline_clients::transport::{Request, Response, Transport, TransportError};
use serde_json::Value as Json;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::oneshot;

/// Why an answer does not come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lost {
    NotSent,
    Broken,
    Deadline(Duration),
}

impl From<Lost> for TransportError {
    fn from(lost: Lost) -> Self {
        match lost {
            Lost::NotSent => Self::NotSent { reason: "connection refused".to_owned() },
            Lost::Broken => Self::Unknown { reason: "connection reset".to_owned() },
            Lost::Deadline(after) => Self::Deadline { after },
        }
    }
}

/// The way back to a sender; whatever comes first is its answer.
#[derive(Clone)]
pub struct Reply(Arc<Mutex<Option<oneshot::Sender<Given>>>>);

type Given = Result<Response, Lost>;

impl Reply {
    fn new() -> (Self, oneshot::Receiver<Given>) {
        let (sender, receiver) = oneshot::channel();
        (Self(Arc::new(Mutex::new(Some(sender)))), receiver)
    }

    pub fn is_awaited(&self) -> bool {
        let sender = self.0.lock().expect("no panic while it is held");
        sender.as_ref().is_some_and(|sender| !sender.is_closed())
    }

    pub fn give(&self, answer: Given) {
        let sender = self.0.lock().expect("no panic while it is held").take();
        if let Some(sender) = sender {
            // Whoever died has no use for it.
            sender.send(answer).ok();
        }
    }
}

/// A request on its way.
pub struct Flight {
    pub n: u64,
    pub by: Sender,
    pub request: Request,
    /// `None` where the sender was told already that it is lost.
    pub reply: Option<Reply>,
    pub fault: Option<Fault>,
}

/// The door of one replica.
pub struct Wire {
    pub shared: Arc<Shared>,
    pub by: Sender,
}

#[async_trait::async_trait]
impl Transport for Wire {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        match self.shared.switch {
            Some(switch) => crate::sabotage::transport::send(switch, self, request).await,
            None => self.pass(request).await,
        }
    }
}

impl Wire {
    pub async fn pass(&self, request: Request) -> Result<Response, TransportError> {
        let answer = self.depart(request).await;
        answer.unwrap_or(Err(Lost::Broken)).map_err(TransportError::from)
    }

    fn depart(&self, request: Request) -> oneshot::Receiver<Given> {
        let shared = &self.shared;
        let n = shared.next_request();
        shared.tell(sent(n, self.by, &request));
        let fault = shared.fault_of(n);
        let (reply, answered) = Reply::new();
        let there_ms = shared.latency_ms(spread(shared.seed, n.wrapping_mul(2)));
        let lost = |after_ms, lost| {
            let event = Event::Answer { n, reply: reply.clone(), answer: Err(lost) };
            shared.agenda.put_in(after_ms, event);
        };
        let deadline_ms = u64::try_from(request.deadline.as_millis()).unwrap_or(u64::MAX);
        lost(deadline_ms, Lost::Deadline(request.deadline));
        let arrive = |after_ms, reply| {
            let flight = Flight { n, by: self.by, request: request.clone(), reply, fault: fault.clone() };
            shared.agenda.put_in(after_ms, Event::Arrive(Box::new(flight)));
        };
        match &fault {
            Some(Fault::Refused) => lost(1, Lost::NotSent),
            Some(Fault::Reset) => lost(there_ms, Lost::Broken),
            Some(Fault::Late { ms }) => {
                lost(there_ms, Lost::Broken);
                arrive(there_ms + ms, None);
            }
            Some(Fault::Slow { ms }) => arrive(there_ms + ms, Some(reply.clone())),
            Some(Fault::Kill { when: Killed::HalfSent | Killed::Sent, down_ms }) => {
                shared.doom(self.by, *down_ms);
                if matches!(fault, Some(Fault::Kill { when: Killed::Sent, .. })) {
                    arrive(there_ms, None);
                }
            }
            _ => arrive(there_ms, Some(reply.clone())),
        }
        answered
    }
}

fn sent(n: u64, by: Sender, request: &Request) -> What {
    let body: Option<Json> = request.body.as_deref().and_then(|body| serde_json::from_slice(body).ok());
    let refresh = body.as_ref().and_then(|body| body["refresh_token"].as_str()).map(name_of);
    let authorization = request.headers.iter().find(|(name, _)| name == "authorization");
    let token = authorization.and_then(|(_, value)| value.strip_prefix("Bearer ")).map(name_of);
    let path = request.url.strip_prefix(request.origin()).unwrap_or_default().to_owned();
    // What is sent for tokens holds secrets of the app.
    let body = if path.contains("/oauth/token") { None } else { body };
    What::Sent { n, by, method: request.method.as_str(), path, token, refresh, body }
}

/// How an answer stands in a story.
pub fn told(answer: &Result<Response, Lost>) -> Answer {
    match answer {
        Ok(response) => Answer::Status { status: response.status, wait: wait_of(response) },
        Err(Lost::NotSent) => Answer::Lost("not sent"),
        Err(Lost::Broken) => Answer::Lost("broken"),
        Err(Lost::Deadline(_)) => Answer::Lost("deadline"),
    }
}

fn wait_of(response: &Response) -> Option<Wait> {
    let s = response.header("retry-after").filter(|_| response.status == 429)?.parse().ok()?;
    let reason = response.header("ratelimit-reason").unwrap_or_default().to_owned();
    Some(Wait { s, reason })
}
