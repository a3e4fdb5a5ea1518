//! How the limits are set: the JSON of `/_sim/limits`.
//!
//! The defaults are the published figures, but for the user search, of which Atlassian says only that it has a
//! limit of its own: that one is assumed.

use super::Endpoint;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Setting {
    /// While false nothing is counted, nothing is refused and no header is sent.
    pub enabled: bool,
    /// 1: one pool per app over all sites. 2: a quota per app and site, after the site's plan.
    pub tier: Tier,
    /// Plan of every site, for tier 2.
    pub plan: Plan,
    /// Seats of every site, for tier 2.
    pub users: u64,
    /// Stands in place of what tier and plan give.
    pub points_per_hour: Option<u64>,
    pub burst: Burst,
    /// Whether writes to one issue are limited.
    pub per_issue: bool,
    /// Searches for users per second and site, all endpoints together.
    pub user_search_per_second: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub enum Tier {
    Global,
    PerSite,
}

impl TryFrom<u8> for Tier {
    type Error = &'static str;

    fn try_from(number: u8) -> Result<Self, &'static str> {
        match number {
            1 => Ok(Self::Global),
            2 => Ok(Self::PerSite),
            _ => Err("a tier is 1 or 2"),
        }
    }
}

impl From<Tier> for u8 {
    fn from(tier: Tier) -> Self {
        match tier {
            Tier::Global => 1,
            Tier::PerSite => 2,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Plan {
    Free,
    Standard,
    Premium,
    Enterprise,
}

/// Requests per second: of a method, and of endpoints that have a rate of their own.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Burst {
    pub get: u64,
    pub post: u64,
    pub put: u64,
    pub delete: u64,
    /// By method and path as `/_sim/coverage` lists them: `GET /issue/{issue}`.
    pub endpoints: BTreeMap<String, u64>,
}

impl Default for Setting {
    fn default() -> Self {
        Self {
            enabled: false,
            tier: Tier::Global,
            plan: Plan::Standard,
            users: 10,
            points_per_hour: None,
            burst: Burst::default(),
            per_issue: true,
            user_search_per_second: 50,
        }
    }
}

impl Default for Burst {
    fn default() -> Self {
        let own = [
            ("GET /issue/{issue}", 150),
            ("GET /issue/{issue}/changelog", 200),
            ("POST /search/approximate-count", 150),
        ];
        Self {
            get: 100,
            post: 100,
            put: 50,
            delete: 50,
            endpoints: own.map(|(endpoint, rate)| (endpoint.to_owned(), rate)).into(),
        }
    }
}

impl Burst {
    /// Requests per second of an endpoint.
    pub fn of(&self, endpoint: Endpoint) -> u64 {
        let own = self.endpoints.iter().find(|(key, _)| {
            key.split_once(' ').is_some_and(|(m, path)| m == endpoint.method && path == endpoint.path)
        });
        own.map_or_else(|| self.of_method(endpoint.method), |(_, rate)| *rate)
    }

    fn of_method(&self, method: &str) -> u64 {
        match method {
            "GET" => self.get,
            "POST" => self.post,
            "PUT" => self.put,
            _ => self.delete,
        }
    }
}

/// No quota is above this, whatever the seats.
const POINTS_MAX: u64 = 500_000;

impl Setting {
    /// What an app may spend in an hour: on all sites together, or on each.
    pub fn quota(&self) -> u64 {
        let per_site = |base: u64, per_user: u64| (base + per_user * self.users).min(POINTS_MAX);
        self.points_per_hour.unwrap_or_else(|| match (self.tier, self.plan) {
            (Tier::Global, _) | (Tier::PerSite, Plan::Free) => 65_000,
            (Tier::PerSite, Plan::Standard) => per_site(100_000, 10),
            (Tier::PerSite, Plan::Premium) => per_site(130_000, 20),
            (Tier::PerSite, Plan::Enterprise) => per_site(150_000, 30),
        })
    }

    /// This setting with `change` laid over it; `burst` and its endpoints are laid over one by one.
    pub fn with(&self, change: Value) -> Result<Self, String> {
        let mut all = serde_json::to_value(self).expect("a setting is plain JSON");
        lay_over(&mut all, change);
        serde_json::from_value(all).map_err(|error| error.to_string())
    }
}

fn lay_over(under: &mut Value, over: Value) {
    match (under, over) {
        (Value::Object(under), Value::Object(over)) => {
            for (key, value) in over {
                lay_over(under.entry(key).or_insert(Value::Null), value);
            }
        }
        (under, over) => *under = over,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_plan_gives_its_quota_up_to_the_cap() {
        let quota = |change| Setting::default().with(change).expect("a setting").quota();
        assert_eq!(quota(json!({})), 65_000);
        assert_eq!(quota(json!({"tier": 2, "plan": "free"})), 65_000);
        assert_eq!(quota(json!({"tier": 2, "plan": "standard", "users": 100})), 101_000);
        assert_eq!(quota(json!({"tier": 2, "plan": "premium", "users": 100})), 132_000);
        assert_eq!(quota(json!({"tier": 2, "plan": "enterprise", "users": 100_000})), 500_000);
        assert_eq!(quota(json!({"tier": 2, "points_per_hour": 7})), 7);
    }

    #[test]
    fn an_endpoint_keeps_its_rate_when_another_is_set() {
        let change = json!({"burst": {"endpoints": {"POST /issue": 5}, "get": 9}});
        let burst = Setting::default().with(change).expect("a setting").burst;
        let rate = |method, path| burst.of(Endpoint { method, path });
        assert_eq!((rate("POST", "/issue"), rate("GET", "/issue/{issue}")), (5, 150));
        assert_eq!((rate("GET", "/myself"), rate("PUT", "/issue/{issue}")), (9, 50));
    }

    #[test]
    fn an_unknown_key_and_an_unknown_tier_are_refused() {
        for change in [json!({"teir": 1}), json!({"tier": 3}), json!({"plan": "gold"})] {
            assert!(Setting::default().with(change).is_err());
        }
    }
}
