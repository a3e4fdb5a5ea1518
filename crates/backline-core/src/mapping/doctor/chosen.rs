//! Values that were found by a search of the site: no create screen lists them, so only the site knows whether they
//! are still there.

use super::MappingProblem;
use crate::jira::field::{Choice, FieldMeta};
use crate::jira::kind::{self, Lookup};
use crate::mapping::drift::Change;
use crate::mapping::lifecycle::Stage;
use crate::mapping::source::Source;
use crate::mapping::{FieldMapping, Mapping};

/// One of them, where it is used.
#[derive(Debug, Clone, Copy)]
pub struct Chosen<'m> {
    /// The step of the lifecycle; `None` for the create screen.
    pub stage: Option<Stage>,
    pub field: &'m FieldMeta,
    /// The search that found it: people, groups, projects or issues.
    pub lookup: Lookup,
    pub choice: &'m Choice,
}

/// All of them, in the mapping's order.
pub fn chosen(mapping: &Mapping) -> Vec<Chosen<'_>> {
    let create = mapping.fields.iter().map(|field| (None, field));
    let steps = mapping.lifecycle.0.iter();
    let steps = steps.flat_map(|(stage, step)| step.fields.iter().map(|field| (Some(*stage), field)));
    create.chain(steps).flat_map(|(stage, field)| searched(stage, field)).collect()
}

fn searched(stage: Option<Stage>, mapping: &FieldMapping) -> impl Iterator<Item = Chosen<'_>> {
    let field = &mapping.field;
    let lookup = kind::of(field).map_or(Lookup::Nowhere, |kind| kind.lookup(field));
    let is_searched = match lookup {
        Lookup::Assignable
        | Lookup::People
        | Lookup::Groups
        | Lookup::Projects
        | Lookup::Issues
        | Lookup::Links => true,
        // A label is made by using it, and the doctor knows the lists.
        Lookup::Nowhere | Lookup::Listed | Lookup::Labels => false,
    };
    let choices = match &mapping.source {
        Source::Jira { choices } if is_searched => choices.as_slice(),
        _ => &[],
    };
    choices.iter().map(move |choice| Chosen { stage, field, lookup, choice })
}

impl Chosen<'_> {
    /// What keeps a mapping from being saved when the site does not have it.
    pub fn gone(&self) -> MappingProblem {
        let why = format!("The site has no {} '{}', or no longer", self.noun(), self.choice.label);
        let what = "has a value that Jira does not have";
        MappingProblem::of(self.field, what, &why, "Choose another value").at(self.stage)
    }

    /// The same as a difference to when the mapping was saved.
    pub fn went(&self) -> Change {
        Change {
            field: self.field.id.clone(),
            what: format!(
                "The site no longer has {} '{}' of {}",
                self.noun(),
                self.choice.label,
                self.field.name
            ),
            breaks: self.stage.is_none(),
        }
    }

    fn noun(&self) -> &'static str {
        match self.lookup {
            Lookup::Groups => "group",
            Lookup::Projects => "project",
            Lookup::Issues => "issue",
            Lookup::Links => "issue behind",
            Lookup::Assignable | Lookup::People => "active account",
            Lookup::Nowhere | Lookup::Listed | Lookup::Labels => "value",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::chosen;
    use crate::jira::field::{Choice, FieldMeta, Schema};
    use crate::mapping::lifecycle::{Lifecycle, Stage, Step};
    use crate::mapping::source::Source;
    use crate::mapping::{FieldMapping, Mapping, Owner};

    fn mapped(id: &str, kind: &str, label: &str) -> FieldMapping {
        let schema = Schema { kind: kind.to_owned(), system: Some(id.to_owned()), ..Schema::default() };
        let field = FieldMeta {
            id: id.into(),
            name: id.to_owned(),
            is_required: false,
            has_default: false,
            schema: Some(schema),
            operations: vec!["set".to_owned()],
            allowed: (kind == "priority").then(Vec::new),
        };
        let source = Source::Jira { choices: vec![Choice::new("1", label)] };
        FieldMapping { field, source, owner: Owner::Shared }
    }

    #[test]
    fn only_what_a_search_found_is_asked_for() {
        let step = Step {
            status: None,
            fields: vec![mapped("approver", "user", "Grace")],
            comments: true,
            comment_text: String::new(),
        };
        let mapping = Mapping {
            fields: vec![mapped("assignee", "user", "Ada"), mapped("priority", "priority", "High")],
            lifecycle: Lifecycle([(Stage::Done, step)].into()),
            ..Mapping::default()
        };
        let all = chosen(&mapping);
        let told: Vec<String> = all.iter().map(|one| one.gone().why).collect();
        assert_eq!(
            told,
            [
                "The site has no active account 'Ada', or no longer",
                "The site has no active account 'Grace', or no longer"
            ]
        );
        assert!(all[1].gone().what.contains("Remediation resolved"));
        assert_eq!(all.iter().map(|one| one.went().breaks).collect::<Vec<_>>(), [true, false]);
    }
}
