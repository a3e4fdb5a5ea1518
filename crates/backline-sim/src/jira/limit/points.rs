//! Points: what a call costs an app, and its quota for the hour.
//!
//! A read costs one point and more for each object in its answer, which is known only once there is one; so a
//! quota can be overspent by the calls that were on their way. A write costs one point, in bulk one per issue.

use super::setting::{Setting, Tier};
use super::{Endpoint, Level, Refused};
use axum::http::StatusCode;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Response extension: how many objects an answer holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Objects(pub u64);

impl Objects {
    /// Those of an answer's body: the entries of its list, else the one thing that it shows.
    pub fn in_body(body: &Value) -> Self {
        const LISTS: [&str; 8] =
            ["values", "issues", "fields", "issueTypes", "comments", "transitions", "projects", "results"];
        let count = match body {
            Value::Array(rows) => rows.len(),
            Value::Object(body) => {
                let list = LISTS.iter().find_map(|name| body.get(*name).and_then(Value::as_array));
                let permissions = || body.get("permissions").and_then(Value::as_object);
                list.map(Vec::len).or_else(|| permissions().map(|map| map.len())).unwrap_or(1)
            }
            _ => 1,
        };
        Self(count as u64)
    }
}

/// Calls by POST that change nothing.
const READS_BY_POST: [&str; 4] = ["/search/jql", "/search/approximate-count", "/search", "/issue/bulkfetch"];

pub fn reads_by_post(endpoint: Endpoint) -> bool {
    endpoint.method == "POST" && READS_BY_POST.contains(&endpoint.path)
}

/// Whether the endpoint is one of those with a limit of their own.
pub fn searches_users(endpoint: Endpoint) -> bool {
    endpoint.path.starts_with("/user") && endpoint.path.ends_with("/search")
}

/// Points of an answered call.
pub fn cost(endpoint: Endpoint, objects: Objects, status: StatusCode) -> u64 {
    if endpoint.method != "GET" && !reads_by_post(endpoint) {
        return objects.0.max(1);
    }
    let objects = if status.is_success() { objects.0 } else { 0 };
    1 + objects * per_object(endpoint.path)
}

fn per_object(path: &str) -> u64 {
    const DEAR: [&str; 4] = ["user", "group", "mypermissions", "myself"];
    let first = path.trim_start_matches('/').split('/').next().unwrap_or_default();
    if DEAR.iter().any(|dear| first.starts_with(dear)) || first.starts_with("permission") { 2 } else { 1 }
}

/// Whose quota it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    app: String,
    /// Absent: the pool over all sites.
    cloud_id: Option<String>,
}

impl Key {
    pub fn of(setting: &Setting, app: &str, cloud_id: &str) -> Self {
        let cloud_id = (setting.tier == Tier::PerSite).then(|| cloud_id.to_owned());
        Self { app: app.to_owned(), cloud_id }
    }

    fn reason(&self) -> &'static str {
        if self.cloud_id.is_some() { "jira-quota-tenant-based" } else { "jira-quota-global-based" }
    }

    /// How the informational headers call it.
    pub fn policy(&self) -> &'static str {
        if self.cloud_id.is_some() { "tenant-app-quota" } else { "global-app-quota" }
    }
}

pub const HOUR_MS: i64 = 60 * 60 * 1_000;

#[derive(Debug, Default)]
struct Purse {
    /// Hours since the epoch: quotas begin anew with each hour of UTC.
    hour: i64,
    spent: u64,
}

/// What was spent in the hour, by app or by app and site.
#[derive(Debug, Default)]
pub struct Purses(BTreeMap<Key, Purse>);

impl Purses {
    /// Whether there is anything left.
    pub fn check(&self, key: &Key, setting: &Setting, now_ms: i64) -> Result<(), Refused> {
        let limit = setting.quota();
        let spent = self.0.get(key).filter(|purse| purse.hour == hour(now_ms)).map_or(0, |purse| purse.spent);
        if spent < limit {
            return Ok(());
        }
        Err(Refused { reason: key.reason(), limit, wait_ms: until_next_hour(now_ms) })
    }

    pub fn spend(&mut self, key: &Key, setting: &Setting, points: u64, now_ms: i64) -> Level {
        let hour = hour(now_ms);
        if !self.0.contains_key(key) {
            self.0.insert(key.clone(), Purse::default());
        }
        let purse = self.0.get_mut(key).expect("it was put there");
        if purse.hour != hour {
            *purse = Purse { hour, spent: 0 };
        }
        purse.spent += points;
        let limit = setting.quota();
        Level { limit, remaining: limit.saturating_sub(purse.spent) }
    }

    pub fn report(&self, setting: &Setting, now_ms: i64) -> Value {
        let rows = self.0.iter().filter(|(_, purse)| purse.hour == hour(now_ms));
        rows.map(|(key, purse)| {
            json!({
                "app": key.app, "cloud_id": key.cloud_id, "points": purse.spent, "of": setting.quota(),
            })
        })
        .collect()
    }
}

fn hour(now_ms: i64) -> i64 {
    now_ms.div_euclid(HOUR_MS)
}

pub fn until_next_hour(now_ms: i64) -> i64 {
    HOUR_MS - now_ms.rem_euclid(HOUR_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_cost_by_object_and_writes_do_not() {
        let of = |method, path, objects, status| {
            cost(Endpoint { method, path }, Objects(objects), StatusCode::from_u16(status).expect("a status"))
        };
        assert_eq!(of("GET", "/issue/{issue}", 1, 200), 2);
        assert_eq!(of("GET", "/issue/{issue}", 1, 404), 1);
        assert_eq!(of("GET", "/user", 1, 200), 3);
        assert_eq!(of("GET", "/mypermissions", 4, 200), 9);
        assert_eq!(of("POST", "/search/jql", 50, 200), 51);
        assert_eq!(of("POST", "/issue", 0, 201), 1);
        assert_eq!(of("POST", "/issue/bulk", 50, 201), 50);
        assert_eq!(of("PUT", "/issue/{issue}", 1, 200), 1);
    }

    #[test]
    fn objects_are_the_rows_of_a_list_or_the_one_thing_shown() {
        for (body, count) in [
            (json!([1, 2, 3]), 3),
            (json!({"issues": [1, 2], "isLast": true}), 2),
            (json!({"id": "1", "fields": {"summary": "s"}}), 1),
            (json!({"permissions": {"A": {}, "B": {}}}), 2),
            (json!({"values": []}), 0),
        ] {
            assert_eq!(Objects::in_body(&body), Objects(count), "{body}");
        }
    }
}
