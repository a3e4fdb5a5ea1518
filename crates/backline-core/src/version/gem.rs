//! The order of RubyGems: numbers and words by turns, a word before any number.
//!
//! Source: <https://docs.ruby-lang.org/en/master/Gem/Version.html>.

use super::{compare_digits, number_or_word};
use std::cmp::Ordering;

pub fn compare(left: &str, right: &str) -> Option<Ordering> {
    let (left, right) = (segments(left)?, segments(right)?);
    for index in 0..left.len().max(right.len()) {
        let left = left.get(index).map_or("0", String::as_str);
        let right = right.get(index).map_or("0", String::as_str);
        let order = match (is_number(left), is_number(right)) {
            (true, true) => compare_digits(left, right),
            (true, false) => Ordering::Greater,
            (false, true) => Ordering::Less,
            (false, false) => left.cmp(right),
        };
        if order.is_ne() {
            return Some(order);
        }
    }
    Some(Ordering::Equal)
}

fn is_number(segment: &str) -> bool {
    segment.starts_with(|sign: char| sign.is_ascii_digit())
}

fn segments(text: &str) -> Option<Vec<String>> {
    let text = text.strip_prefix('v').unwrap_or(text).replace('-', ".pre.");
    if !is_number(&text) {
        return None;
    }
    let mut segments = Vec::new();
    for part in text.split('.') {
        if part.is_empty() || !part.chars().all(|sign| sign.is_ascii_alphanumeric()) {
            return None;
        }
        let mut rest = part;
        while !rest.is_empty() {
            let (segment, after) = number_or_word(rest);
            segments.push(segment.to_owned());
            rest = after;
        }
    }
    Some(segments)
}
