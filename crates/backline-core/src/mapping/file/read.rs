//! Reads the file: whole, or refused with every line that is wrong.

mod raw;

use super::{FORMAT, PROJECTS_MAX};
use crate::ids::ConnectedProjectId;
use crate::mapping::Owner;
use crate::mapping::catalogue::BacklineField;
use crate::mapping::closing::{ClosedBy, Meaning};
use crate::mapping::lifecycle::Stage;
use crate::mapping::portable::{Closed, Entry, Field, Named, Part, Place, Source, Step};
use crate::mapping::rule::Rule;
use crate::severity::Severity;
use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;
use toml::Spanned;

/// A place that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// From 1.
    pub line: usize,
    /// As a sentence without its full stop.
    pub what: String,
    pub remedy: String,
}

/// One project of the file, and where its parts stand.
#[derive(Debug, Clone)]
pub struct Read {
    pub entry: Entry,
    pub lines: Lines,
}

/// The line of each part, from 1.
#[derive(Debug, Clone, Default)]
pub struct Lines(BTreeMap<Place, usize>);

impl Lines {
    /// The line of a part, or of the smallest thing around it that has one.
    pub fn of(&self, place: &Place) -> usize {
        let around = [
            place.clone(),
            place.part(Part::Whole),
            Place { field: None, ..place.part(Part::Whole) },
            Place::whole(),
        ];
        around.iter().find_map(|place| self.0.get(place)).copied().unwrap_or(1)
    }
}

/// Every project of a file, in its order.
///
/// # Errors
/// Every place that is wrong; the syntax alone where that is.
pub fn read(text: &str) -> Result<Vec<Read>, Vec<Refused>> {
    let raw: raw::File = toml::from_str(text).map_err(|error| {
        let line = error.span().map_or(1, |span| line(text, span.start));
        let what = error.message().trim().trim_end_matches('.').replace('\n', ", ");
        vec![Refused { line, what, remedy: "Mend this line; an exported file shows every key".to_owned() }]
    })?;
    let mut reading = Reading { text, refused: Vec::new() };
    reading.format(&raw.format);
    if raw.project.len() > PROJECTS_MAX {
        let what = format!("more than {PROJECTS_MAX} projects in one file");
        reading.refuse(raw.project[PROJECTS_MAX].span().start, what, "Split the file");
    }
    let projects =
        raw.project.into_iter().take(PROJECTS_MAX).map(|project| reading.project(project)).collect();
    if reading.refused.is_empty() {
        Ok(projects)
    } else {
        reading.refused.sort_by_key(|refused| refused.line);
        Err(reading.refused)
    }
}

fn line(text: &str, at: usize) -> usize {
    text.as_bytes()[..at.min(text.len())].iter().filter(|byte| **byte == b'\n').count() + 1
}

struct Reading<'t> {
    text: &'t str,
    refused: Vec<Refused>,
}

