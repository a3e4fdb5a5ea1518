//! Templates of manually added text: the catalogue's words between double braces.
//!
//! A strict sandbox: an unknown word is an error, there are no functions and no filters but [`filter::ALL`], no
//! loader, no include and no file access, and fuel ends loops. A field without a value renders as nothing.

pub mod filter;

use super::catalogue::BacklineField;
use super::read::{View, day, read};
use crate::jira::kind::Raw;
use minijinja::{AutoEscape, Environment, Error, UndefinedBehavior, Value};
use std::collections::BTreeMap;

/// Steps of the template machine before it is stopped.
const FUEL: u64 = 100_000;
/// How deep its parts may lie in each other.
const DEPTH_MAX: usize = 64;
/// Longest text that a template may give.
const OUTPUT_BYTES_MAX: usize = 64 * 1024;
const NAME: &str = "manual";

/// Why a template cannot be used. Line and column count from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {what}")]
pub struct TemplateError {
    pub line: usize,
    pub column: usize,
    pub what: String,
}

/// A template that was read once, to be rendered for many subjects.
#[derive(Debug)]
pub struct Template {
    text: String,
    environment: Environment<'static>,
    /// Of the catalogue, those that it names: no other is read.
    words: Vec<BacklineField>,
}

/// Whether text holds anything but itself.
pub fn is_template(text: &str) -> bool {
    text.contains("{{") || text.contains("{%")
}

/// Checks a template at save time, with the catalogue's examples for values.
///
/// # Errors
/// Names the place and what is wrong there.
pub fn check(text: &str) -> Result<(), TemplateError> {
    check_with(text, &[])
}

/// As [`check`], where more words are known than the catalogue's.
///
/// # Errors
/// Names the place and what is wrong there.
pub fn check_with(text: &str, more: &[(&str, &str)]) -> Result<(), TemplateError> {
    Template::read(text)?.run(|field| field.example().to_owned(), more).map(drop)
}

impl Template {
    /// # Errors
    /// Where it is no template.
    pub fn read(text: &str) -> Result<Self, TemplateError> {
        let mut environment = Environment::empty();
        filter::install(&mut environment);
        environment.set_recursion_limit(DEPTH_MAX);
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_fuel(Some(FUEL));
        environment.set_debug(true);
        environment.set_auto_escape_callback(|_| AutoEscape::None);
        environment.add_template_owned(NAME, text.to_owned()).map_err(|error| place(&error, text))?;
        let template = environment.get_template(NAME).map_err(|error| place(&error, text))?;
        let named = template.undeclared_variables(false);
        let words = BacklineField::ALL.iter().copied();
        let words = words.filter(|field| *field != BacklineField::Finding && named.contains(field.word()));
        Ok(Self { text: text.to_owned(), words: words.collect(), environment })
    }

    /// # Errors
    /// Names the place and what is wrong there.
    pub fn render(&self, view: View<'_>) -> Result<String, TemplateError> {
        self.render_with(view, &[])
    }

    /// As [`Template::render`], with more words than the catalogue's.
    ///
    /// # Errors
    /// Names the place and what is wrong there.
    pub fn render_with(&self, view: View<'_>, more: &[(&str, &str)]) -> Result<String, TemplateError> {
        self.run(|field| read(field, view).map_or(String::new(), plain), more)
    }

    fn run(
        &self,
        value: impl Fn(BacklineField) -> String,
        more: &[(&str, &str)],
    ) -> Result<String, TemplateError> {
        let mut words: BTreeMap<&str, String> =
            self.words.iter().map(|field| (field.word(), value(*field))).collect();
        words.extend(more.iter().map(|(word, value)| (*word, (*value).to_owned())));
        let rendered =
            self.environment.get_template(NAME).and_then(|template| template.render(Value::from(words)));
        let text = rendered.map_err(|error| place(&error, &self.text))?;
        if text.len() > OUTPUT_BYTES_MAX {
            let what = "the template gives more than 64 KiB".to_owned();
            return Err(TemplateError { line: 1, column: 1, what });
        }
        Ok(text)
    }
}

fn place(error: &Error, text: &str) -> TemplateError {
    let start = error.range().map_or(0, |range| range.start).min(text.len());
    let before = text.get(..start).unwrap_or_default();
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    TemplateError {
        line: error.line().unwrap_or(1),
        column,
        what: error.detail().map_or_else(|| error.kind().to_string(), str::to_owned),
    }
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
    fn an_unknown_word_is_named_with_its_place() {
        for (text, line, column) in
            [("one\n{{ sevrity }}", 2, 4), ("é {{ sevrity }}", 1, 6), ("{{ title", 1, 4)]
        {
            let error = check(text).expect_err("it fails");
            assert_eq!((error.line, error.column), (line, column), "{text}: {error}");
        }
    }

    #[test]
    fn a_loop_without_end_is_stopped() {
        let nested = |depth: usize| {
            let each = "{% for a in cvss_vector | split('/') %}";
            each.repeat(depth) + "x" + &"{% endfor %}".repeat(depth)
        };
        check(&nested(1)).expect("one loop is a template");
        assert!(check(&nested(8)).is_err());
    }

    #[test]
    fn every_word_of_the_catalogue_can_be_used() {
        for field in BacklineField::ALL.iter().filter(|field| **field != BacklineField::Finding) {
            check(&format!("{{{{ {} }}}}", field.word())).expect("the catalogue is known");
        }
    }

    #[test]
    fn nothing_outside_can_be_reached() {
        for text in
            ["{% include 'a' %}", "{% extends 'a' %}", "{% import 'a' as b %}", "{{ title.__class__ }}"]
        {
            assert!(check(text).is_err(), "{text}");
        }
    }
}
