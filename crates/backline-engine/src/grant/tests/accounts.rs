//! Atlassian's accounts as the contract describes them, behind a network that loses requests and answers, and a
//! gateway that knows which token is the newest.
//!
//! A refresh token that was exchanged is taken again for ten minutes; after that it revokes its family. A request that
//! was sent may be carried out as long as a minute later, whether or not anybody waits for it.
//!
//! Laws that are watched here: nobody exchanges a token twice unless the first answer got lost, not even where whoever
//! got it was cut off before it was kept; no two exchange it at the same time; and nobody calls with any but the newest
//! token.

mod exchange;
mod network;

use crate::clock::{Clock, VirtualClock, later};
use crate::testing::random::Random;
use backline_clients::transport::{Response, TOKEN_DEADLINE, TransportError};
use exchange::{Client, Exchange, Fate, WRONGS};
use jiff::Timestamp;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

/// How long an exchanged token is taken again.
pub const REUSE: Duration = Duration::from_secs(600);
const LIFE: Duration = Duration::from_secs(3_600);
/// After this a request that was sent is never carried out.
const LANDS_WITHIN: Duration = Duration::from_secs(60);
const TRACE_LINES: usize = 60;

pub struct Accounts {
    clock: Arc<VirtualClock>,
    state: Mutex<State>,
}

pub struct State {
    random: Random,
    /// Of a hundred exchanges, how many go wrong.
    pub wrong_percent: usize,
    /// When each refresh token was first exchanged; tokens of a revoked family are not in it.
    refreshes: BTreeMap<String, Option<Timestamp>>,
    accesses: BTreeMap<String, Timestamp>,
    issued: u32,
    /// The access token that is kept.
    newest: String,
    exchanges: Vec<Exchange>,
    turns: BTreeMap<usize, Timestamp>,
    /// Who is at work right now, and in which process.
    worker: usize,
    process: usize,
    pub broken: Option<String>,
    clock: Arc<VirtualClock>,
    trace: Vec<(Timestamp, usize, String)>,
    pub reached: BTreeMap<&'static str, u32>,
    /// Successful calls of each worker.
    pub calls: BTreeMap<usize, u32>,
}

impl Accounts {
    pub fn new(clock: Arc<VirtualClock>, random: Random, wrong_percent: usize) -> Self {
        let state = State {
            random,
            wrong_percent,
            refreshes: BTreeMap::new(),
            accesses: BTreeMap::new(),
            issued: 0,
            newest: String::new(),
            exchanges: Vec::new(),
            turns: BTreeMap::new(),
            worker: 0,
            process: 0,
            broken: None,
            clock: clock.clone(),
            trace: Vec::new(),
            reached: BTreeMap::new(),
            calls: BTreeMap::new(),
        };
        Self { clock, state: Mutex::new(state) }
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no panic while the state is held")
    }

    /// The pair of a new consent, which is kept.
    pub fn consent(&self) -> (String, String) {
        let mut state = self.state();
        let pair = state.issue(self.clock.now());
        state.newest = pair.0.clone();
        pair
    }

    /// Carries one of the requests that are under way a step further.
    pub fn step(&self, random: &mut Random) {
        let now = self.clock.now();
        let mut state = self.state();
        let open: Vec<usize> =
            (0..state.exchanges.len()).filter(|number| !state.exchanges[*number].is_answered).collect();
        if !open.is_empty() {
            state.step(random.pick(&open), now);
        }
    }

    /// The newest access token stops working before its time.
    pub fn revoke_newest(&self) {
        let mut state = self.state();
        let newest = state.newest.clone();
        state.accesses.remove(&newest);
    }

    /// When a refresh token was first exchanged, if it was; nothing where it is dead.
    pub fn used_at(&self, refresh: &str) -> Option<Option<Timestamp>> {
        self.state().refreshes.get(refresh).copied()
    }
}

impl State {
    /// Something happened that schedules should reach.
    pub fn reach(&mut self, what: &'static str) {
        *self.reached.entry(what).or_default() += 1;
        self.note(what.to_owned());
    }

    fn note(&mut self, what: String) {
        // What goes on for long stands there once.
        if self.trace.last().is_none_or(|(_, _, last)| *last != what) {
            self.trace.push((self.clock.now(), self.worker, what));
        }
    }

    /// The last things that happened, for whoever plays a schedule again.
    pub fn last(&self) -> String {
        let lines = self.trace.iter().rev().take(TRACE_LINES).rev();
        lines.map(|(at, worker, what)| format!("  {at} worker {worker}: {what}\n")).collect()
    }

    pub fn breaks(&mut self, law: impl Into<String>) {
        self.broken.get_or_insert(law.into());
    }

    /// A worker goes on.
    pub fn at_work(&mut self, worker: usize, process: usize) {
        (self.worker, self.process) = (worker, process);
    }

    /// The worker at work has the turn until then.
    pub fn takes_turn(&mut self, until: Timestamp) {
        self.turns.insert(self.worker, until);
    }

    /// The worker at work has kept a pair, its own or one that its process held.
    pub fn keeps(&mut self, access: &str) {
        self.note(format!("keeps {access}"));
        self.newest = access.to_owned();
        let is_its =
            |exchange: &&mut Exchange| exchange.done.iter().flatten().any(|(given, _)| given == access);
        if let Some(exchange) = self.exchanges.iter_mut().find(is_its) {
            let was = std::mem::replace(&mut exchange.client, Client::Kept);
            if was == Client::Held {
                self.reach("a held pair was kept");
            }
        }
    }

    /// The worker at work could not keep what it was told.
    pub fn fails(&mut self) {
        self.cut_off(self.worker);
    }

