//! The order of Debian and Ubuntu packages: `[epoch:]upstream[-revision]`.
//!
//! Source: <https://www.debian.org/doc/debian-policy/ch-controlfields.html#version>.

use super::{compare_digits, take_while};
use std::cmp::Ordering;

pub fn compare(left: &str, right: &str) -> Option<Ordering> {
    let (left, right) = (split(left)?, split(right)?);
    let order = compare_digits(left.0, right.0);
    Some(order.then_with(|| compare_part(left.1, right.1)).then_with(|| compare_part(left.2, right.2)))
}

fn split(text: &str) -> Option<(&str, &str, &str)> {
    let (epoch, rest) = text.split_once(':').unwrap_or(("0", text));
    let (upstream, revision) = rest.rsplit_once('-').unwrap_or((rest, "0"));
    let is_epoch = !epoch.is_empty() && epoch.chars().all(|sign| sign.is_ascii_digit());
    let is_version = upstream.starts_with(|sign: char| sign.is_ascii_digit());
    let is_clean =
        |part: &str| part.chars().all(|sign| sign.is_ascii_alphanumeric() || ".+-~:".contains(sign));
    (is_epoch && is_version && is_clean(upstream) && is_clean(revision))
        .then_some((epoch, upstream, revision))
}

fn compare_part(mut left: &str, mut right: &str) -> Ordering {
    while !left.is_empty() || !right.is_empty() {
        let (left_word, left_rest) = take_while(left, |sign| !sign.is_ascii_digit());
        let (right_word, right_rest) = take_while(right, |sign| !sign.is_ascii_digit());
        let (left_number, left_rest) = take_while(left_rest, |sign| sign.is_ascii_digit());
        let (right_number, right_rest) = take_while(right_rest, |sign| sign.is_ascii_digit());
        let order =
            compare_words(left_word, right_word).then_with(|| compare_digits(left_number, right_number));
        if order.is_ne() {
            return order;
        }
        (left, right) = (left_rest, right_rest);
    }
    Ordering::Equal
}

fn compare_words(left: &str, right: &str) -> Ordering {
    let (mut left, mut right) = (left.chars(), right.chars());
    loop {
        let (left, right) = (left.next(), right.next());
        let order = weight(left).cmp(&weight(right));
        if order.is_ne() || (left.is_none() && right.is_none()) {
            return order;
        }
    }
}

/// A tilde is before the end of the part, which is before letters, which are before all other signs.
fn weight(sign: Option<char>) -> (u8, char) {
    match sign {
        Some('~') => (0, '~'),
        None => (1, ' '),
        Some(letter) if letter.is_ascii_alphabetic() => (2, letter),
        Some(other) => (3, other),
    }
}
