//! The network before the accounts and the site: whoever waits may be cut off, and may wait for long.

use super::Accounts;
use super::exchange::Client;
use crate::clock::Clock;
use crate::grant::tests::pause;
use backline_clients::transport::{Request, Response, Transport, TransportError};
use serde_json::Value as Json;

/// Marks an exchange as abandoned when the one who waits is cut off.
struct Waiting<'a> {
    accounts: &'a Accounts,
    number: usize,
    is_over: bool,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if !self.is_over {
            let mut state = self.accounts.state();
            state.exchanges[self.number].client = Client::Gone;
            state.reach("cut off while it waited");
        }
    }
}

#[async_trait::async_trait]
impl Transport for Accounts {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let now = self.clock.now();
        if !request.url.ends_with("/oauth/token") {
            let authorization = request.headers.iter().find(|(name, _)| name == "authorization");
            let token =
                authorization.and_then(|(_, value)| value.strip_prefix("Bearer ")).unwrap_or_default();
            return Ok(self.state().call(token, now));
        }
        let body: Json =
            serde_json::from_slice(request.body.as_deref().unwrap_or_default()).unwrap_or_default();
        let token = body["refresh_token"].as_str().unwrap_or_default().to_owned();
        let number = self.state().begin(token, now);
        let mut waiting = Waiting { accounts: self, number, is_over: false };
        loop {
            let answer = self.state().answer(number, self.clock.now());
            if let Some(answer) = answer {
                waiting.is_over = true;
                return answer;
            }
            pause().await;
        }
    }
}
