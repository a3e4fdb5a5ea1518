//! Sends what waits in a site's outbox: beside the site, so that no request ever waits for an app.
//!
//! Calls loopback addresses only. Every attempt carries a token of its own, signed with the app's secret.

use super::delivery::{Attempt, Delivery, Lane};
use super::event::Flow;
use crate::accounts::Accounts;
use crate::jira::config::Id;
use crate::jira::site::Site;
use crate::journal::Batch;
use crate::loopback::is_loopback;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use reqwest::{Client, RequestBuilder, Url, header, redirect};
use serde_json::json;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// How long an app may take. Assumed: Atlassian names timeouts and no time.
const TIMEOUT: Duration = Duration::from_secs(20);
/// How long the token of an attempt is good for. Assumed.
const TOKEN_MS: i64 = 3 * 60_000;

struct Done {
    id: Id,
    lane: Lane,
    attempt: Attempt,
}

/// Runs until `stop`. What is on its way then stays in the outbox.
pub async fn run(site: Arc<Site>, accounts: Arc<Accounts>, stop: CancellationToken) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = Client::builder()
        .timeout(TIMEOUT)
        .redirect(redirect::Policy::none())
        .no_proxy()
        .user_agent("Atlassian Webhook HTTP Client")
        .build()
        .expect("a client without files or environment always builds");
    let wake = site.read().outbox.wake.clone();
    let mut moves = site.clock.moves();
    let mut busy = BTreeSet::new();
    let mut on_the_way: JoinSet<Done> = JoinSet::new();
    loop {
        let now_ms = site.clock.now_ms();
        let (due, next_ms) = site.read().outbox.due(now_ms, &busy);
        for delivery in due {
            busy.insert(delivery.lane());
            on_the_way.spawn(carry(client.clone(), site.clone(), accounts.clone(), delivery));
        }
        let wait = Duration::from_millis(next_ms.map_or(0, |ms| ms.saturating_sub(now_ms).max(1) as u64));
        tokio::select! {
            () = stop.cancelled() => return,
            () = wake.notified() => {}
            Ok(()) = moves.changed() => {}
            () = tokio::time::sleep(wait), if next_ms.is_some() => {}
            Some(done) = on_the_way.join_next() => {
                let Ok(Done { id, lane, attempt }) = done else { continue };
                busy.remove(&lane);
                let mut batch = Batch::default();
                let mut state = site.write();
                state.outbox.record(id, attempt, site.clock.now_ms(), &mut batch);
                state.commit(&batch);
            }
        }
    }
}

async fn carry(client: Client, site: Arc<Site>, accounts: Arc<Accounts>, delivery: Delivery) -> Done {
    let (id, lane, at_ms) = (delivery.id, delivery.lane(), site.clock.now_ms());
    let attempt = match request(&client, &accounts, delivery, at_ms) {
        Err(problem) => Attempt { at_ms, status: None, problem: Some(problem.into()), is_sent: false },
        Ok(request) => {
            let (status, problem) = match request.send().await {
                Ok(response) => (Some(response.status().as_u16()), None),
                Err(error) if error.is_timeout() => (None, Some("timed out".into())),
                Err(_) => (None, Some("failed to connect".into())),
            };
            Attempt { at_ms, status, problem, is_sent: true }
        }
    };
    Done { id, lane, attempt }
}

fn request(
    client: &Client,
    accounts: &Accounts,
    delivery: Delivery,
    now_ms: i64,
) -> Result<RequestBuilder, &'static str> {
    let url = Url::parse(&delivery.url).ok().filter(is_loopback);
    let url = url.ok_or("not sent: this simulator delivers to loopback addresses only")?;
    let secret = accounts.secret_of(&delivery.client_id).ok_or("not sent: there is no such app")?;
    let flow = match delivery.flow {
        Flow::Primary => "Primary",
        Flow::Secondary => "Secondary",
    };
    let mut request = client
        .post(url)
        .bearer_auth(token(&delivery.client_id, secret, now_ms))
        .header(header::CONTENT_TYPE, "application/json; charset=UTF-8")
        .header("X-Atlassian-Webhook-Identifier", &delivery.identifier)
        .header("X-Atlassian-Webhook-Flow", flow);
    if delivery.retries > 0 {
        request = request.header("X-Atlassian-Webhook-Retry", delivery.retries);
    }
    Ok(request.body(delivery.body))
}

/// HS256 with the app's secret, as one product has seen it of a real site. Which claims there are is not
/// documented: receivers must not lean on these.
fn token(client_id: &str, secret: &str, now_ms: i64) -> String {
    let claims = json!({"iss": client_id, "iat": now_ms / 1_000, "exp": (now_ms + TOKEN_MS) / 1_000});
    let key = EncodingKey::from_secret(secret.as_bytes());
    jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &key).expect("HMAC signs any claims")
}
