//! Estimates (`timetracking`): sent in words such as `1w 1d`, read back in words and seconds.
//!
//! Stored as seconds: `{"original", "remaining", "spent"}`, each absent while unknown. A week has five days, a day
//! eight hours, as sites have it that nobody has changed.

use super::{At, Kind, Wrong};
use crate::jira::config::Field;
use crate::jira::look::Look;
use serde_json::{Map, Value, json};

const UNITS: [(char, u64); 4] = [('w', 144_000), ('d', 28_800), ('h', 3_600), ('m', 60)];

pub struct TimeTracking;

/// The seconds in `1w 2d 3h 4m`; a bare number counts minutes.
pub fn seconds(text: &str) -> Option<u64> {
    let mut total = 0_u64;
    for word in text.split_whitespace() {
        let unit = UNITS.iter().find(|(unit, _)| word.ends_with(*unit));
        let number = unit.map_or(word, |(unit, _)| word.trim_end_matches(*unit));
        let factor = unit.map_or(60, |(_, factor)| *factor);
        total = total.checked_add(number.parse::<u64>().ok()?.checked_mul(factor)?)?;
    }
    (!text.trim().is_empty()).then_some(total)
}

pub fn words(seconds: u64) -> String {
    let mut rest = seconds;
    let mut words = Vec::new();
    for (unit, size) in UNITS {
        if rest >= size {
            words.push(format!("{}{unit}", rest / size));
            rest %= size;
        }
    }
    if words.is_empty() { "0m".into() } else { words.join(" ") }
}

/// The stored value after work was logged: the remaining estimate shrinks by as much.
pub fn after_work(stored: Option<&Value>, worked: u64) -> Value {
    let mut times = stored.and_then(Value::as_object).cloned().unwrap_or_default();
    let part = |times: &Map<String, Value>, name: &str| times.get(name).and_then(Value::as_u64);
    times.insert("spent".into(), (part(&times, "spent").unwrap_or(0) + worked).into());
    if let Some(remaining) = part(&times, "remaining") {
        times.insert("remaining".into(), remaining.saturating_sub(worked).into());
    }
    Value::Object(times)
}

impl Kind for TimeTracking {
    fn schema(&self) -> (&'static str, Option<&'static str>) {
        ("timetracking", None)
    }

    fn operations(&self) -> &'static [&'static str] {
        &["set", "edit"]
    }

    fn parse(&self, look: &Look, field: &Field, _: At, sent: &Value) -> Result<Value, Wrong> {
        self.edit(look, field, None, sent)
    }

    /// What `sent` names replaces what was there.
    fn edit(&self, _: &Look, _: &Field, before: Option<&Value>, sent: &Value) -> Result<Value, Wrong> {
        let sent = sent.as_object().ok_or_else(Wrong::not_an_object)?;
        let mut times = before.and_then(Value::as_object).cloned().unwrap_or_default();
        for (name, part) in [("originalEstimate", "original"), ("remainingEstimate", "remaining")] {
            let Some(text) = sent.get(name) else { continue };
            let parsed = text.as_str().and_then(seconds);
            // The text is assumed.
            let parsed = parsed.ok_or_else(|| Wrong::field(format!("The {part} estimate is not valid.")))?;
            times.insert(part.into(), parsed.into());
        }
        if let (Some(original), None) = (times.get("original").cloned(), times.get("remaining")) {
            times.insert("remaining".into(), original);
        }
        Ok(Value::Object(times))
    }

    fn render(&self, _: &Look, _: &Field, stored: &Value) -> Value {
        let mut shown = Map::new();
        for (part, name) in
            [("original", "originalEstimate"), ("remaining", "remainingEstimate"), ("spent", "timeSpent")]
        {
            if let Some(seconds) = stored.get(part).and_then(Value::as_u64) {
                shown.insert(name.to_owned(), words(seconds).into());
                shown.insert(format!("{name}Seconds"), seconds.into());
            }
        }
        Value::Object(shown)
    }

    fn text(&self, _: &Look, _: &Field, stored: &Value) -> String {
        stored.get("original").and_then(Value::as_u64).map(words).unwrap_or_default()
    }

    /// Estimates come and go. The time that was logged is the sum of the work logs, so it stays: assumed, since no
    /// field of the API but `worklog` takes it away.
    fn replaced(&self, before: &Value, value: Value) -> Value {
        let Some(spent) = before.get("spent") else { return value };
        let mut times = value.as_object().cloned().unwrap_or_default();
        times.insert("spent".into(), spent.clone());
        Value::Object(times)
    }

    fn empty(&self) -> Value {
        json!({})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn estimates_are_counted_in_working_time() {
        assert_eq!(seconds("1w 1d"), Some(6 * 28_800));
        assert_eq!(seconds("90"), Some(5_400));
        assert_eq!(seconds("soon"), None);
        assert_eq!(words(6 * 28_800 + 5_400), "1w 1d 1h 30m");
    }
}
