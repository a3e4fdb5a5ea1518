//! What mends a mapping by itself: one click instead of looking for the place.

use crate::ids::FieldId;
use crate::jira::field::{Choice, FieldMeta};
use crate::mapping::lifecycle::Stage;
use crate::mapping::source::Source;
use crate::mapping::{FieldMapping, Mapping};
use serde::Serialize;

/// A change to one field of a mapping.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Repair {
    /// Take another option for the one that Jira no longer has.
    Replace { id: String, with: Choice },
    /// Take this option wherever the value map has none.
    Default { choice: Choice },
    /// Leave the field out.
    Remove,
}

/// How alike two names are before one is offered for the other, 0 to 1.
const ALIKE_MIN: f64 = 0.6;

impl Repair {
    /// As a button says it.
    pub fn title(&self) -> String {
        match self {
            Self::Replace { with, .. } => format!("Use “{}”", with.label),
            Self::Default { choice } => format!("Use “{}” for the rest", choice.label),
            Self::Remove => "Leave this field out".to_owned(),
        }
    }

    /// Mends the field where the doctor found it: on the create screen, or at a step.
    pub fn apply(&self, mapping: &mut Mapping, stage: Option<Stage>, field: &FieldId) {
        let fields = match stage {
            None => Some(&mut mapping.fields),
            Some(stage) => mapping.lifecycle.0.get_mut(&stage).map(|step| &mut step.fields),
        };
        let Some(fields) = fields else { return };
        match self {
            Self::Remove => fields.retain(|mapped| mapped.field.id != *field),
            _ => fields
                .iter_mut()
                .filter(|mapped| mapped.field.id == *field)
                .for_each(|mapped| self.change(mapped)),
        }
    }

    fn change(&self, mapped: &mut FieldMapping) {
        match (self, &mut mapped.source) {
            (Self::Replace { id, with }, Source::Jira { choices }) => {
                choices
                    .iter_mut()
                    .filter(|choice| choice.id == *id)
                    .for_each(|choice| *choice = with.clone());
            }
            (Self::Replace { id, with }, Source::Backline { values, default, .. }) => {
                let all = values.values_mut().chain(default);
                all.filter(|choice| choice.id == *id).for_each(|choice| *choice = with.clone());
            }
            (Self::Default { choice }, Source::Backline { default, .. }) => *default = Some(choice.clone()),
            (Self::Remove | Self::Default { .. } | Self::Replace { .. }, _) => {}
        }
    }
}

/// The option that is most likely meant by one that Jira no longer offers.
pub fn replacement(field: &FieldMeta, gone: &Choice) -> Option<Repair> {
    let with = nearest(field.allowed.as_deref()?, &gone.label)?;
    Some(Repair::Replace { id: gone.id.clone(), with: Choice::new(with.id.clone(), with.label.clone()) })
}

/// The middle of the list: what nobody rated is called neither urgent nor mild.
pub fn fallback(field: &FieldMeta) -> Option<Repair> {
    let allowed = field.allowed.as_deref()?;
    let choice = allowed.get(allowed.len() / 2)?;
    Some(Repair::Default { choice: Choice::new(choice.id.clone(), choice.label.clone()) })
}

/// The choice with the nearest name, if one is near.
pub fn nearest<'c>(choices: &'c [Choice], label: &str) -> Option<&'c Choice> {
    let label = label.trim().to_lowercase();
    let alike = |choice: &Choice| strsim::jaro_winkler(&choice.label.trim().to_lowercase(), &label);
    let best =
        choices.iter().map(|choice| (alike(choice), choice)).max_by(|(a, _), (b, _)| a.total_cmp(b))?;
    (best.0 >= ALIKE_MIN).then_some(best.1)
}
