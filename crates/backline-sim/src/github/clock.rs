//! The one place where GitHub's simulator learns the time.

use jiff::Timestamp;

#[expect(clippy::disallowed_methods, reason = "a simulated service keeps its own time, as the real one does")]
pub fn now() -> Timestamp {
    Timestamp::now()
}

/// As GitHub writes instants: whole seconds, UTC.
pub fn text(at: Timestamp) -> String {
    Timestamp::from_second(at.as_second()).expect("a whole second of an instant is an instant").to_string()
}
