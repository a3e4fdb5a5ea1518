//! How much of the real services is simulated, endpoint by endpoint, and how often each was asked.
//!
//! The rows are those of the router itself, so a row cannot promise what does not exist. A request for anything
//! else under Jira's `/rest` is refused with 501 and counted here, never guessed.

use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// How complete an endpoint is.
#[derive(Debug, Clone, Copy)]
pub enum Support {
    Full,
    /// What is missing.
    Partial(&'static str),
}

#[derive(Debug)]
struct Row {
    method: &'static str,
    path: &'static str,
    support: Support,
    source: &'static str,
    calls: AtomicU64,
}

/// The table; rows are added while the routers are built.
#[derive(Debug, Default)]
pub struct Coverage {
    rows: Mutex<Vec<std::sync::Arc<Row>>>,
    unsupported: Mutex<BTreeMap<String, u64>>,
}

/// Counts the calls of one endpoint.
#[derive(Debug, Clone)]
pub struct Counter(std::sync::Arc<Row>);

impl Counter {
    pub fn count(&self) {
        self.0.calls.fetch_add(1, Ordering::Relaxed);
    }
}

/// How many different unsupported requests are listed; further ones are counted together.
const UNSUPPORTED_MAX: usize = 1_000;

impl Coverage {
    pub fn add(
        &self,
        method: &'static str,
        path: &'static str,
        support: Support,
        source: &'static str,
    ) -> Counter {
        let row = std::sync::Arc::new(Row { method, path, support, source, calls: AtomicU64::new(0) });
        self.rows.lock().expect("no panic while the table is held").push(row.clone());
        Counter(row)
    }

    pub fn count_unsupported(&self, method: &str, path: &str) {
        let mut unsupported = self.unsupported.lock().expect("no panic while the table is held");
        let mut key = format!("{method} {path}");
        if unsupported.len() >= UNSUPPORTED_MAX && !unsupported.contains_key(&key) {
            key = "others".into();
        }
        *unsupported.entry(key).or_default() += 1;
    }

    pub fn report(&self) -> Value {
        let rows = self.rows.lock().expect("no panic while the table is held");
        let endpoints = rows.iter().map(|row| {
            let (state, missing) = match row.support {
                Support::Full => ("supported", None),
                Support::Partial(missing) => ("partial", Some(missing)),
            };
            json!({
                "method": row.method,
                "path": row.path,
                "state": state,
                "missing": missing,
                "source": row.source,
                "calls": row.calls.load(Ordering::Relaxed),
            })
        });
        let unsupported = self.unsupported.lock().expect("no panic while the table is held");
        let unsupported = unsupported.iter().map(
            |(request, calls)| json!({"request": request, "state": "unsupported-counted", "calls": calls}),
        );
        json!({"endpoints": endpoints.collect::<Vec<_>>(), "unsupported": unsupported.collect::<Vec<_>>()})
    }
}
