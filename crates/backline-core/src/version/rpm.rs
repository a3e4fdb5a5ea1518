//! The order of RPM packages: `[epoch:]version[-release]`.
//!
//! Source: <https://rpm-software-management.github.io/rpm/man/rpm-version.7>.

use super::{compare_digits, number_or_word};
use std::cmp::Ordering;

pub fn compare(left: &str, right: &str) -> Option<Ordering> {
    let (left, right) = (split(left)?, split(right)?);
    let order = compare_digits(left.0, right.0).then_with(|| compare_part(left.1, right.1));
    // A version without a release stands for every release of it.
    Some(order.then_with(|| match (left.2, right.2) {
        (Some(left), Some(right)) => compare_part(left, right),
        _ => Ordering::Equal,
    }))
}

fn split(text: &str) -> Option<(&str, &str, Option<&str>)> {
    let (epoch, rest) = text.split_once(':').unwrap_or(("0", text));
    let (version, release) = match rest.rsplit_once('-') {
        Some((version, release)) => (version, Some(release)),
        None => (rest, None),
    };
    let is_epoch = !epoch.is_empty() && epoch.chars().all(|sign| sign.is_ascii_digit());
    let is_clean = rest.chars().all(|sign| sign.is_ascii_alphanumeric() || "._+-~^".contains(sign));
    (is_epoch && is_clean && version.contains(|sign: char| sign.is_ascii_digit()))
        .then_some((epoch, version, release))
}

fn compare_part(mut left: &str, mut right: &str) -> Ordering {
    let is_mark = |sign: char| sign.is_ascii_alphanumeric() || sign == '~' || sign == '^';
    loop {
        left = left.trim_start_matches(|sign| !is_mark(sign));
        right = right.trim_start_matches(|sign| !is_mark(sign));
        // A tilde sorts before everything, even the end; a caret after the end, but before anything else.
        for (mark, against_end) in [('~', Ordering::Less), ('^', Ordering::Greater)] {
            match (left.strip_prefix(mark), right.strip_prefix(mark)) {
                (Some(left_rest), Some(right_rest)) => (left, right) = (left_rest, right_rest),
                (Some(_), None) => return if right.is_empty() { against_end } else { Ordering::Less },
                (None, Some(_)) => {
                    return if left.is_empty() { against_end.reverse() } else { Ordering::Greater };
                }
                (None, None) => {}
            }
        }
        if left.is_empty() || right.is_empty() {
            return left.len().cmp(&right.len());
        }
        let is_number = |text: &str| text.starts_with(|sign: char| sign.is_ascii_digit());
        let (left_part, left_rest) = number_or_word(left);
        let (right_part, right_rest) = number_or_word(right);
        let order = match (is_number(left), is_number(right)) {
            (true, true) => compare_digits(left_part, right_part),
            (true, false) => Ordering::Greater,
            (false, true) => Ordering::Less,
            (false, false) => left_part.cmp(right_part),
        };
        if order.is_ne() {
            return order;
        }
        (left, right) = (left_rest, right_rest);
    }
}
