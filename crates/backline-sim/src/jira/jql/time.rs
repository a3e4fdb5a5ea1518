//! Moments in JQL: dates in the user's time zone, and times relative to now.

use super::Operand;
use crate::jira::look::OFFSET_HOURS;
use jiff::civil::{Date, DateTime};

const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;

/// The moment that an operand means, in ms; literals have the precision of a minute.
pub fn moment(operand: &Operand, now_ms: i64) -> Option<i64> {
    match operand {
        Operand::Empty => None,
        Operand::Text(text) => literal(text).or_else(|| Some(now_ms + relative(text)?)),
        Operand::Function(name, arguments) => {
            let shift = arguments.first().map_or(Some(0), |text| relative(text))?;
            let start = match name.as_str() {
                "now" => now_ms,
                "startofday" => start_of_day(now_ms),
                "endofday" => start_of_day(now_ms) + DAY_MS - 1,
                _ => return None,
            };
            Some(start + shift)
        }
    }
}

fn start_of_day(now_ms: i64) -> i64 {
    let offset_ms = i64::from(OFFSET_HOURS) * 60 * MINUTE_MS;
    (now_ms + offset_ms).div_euclid(DAY_MS) * DAY_MS - offset_ms
}

fn literal(text: &str) -> Option<i64> {
    let text = text.replace('/', "-");
    let at = DateTime::strptime("%Y-%m-%d %H:%M", &text)
        .or_else(|_| Date::strptime("%Y-%m-%d", &text).map(|date| date.at(0, 0, 0, 0)))
        .ok()?;
    let zone = jiff::tz::offset(OFFSET_HOURS).to_time_zone();
    Some(at.to_zoned_datetime(zone).ok()?.timestamp().as_millisecond())
}

/// `-5m`, `2w 3d`: how far from now, in ms.
fn relative(text: &str) -> Option<i64> {
    let (sign, text) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let mut total = 0;
    let mut number = String::new();
    for c in text.chars().filter(|c| !c.is_whitespace()) {
        if c.is_ascii_digit() {
            number.push(c);
            continue;
        }
        let unit = match c {
            'm' => MINUTE_MS,
            'h' => 60 * MINUTE_MS,
            'd' => DAY_MS,
            'w' => 7 * DAY_MS,
            _ => return None,
        };
        total += number.parse::<i64>().ok()? * unit;
        number.clear();
    }
    (number.is_empty() && !text.is_empty()).then_some(sign * total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_literal_is_in_the_users_zone_and_relative_times_count_from_now() {
        let literal = moment(&Operand::Text("1970-01-01 02:01".into()), 0);
        assert_eq!(literal, Some(MINUTE_MS));
        assert_eq!(moment(&Operand::Text("-1d".into()), 2 * DAY_MS), Some(DAY_MS));
        assert_eq!(moment(&Operand::Text("soon".into()), 0), None);
    }
}
