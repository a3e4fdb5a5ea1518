//! How GitHub writes instants.

use jiff::Timestamp;

/// Whole seconds, UTC.
pub fn text(at: Timestamp) -> String {
    Timestamp::from_second(at.as_second()).expect("a whole second of an instant is an instant").to_string()
}
