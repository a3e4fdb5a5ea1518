//! GitHub as a small server: repositories, pull requests, webhooks, and pages for people.
//!
//! Owns one organisation's repositories, in memory and in a journal. Does not speak git, GraphQL beyond the two
//! draft mutations, checks, or GitHub Apps; what it does not know it answers with 501 and counts.
//! Invariant: a request is answered only after everything it changed is in the journal.

mod ancestry;
mod answer;
mod api;
mod change;
mod clock;
mod delivery;
mod diff;
mod endpoints;
mod error;
mod gate;
mod merge;
mod model;
mod object;
mod pages;
mod paging;
mod request;
mod seed;
mod state;
mod table;
mod wire;

pub(crate) use endpoints::endpoints;

use crate::clock::Clock;
use axum::Router;
use serde_json::{Value, json};
use state::State;
use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::sync::mpsc;
use tokio_util::sync::{CancellationToken, DropGuard};

/// Deliveries that may wait to be handed to their hook's own queue.
const OUTBOX_MAX: usize = 4096;

pub struct Github {
    clock: Arc<Clock>,
    state: Arc<Mutex<State>>,
    /// Taken by the first [`Github::router`], which starts the sender of webhooks.
    outbox: Mutex<Option<mpsc::Receiver<u64>>>,
    unsupported: Mutex<BTreeMap<String, u64>>,
    stop: CancellationToken,
    _stop_on_drop: DropGuard,
}

impl Github {
    /// State comes from the journal, or from nothing: then the same `seed` gives the same tokens. Without a path
    /// nothing is kept.
    pub fn open(journal_path: Option<&Path>, seed: u64, clock: Arc<Clock>) -> io::Result<Arc<Self>> {
        let (sender, outbox) = mpsc::channel(OUTBOX_MAX);
        let mut state = State::open(journal_path, sender)?;
        seed::seed(&mut state, seed, clock.now());
        delivery::fail_interrupted(&mut state);
        let stop = CancellationToken::new();
        Ok(Arc::new(Self {
            clock,
            state: Arc::new(Mutex::new(state)),
            outbox: Mutex::new(Some(outbox)),
            unsupported: Mutex::default(),
            _stop_on_drop: stop.clone().drop_guard(),
            stop,
        }))
    }

    /// Serves `/github/…`. Must be called inside a Tokio runtime: the first call starts the task that sends
    /// webhooks, which ends with [`Github::stop`] or when the last user of this value is gone.
    pub fn router(self: Arc<Self>) -> Router {
        if let Some(outbox) = self.outbox.lock().expect("nothing panics while it is held").take() {
            tokio::spawn(delivery::run(Arc::clone(&self.state), outbox, self.stop.clone()));
        }
        api::router(&self).merge(pages::router(&self)).with_state(self)
    }

    /// Ends the sending of webhooks; the state stays.
    pub fn stop(&self) {
        self.stop.cancel();
    }

    /// What a client needs: `token` is a person's, `backline_token` that of Backline's own user, and `tokens`
    /// has all of them by login.
    pub fn info(&self, base_url: &str) -> Value {
        let state = self.state();
        let token = |login: &str| state.user_by_login(login).and_then(|user| user.token.clone());
        let tokens: BTreeMap<&str, &String> = state
            .users
            .values()
            .filter_map(|user| Some((user.login.as_str(), user.token.as_ref()?)))
            .collect();
        json!({
            "api": format!("{base_url}/github/api/v3"),
            "token": token(seed::PERSON),
            "repository": format!("{}/{}", seed::ORGANIZATION, seed::REPOSITORY),
            "html": format!("{base_url}/github/"),
            "backline_token": token(seed::BOT),
            "tokens": tokens,
        })
    }

    /// The token of a user by login, or of the person as whom the pages act.
    pub fn token_of(&self, login: Option<&str>) -> Option<String> {
        self.state().user_by_login(login.unwrap_or(seed::PERSON))?.token.clone()
    }

    /// Method and path of requests that were answered with 501, and how often.
    pub fn unsupported(&self) -> Vec<(String, u64)> {
        let counts = self.unsupported.lock().expect("nothing panics while it is held");
        counts.iter().map(|(route, count)| (route.clone(), *count)).collect()
    }

    fn count_unsupported(&self, route: String) {
        *self.unsupported.lock().expect("nothing panics while it is held").entry(route).or_default() += 1;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no panic while the state is held")
    }
}

#[cfg(test)]
mod tests;
