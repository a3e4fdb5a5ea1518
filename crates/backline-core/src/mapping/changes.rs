//! What differs between two versions of a connected project, in words for people.
//!
//! Pure, and by meaning: labels are shown, ids are compared. The number of the version is no difference.

use super::closing::{Closing, ClosingRule};
use super::lifecycle::{Stage, Step};
use super::rule::Rule;
use super::source::Source;
use super::{ConnectedProject, FieldMapping};
use crate::jira::field::Choice;
use serde::Serialize;
use std::collections::BTreeSet;

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The field, step or part of the rule: "Priority", "Remediation resolved: Resolution", "Repositories".
    pub about: String,
    /// "critical → Highest, was High".
    pub what: String,
}

/// Everything that `after` says otherwise than `before`, fields first, in the order in which pages show them.
pub fn changes(before: &ConnectedProject, after: &ConnectedProject) -> Vec<Change> {
    let mut found = Changes(Vec::new());
    found.differs("Jira project", &before.project.key, &after.project.key);
    found.differs("Issue type", &before.issue_type.name, &after.issue_type.name);
    found.fields("", &before.mapping.fields, &after.mapping.fields);
    for stage in Stage::ALL {
        let of = |project: &ConnectedProject| project.mapping.lifecycle.0.get(&stage).cloned();
        found.step(stage, of(before), of(after));
    }
    found.closing(&before.mapping.closing, &after.mapping.closing);
    found.rule(&before.rule, &after.rule);
    if before.position != after.position {
        let place = |project: &ConnectedProject| format!("place {}", project.position + 1);
        found.differs("Order of the rules", &place(before), &place(after));
    }
    found.0
}

struct Changes(Vec<Change>);

impl Changes {
    fn note(&mut self, about: impl Into<String>, what: impl Into<String>) {
        self.0.push(Change { about: about.into(), what: what.into() });
    }

    fn differs(&mut self, about: impl Into<String>, before: &str, after: &str) {
        if before != after {
            self.note(about, format!("{after}, was {before}"));
        }
    }

