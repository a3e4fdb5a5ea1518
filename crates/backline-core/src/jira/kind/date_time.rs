//! A moment: a day with a time.

use super::{Control, Kind, Raw, Shown};
use crate::jira::field::FieldMeta;
use crate::jira::value::Value;
use crate::mapping::catalogue::Shape;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime as Civil};
use jiff::tz::TimeZone;
use serde_json::{Value as Json, json};

/// Jira writes offsets without a colon, and takes them so.
const JIRA: &str = "%Y-%m-%dT%H:%M:%S%.f%z";

pub struct DateTime;

impl Kind for DateTime {
    fn title(&self) -> &'static str {
        "Date and time"
    }

    fn recognises(&self, shown: &Shown<'_>) -> bool {
        shown.kind == "datetime"
    }

    fn control(&self) -> Control {
        Control::DateTime
    }

    fn fits(&self, shape: Shape) -> bool {
        shape == Shape::Date
    }

    fn compose(&self, _field: &FieldMeta, raw: Raw) -> Result<Value, String> {
        match raw {
            Raw::Moment(at) => Ok(Value::Moment(to_millisecond(at))),
            Raw::Text(text) => {
                let at = typed(text.trim()).ok_or_else(|| {
                    format!(
                        "'{}' is not a moment such as 2026-10-15T09:00 or 2026-10-15T09:00+02:00",
                        text.trim()
                    )
                })?;
                Ok(Value::Moment(to_millisecond(at)))
            }
            _ => Err("a date with a time is wanted here".to_owned()),
        }
    }

    fn write(&self, value: Option<&Value>) -> Json {
        match value {
            Some(Value::Moment(at)) => json!(at.strftime("%Y-%m-%dT%H:%M:%S.%3f+0000").to_string()),
            _ => Json::Null,
        }
    }

    fn read(&self, json: &Json) -> Option<Value> {
        let text = json.as_str()?;
        let at = Timestamp::strptime(JIRA, text).or_else(|_| text.parse());
        at.ok().map(|at| Value::Moment(to_millisecond(at)))
    }
}

/// As a person or a form's control writes it; without an offset it is in UTC.
fn typed(text: &str) -> Option<Timestamp> {
    let in_utc = |civil: Civil| TimeZone::UTC.to_timestamp(civil).ok();
    let moment = || text.parse::<Timestamp>().or_else(|_| Timestamp::strptime(JIRA, text)).ok();
    let civil = || text.parse::<Civil>().ok().and_then(in_utc);
    let day = || text.parse::<Date>().ok().and_then(|day| in_utc(day.at(0, 0, 0, 0)));
    // A day is a civil date-time at midnight too, so the order does not matter for what both can read.
    moment().or_else(civil).or_else(day)
}

/// Jira keeps milliseconds; finer ones would never compare as equal.
fn to_millisecond(at: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_read_in_utc_unless_it_says_otherwise() {
        for (text, written) in [
            ("2026-10-15", "2026-10-15T00:00:00.000+0000"),
            ("2026-10-15T09:30", "2026-10-15T09:30:00.000+0000"),
            ("2026-10-15T09:30+02:00", "2026-10-15T07:30:00.000+0000"),
            ("2026-10-15T09:30:00.000+0200", "2026-10-15T07:30:00.000+0000"),
        ] {
            let at = typed(text).unwrap_or_else(|| panic!("{text} is a moment"));
            assert_eq!(DateTime.write(Some(&Value::Moment(at))), json!(written), "{text}");
        }
        assert!(typed("tomorrow").is_none());
    }
}
