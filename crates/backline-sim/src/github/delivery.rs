//! Sending webhooks: in the background, in order for each hook, each once.
//!
//! Nothing is retried; a failed delivery is listed and can be asked for again, as on GitHub. Only loopback
//! addresses are called, so that no simulated event ever reaches a real service.
//! Source: <https://docs.github.com/webhooks/using-webhooks/handling-failed-webhook-deliveries>

use super::change::unsent;
use super::model::{Delivery, Hook, Outcome};
use super::state::State;
use crate::loopback::is_loopback;
use hmac::{Hmac, KeyInit, Mac};
use reqwest::{Client, Url, header, redirect};
use sha2::Sha256;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

const TIMEOUT: Duration = Duration::from_secs(10);
const WAITING_PER_HOOK_MAX: usize = 4096;
const KEPT_PER_HOOK_MAX: usize = 500;
const RESPONSE_CHARS_MAX: usize = 10_000;

/// Runs until `stop`; what is on its way then ends as a failed delivery at the next start.
pub async fn run(state: Arc<Mutex<State>>, mut outbox: mpsc::Receiver<u64>, stop: CancellationToken) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = Client::builder()
        .timeout(TIMEOUT)
        .redirect(redirect::Policy::none())
        .no_proxy()
        .user_agent("GitHub-Hookshot/sim0001")
        .build()
        .expect("a client without files or environment always builds");
    let mut lanes: HashMap<u64, mpsc::Sender<u64>> = HashMap::new();
    // Dropping the set ends every lane.
    let mut workers = JoinSet::new();
    loop {
        let id = tokio::select! {
            () = stop.cancelled() => return,
            id = outbox.recv() => id,
        };
        let Some(id) = id else { return };
        let Some(hook) = lock(&state).deliveries.find(&id).map(|delivery| delivery.hook) else { continue };
        let lane = lanes.entry(hook).or_insert_with(|| {
            let (lane, waiting) = mpsc::channel(WAITING_PER_HOOK_MAX);
            workers.spawn(work(Arc::clone(&state), client.clone(), waiting));
            lane
        });
        if lane.try_send(id).is_err() {
            record(&state, id, unsent("the queue of deliveries is full"));
        }
    }
}

async fn work(state: Arc<Mutex<State>>, client: Client, mut waiting: mpsc::Receiver<u64>) {
    while let Some(id) = waiting.recv().await {
        let found = {
            let state = lock(&state);
            state
                .deliveries
                .find(&id)
                .and_then(|delivery| Some((delivery.clone(), state.hooks.find(&delivery.hook)?.clone())))
        };
        let Some((delivery, hook)) = found else { continue };
        let outcome = send(&client, &delivery, &hook).await;
        tracing::debug!(event = %delivery.event, guid = %delivery.guid, status = %outcome.status, "webhook sent");
        record(&state, id, outcome);
    }
}

async fn send(client: &Client, delivery: &Delivery, hook: &Hook) -> Outcome {
    let url = match Url::parse(&hook.url) {
        Ok(url) if is_loopback(&url) => url,
        _ => return unsent("not sent: this simulator delivers to loopback addresses only"),
    };
    let (content_type, body) = match hook.content_type.as_str() {
        "json" => ("application/json", delivery.payload.clone()),
        _ => ("application/x-www-form-urlencoded", form(&delivery.payload)),
    };
    let mut request = client
        .post(url)
        .header(header::CONTENT_TYPE, content_type)
        .header(header::ACCEPT, "*/*")
        .header("X-GitHub-Event", &delivery.event)
        .header("X-GitHub-Delivery", &delivery.guid)
        .header("X-GitHub-Hook-ID", hook.id)
        .header("X-GitHub-Hook-Installation-Target-Type", "repository")
        .header("X-GitHub-Hook-Installation-Target-ID", hook.repo);
    if let Some(secret) = &hook.secret {
        request = request.header("X-Hub-Signature-256", signature(secret, body.as_bytes()));
    }
    let start = Instant::now();
    let answer = request.body(body).send().await;
    let took = |start: Instant| u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
    match answer {
        Ok(response) => {
            let code = response.status();
            let headers = response.headers().iter();
            let response_headers: BTreeMap<String, String> = headers
                .map(|(name, value)| {
                    (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
                })
                .collect();
            let status = match code.is_success() {
                true => "OK".to_owned(),
                false => format!("Invalid HTTP Response: {}", code.as_u16()),
            };
            let text = response.text().await.unwrap_or_default();
            let response_body = text.chars().take(RESPONSE_CHARS_MAX).collect();
            Outcome { code: code.as_u16(), status, duration_ms: took(start), response_headers, response_body }
        }
        Err(error) if error.is_timeout() => {
            Outcome { code: 504, duration_ms: took(start), ..unsent("timed out") }
        }
        Err(_) => Outcome { duration_ms: took(start), ..unsent("failed to connect to host") },
    }
}

fn record(state: &Mutex<State>, id: u64, outcome: Outcome) {
    let mut state = lock(state);
    let Some(hook) = state.deliveries.find(&id).map(|delivery| delivery.hook) else { return };
    state.hooks.edit(&hook, |hook| hook.last = Some(outcome.clone()));
    state.deliveries.edit(&id, |delivery| delivery.outcome = Some(outcome));
    let of_hook = state.deliveries.values().filter(|delivery| delivery.hook == hook);
    let kept: Vec<u64> = of_hook.map(|delivery| delivery.id).collect();
    for old in &kept[..kept.len().saturating_sub(KEPT_PER_HOOK_MAX)] {
        state.deliveries.remove(old);
    }
}

/// What was on its way when the process died was not confirmed: it shows as failed.
pub fn fail_interrupted(state: &mut State) {
    let open = state.deliveries.values().filter(|delivery| delivery.outcome.is_none());
    let open: Vec<u64> = open.map(|delivery| delivery.id).collect();
    for id in open {
        state.deliveries.edit(&id, |delivery| delivery.outcome = Some(unsent("failed to connect to host")));
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().expect("no panic while the state is held")
}

fn form(payload: &str) -> String {
    let mut url = Url::parse("http://localhost/").expect("a constant URL");
    url.query_pairs_mut().append_pair("payload", payload);
    url.query().expect("a pair was appended").to_owned()
}

/// `sha256=` and the HMAC of the body as sent, form encoding included.
fn signature(secret: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes keys of every length");
    mac.update(body);
    format!("sha256={}", hex::encode(mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of <https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries>.
    #[test]
    fn signature_is_githubs() {
        assert_eq!(
            signature("It's a Secret to Everybody", b"Hello, World!"),
            "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
        );
    }
}
