//! Keyset paging: a page ends with the key of its last row, so that rows which come meanwhile shift nothing.

use crate::error::StoreError;
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

/// Whether a text looks like a cursor. Pages leave out what does not, as they do with other words they do not know.
pub fn is_cursor(text: &str) -> bool {
    hex::decode(text).is_ok_and(|bytes| serde_json::from_slice::<serde_json::Value>(&bytes).is_ok())
}

fn encode<K: Serialize>(key: &K) -> String {
    hex::encode(serde_json::to_vec(key).expect("a cursor's key is plain values"))
}

/// Reads a cursor.
///
/// # Errors
/// [`StoreError::Cursor`] where it is none of this list's: whoever follows it would begin anew without knowing.
pub(crate) fn decode<K: DeserializeOwned>(cursor: Option<&str>) -> Result<Option<K>, StoreError> {
    let Some(cursor) = cursor else { return Ok(None) };
    let key = hex::decode(cursor).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
    key.map(Some).ok_or(StoreError::Cursor)
}