    /// A worker is cut off; what it was told stays in its process.
    pub fn cut_off(&mut self, worker: usize) {
        let told = |exchange: &&mut Exchange| exchange.client == Client::Told && exchange.worker == worker;
        self.exchanges.iter_mut().filter(told).for_each(|exchange| exchange.client = Client::Held);
    }

    /// A process dies with all that it held.
    pub fn ends(&mut self, process: usize) {
        let held = |exchange: &&mut Exchange| exchange.client == Client::Held && exchange.process == process;
        self.exchanges.iter_mut().filter(held).for_each(|exchange| exchange.client = Client::Gone);
    }

    fn issue(&mut self, now: Timestamp) -> (String, String) {
        self.issued += 1;
        let pair = (format!("access-{}", self.issued), format!("refresh-{}", self.issued));
        self.accesses.insert(pair.0.clone(), later(now, LIFE));
        self.refreshes.insert(pair.1.clone(), None);
        pair
    }

    fn begin(&mut self, token: String, now: Timestamp) -> usize {
        let mut before = self.exchanges.iter().filter(|exchange| exchange.token == token);
        let law = before.find_map(|exchange| exchange.forbids(self.process, now));
        if let Some(law) = law {
            self.breaks(law);
        }
        let token_sent = token.clone();
        let fate = match self.random.chance(self.wrong_percent) {
            true => self.random.pick(&WRONGS),
            false => Fate::Served,
        };
        let turn_until = self.turns.get(&self.worker).copied().unwrap_or(now);
        self.exchanges.push(Exchange {
            token,
            worker: self.worker,
            process: self.process,
            sent_at: now,
            turn_until,
            fate,
            done: None,
            is_answered: false,
            client: Client::Waits,
        });
        self.note(format!("sends {token_sent}, {fate:?}"));
        self.exchanges.len() - 1
    }

    fn step(&mut self, number: usize, now: Timestamp) {
        let exchange = &self.exchanges[number];
        let is_due = exchange.fate != Fate::Late || exchange.client == Client::Gone;
        // Nobody could do anything about one that comes after the ten minutes: it ends the grant at Atlassian.
        let used_at = self.refreshes.get(&exchange.token).copied().flatten();
        let is_too_late = now >= later(exchange.sent_at, LANDS_WITHIN)
            || (exchange.client == Client::Gone
                && used_at.is_some_and(|used_at| now > later(used_at, REUSE)));
        if exchange.lands() && exchange.done.is_none() && is_due && !is_too_late {
            if exchange.client == Client::Gone {
                self.reach("carried out when nobody waited");
            }
            let token = self.exchanges[number].token.clone();
            self.exchanges[number].done = Some(self.exchange(&token, now));
        } else if is_due {
            self.exchanges[number].is_answered = true;
        }
    }

    fn exchange(&mut self, token: &str, now: Timestamp) -> Option<(String, String)> {
        let used_at = *self.refreshes.get(token)?;
        match used_at {
            Some(used_at) if now > later(used_at, REUSE) => {
                self.note(format!("{token} comes too late"));
                self.refreshes.clear();
                return None;
            }
            Some(_) => self.reach("taken again"),
            None => {
                self.refreshes.insert(token.to_owned(), Some(now));
            }
        }
        self.reach("exchanged");
        self.note(format!("{token} is exchanged"));
        Some(self.issue(now))
    }

    /// What the one who waits gets, once there is something.
    fn answer(&mut self, number: usize, now: Timestamp) -> Option<Result<Response, TransportError>> {
        let exchange = &mut self.exchanges[number];
        let lost = || TransportError::Unknown { reason: "the connection broke".to_owned() };
        let answer = match exchange.fate {
            Fate::NotSent => Err(TransportError::NotSent { reason: "refused".to_owned() }),
            _ if !exchange.is_answered => {
                if now < later(exchange.sent_at, TOKEN_DEADLINE) {
                    return None;
                }
                Err(TransportError::Deadline { after: TOKEN_DEADLINE })
            }
            Fate::Throttled => Ok(answer(429, &Json::Null)),
            Fate::LostBefore | Fate::LostAfter | Fate::Late => Err(lost()),
            Fate::PageBefore => Ok(answer(503, &json!("busy"))),
            Fate::PageAfter => Ok(answer(500, &json!("<html>"))),
            Fate::Served => match exchange.done.clone() {
                Some(Some((access, refresh))) => {
                    exchange.client = Client::Told;
                    let body = json!({"access_token": access, "refresh_token": refresh, "expires_in": 3600});
                    return Some(Ok(self::answer(200, &body)));
                }
                Some(None) => Ok(self::answer(403, &json!({"error": "invalid_grant"}))),
                None => Err(lost()),
            },
        };
        exchange.client = Client::Gone;
        Some(answer)
    }

    /// A call to Jira with a token.
    fn call(&mut self, token: &str, now: Timestamp) -> Response {
        if token != self.newest {
            self.breaks(format!("called with {token} although {} is kept", self.newest));
        }
        match self.accesses.get(token) {
            Some(expires_at) if now < *expires_at => {
                *self.calls.entry(self.worker).or_default() += 1;
                self.reach("called");
                answer(200, &json!({"accountId": "712020:a", "displayName": "Ann"}))
            }
            Some(_) => {
                self.breaks("called with a token that has ended");
                answer(401, &json!({"code": 401, "message": "Unauthorized"}))
            }
            None => {
                self.reach("refused before its time");
                answer(401, &json!({"code": 401, "message": "Unauthorized"}))
            }
        }
    }
}

fn answer(status: u16, body: &Json) -> Response {
    Response { status, headers: Vec::new(), body: body.to_string().into_bytes() }
}
