//! One kind of record, in memory and in the journal.
//!
//! Invariant: a change is in the journal before the method that made it returns.

use crate::journal::{Journal, Records};
use serde::{Serialize, de::DeserializeOwned};
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
        self.rows.insert(key, value);
    }

    /// Changes a record in place; a key that is not there is left alone.
    pub fn edit(&mut self, key: &K, change: impl FnOnce(&mut V)) {
        if let Some(value) = self.rows.get_mut(key) {
            change(value);
            self.journal.put(self.name, key, value);
        }
    }

    pub fn remove(&mut self, key: &K) -> Option<V> {
        let gone = self.rows.remove(key)?;
        self.journal.delete(self.name, key);
        Some(gone)
    }
}
