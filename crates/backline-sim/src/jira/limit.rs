//! Jira's rate limits: points per hour, requests per second and writes per issue.
//!
//! Owns what was spent and whether a call may go on. Knows nothing of what an endpoint does; a call that is
//! refused here is not carried out. Only apps have a quota of points; API tokens meet the other two limits.
//! Switched by `/_sim/limits`, off unless asked for: a busy product on a fast simulator meets limits that it
//! would never meet on a real site, which is slower.
//!
//! Invariant: a call that one limit refuses takes nothing from the others.
//!
//! Source: <https://developer.atlassian.com/cloud/jira/platform/rate-limiting/>

mod burst;
mod header;
mod points;
mod setting;
mod spacing;

pub use points::Objects;
pub use setting::Setting;

use super::call::Call;
use super::config::Id;
use crate::history::ReadByPost;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use burst::Buckets;
use points::Purses;
use serde_json::{Value, json};
use spacing::Writes;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

/// A row of the table of endpoints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Endpoint {
    pub method: &'static str,
    /// As published, below `/rest/api/3`.
    pub path: &'static str,
}

/// A limit as it stands after a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Level {
    limit: u64,
    remaining: u64,
}

impl Level {
    /// Jira warns below a fifth.
    fn is_near(self) -> bool {
        self.remaining * 5 < self.limit
    }
}

/// Why a call is refused, and for how long.
#[derive(Debug, Clone, Copy)]
struct Refused {
    reason: &'static str,
    limit: u64,
    wait_ms: i64,
}

/// What [`Limits::admit`] says of a call.
pub enum Admission {
    /// Nothing is counted.
    Unlimited,
    /// The call goes on; its answer is shown to [`Limits::settle`].
    Admitted(Admitted),
    /// The answer is 429 and nothing is done.
    Refused(Response),
}

/// A call that goes on, and what its answer will cost.
pub struct Admitted {
    endpoint: Endpoint,
    purse: Option<points::Key>,
    burst: Level,
}

/// The limits of all sites: an app's global pool spans them.
pub struct Limits {
    is_enabled: AtomicBool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    setting: Setting,
    purses: Purses,
    buckets: Buckets,
    writes: Writes,
}

impl Limits {
    pub fn new(setting: Setting) -> Self {
        Self {
            is_enabled: AtomicBool::new(setting.enabled),
            state: Mutex::new(State { setting, ..State::default() }),
        }
    }

    /// Lays `change` over the setting and begins to count anew.
    ///
    /// # Errors
    /// What in the change cannot be read.
    pub fn change(&self, change: Value) -> Result<(), String> {
        let mut state = self.state();
        let setting = state.setting.with(change)?;
        self.is_enabled.store(setting.enabled, Ordering::Relaxed);
        *state = State { setting, ..State::default() };
        Ok(())
    }

    /// The setting, and what each app has spent in its hour.
    pub fn report(&self, now_ms: i64) -> Value {
        let state = self.state();
        let mut report = json!(state.setting);
        report["spent"] = state.purses.report(&state.setting, now_ms);
        report
    }

    /// Asks every limit about a call to `path`, the address that `endpoint` matched.
    pub fn admit(&self, call: &Call, endpoint: Endpoint, path: &str) -> Admission {
        if !self.is_enabled.load(Ordering::Relaxed) {
            return Admission::Unlimited;
        }
        let now_ms = call.site.clock.now_ms();
        // Found before the lock is taken, so that it is never held together with the site's.
        let issue = written_issue(call, endpoint, path);
        let mut state = self.state();
        match state.admit(call, endpoint, issue, now_ms) {
            Ok(admitted) => Admission::Admitted(admitted),
            Err(refused) => {
                let mut response = StatusCode::TOO_MANY_REQUESTS.into_response();
                if points::reads_by_post(endpoint) {
                    response.extensions_mut().insert(ReadByPost);
                }
                header::refuse(&mut response, refused, now_ms);
                Admission::Refused(response)
            }
        }
    }

    /// Takes the points that an answer costs, and tells in its headers how much is left.
    pub fn settle(&self, admitted: Admitted, response: &mut Response, now_ms: i64) {
        let Admitted { endpoint, purse, burst } = admitted;
        let mut quota = None;
        if let Some(key) = purse {
            let objects = response.extensions().get::<Objects>().copied().unwrap_or_default();
            let cost = points::cost(endpoint, objects, response.status());
            let mut state = self.state();
            let State { setting, purses, .. } = &mut *state;
            quota = Some((purses.spend(&key, setting, cost, now_ms), key.policy()));
        }
        header::inform(response, burst, quota, now_ms);
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().expect("no panic while the limits are held")
    }
}

impl State {
    fn admit(
        &mut self,
        call: &Call,
        endpoint: Endpoint,
        issue: Option<Id>,
        now_ms: i64,
    ) -> Result<Admitted, Refused> {
        let setting = &self.setting;
        let cloud_id = call.site.name.cloud_id.as_str();
        let purse = call.client_id.as_deref().map(|app| points::Key::of(setting, app, cloud_id));
        if let Some(key) = &purse {
            self.purses.check(key, setting, now_ms)?;
        }
        let rate = setting.burst.of(endpoint);
        self.buckets.check(cloud_id, endpoint, rate, now_ms)?;
        let users = setting.user_search_per_second;
        if points::searches_users(endpoint) {
            self.buckets.check(cloud_id, USER_SEARCH, users, now_ms)?;
        }
        if let (Some(issue), true) = (issue, setting.per_issue) {
            self.writes.take(cloud_id, issue, now_ms)?;
        }
        if points::searches_users(endpoint) {
            self.buckets.take(cloud_id, USER_SEARCH, users, now_ms);
        }
        let burst = self.buckets.take(cloud_id, endpoint, rate, now_ms);
        Ok(Admitted { endpoint, purse, burst })
    }
}

/// The bucket that every search for users of a site shares, beside each one's own.
const USER_SEARCH: Endpoint = Endpoint { method: "GET", path: "user search" };

/// The issue that a write changes, where its address names one that exists.
fn written_issue(call: &Call, endpoint: Endpoint, path: &str) -> Option<Id> {
    if endpoint.method == "GET" || !endpoint.path.starts_with("/issue/{issue}") {
        return None;
    }
    let named = path.strip_prefix("/issue/")?.split('/').next()?;
    call.site.read().find_issue(named).map(|issue| issue.id)
}
