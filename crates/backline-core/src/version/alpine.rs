//! The order of Alpine and Wolfi packages: `1.2.3b_rc4_p5-r6`.
//!
//! Source: <https://wiki.alpinelinux.org/wiki/Package_policies>; leading zeros are read as plain numbers.

use super::{compare_digits, take_while};
use std::cmp::Ordering;

const BEFORE: [&str; 4] = ["alpha", "beta", "pre", "rc"];
const AFTER: [&str; 5] = ["cvs", "svn", "git", "hg", "p"];

struct Version<'a> {
    numbers: Vec<&'a str>,
    letter: Option<char>,
    /// Rank of the word (below 0 is before the release), and its number.
    suffixes: Vec<(i8, &'a str)>,
    revision: &'a str,
}

pub fn compare(left: &str, right: &str) -> Option<Ordering> {
    let (left, right) = (parse(left)?, parse(right)?);
    for index in 0..left.numbers.len().max(right.numbers.len()) {
        let order = match (left.numbers.get(index), right.numbers.get(index)) {
            (Some(left), Some(right)) => compare_digits(left, right),
            (left, right) => left.is_some().cmp(&right.is_some()),
        };
        if order.is_ne() {
            return Some(order);
        }
    }
    let mut order = left.letter.cmp(&right.letter);
    for index in 0..left.suffixes.len().max(right.suffixes.len()) {
        let (left, right) = (left.suffixes.get(index), right.suffixes.get(index));
        let (left, right) = (left.unwrap_or(&(0, "")), right.unwrap_or(&(0, "")));
        order = order.then(left.0.cmp(&right.0)).then_with(|| compare_digits(left.1, right.1));
    }
    Some(order.then_with(|| compare_digits(left.revision, right.revision)))
}

fn parse(text: &str) -> Option<Version<'_>> {
    let is_number = |part: &str| !part.is_empty() && part.chars().all(|sign| sign.is_ascii_digit());
    let (rest, revision) = text.rsplit_once("-r").unwrap_or((text, "0"));
    let mut parts = rest.split('_');
    let (release, letter) = take_while(parts.next()?, |sign| sign.is_ascii_digit() || sign == '.');
    let numbers: Vec<&str> = release.split('.').collect();
    let mut letters = letter.chars();
    let letter = letters.next();
    let is_letter = letters.next().is_none() && letter.is_none_or(|letter| letter.is_ascii_lowercase());
    if !is_number(revision) || !is_letter || !numbers.iter().all(|number| is_number(number)) {
        return None;
    }
    let suffixes = parts.map(suffix).collect::<Option<_>>()?;
    Some(Version { numbers, letter, suffixes, revision })
}

fn suffix(part: &str) -> Option<(i8, &str)> {
    let (word, number) = take_while(part, |sign| sign.is_ascii_alphabetic());
    let rank = |words: &[&str]| words.iter().position(|known| *known == word).map(|index| index as i8);
    let rank =
        rank(&BEFORE).map(|rank| rank - BEFORE.len() as i8).or_else(|| rank(&AFTER).map(|rank| rank + 1))?;
    number.chars().all(|sign| sign.is_ascii_digit()).then_some((rank, number))
}
