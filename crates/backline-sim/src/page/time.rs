//! Times as people read them, in a site's time zone.

use jiff::Timestamp;
use jiff::tz::{self, TimeZone};

/// A moment in words, and for machines.
#[derive(Debug, Clone)]
pub struct Moment {
    pub text: String,
    pub iso: String,
}

/// `1 Sep 2026, 14:30`, at an offset from UTC in hours.
pub fn moment(ms: i64, offset_hours: i8) -> Moment {
    let at = at(ms).to_zoned_datetime(zone(offset_hours));
    Moment {
        text: at.strftime("%-d %b %Y, %H:%M").to_string(),
        iso: at.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
    }
}

/// The value of a `datetime-local` input.
pub fn local(ms: i64, offset_hours: i8) -> String {
    at(ms).to_zoned_datetime(zone(offset_hours)).strftime("%Y-%m-%dT%H:%M:%S").to_string()
}

fn at(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(ms).unwrap_or_default()
}

fn zone(offset_hours: i8) -> TimeZone {
    tz::offset(offset_hours).to_time_zone()
}
