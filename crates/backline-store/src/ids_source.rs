//! Where new ids come from: handed to the store when it is opened, so that a run can be played again.

use jiff::Timestamp;
use std::sync::atomic::{AtomicU64, Ordering};
use uuid::{Builder, Uuid};

/// Makes the ids of new rows.
pub trait Ids: Send + Sync {
    /// A UUID of version 7 whose time part is `now`: later rows sort after earlier ones.
    fn uuid(&self, now: Timestamp) -> Uuid;
}

/// Ids whose random part comes from the operating system.
#[derive(Debug, Default)]
pub struct RandomIds;

impl Ids for RandomIds {
    fn uuid(&self, now: Timestamp) -> Uuid {
        let mut random = [0; 10];
        getrandom::fill(&mut random).expect("the operating system gives random bytes");
        Builder::from_unix_timestamp_millis(millisecond(now), &random).into_uuid()
    }
}

/// Ids that count: the same calls give the same ids, for tests and simulations.
#[derive(Debug, Default)]
pub struct Sequence(AtomicU64);

impl Ids for Sequence {
    fn uuid(&self, now: Timestamp) -> Uuid {
        let count = self.0.fetch_add(1, Ordering::Relaxed);
        let mut random = [0; 10];
        random[2..].copy_from_slice(&count.to_be_bytes());
        Builder::from_unix_timestamp_millis(millisecond(now), &random).into_uuid()
    }
}

fn millisecond(now: Timestamp) -> u64 {
    u64::try_from(now.as_millisecond()).unwrap_or_default()
}
