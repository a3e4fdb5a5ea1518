//! A comment in a mapping's own words: a template over the catalogue, and over what happened.
//!
//! A line of the template is a line of the comment, an empty one parts paragraphs. Addresses that Backline itself
//! holds become links; whatever else a scanner or a pull request says stays text.

use super::read::{View, page_of};
use super::template::{self, Template, TemplateError};
use crate::jira::adf::Doc;
use crate::jira::adf::build::Builder;

/// What happened, of which a comment tells.
#[derive(Debug, Clone, Copy)]
pub struct Happening<'h> {
    /// In Backline's own words.
    pub event: &'h str,
    /// One of [`OCCASIONS`].
    pub occasion: &'h str,
}

/// Words that a comment's template knows besides the catalogue's: the word, what it holds, an example.
pub const WORDS: [(&str, &str, &str); 2] = [
    ("event", "In comments only: what happened, in Backline’s own words.", EXAMPLE.event),
    ("occasion", "In comments only: what happened, as one word to ask for.", EXAMPLE.occasion),
];

/// Every word that `occasion` can be.
pub const OCCASIONS: [&str; 9] = [
    "opened",
    "reopened",
    "drafted",
    "closed",
    "merged",
    "merge_failed",
    "found_again",
    "resolved",
    "dismissed",
];

const EXAMPLE: Happening<'static> = Happening {
    event: "Pull request acme/payments-api#12 was closed without being merged.",
    occasion: "closed",
};

/// A template that was read once, for comments on many subjects.
#[derive(Debug)]
pub struct Telling(Template);

/// Checks a template at save time; an empty one stands for Backline's own words.
///
/// # Errors
/// Names the place and what is wrong there.
pub fn check(text: &str) -> Result<(), TemplateError> {
    template::check_with(text, &EXAMPLE.words())
}

impl Telling {
    /// # Errors
    /// Where it is no template.
    pub fn read(text: &str) -> Result<Self, TemplateError> {
        Template::read(text).map(Self)
    }

    /// The comment; `None` where the template gives nothing for what happened.
    ///
    /// # Errors
    /// Names the place and what is wrong there.
    pub fn body(&self, view: View<'_>, happening: Happening<'_>) -> Result<Option<Doc>, TemplateError> {
        let doc = self.built(view, happening)?.doc();
        Ok((!doc.is_empty()).then_some(doc))
    }

    /// Whether Jira would get less of it than it gives for this subject.
    ///
    /// # Errors
    /// Names the place and what is wrong there.
    pub fn is_cut(&self, view: View<'_>) -> Result<bool, TemplateError> {
        Ok(self.built(view, EXAMPLE)?.is_too_long())
    }

    fn built(&self, view: View<'_>, happening: Happening<'_>) -> Result<Builder, TemplateError> {
        let text = self.0.render_with(view, &happening.words())?;
        Ok(Builder::new().lines(&text, &addresses(view)))
    }
}

impl<'h> Happening<'h> {
    fn words(self) -> [(&'static str, &'h str); 2] {
        [("event", self.event), ("occasion", self.occasion)]
    }
}

/// Addresses that may be followed from a comment.
fn addresses(view: View<'_>) -> Vec<String> {
    let pull_requests = view.pull_requests.iter().map(|tracked| tracked.pull_request.url.clone());
    let references = view.vulnerability.references.iter().cloned();
    std::iter::once(page_of(view)).chain(pull_requests).chain(references).collect()
}

#[cfg(test)]
mod tests {
    use super::{OCCASIONS, WORDS, check};

    #[test]
    fn the_words_of_comments_are_known_and_no_others() {
        for (word, ..) in WORDS {
            check(&format!("{{{{ {word} }}}}")).expect("it is known");
        }
        check("{{ headline }}: {{ event }}").expect("so is the catalogue");
        check("").expect("Backline has words of its own");
        let error = check("one\n{{ evnt }}").expect_err("it is no word");
        assert_eq!((error.line, error.column), (2, 4), "{error}");
    }

    #[test]
    fn each_occasion_can_be_asked_for() {
        for occasion in OCCASIONS {
            check(&format!("{{% if occasion == '{occasion}' %}}Yes{{% endif %}}")).expect("it is a template");
        }
    }
}
