//! Time tracking: the original estimate.
//!
//! Days and weeks are turned into minutes before they are sent, and read back in seconds, so that a site whose
//! working day is not of eight hours shows the same span in its own words and never looks changed.

use super::{Control, Kind, Raw, Shown};
use crate::jira::field::FieldMeta;
use crate::jira::value::Value;
use crate::mapping::catalogue::Shape;
use serde_json::{Value as Json, json};

/// Minutes of a unit, with a working day of eight hours and a week of five of them, as Jira has them unless an
/// administrator says otherwise.
const UNITS: [(char, f64); 4] = [('w', 2_400.0), ('d', 480.0), ('h', 60.0), ('m', 1.0)];

pub struct Estimate;

impl Kind for Estimate {
    fn title(&self) -> &'static str {
        "Original estimate"
    }

    fn recognises(&self, shown: &Shown<'_>) -> bool {
        shown.kind == "timetracking"
    }

    fn control(&self) -> Control {
        Control::Line
    }

    fn fits(&self, _shape: Shape) -> bool {
        false
    }

    fn compose(&self, _field: &FieldMeta, raw: Raw) -> Result<Value, String> {
        let Raw::Text(text) = raw else { return Err("a span of time is wanted here".to_owned()) };
        let minutes = minutes(&text)
            .ok_or_else(|| format!("'{}' is not a span of time such as 1w 2d 4h 30m", text.trim()))?;
        Ok(Value::Number(minutes))
    }

    fn write(&self, value: Option<&Value>) -> Json {
        match value {
            Some(Value::Number(minutes)) => json!({"originalEstimate": format!("{minutes}m")}),
            _ => Json::Null,
        }
    }

    fn read(&self, json: &Json) -> Option<Value> {
        json.get("originalEstimateSeconds")?.as_f64().map(|seconds| Value::Number(seconds / 60.0))
    }
}

/// Whole minutes above zero; each unit once.
fn minutes(text: &str) -> Option<f64> {
    let mut left: Vec<(char, f64)> = UNITS.to_vec();
    let mut minutes = 0.0;
    for word in text.split_whitespace() {
        let unit = word.chars().next_back()?;
        let at = left.iter().position(|(known, _)| *known == unit)?;
        let (_, size) = left.remove(at);
        let number: f64 = word.strip_suffix(unit)?.parse().ok()?;
        minutes += number * size;
    }
    (minutes >= 1.0 && minutes.fract() == 0.0 && minutes < 1e9).then_some(minutes)
}

#[cfg(test)]
mod tests {
    use super::minutes;

    #[test]
    fn a_span_is_read_in_minutes() {
        for (text, expected) in [
            ("30m", Some(30.0)),
            ("1w 2d 4h 30m", Some(3_630.0)),
            ("1.5h", Some(90.0)),
            ("1d 1d", None),
            ("-1d", None),
            ("4", None),
            ("soon", None),
            ("", None),
        ] {
            assert_eq!(minutes(text), expected, "{text}");
        }
    }
}
