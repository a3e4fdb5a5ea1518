//! Runs a mapping over real vulnerabilities: what Jira would refuse or cut, grouped by cause.

use super::MappingProblem;
use super::repair;
use crate::ids::{FieldId, VulnerabilityId};
use crate::mapping::compose::Filler;
use crate::mapping::lifecycle::Stage;
use crate::mapping::read::{View, identifier};
use crate::mapping::source::Source;
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
    /// The step of the lifecycle at which it happens; `None` for the create screen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stage: Option<Stage>,
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

/// A field that is about to be filled, or why it never can be.
struct Place<'m> {
    stage: Option<Stage>,
    mapping: &'m FieldMapping,
    filler: Result<Filler<'m>, String>,
}

/// What each vulnerability would come to, worst first.
pub fn examine<'v>(mapping: &Mapping, views: impl IntoIterator<Item = View<'v>>) -> Vec<Verdict> {
    let places: Vec<Place> = places(mapping).collect();
    let mut found: BTreeMap<(Effect, Option<Stage>, FieldId, String), Verdict> = BTreeMap::new();
    for view in views {
        for place in &places {
            let Some((effect, why)) = place.judge(view) else { continue };
            let key = (effect, place.stage, place.mapping.field.id.clone(), without_quotes(&why));
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
    let create = mapping.fields.iter().map(|field| (None, field));
    let steps = mapping
        .lifecycle
        .0
        .iter()
        .flat_map(|(stage, step)| step.fields.iter().map(|field| (Some(*stage), field)));
    create.chain(steps).map(|(stage, mapping)| Place { stage, mapping, filler: Filler::of(mapping) })
}

impl Place<'_> {
    fn judge(&self, view: View<'_>) -> Option<(Effect, String)> {
        let is_mandatory = self.mapping.field.is_mandatory();
        let refused = if is_mandatory { Effect::Blocked } else { Effect::LeftOut };
        match self.filler.as_ref().map_err(Clone::clone).and_then(|filler| filler.fill(view)) {
            Ok(Some(filled)) => {
                filled.is_cut.then(|| (Effect::Cut, "the text is longer than Jira takes".to_owned()))
            }
            Ok(None) => is_mandatory.then(|| (Effect::Blocked, "Backline has no value for it".to_owned())),
            Err(why) => Some((refused, why)),
        }
    }

    fn verdict(&self, effect: Effect, why: &str) -> Verdict {
        let field = &self.mapping.field;
        let repair = match &self.mapping.source {
            Source::Backline { default: None, .. } if effect != Effect::Cut => repair::fallback(field),
            _ => None,
        };
        let (what, remedy) = match effect {
            Effect::Blocked => ("would be refused", "Choose another source, or add a default"),
            Effect::LeftOut => ("would be left out", "Choose another source, or add a default"),
            Effect::Cut => ("would be cut", "Choose a shorter text"),
        };
        let mut problem = MappingProblem::of(field, what, why, remedy).with(repair);
        if let Some(stage) = self.stage {
            problem.what = format!("{} (at '{}')", problem.what, stage.title());
        }
        Verdict { problem, effect, stage: self.stage, count: 0, examples: Vec::new() }
    }
}

/// The cause alone: what a value says between quotes differs from one vulnerability to the next.
fn without_quotes(why: &str) -> String {
    why.split('\'').enumerate().filter(|(at, _)| at % 2 == 0).map(|(_, part)| part).collect()
}
