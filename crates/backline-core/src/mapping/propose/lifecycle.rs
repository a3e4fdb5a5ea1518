//! A sensible first lifecycle for a workflow: the statuses that its categories and names suggest.

use crate::jira::field::FieldMeta;
use crate::jira::workflow::{Category, Status};
use crate::mapping::lifecycle::{Lifecycle, Stage, Step};
use crate::mapping::source::Source;
use crate::mapping::{FieldMapping, Owner};
use std::collections::BTreeMap;

/// Proposes a status for each stage. `resolution` is the field that closing transitions usually demand.
///
/// Names only break ties: a category decides, since names are localised. Of the names, the first that is found
/// wins: "In Review" before "In Progress", wherever the workflow has them.
pub fn propose(statuses: &[Status], resolution: Option<&FieldMeta>) -> Lifecycle {
    let of = |category: Category| statuses.iter().filter(move |status| status.category == category);
    let named = |words: &[&str], category: Category| {
        let has = |word: &&str| of(category).find(|status| status.name.to_lowercase().contains(*word));
        words.iter().find_map(has).or_else(|| of(category).next()).cloned()
    };
    let resolved = resolution.and_then(|field| choose(field, &["done", "fixed", "resolved"]));
    let dismissed =
        resolution.and_then(|field| choose(field, &["won't do", "won't fix", "declined", "done"]));
    let step = |status: Option<Status>, fields: Vec<FieldMapping>| Step {
        status,
        fields,
        comments: true,
        ..Step::default()
    };
    let done = named(&["done", "resolved", "closed"], Category::Done);
    let steps = [
        (Stage::Open, step(named(&["to do", "open", "backlog"], Category::New), Vec::new())),
        (Stage::InReview, step(named(&["review", "progress"], Category::Indeterminate), Vec::new())),
        (Stage::Verifying, step(None, Vec::new())),
        (Stage::Done, step(done.clone(), resolved.into_iter().collect())),
        (Stage::Dismissed, step(done, dismissed.into_iter().collect())),
    ];
    Lifecycle(BTreeMap::from(steps))
}

fn choose(field: &FieldMeta, names: &[&str]) -> Option<FieldMapping> {
    let allowed = field.allowed.as_deref()?;
    let named =
        names.iter().find_map(|name| allowed.iter().find(|choice| choice.label.to_lowercase() == *name));
    let choice = named.or_else(|| allowed.first())?.clone();
    Some(FieldMapping {
        field: field.clone(),
        source: Source::Jira { choices: vec![choice] },
        owner: Owner::Once,
    })
}

#[cfg(test)]
mod tests {
    use super::propose;
    use crate::ids::StatusId;
    use crate::jira::workflow::{Category, Status};
    use crate::mapping::lifecycle::Stage;

    #[test]
    fn a_review_is_meant_before_mere_progress() {
        let check = |names: &[&str], expected: &str| {
            let status = |name: &&str| Status {
                id: StatusId::new(*name),
                name: (*name).to_owned(),
                category: Category::Indeterminate,
            };
            let statuses: Vec<Status> = names.iter().map(status).collect();
            let proposed = propose(&statuses, None);
            let step = proposed.0.get(&Stage::InReview).and_then(|step| step.status.as_ref());
            assert_eq!(step.map(|status| status.name.as_str()), Some(expected));
        };
        check(&["In Progress", "In Review"], "In Review");
        check(&["Selected", "In Progress"], "In Progress");
        check(&["En cours", "En revue"], "En cours");
    }
}
