//! The order of Maven: numbers and qualifiers, where `1.0-rc1 < 1.0 < 1.0-sp1 < 1.0-jre < 1.0.1`.
//!
//! Source: <https://maven.apache.org/pom.html#version-order-specification>.

use super::{compare_digits, take_while};
use std::cmp::Ordering;

const QUALIFIERS: [&str; 7] = ["alpha", "beta", "milestone", "rc", "snapshot", "", "sp"];

#[derive(Debug, PartialEq, Eq)]
struct Token {
    /// Preceded by a hyphen, or by a change between digits and letters.
    is_hyphen: bool,
    /// Digits, or a qualifier in lower case (empty for `ga`, `final` and `release`).
    value: String,
    is_number: bool,
}

impl Token {
    fn is_null(&self) -> bool {
        self.value.chars().all(|sign| sign == '0')
    }

    /// Any qualifier < `-number` < `.number`.
    fn class(&self) -> u8 {
        match (self.is_number, self.is_hyphen) {
            (false, _) => 0,
            (true, true) => 1,
            (true, false) => 2,
        }
    }

    fn order(&self, other: &Self) -> Ordering {
        self.class().cmp(&other.class()).then_with(|| match self.is_number {
            true => compare_digits(&self.value, &other.value),
            false => rank(&self.value).cmp(&rank(&other.value)),
        })
    }

    /// What stands for the missing counterpart of this token.
    fn null(&self) -> Self {
        let value = if self.is_number { "0" } else { "" };
        Self { is_hyphen: self.is_hyphen, value: value.to_owned(), is_number: self.is_number }
    }
}

pub fn compare(left: &str, right: &str) -> Option<Ordering> {
    let (left, right) = (tokens(left)?, tokens(right)?);
    for index in 0..left.len().max(right.len()) {
        let order = match (left.get(index), right.get(index)) {
            (Some(left), Some(right)) => left.order(right),
            (Some(left), None) => left.order(&left.null()),
            (None, Some(right)) => right.null().order(right),
            (None, None) => Ordering::Equal,
        };
        if order.is_ne() {
            return Some(order);
        }
    }
    Some(Ordering::Equal)
}

/// Known qualifiers in their order, then unknown ones by the alphabet.
fn rank(qualifier: &str) -> (usize, &str) {
    match QUALIFIERS.iter().position(|known| *known == qualifier) {
        Some(index) => (index, ""),
        None => (QUALIFIERS.len(), qualifier),
    }
}

fn tokens(text: &str) -> Option<Vec<Token>> {
    let is_clean = text.chars().all(|sign| sign.is_ascii_alphanumeric() || "._+-".contains(sign));
    if !is_clean || !text.contains(|sign: char| sign.is_ascii_digit()) {
        return None;
    }
    let mut tokens = Vec::new();
    let mut is_hyphen = false;
    for (index, part) in text.split_inclusive(['.', '-', '_']).enumerate() {
        let separator = part.ends_with('-') || part.ends_with('_');
        let part = part.trim_end_matches(['.', '-', '_']);
        cut(part, is_hyphen && index > 0, &mut tokens);
        is_hyphen = separator;
    }
    trim(&mut tokens);
    Some(tokens)
}

/// Cuts `rc1` into `rc` and `-1`; an empty part is a zero.
fn cut(part: &str, mut is_hyphen: bool, tokens: &mut Vec<Token>) {
    let mut rest = if part.is_empty() { "0" } else { part };
    while !rest.is_empty() {
        let (digits, after) = take_while(rest, |sign| sign.is_ascii_digit());
        let (value, after) = if digits.is_empty() {
            let (word, after) = take_while(rest, |sign| !sign.is_ascii_digit());
            (qualifier(word, !after.is_empty()), after)
        } else {
            (digits.to_owned(), after)
        };
        tokens.push(Token { is_hyphen, value, is_number: !digits.is_empty() });
        (rest, is_hyphen) = (after, true);
    }
}

fn qualifier(word: &str, has_number: bool) -> String {
    let word = word.to_ascii_lowercase();
    match word.as_str() {
        "a" if has_number => "alpha",
        "b" if has_number => "beta",
        "m" if has_number => "milestone",
        "cr" => "rc",
        "ga" | "final" | "release" => "",
        other => other,
    }
    .to_owned()
}

/// Zeros and release words mean nothing at the end, nor before a hyphen.
fn trim(tokens: &mut Vec<Token>) {
    let mut end = tokens.len();
    while end > 0 {
        let mut start = end;
        while start > 0 && tokens[start - 1].is_null() {
            start -= 1;
        }
        tokens.drain(start..end);
        end = tokens[..start].iter().rposition(|token| token.is_hyphen).unwrap_or(0);
    }
}
