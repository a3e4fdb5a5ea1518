//! One kind of record, in memory and in the journal.
//!
//! Invariant: a change is in the journal before the method that made it returns.

use crate::journal::{Journal, Records};
use crate::witness::{self, Change, Commit};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fmt::Display;
use std::io;
use std::str::FromStr;
use std::sync::Arc;

pub struct Table<K, V> {
    name: &'static str,
    journal: Arc<Journal>,
    rows: BTreeMap<K, V>,
}

impl<K: Ord + Clone + Display + FromStr, V: Serialize + DeserializeOwned> Table<K, V> {
    pub fn load(name: &'static str, journal: &Arc<Journal>, records: &mut Records) -> io::Result<Self> {
        let mut rows = BTreeMap::new();
        for (key, value) in records.take::<V>(name)? {
            let key = key.parse().map_err(|_| io::Error::other(format!("bad key {key} in table {name}")))?;
            rows.insert(key, value);
        }
        Ok(Self { name, journal: Arc::clone(journal), rows })
    }

    pub fn find(&self, key: &K) -> Option<&V> {
        self.rows.get(key)
    }

    pub fn values(&self) -> impl DoubleEndedIterator<Item = &V> {
        self.rows.values()
    }

    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&K, &V)> {
        self.rows.iter()
    }

    pub fn put(&mut self, key: K, value: V) {
        self.journal.put(self.name, &key, &value);
        let before = self.rows.get(&key);
        witness::note(|| seen(self.name, &key, before.map(json), Some(json(&value))));
        self.rows.insert(key, value);
    }

    /// Changes a record in place; a key that is not there is left alone.
    pub fn edit(&mut self, key: &K, change: impl FnOnce(&mut V)) {
        let Some(value) = self.rows.get_mut(key) else { return };
        let before = witness::is_there().then(|| json(value));
        change(value);
        self.journal.put(self.name, key, value);
        witness::note(|| seen(self.name, key, before, Some(json(value))));
    }

    pub fn remove(&mut self, key: &K) -> Option<V> {
        let gone = self.rows.remove(key)?;
        self.journal.delete(self.name, key);
        witness::note(|| seen(self.name, key, Some(json(&gone)), None));
        Some(gone)
    }
}

/// As history shows it: without what nobody may read there.
fn json<T: Serialize>(value: &T) -> Value {
    let mut value = serde_json::to_value(value).unwrap_or_default();
    if let Some(object) = value.as_object_mut() {
        object.retain(|name, _| !matches!(name.as_str(), "secret" | "token"));
    }
    value
}

/// Numbers that were drawn and webhooks on their way are no change that a client made.
const UNTOLD: [&str; 2] = ["counter", "delivery"];
/// Content is told by its name alone.
const CONTENT: [&str; 3] = ["blob", "tree", "commit"];

fn seen(table: &str, key: &impl Display, before: Option<Value>, after: Option<Value>) -> Vec<Commit> {
    if UNTOLD.contains(&table) || before == after {
        return Vec::new();
    }
    let change = match (&before, &after) {
        (None, _) => Change::Created,
        (_, None) => Change::Deleted,
        _ => Change::Changed,
    };
    let fields = match (before, after) {
        _ if CONTENT.contains(&table) => Vec::new(),
        (Some(before), Some(after)) => witness::differences(&before, &after),
        (None, Some(after)) => witness::differences(&Value::Object(Map::new()), &after),
        _ => Vec::new(),
    };
    vec![Commit::new(table, key, change).fields(fields)]
}
