//! Templates of manually added text: the catalogue's words between double braces.
//!
//! A strict sandbox: an unknown word is an error, there is no loader, no include and no file access, and fuel
//! ends loops. A field without a value renders as nothing.

use super::catalogue::BacklineField;
use super::read::{View, day, read};
use crate::jira::kind::Raw;
use minijinja::{Environment, UndefinedBehavior, Value};
use std::collections::BTreeMap;

/// Steps of the template machine before it is stopped.
const FUEL: u64 = 100_000;
/// Longest text that a template may give.
const OUTPUT_BYTES_MAX: usize = 64 * 1024;

/// Why a template cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct TemplateError {
    pub line: usize,
    pub what: String,
}

/// Whether text holds anything but itself.
pub fn is_template(text: &str) -> bool {
    text.contains("{{") || text.contains("{%")
}

/// Renders a template over a subject.
///
/// # Errors
/// Names the line and what is wrong with it.
pub fn render(template: &str, view: View<'_>) -> Result<String, TemplateError> {
    let words = BacklineField::ALL
        .iter()
        .filter(|field| **field != BacklineField::Finding)
        .map(|field| (field.word(), read(*field, view).map_or(String::new(), plain)));
    run(template, words.collect())
}

/// Checks a template at save time, with the catalogue's examples for values.
///
/// # Errors
/// As [`render`].
pub fn check(template: &str) -> Result<(), TemplateError> {
    let words = BacklineField::ALL
        .iter()
        .filter(|field| **field != BacklineField::Finding)
        .map(|field| (field.word(), field.example().to_owned()));
    run(template, words.collect()).map(drop)
}

fn run(template: &str, words: BTreeMap<&'static str, String>) -> Result<String, TemplateError> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(FUEL));
    environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
    let text = environment.render_str(template, Value::from(words)).map_err(|error| TemplateError {
        line: error.line().unwrap_or(1),
        what: error.detail().map_or_else(|| error.kind().to_string(), str::to_owned),
    })?;
    if text.len() > OUTPUT_BYTES_MAX {
        return Err(TemplateError { line: 1, what: "the template gives more than 64 KiB".to_owned() });
    }
    Ok(text)
}

fn plain(raw: Raw) -> String {
    match raw {
        Raw::Text(text) => text,
        Raw::List(list) => list.join(", "),
        Raw::Choices(choices) => {
            choices.into_iter().map(|choice| choice.label).collect::<Vec<_>>().join(", ")
        }
        Raw::Moment(at) => day(at).to_string(),
        Raw::Number(number) => number.to_string(),
        Raw::Document(doc) => doc.plain_text(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_word_is_named_with_its_line() {
        let error = check("one\n{{ sevrity }}").expect_err("the word is unknown");
        assert_eq!(error.line, 2);
    }

    #[test]
    fn a_loop_without_end_is_stopped() {
        assert!(
            check("{% for a in range(10000) %}{% for b in range(10000) %}x{% endfor %}{% endfor %}").is_err()
        );
    }

    #[test]
    fn every_word_of_the_catalogue_can_be_used() {
        for field in BacklineField::ALL.iter().filter(|field| **field != BacklineField::Finding) {
            check(&format!("{{{{ {} }}}}", field.word())).expect("the catalogue is known");
        }
    }
}