    fn fields(&mut self, place: &str, before: &[FieldMapping], after: &[FieldMapping]) {
        let of = |list: &'_ [FieldMapping], wanted: &FieldMapping| {
            list.iter().find(|known| known.field.id == wanted.field.id).cloned()
        };
        for field in after {
            match of(before, field) {
                Some(known) => self.field(place, &known, field),
                None => {
                    let what = format!("added, {}; {}", source(&field.source), field.owner.title());
                    self.note(name(place, field), what);
                }
            }
        }
        for field in before.iter().filter(|field| of(after, field).is_none()) {
            self.note(name(place, field), format!("removed, was {}", source(&field.source)));
        }
    }

    fn field(&mut self, place: &str, before: &FieldMapping, after: &FieldMapping) {
        let about = name(place, after);
        match (&before.source, &after.source) {
            (
                Source::Backline { field: was, values: old, default: old_default },
                Source::Backline { field: is, values: new, default: new_default },
            ) if was == is => {
                let words: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
                for word in words {
                    self.value(&about, word, old.get(word), new.get(word));
                }
                self.value(&about, "everything else", old_default.as_ref(), new_default.as_ref());
            }
            (old, new) if is_same(old, new) => {}
            (old, new) => self.note(about.clone(), format!("{}, was {}", source(new), source(old))),
        }
        if before.owner != after.owner {
            let what = format!("after creation “{}”, was “{}”", after.owner.title(), before.owner.title());
            self.note(about.clone(), what);
        }
        if before.field.is_mandatory() != after.field.is_mandatory() {
            let is = if after.field.is_mandatory() { "mandatory" } else { "optional" };
            self.note(about, format!("became {is} in Jira"));
        }
    }

    /// One line of a value map.
    fn value(&mut self, about: &str, word: &str, before: Option<&Choice>, after: Option<&Choice>) {
        match (before, after) {
            (Some(old), Some(new)) if same_choice(old, new) => {}
            (Some(old), Some(new)) => {
                self.note(about, format!("{word} → {}, was {}", label(new), label(old)));
            }
            (None, Some(new)) => self.note(about, format!("{word} → {}, was without a value", label(new))),
            (Some(old), None) => self.note(about, format!("{word} has no value, was {}", label(old))),
            (None, None) => {}
        }
    }

    fn step(&mut self, stage: Stage, before: Option<Step>, after: Option<Step>) {
        // A stage without an entry moves nothing and says nothing.
        let (before, after) = (before.unwrap_or_default(), after.unwrap_or_default());
        let id = |step: &Step| step.status.as_ref().map(|status| status.id.clone());
        if id(&before) != id(&after) {
            let to = |step: &Step| match &step.status {
                Some(status) => format!("moves to “{}”", status.name),
                None => "moves nothing".to_owned(),
            };
            self.differs(stage.title(), &to(&before), &to(&after));
        }
        let comments = |step: &Step| match (step.comments, step.comment_text.is_empty()) {
            (false, _) => "does not comment".to_owned(),
            (true, true) => "comments in Backline’s words".to_owned(),
            (true, false) => format!("comments “{}”", step.comment_text),
        };
        self.differs(stage.title(), &comments(&before), &comments(&after));
        self.fields(&format!("{}: ", stage.title()), &before.fields, &after.fields);
    }

    fn closing(&mut self, before: &Closing, after: &Closing) {
        let of = |closing: &Closing, wanted: &ClosingRule| {
            closing.rules.iter().find(|rule| (rule.by, &rule.id) == (wanted.by, &wanted.id)).cloned()
        };
        let words = |rule: Option<&ClosingRule>| match rule {
            None => "as everything else".to_owned(),
            Some(ClosingRule { means, expires_days: Some(days), .. }) => {
                format!("{}, for {days} days", means.title())
            }
            Some(rule) => rule.means.title().to_owned(),
        };
        let gone = before.rules.iter().filter(|rule| of(after, rule).is_none());
        for rule in after.rules.iter().chain(gone) {
            let about = format!("Closed in Jira as {}", rule.name);
            self.differs(about, &words(of(before, rule).as_ref()), &words(of(after, rule).as_ref()));
        }
        self.differs("Closed in Jira otherwise", before.otherwise.title(), after.otherwise.title());
    }

    fn rule(&mut self, before: &Rule, after: &Rule) {
        let severities = |rule: &Rule| {
            let titles = rule.severities.iter().map(|severity| severity.title().to_owned());
            listed(titles.collect(), "every severity")
        };
        self.differs("Severities", &severities(before), &severities(after));
        let repositories = |rule: &Rule| listed(rule.repositories.clone(), "every repository");
        self.differs("Repositories", &repositories(before), &repositories(after));
        let scanners = |rule: &Rule| listed(rule.scanners.clone(), "every scanner");
        self.differs("Scanners", &scanners(before), &scanners(after));
        let fix =
            |rule: &Rule| if rule.fix_available { "only with a known fix" } else { "with and without a fix" };
        self.differs("Fix", fix(before), fix(after));
    }
}

fn name(place: &str, field: &FieldMapping) -> String {
    format!("{place}{}", field.field.name)
}

fn listed(words: Vec<String>, otherwise: &str) -> String {
    if words.is_empty() { otherwise.to_owned() } else { words.join(", ") }
}

/// A source in a few words.
pub fn source(source: &Source) -> String {
    match source {
        Source::Jira { choices } => {
            let labels: Vec<String> = choices.iter().map(label).collect();
            format!("from Jira: {}", listed(labels, "nothing yet"))
        }
        Source::Backline { field, .. } => format!("from Backline: {}", field.title()),
        Source::Manual { text } => format!("by hand: “{text}”"),
    }
}

/// "Backend › API" where one lies below the other.
fn label(choice: &Choice) -> String {
    match choice.children.first() {
        Some(child) => format!("{} › {}", choice.label, child.label),
        None => choice.label.clone(),
    }
}

fn same_choice(one: &Choice, other: &Choice) -> bool {
    let below = |choice: &Choice| choice.children.first().map(|child| child.id.clone());
    one.id == other.id && below(one) == below(other)
}

fn is_same(one: &Source, other: &Source) -> bool {
    match (one, other) {
        (Source::Jira { choices: old }, Source::Jira { choices: new }) => {
            old.len() == new.len() && old.iter().zip(new).all(|(old, new)| same_choice(old, new))
        }
        (one, other) => one == other,
    }
}

#[cfg(test)]
mod tests;
