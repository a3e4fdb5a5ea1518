//! Runs a mapping over real vulnerabilities: what Jira would refuse or cut, grouped by cause.

use super::MappingProblem;
use super::repair;
use crate::ids::{FieldId, VulnerabilityId};
use crate::mapping::compose::Filler;
use crate::mapping::lifecycle::Stage;
use crate::mapping::read::{View, identifier};
use crate::mapping::source::Source;
use crate::mapping::telling::Telling;
use crate::mapping::{FieldMapping, Mapping};
use serde::Serialize;
use std::collections::BTreeMap;

/// What becomes of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Jira demands the field and gets no value: the ticket is blocked.
    Blocked,
    /// The value is not written; the ticket goes on without it.
    LeftOut,
    /// It is written without its end.
    Cut,
}

/// One cause, with the vulnerabilities that it strikes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Verdict {
    #[serde(flatten)]
    pub problem: MappingProblem,
    pub effect: Effect,
    pub count: usize,
    /// The first few of them.
    pub examples: Vec<Example>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Example {
    pub id: VulnerabilityId,
    /// What it is called by: "CVE-2021-23337".
    pub name: String,
}

const EXAMPLES_MAX: usize = 3;

/// Where something is about to be written.
struct Place<'m> {
    stage: Option<Stage>,
    of: Of<'m>,
}

enum Of<'m> {
    /// A field that is about to be filled, or why it never can be.
    Field { mapping: &'m FieldMapping, filler: Result<Filler<'m>, String> },
    /// A comment in the mapping's own words.
    Comment { stage: Stage, telling: Telling },
}

/// What each vulnerability would come to, worst first.
pub fn examine<'v>(mapping: &Mapping, views: impl IntoIterator<Item = View<'v>>) -> Vec<Verdict> {
    let places: Vec<Place> = places(mapping).collect();
    let mut found: BTreeMap<(Effect, Option<Stage>, Option<FieldId>, String), Verdict> = BTreeMap::new();
    for view in views {
        for place in &places {
            let Some((effect, why)) = place.judge(view) else { continue };
            let key = (effect, place.stage, place.field(), without_quotes(&why));
            let verdict = found.entry(key).or_insert_with(|| place.verdict(effect, &why));
            verdict.count += 1;
            if verdict.examples.len() < EXAMPLES_MAX {
                let (id, name) = (view.vulnerability.id, identifier(view.vulnerability));
                let name = if name.is_empty() { &view.vulnerability.title } else { name };
                verdict.examples.push(Example { id, name: name.to_owned() });
            }
        }
    }
    found.into_values().collect()
}

fn places(mapping: &Mapping) -> impl Iterator<Item = Place<'_>> {
    let field =
        |stage| move |mapping| Place { stage, of: Of::Field { mapping, filler: Filler::of(mapping) } };
    let steps = mapping.lifecycle.0.iter().flat_map(move |(stage, step)| {
        let text = Some(&step.comment_text).filter(|text| step.comments && !text.is_empty());
        // One that is no template is refused before anything is examined.
        let telling = text.and_then(|text| Telling::read(text).ok());
        let comment =
            telling.map(|telling| Place { stage: Some(*stage), of: Of::Comment { stage: *stage, telling } });
        step.fields.iter().map(field(Some(*stage))).chain(comment)
    });
    mapping.fields.iter().map(field(None)).chain(steps)
}

impl Place<'_> {
    fn field(&self) -> Option<FieldId> {
        match &self.of {
            Of::Field { mapping, .. } => Some(mapping.field.id.clone()),
            Of::Comment { .. } => None,
        }
    }

    fn judge(&self, view: View<'_>) -> Option<(Effect, String)> {
        let cut = || (Effect::Cut, "the text is longer than Jira takes".to_owned());
        let (mapping, filler) = match &self.of {
            Of::Field { mapping, filler } => (mapping, filler),
            Of::Comment { telling, .. } => {
                return match telling.is_cut(view) {
                    Ok(is_cut) => is_cut.then(cut),
                    Err(error) => Some((Effect::LeftOut, format!("the template fails at {error}"))),
                };
            }
        };
        let is_mandatory = mapping.field.is_mandatory();
        let refused = if is_mandatory { Effect::Blocked } else { Effect::LeftOut };
        match filler.as_ref().map_err(Clone::clone).and_then(|filler| filler.would_cut(view)) {
            Ok(Some(is_cut)) => is_cut.then(cut),
            Ok(None) => is_mandatory.then(|| (Effect::Blocked, "Backline has no value for it".to_owned())),
            Err(why) => Some((refused, why)),
        }
    }

    fn verdict(&self, effect: Effect, why: &str) -> Verdict {
        let problem = match &self.of {
            Of::Field { mapping, .. } => of_field(mapping, self.stage, effect, why),
            Of::Comment { stage, .. } => {
                let (what, remedy) = match effect {
                    Effect::Cut => ("would be cut", "Choose a shorter text"),
                    _ => ("would be in Backline’s own words", "Mend the template"),
                };
                let what = format!("The comment at '{}' {what}", stage.title());
                MappingProblem::of_step(*stage, what, why, remedy)
            }
        };
        Verdict { problem, effect, count: 0, examples: Vec::new() }
    }
}

fn of_field(mapping: &FieldMapping, stage: Option<Stage>, effect: Effect, why: &str) -> MappingProblem {
    let repair = match &mapping.source {
        Source::Backline { default: None, .. } if effect != Effect::Cut => repair::fallback(&mapping.field),
        _ => None,
    };
    let (what, remedy) = match effect {
        Effect::Blocked => ("would be refused", "Choose another source, or add a default"),
        Effect::LeftOut => ("would be left out", "Choose another source, or add a default"),
        Effect::Cut => ("would be cut", "Choose a shorter text"),
    };
    MappingProblem::of(&mapping.field, what, why, remedy).with(repair).at(stage)
}

/// The cause alone: what a value says between quotes differs from one vulnerability to the next.
fn without_quotes(why: &str) -> String {
    why.split('\'').enumerate().filter(|(at, _)| at % 2 == 0).map(|(_, part)| part).collect()
}
