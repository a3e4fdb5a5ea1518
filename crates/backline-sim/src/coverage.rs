//! How much of the real services is simulated, endpoint by endpoint, and how often each was asked.
//!
//! A row is an endpoint that is simulated, in full or in part; beside the rows stand the operations that we know of
//! and do not simulate. A request for anything that no row names is refused with 501 and counted here, never guessed.

use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

/// How complete an endpoint is.
#[derive(Debug, Clone, Copy)]
pub enum Support {
    Full,
    /// What is missing.
    Partial(&'static str),
    /// Known, and not simulated.
    Not,
}

/// One operation of a real service. The path is as its owner writes it, below the service's own address.
#[derive(Debug, Clone)]
pub struct Endpoint {
    pub service: &'static str,
    pub method: &'static str,
    pub path: String,
    pub support: Support,
    /// Where its behaviour is described.
    pub source: String,
}

#[derive(Debug)]
struct Row {
    endpoint: Endpoint,
    calls: AtomicU64,
}

/// The table; rows are added while the routers are built.
#[derive(Debug, Default)]
pub struct Coverage {
    rows: Mutex<Vec<Arc<Row>>>,
    unsupported: Mutex<BTreeMap<String, u64>>,
}

/// Counts the calls of one endpoint.
#[derive(Debug, Clone)]
pub struct Counter(Arc<Row>);

impl Counter {
    pub fn count(&self) {
        self.0.calls.fetch_add(1, Ordering::Relaxed);
    }
}

/// How many different unsupported requests are listed; further ones are counted together.
const UNSUPPORTED_MAX: usize = 1_000;

impl Coverage {
    pub fn add(&self, endpoint: Endpoint) -> Counter {
        let row = Arc::new(Row { endpoint, calls: AtomicU64::new(0) });
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

    /// Counts a call at the row of a service that its path belongs to.
    pub fn count(&self, service: &str, method: &str, path: &str) {
        let rows = self.rows.lock().expect("no panic while the table is held");
        let is_meant = |row: &&Arc<Row>| {
            let endpoint = &row.endpoint;
            endpoint.service == service && endpoint.method == method && is_like(&endpoint.path, path)
        };
        let meant = rows.iter().filter(is_meant).min_by_key(|row| row.endpoint.path.matches('{').count());
        if let Some(row) = meant {
            row.calls.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Every row, in the order in which they were added.
    pub fn endpoints(&self) -> Vec<Endpoint> {
        let rows = self.rows.lock().expect("no panic while the table is held");
        rows.iter().map(|row| row.endpoint.clone()).collect()
    }

    pub fn report(&self) -> Value {
        let rows = self.rows.lock().expect("no panic while the table is held");
        let endpoints = rows.iter().map(|row| {
            let Endpoint { service, method, path, support, source } = &row.endpoint;
            let (state, missing) = match support {
                Support::Full => ("supported", None),
                Support::Partial(missing) => ("partial", Some(missing)),
                Support::Not => ("unsupported", None),
            };
            json!({
                "service": service,
                "method": method,
                "path": path,
                "state": state,
                "missing": missing,
                "source": source,
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

/// Whether a path is one of a template, where `{name}` stands for one part and `{*name}` for the rest.
pub fn is_like(template: &str, path: &str) -> bool {
    let (mut template, mut path) =
        (template.trim_end_matches('/').split('/'), path.trim_end_matches('/').split('/'));
    loop {
        match (template.next(), path.next()) {
            (None, None) => return true,
            (Some(rest), Some(_)) if rest.starts_with("{*") => return true,
            (Some(part), Some(actual)) if part.starts_with('{') || part == actual => {}
            _ => return false,
        }
    }
}
