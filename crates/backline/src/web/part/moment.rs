//! Points in time and lengths of time, in words. All are UTC, and say so to whoever asks the element.

use jiff::{SignedDuration, Timestamp};

/// A point in time for a `<time>` element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// "24 Nov 2026, 06:40".
    pub text: String,
    /// RFC 3339, for machines and as a hint.
    pub exact: String,
}

impl Moment {
    pub fn of(at: Timestamp) -> Self {
        Self {
            text: at.strftime("%-d %b %Y, %H:%M").to_string(),
            exact: at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        }
    }
}

/// "24 Nov 2026".
pub fn day(at: Timestamp) -> String {
    at.strftime("%-d %b %Y").to_string()
}

/// The two largest units of a length of time: "2 d 4 h", "38 s". Cut, never rounded up.
pub fn length(duration: SignedDuration) -> String {
    let seconds = duration.as_secs().unsigned_abs();
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, minutes) => format!("{minutes} min"),
        (0, hours, 0) => format!("{hours} h"),
        (0, hours, minutes) => format!("{hours} h {minutes} min"),
        (days, 0, _) => format!("{days} d"),
        (days, hours, _) => format!("{days} d {hours} h"),
    }
}

#[cfg(test)]
mod tests {
    use super::{Moment, day, length};
    use jiff::{SignedDuration, Timestamp};

    #[test]
    fn a_length_names_its_two_largest_units() {
        for (seconds, text) in [
            (0, "0 s"),
            (59, "59 s"),
            (125, "2 min"),
            (3_600, "1 h"),
            (18_720, "5 h 12 min"),
            (86_400, "1 d"),
            (187_200, "2 d 4 h"),
            (-187_200, "2 d 4 h"),
        ] {
            assert_eq!(length(SignedDuration::from_secs(seconds)), text);
        }
    }

    #[test]
    fn a_moment_is_in_utc() {
        let at: Timestamp = "2026-11-04T06:40:30+02:00".parse().unwrap();
        assert_eq!(Moment::of(at).text, "4 Nov 2026, 04:40");
        assert_eq!(Moment::of(at).exact, "2026-11-04T04:40:30Z");
        assert_eq!(day(at), "4 Nov 2026");
    }
}
