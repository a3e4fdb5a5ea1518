//! The lifecycle held against what has been seen of the workflow: screens that demand what nobody mapped, and
//! statuses to which no way leads.
//!
//! Conditions of a workflow can hide a transition from one issue and show it for another, so what is found here is
//! a warning and keeps nothing from being saved.

use super::MappingProblem;
use crate::ids::StatusId;
use crate::jira::workflow::{Category, Status, Transition};
use crate::mapping::Mapping;
use crate::mapping::lifecycle::{Stage, Step};
use crate::ticket::Learned;
use std::collections::{BTreeMap, BTreeSet};

/// What would keep tickets from reaching a stage, by stage. `learned` is what was seen of this issue type.
pub fn workflow(mapping: &Mapping, statuses: &[Status], learned: &[Learned]) -> Vec<MappingProblem> {
    let mut found = Vec::new();
    for (stage, step) in &mapping.lifecycle.0 {
        let Some(target) = &step.status else { continue };
        let mut demands: BTreeMap<(&str, &str), MappingProblem> = BTreeMap::new();
        for hop in learned.iter().flat_map(|seen| &seen.transitions).filter(|hop| hop.to.id == target.id) {
            demands.extend(
                demanded(mapping, step, hop)
                    .map(|name| ((hop.name.as_str(), name), unmapped(*stage, hop, name))),
            );
        }
        found.extend(demands.into_values());
        found
            .extend(unreachable(mapping, target, statuses, learned).map(|from| no_way(*stage, from, target)));
    }
    found
}

/// The mandatory fields of a transition's screen that have no value.
fn demanded<'t>(mapping: &'t Mapping, step: &'t Step, hop: &'t Transition) -> impl Iterator<Item = &'t str> {
    let is_mapped = |field: &&crate::jira::field::FieldMeta| {
        mapping.fields.iter().chain(&step.fields).any(|mapped| mapped.field.id == field.id)
    };
    hop.fields
        .iter()
        .filter(|field| field.is_mandatory())
        .filter(move |field| !is_mapped(field))
        .map(|field| field.name.as_str())
}

/// An open status of the lifecycle from which everything that can be reached was seen, and the target is not among it.
fn unreachable<'s>(
    mapping: &Mapping,
    target: &Status,
    statuses: &'s [Status],
    learned: &[Learned],
) -> Option<&'s Status> {
    let used =
        |status: &&Status| mapping.lifecycle.0.values().any(|step| step.status.as_ref() == Some(status));
    let is_open = |status: &&Status| status.category != Category::Done && status.id != target.id;
    let mut begins =
        statuses.iter().filter(is_open).filter(|status| used(status) || status.category == Category::New);
    begins.find(|from| reach(&from.id, learned).is_some_and(|reached| !reached.contains(&target.id)))
}

/// Every status that can be reached from one; `None` where not all of the way was seen.
fn reach<'l>(from: &'l StatusId, learned: &'l [Learned]) -> Option<BTreeSet<&'l StatusId>> {
    let mut reached = BTreeSet::from([from]);
    let mut open = vec![from];
    while let Some(at) = open.pop() {
        let seen = learned.iter().find(|seen| seen.from == *at)?;
        open.extend(seen.transitions.iter().map(|hop| &hop.to.id).filter(|to| reached.insert(to)));
    }
    Some(reached)
}

fn unmapped(stage: Stage, hop: &Transition, field: &str) -> MappingProblem {
    let what =
        format!("The transition “{}” to {} demands {field}, which is not mapped", hop.name, hop.to.name);
    let why = format!("A ticket without a value for it stays where it is at “{}”", stage.title());
    let remedy = format!("Map {field} under “When the fix moves”, or choose another status");
    MappingProblem::of_step(stage, what, &why, &remedy)
}

fn no_way(stage: Stage, from: &Status, target: &Status) -> MappingProblem {
    let what = format!("No transition that was seen leads from “{}” to “{}”", from.name, target.name);
    let why = format!("A ticket stays where it is at “{}”", stage.title());
    MappingProblem::of_step(stage, what, &why, "Choose another status, or have the workflow changed in Jira")
}

#[cfg(test)]
mod tests {
    use super::workflow;
    use crate::jira::field::{FieldMeta, Schema};
    use crate::jira::workflow::{Category, Status, Transition};
    use crate::mapping::lifecycle::{Lifecycle, Stage, Step};
    use crate::mapping::source::Source;
    use crate::mapping::{FieldMapping, Mapping, Owner};
    use crate::ticket::Learned;

    fn status(id: &str, category: Category) -> Status {
        Status { id: id.into(), name: id.to_owned(), category }
    }

    fn cause() -> FieldMeta {
        FieldMeta {
            id: "customfield_1".into(),
            name: "Root cause".to_owned(),
            is_required: true,
            has_default: false,
            schema: Some(Schema { kind: "string".to_owned(), ..Schema::default() }),
            operations: vec!["set".to_owned()],
            allowed: None,
        }
    }

    fn hop(name: &str, to: &str, category: Category, fields: Vec<FieldMeta>) -> Transition {
        let to = status(to, category);
        Transition { id: name.into(), name: name.to_owned(), to, has_screen: !fields.is_empty(), fields }
    }

    fn seen(from: &str, transitions: Vec<Transition>) -> Learned {
        Learned { from: from.into(), transitions }
    }

    fn closing(fields: Vec<FieldMapping>) -> Mapping {
        let done = Step {
            status: Some(status("Done", Category::Done)),
            fields,
            comments: true,
            comment_text: String::new(),
        };
        Mapping { lifecycle: Lifecycle([(Stage::Done, done)].into()), ..Mapping::default() }
    }

    fn statuses() -> [Status; 2] {
        [status("To Do", Category::New), status("Done", Category::Done)]
    }

    #[test]
    fn what_a_screen_demands_is_named_until_it_is_mapped() {
        let finish = hop("Finish", "Done", Category::Done, vec![cause()]);
        let learned = [seen("To Do", vec![finish.clone()]), seen("Review", vec![finish])];
        let found = workflow(&closing(Vec::new()), &statuses(), &learned);
        let [problem] = found.as_slice() else { panic!("once: {found:?}") };
        assert_eq!(problem.stage, Some(Stage::Done));
        assert_eq!(problem.what, "The transition “Finish” to Done demands Root cause, which is not mapped");
        let mapped = FieldMapping {
            field: cause(),
            source: Source::Manual { text: "unknown".to_owned() },
            owner: Owner::Once,
        };
        assert_eq!(workflow(&closing(vec![mapped]), &statuses(), &learned), []);
    }

    #[test]
    fn a_status_without_a_way_is_named_only_when_all_was_seen() {
        let round = [
            seen("To Do", vec![hop("Start", "Review", Category::Indeterminate, Vec::new())]),
            seen("Review", vec![hop("Back", "To Do", Category::New, Vec::new())]),
        ];
        let found = workflow(&closing(Vec::new()), &statuses(), &round);
        assert_eq!(found[0].what, "No transition that was seen leads from “To Do” to “Done”");
        assert_eq!(workflow(&closing(Vec::new()), &statuses(), &round[..1]), [], "Review was not seen");
        assert_eq!(workflow(&closing(Vec::new()), &statuses(), &[]), []);
    }
}
