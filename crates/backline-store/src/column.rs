//! How values become columns and come back: times as whole milliseconds, documents as JSON.

use crate::error::StoreError;
use jiff::Timestamp;
use sea_orm::JsonValue;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Rows of one multi-row statement: 30 columns each stay under SQLite's 32,766 parameters.
pub(crate) const ROWS_MAX: usize = 400;
/// Values of one `IN (…)`.
pub(crate) const KEYS_MAX: usize = 1_000;

pub(crate) fn ms(at: Timestamp) -> i64 {
    at.as_millisecond()
}

pub(crate) fn ms_of(at: Option<Timestamp>) -> Option<i64> {
    at.map(ms)
}

pub(crate) fn time(ms: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_millisecond(ms).map_err(|_| StoreError::Corrupt(format!("{ms} is not a time")))
}

pub(crate) fn time_of(ms: Option<i64>) -> Result<Option<Timestamp>, StoreError> {
    ms.map(time).transpose()
}

pub(crate) fn to_json<T: Serialize>(value: &T) -> JsonValue {
    serde_json::to_value(value).expect("core's documents have text keys and plain values")
}

pub(crate) fn from_json<T: DeserializeOwned>(value: JsonValue) -> Result<T, StoreError> {
    serde_json::from_value(value).map_err(|error| StoreError::Corrupt(error.to_string()))
}

/// A count or version that was written from an unsigned number.
pub(crate) fn unsigned<T: TryFrom<i64>>(value: i64) -> Result<T, StoreError> {
    T::try_from(value).map_err(|_| StoreError::Corrupt(format!("{value} is out of range")))
}

/// Reads back a word that one of core's enums wrote.
pub(crate) fn word<T: std::str::FromStr>(text: &str) -> Result<T, StoreError> {
    text.parse().map_err(|_| StoreError::Corrupt(format!("{text:?} is not a known word")))
}
