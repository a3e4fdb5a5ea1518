//! The texts of a result: message, title, description and advice.
//!
//! Owns message ids with their arguments, links inside messages, and the part of a rule's help that says how to
//! fix it.

use super::wire::{Component, Message, Rule, SarifResult};
use std::collections::BTreeMap;

/// The message of a result, in plain text; empty if it has none.
pub(super) fn message(result: &SarifResult<'_>, rule: Option<&Rule<'_>>, driver: &Component<'_>) -> String {
    let message = &result.message.0;
    if let Some(text) = message.text.some() {
        return without_links(&filled(text, message));
    }
    let of = |strings: &BTreeMap<String, Message<'_>>| {
        strings.get(message.id.some()?).and_then(|string| string.text.some().map(str::to_owned))
    };
    let text =
        rule.and_then(|rule| of(&rule.message_strings.0)).or_else(|| of(&driver.global_message_strings.0));
    text.map(|text| without_links(&filled(&text, message))).unwrap_or_default()
}

/// The title of a rule.
pub(super) fn title<'r>(rule: Option<&'r Rule<'_>>) -> Option<&'r str> {
    let rule = rule?;
    rule.short_description.0.text.some().or(rule.name.some())
}

/// What the result says, then what the rule says.
pub(super) fn description(message: &str, rule: Option<&Rule<'_>>) -> String {
    let full = rule.and_then(|rule| rule.full_description.0.text.some()).unwrap_or_default();
    match (message, full) {
        ("", full) => full.to_owned(),
        (message, full) if full.is_empty() || message.contains(full) => message.to_owned(),
        (message, full) => format!("{message}\n\n{full}"),
    }
}

/// The fix that the result describes, else the recommendation in the rule's help.
pub(super) fn remedy(result: &SarifResult<'_>, rule: Option<&Rule<'_>>) -> Option<String> {
    let fix = result.fixes.0.iter().find_map(|fix| fix.description.0.text.some());
    let advice = || {
        let help = &rule?.help.0;
        recommendation(help.markdown.some().or(help.text.some())?)
    };
    fix.map(str::to_owned).or_else(advice)
}

fn recommendation(help: &str) -> Option<String> {
    let start = help.find("# Recommendation").map(|at| at + "# Recommendation".len())?;
    let rest = &help[start..];
    let end = rest.find("\n#").unwrap_or(rest.len());
    Some(rest[..end].trim().to_owned()).filter(|text| !text.is_empty())
}

/// Puts the arguments at `{0}`, `{1}`, …; doubled braces stand for themselves.
fn filled(text: &str, message: &Message<'_>) -> String {
    if message.arguments.0.is_empty() {
        return text.to_owned();
    }
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        filled.push_str(&rest[..at]);
        let brace = &rest[at..];
        let argument = brace[1..].find('}').and_then(|end| {
            let index: usize = brace[1..=end].parse().ok()?;
            Some((message.arguments.0.get(index)?.or_empty(), end + 2))
        });
        let taken = match argument {
            _ if brace.starts_with("{{") || brace.starts_with("}}") => {
                filled.push_str(&brace[..1]);
                2
            }
            Some((argument, length)) if brace.starts_with('{') => {
                filled.push_str(argument);
                length
            }
            _ => {
                filled.push_str(&brace[..1]);
                1
            }
        };
        rest = &brace[taken..];
    }
    filled.push_str(rest);
    filled
}

/// `[a value](1)` points to a related location of the result, which is not kept: the words stay.
fn without_links(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(middle) = rest.find("](") {
        let (before, after) = (&rest[..middle], &rest[middle + 2..]);
        let digits = after.len() - after.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        match before.rfind('[') {
            Some(open) if digits > 0 && after[digits..].starts_with(')') => {
                plain.push_str(&before[..open]);
                plain.push_str(&before[open + 1..]);
                rest = &after[digits + 1..];
            }
            _ => {
                plain.push_str(before);
                plain.push_str("](");
                rest = after;
            }
        }
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::lenient::{Text, Texts};
    use std::borrow::Cow;

    #[test]
    fn arguments_take_their_places() {
        let arguments = Texts(["x", "y{0}"].map(|text| Text(Cow::Borrowed(text))).to_vec());
        let message = Message { arguments, ..Message::default() };
        assert_eq!(filled("{{{1}}} and {0}, {7} {é", &message), "{y{0}} and x, {7} {é");
    }

    #[test]
    fn links_to_locations_become_words() {
        assert_eq!(
            without_links("flows from [user input](1) to [docs](https://a)"),
            "flows from user input to [docs](https://a)"
        );
    }

    #[test]
    fn advice_is_the_recommendation_of_the_help() {
        let help = "# Title\ntext\n## Recommendation\nUse a parser.\n\n## Example\ncode";
        assert_eq!(recommendation(help).as_deref(), Some("Use a parser."));
    }
}