impl Reading<'_> {
    fn refuse(&mut self, at: usize, what: impl Into<String>, remedy: impl Into<String>) {
        let refused = Refused { line: line(self.text, at), what: what.into(), remedy: remedy.into() };
        self.refused.push(refused);
    }

    fn format(&mut self, format: &Spanned<i64>) {
        if *format.get_ref() != FORMAT {
            let what = format!("format {} is not known here", format.get_ref());
            self.refuse(format.span().start, what, format!("Use format = {FORMAT}"));
        }
    }

    /// A word of a closed list; `None`, and refused, where it is none of them.
    fn word<T: FromStr>(&mut self, word: &Spanned<String>, what: &str, known: &[&str]) -> Option<T> {
        let found = word.get_ref().parse().ok();
        if found.is_none() {
            let what = format!("“{}” is no {what}", word.get_ref());
            self.refuse(word.span().start, what, format!("Use one of: {}", known.join(", ")));
        }
        found
    }

    fn project(&mut self, raw: Spanned<raw::Project>) -> Read {
        let mut lines = Lines::default();
        lines.0.insert(Place::whole(), line(self.text, raw.span().start));
        let raw = raw.into_inner();
        let id = raw.id.and_then(|id| {
            let found: Option<ConnectedProjectId> = id.get_ref().parse().ok();
            if found.is_none() {
                let remedy = "Leave it out; the project is then known by its site, key and issue type";
                self.refuse(id.span().start, format!("“{}” is no id of Backline", id.get_ref()), remedy);
            }
            found
        });
        let fields = self.fields(None, raw.field, &mut lines);
        let mut steps = BTreeMap::new();
        for step in raw.step {
            let at = step.span().start;
            let step = step.into_inner();
            let known = Stage::ALL.map(Stage::word);
            let Some(stage) = self.word::<Stage>(&step.stage, "stage", &known) else { continue };
            let place = Place { stage: Some(stage), field: None, part: Part::Whole };
            lines.0.insert(place.clone(), line(self.text, at));
            if let Some(status) = &step.status {
                lines.0.insert(place.part(Part::Status), line(self.text, status.span().start));
            }
            let fields = self.fields(Some(stage), step.field, &mut lines);
            let status = step.status.map(Spanned::into_inner);
            let (comments, comment_text) = (step.comments, step.comment_text);
            let is_double = steps.insert(stage, Step { status, comments, comment_text, fields }).is_some();
            if is_double {
                let remedy = "Keep one of the two";
                self.refuse(at, format!("the stage “{}” stands here twice", stage.word()), remedy);
            }
        }
        let closed = self.closed(raw.closed, &mut lines);
        let known = Meaning::ALL.map(Meaning::word);
        let otherwise = raw.closed_otherwise.and_then(|word| self.word(&word, "meaning", &known));
        let otherwise = otherwise.unwrap_or_default();
        let entry = Entry {
            id,
            site: raw.site.unwrap_or_default(),
            project: raw.project,
            issue_type: raw.issue_type,
            rule: self.rule(raw.rule),
            fields,
            steps,
            closed,
            otherwise,
        };
        Read { entry, lines }
    }

    fn closed(&mut self, raw: Vec<Spanned<raw::Closed>>, lines: &mut Lines) -> Vec<Closed> {
        let known = Meaning::ALL.map(Meaning::word);
        let mut closed = Vec::new();
        for raw in raw {
            let at = raw.span().start;
            let raw = raw.into_inner();
            let Some(means) = self.word(&raw.means, "meaning", &known) else { continue };
            let (by, choice) = match (raw.resolution, raw.status) {
                (Some(choice), None) => (ClosedBy::Resolution, choice),
                (None, Some(choice)) => (ClosedBy::Status, choice),
                _ => {
                    let what = "what means something is one of resolution and status";
                    self.refuse(at, what, "Name the resolution, or the status, once");
                    continue;
                }
            };
            lines.0.insert(Place::whole().part(Part::Closed(closed.len())), line(self.text, at));
            closed.push(Closed { by, choice, means, expires_days: raw.expires_days });
        }
        closed
    }

    fn rule(&mut self, raw: raw::Rule) -> Rule {
        let known = Severity::ALL.map(Severity::word);
        let severities: BTreeSet<Severity> =
            raw.severities.iter().filter_map(|word| self.word(word, "severity", &known)).collect();
        Rule {
            severities: severities.into_iter().collect(),
            repositories: raw.repositories,
            scanners: raw.scanners.iter().map(|scanner| scanner.to_lowercase()).collect(),
            fix_available: raw.fix_available,
        }
    }

    fn fields(
        &mut self,
        stage: Option<Stage>,
        raw: Vec<Spanned<raw::Field>>,
        lines: &mut Lines,
    ) -> Vec<Field> {
        let mut fields = Vec::new();
        for raw in raw {
            let at = raw.span().start;
            let place = Place::field(stage, fields.len());
            lines.0.insert(place.clone(), line(self.text, at));
            fields.extend(self.field(at, &place, raw.into_inner(), lines));
        }
        fields
    }

    fn field(&mut self, at: usize, place: &Place, raw: raw::Field, lines: &mut Lines) -> Option<Field> {
        let name = raw.field.shown();
        let known = Owner::ALL.map(Owner::word);
        let owner = match &raw.owner {
            Some(word) => self.word(word, "owner", &known)?,
            None => Owner::default(),
        };
        let mut note = |part: Part, at: usize| {
            lines.0.insert(place.part(part), line(self.text, at));
        };
        let source = match (raw.jira, raw.backline, raw.manual) {
            (Some(choices), None, None) => {
                choices.iter().enumerate().for_each(|(n, choice)| note(Part::Choice(n), choice.span().start));
                Source::Jira(choices.into_iter().map(Spanned::into_inner).collect())
            }
            (None, Some(word), None) => {
                raw.values.iter().for_each(|(word, at)| note(Part::Value(word.clone()), at.span().start));
                raw.default.iter().for_each(|choice| note(Part::Default, choice.span().start));
                return self.backline(&word, raw.values, raw.default).map(|source| Field {
                    field: raw.field,
                    schema: None,
                    source,
                    owner,
                });
            }
            (None, None, Some(text)) => Source::Manual(text),
            _ => {
                let what = format!("“{name}” needs exactly one of jira, backline and manual");
                self.refuse(at, what, "Say where its value comes from, once");
                return None;
            }
        };
        if raw.default.is_some() || !raw.values.is_empty() {
            let what = format!("“{name}” has a value map and no field of Backline");
            self.refuse(at, what, "Name one with backline = \"…\", or remove values and default");
        }
        Some(Field { field: raw.field, schema: None, source, owner })
    }

    fn backline(
        &mut self,
        word: &Spanned<String>,
        values: BTreeMap<String, Spanned<Named>>,
        default: Option<Spanned<Named>>,
    ) -> Option<Source> {
        let Some(field) = BacklineField::from_word(word.get_ref()) else {
            let what = format!("“{}” is no field of Backline", word.get_ref());
            self.refuse(word.span().start, what, "Use one that the editor lists under “Words for templates”");
            return None;
        };
        let known = field.words();
        for (word, choice) in
            values.iter().filter(|(word, _)| !known.is_empty() && !known.contains(&word.as_str()))
        {
            let what = format!("{} is never “{word}”", field.title());
            self.refuse(choice.span().start, what, format!("Use one of: {}", known.join(", ")));
        }
        let values = values.into_iter().map(|(word, choice)| (word, choice.into_inner())).collect();
        Some(Source::Backline { field, values, default: default.map(Spanned::into_inner) })
    }
}
