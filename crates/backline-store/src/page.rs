//! Keyset paging: a page ends with the key of its last row, so that rows which come meanwhile shift nothing.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Some rows and where the next ones begin.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    pub rows: Vec<T>,
    /// Opaque; `None` on the last page. Safe in a URL.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// Cuts `rows`, which holds up to one more than `limit`, and makes the cursor of its last row.
    pub(crate) fn cut<K: Serialize>(mut rows: Vec<T>, limit: u64, key: impl Fn(&T) -> K) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let has_more = rows.len() > limit;
        rows.truncate(limit);
        let next = if has_more { rows.last().map(|row| encode(&key(row))) } else { None };
        Self { rows, next }
    }
}

fn encode<K: Serialize>(key: &K) -> String {
    hex::encode(serde_json::to_vec(key).expect("a cursor's key is plain values"))
}

/// Reads a cursor; one that was tampered with reads as none, which is the first page.
pub(crate) fn decode<K: DeserializeOwned>(cursor: Option<&str>) -> Option<K> {
    serde_json::from_slice(&hex::decode(cursor?).ok()?).ok()
}
