//! The filters of templates: these and no others, each with a sentence for the page that offers them.
//!
//! Every word of the catalogue is text to a template, so these are filters of text; what asks for more than the text
//! that it is given is not among them.

use minijinja::filters::{
    capitalize, float, int, join, last, length, lower, replace, round, split, title, trim, upper,
};
use minijinja::{Environment, Error, ErrorKind, Value};

/// One filter as it is offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Filter {
    pub word: &'static str,
    /// What follows the word, as an example.
    pub arguments: &'static str,
    pub sentence: &'static str,
}

const fn filter(word: &'static str, arguments: &'static str, sentence: &'static str) -> Filter {
    Filter { word, arguments, sentence }
}

pub const ALL: [Filter; 16] = [
    filter("upper", "", "In capitals."),
    filter("lower", "", "In small letters."),
    filter("capitalize", "", "The first letter in capitals, the rest small."),
    filter("title", "", "Each word with a capital."),
    filter("trim", "", "Without space at its ends."),
    filter("default", "(\"unknown\")", "Another text where there is none."),
    filter("truncate", "(80)", "Its first characters, with … where more follow."),
    filter("first_line", "", "Its first line."),
    filter("replace", "(\"/\", \"-\")", "One text put in place of another."),
    filter("split", "(\", \")", "A list of its parts."),
    filter("join", "(\" and \")", "A list as one text."),
    filter("last", "", "The last of a list."),
    filter("length", "", "How many letters, or parts of a list."),
    filter("int", "", "As a whole number."),
    filter("float", "", "As a number."),
    filter("round", "(1)", "A number to so many places."),
];

/// Adds all of them to an environment that has none.
pub fn install(environment: &mut Environment<'_>) {
    environment.add_filter("upper", upper);
    environment.add_filter("lower", lower);
    environment.add_filter("capitalize", capitalize);
    environment.add_filter("title", title);
    environment.add_filter("trim", trim);
    environment.add_filter("default", default);
    environment.add_filter("truncate", truncate);
    environment.add_filter("first_line", first_line);
    environment.add_filter("replace", replace);
    environment.add_filter("split", split);
    environment.add_filter("join", join);
    environment.add_filter("last", last);
    environment.add_filter("length", length);
    environment.add_filter("int", int);
    environment.add_filter("float", float);
    environment.add_filter("round", round);
}

/// A field without a value is an empty text, which counts as none.
fn default(text: String, otherwise: String) -> String {
    if text.trim().is_empty() { otherwise } else { text }
}

fn truncate(text: String, characters: Value) -> Result<String, Error> {
    let Some(characters) = characters.as_usize() else {
        return Err(Error::new(ErrorKind::InvalidOperation, "truncate needs a number of characters"));
    };
    Ok(match text.char_indices().nth(characters) {
        Some((at, _)) => format!("{}…", text[..at].trim_end()),
        None => text,
    })
}

fn first_line(text: String) -> String {
    text.trim_start().lines().next().unwrap_or_default().trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::ALL;
    use crate::mapping::template::{check, check_with};

    #[test]
    fn each_filter_can_be_used_as_it_is_offered() {
        for filter in ALL {
            let word =
                if filter.word == "round" || filter.word == "float" { "cvss_score | float" } else { "line" };
            let list = if matches!(filter.word, "join" | "last") { " | split(\",\")" } else { "" };
            let text = format!("{{{{ {word}{list} | {}{} }}}}", filter.word, filter.arguments);
            check(&text).unwrap_or_else(|error| panic!("{text}: {error}"));
        }
    }

    #[test]
    fn filters_that_are_not_offered_are_unknown() {
        for filter in ["tojson", "pprint", "safe", "items", "map('upper')", "urlencode", "attr('x')"] {
            let error = check(&format!("{{{{ title | {filter} }}}}")).expect_err("it is no filter");
            assert_eq!((error.line, error.column), (1, 12), "{filter}: {error}");
        }
        for call in ["debug()", "range(3)", "dict(a=1)", "namespace()"] {
            check(&format!("{{{{ {call} }}}}")).expect_err("it is no function");
        }
    }

    #[test]
    fn texts_are_cut_and_filled_in() {
        let is = |text: &str, value: &str, expected: &str| {
            let ask = format!("{{% if ({text}) != \"{expected}\" %}}{{{{ wrong }}}}{{% endif %}}");
            check_with(&ask, &[("given", value)]).unwrap_or_else(|error| panic!("{text}: {error}"));
        };
        is("given | default('none')", " ", "none");
        is("given | default('none')", "some", "some");
        is("given | truncate(4)", "über allem", "über…");
        is("given | truncate(40)", "über allem", "über allem");
        is("given | first_line", "\n one \ntwo", "one");
    }
}
