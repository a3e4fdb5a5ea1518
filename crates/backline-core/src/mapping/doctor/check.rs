//! Holds a mapping against the create screen as it is now: whatever Jira would refuse for any vulnerability.

use super::MappingProblem;
use super::repair::{Repair, fallback, replacement};
use crate::ids::FieldId;
use crate::jira::field::{Choice, FieldMeta};
use crate::jira::kind::{self, Kind, Raw};
use crate::jira::workflow::Status;
use crate::mapping::catalogue::BacklineField;
use crate::mapping::closing::{ClosedBy, Closing, ClosingRule};
use crate::mapping::lifecycle::{Lifecycle, Stage, Step};
use crate::mapping::source::Source;
use crate::mapping::{FieldMapping, Mapping, telling, template};
use std::collections::BTreeMap;

/// Checks a mapping against the fields that the create screen has now. Empty means that it may be saved.
pub fn check(screen: &[FieldMeta], mapping: &Mapping) -> Vec<MappingProblem> {
    let mut problems = Vec::new();
    let mapped: BTreeMap<&FieldId, &FieldMapping> =
        mapping.fields.iter().map(|field| (&field.field.id, field)).collect();
    for field in screen.iter().filter(|field| !kind::is_sent_by_backline(field)) {
        let is_summary = field.id.as_str() == "summary";
        if (field.is_mandatory() || is_summary) && !mapped.contains_key(&field.id) {
            problems.push(unmapped(field));
        }
    }
    for mapping in &mapping.fields {
        match screen.iter().find(|field| field.id == mapping.field.id) {
            Some(field) => problems.extend(check_field(field, mapping)),
            None => problems.push(MappingProblem::of(
                &mapping.field,
                "is not on the create screen",
                "Jira refuses a field that its screen does not have",
                "Remove this mapping, or have the field put on the screen",
            )),
        }
    }
    problems.extend(twice(&mapping.fields));
    problems.extend(check_lifecycle(&mapping.lifecycle));
    problems
}

/// Two values for one field would take turns in the ticket.
fn twice(fields: &[FieldMapping]) -> impl Iterator<Item = MappingProblem> {
    let is_again = |at: usize| fields[..at].iter().any(|before| before.field.id == fields[at].field.id);
    let again = (0..fields.len()).filter(move |at| is_again(*at));
    again.map(|at| {
        let why = "A ticket has one value of a field, and two would take turns in it";
        MappingProblem::of(&fields[at].field, "is mapped twice", why, "Remove one of the two")
    })
}

/// A field of a lifecycle step that neither the create screen nor the workflow is known to have.
pub fn unknown_at_step(stage: Stage, field: &FieldMeta) -> MappingProblem {
    let problem = MappingProblem::of(
        field,
        "is not known for a step of the lifecycle",
        "Neither the create screen has it, nor is it the resolution",
        "Choose a field that the page offers",
    );
    MappingProblem { stage: Some(stage), ..problem }
}

/// Statuses of the lifecycle that the workflow does not have, or no longer.
pub fn lost_statuses(lifecycle: &Lifecycle, statuses: &[Status]) -> Vec<MappingProblem> {
    let is_lost = |status: &&Status| !statuses.iter().any(|known| known.id == status.id);
    let problem = |(stage, step): (&Stage, &Step)| {
        let status = step.status.as_ref().filter(is_lost)?;
        let what = format!("The status “{}” is not in this workflow", status.name);
        let why = format!("it is mapped to “{}”, and a ticket could never reach it", stage.title());
        let remedy = "Choose another status under “When the fix moves”";
        Some(MappingProblem::of_step(*stage, what, &why, remedy))
    };
    lifecycle.0.iter().filter_map(problem).collect()
}

/// What the rules for closed tickets speak of and Jira does not have, and what is wrong with them in themselves.
pub fn closing(closing: &Closing, resolutions: &FieldMeta, statuses: &[Status]) -> Vec<MappingProblem> {
    let problem = |what: String, why: &str| MappingProblem {
        field: None,
        stage: None,
        field_name: String::new(),
        what,
        why: why.to_owned(),
        remedy: "Mend it under “When a person closes the ticket”".to_owned(),
        repair: None,
    };
    let is_lost = |rule: &&ClosingRule| match rule.by {
        ClosedBy::Resolution => {
            !resolutions.allowed.iter().flatten().any(|resolution| resolution.id == rule.id)
        }
        ClosedBy::Status => !statuses.iter().any(|status| status.id.as_str() == rule.id),
    };
    let lost = closing.rules.iter().filter(is_lost).map(|rule| {
        let what = format!("The {} “{}” is not in Jira", rule.by.word(), rule.name);
        problem(what, "no ticket can be closed with it")
    });
    let wrong =
        closing.check().err().map(|why| problem("The rules for closed tickets do not fit".to_owned(), &why));
    lost.chain(wrong).collect()
}

fn unmapped(field: &FieldMeta) -> MappingProblem {
    match kind::of(field) {
        Ok(_) => MappingProblem::of(
            field,
            "is mandatory and has no value",
            "Jira refuses a ticket without it",
            "Map it to a value from Jira, a field from Backline, or a manually added value",
        ),
        Err(reason) => MappingProblem::of(
            field,
            "is mandatory and cannot be set by Backline",
            &reason,
            "Give it a default in Jira, make it optional, or choose another issue type",
        ),
    }
}

fn check_field(screen: &FieldMeta, mapping: &FieldMapping) -> Vec<MappingProblem> {
    let refuse = |what: &str, why: &str, remedy: &str| MappingProblem::of(screen, what, why, remedy);
    let kind = match kind::of(screen) {
        Ok(kind) => kind,
        Err(reason) => {
            let problem = refuse("cannot be set by Backline", &reason, "Remove this mapping");
            return vec![problem.with(Some(Repair::Remove))];
        }
    };
    if kind::is_special(screen) && !matches!(mapping.source, Source::Backline { .. }) {
        return vec![refuse(
            "must be mapped to a field from Backline",
            "Severity and Priority always follow Backline, so that a ticket never says otherwise than the finding",
            "Choose 'A field from Backline'",
        )];
    }
    match &mapping.source {
        Source::Jira { choices } if choices.is_empty() => {
            vec![refuse("has no value", "no value from Jira was chosen", "Choose a value")]
        }
        Source::Jira { choices } => check_choices(screen, kind, choices),
        Source::Backline { field, .. } if !kind.fits(field.shape()) => {
            let why = format!("{} does not fit a field of the kind '{}'", field.title(), kind.title());
            vec![refuse("cannot take this Backline field", &why, "Choose another Backline field")]
        }
        Source::Backline { .. } if !kind.is_choice() => Vec::new(),
        Source::Backline { field, values, default } => check_map(screen, *field, values, default.as_ref()),
        Source::Manual { text } => check_text(screen, kind, text).into_iter().collect(),
    }
}

fn check_choices(screen: &FieldMeta, kind: &dyn Kind, choices: &[Choice]) -> Vec<MappingProblem> {
    let gone: Vec<MappingProblem> = offers(screen, choices).collect();
    match kind.compose(screen, Raw::Choices(choices.to_vec())) {
        Err(why) if gone.is_empty() => {
            let what = "has a value that Jira would refuse";
            vec![MappingProblem::of(screen, what, &why, "Choose another value, or another source")]
        }
        _ => gone,
    }
}

/// What Jira's list no longer has.
fn offers<'c>(
    screen: &'c FieldMeta,
    choices: impl IntoIterator<Item = &'c Choice> + 'c,
) -> impl Iterator<Item = MappingProblem> + 'c {
    choices.into_iter().filter_map(move |choice| {
        let why = kind::choice::still_offered(screen, choice).err()?;
        let problem =
            MappingProblem::of(screen, "has a value that Jira does not offer", &why, "Choose another value");
        Some(problem.with(replacement(screen, choice)))
    })
}

fn check_map(
    screen: &FieldMeta,
    field: BacklineField,
    values: &BTreeMap<String, Choice>,
    default: Option<&Choice>,
) -> Vec<MappingProblem> {
    let mut problems: Vec<MappingProblem> = offers(screen, values.values().chain(default)).collect();
    let words = field.words();
    let missing: Vec<&str> =
        words.iter().copied().filter(|word| default.is_none() && !values.contains_key(*word)).collect();
    if !missing.is_empty() {
        let why = format!("{} may be {}, which has no value here", field.title(), missing.join(", "));
        let remedy = "Choose a value for each, or a default";
        let problem = MappingProblem::of(screen, "has an incomplete value map", &why, remedy);
        problems.push(problem.with(fallback(screen)));
    } else if words.is_empty() && default.is_none() && screen.is_mandatory() {
        let why = format!("{} may be anything, and only names that Jira's list has are found", field.title());
        let problem = MappingProblem::of(screen, "has no default", &why, "Choose a default");
        problems.push(problem.with(fallback(screen)));
    }
    problems
}

fn check_text(screen: &FieldMeta, kind: &dyn Kind, text: &str) -> Option<MappingProblem> {
    let refuse = |what: &str, why: &str, remedy: &str| Some(MappingProblem::of(screen, what, why, remedy));
    if text.trim().is_empty() {
        return refuse("has no value", "the manual value is empty", "Type a value");
    }
    if !kind.takes_manual() {
        let why = "Jira takes only values of its own list";
        return refuse("cannot take a manual value", why, "Choose a value from Jira");
    }
    if template::is_template(text) {
        let error = template::check(text).err()?;
        return refuse("has a template that fails", &error.to_string(), "Mend the template");
    }
    let why = kind.compose(screen, Raw::Text(text.to_owned())).err()?;
    refuse("has a value that Jira would refuse", &why, "Type another value")
}

fn check_lifecycle(lifecycle: &Lifecycle) -> Vec<MappingProblem> {
    let mut problems = Vec::new();
    for (stage, step) in &lifecycle.0 {
        for field in &step.fields {
            problems.extend(check_field(&field.field, field).into_iter().map(|found| found.at(Some(*stage))));
        }
        problems.extend(twice(&step.fields).map(|found| found.at(Some(*stage))));
        problems.extend(check_comment(*stage, step));
    }
    problems
}

fn check_comment(stage: Stage, step: &Step) -> Option<MappingProblem> {
    let error = telling::check(&step.comment_text).err()?;
    let what = format!("The comment at '{}' has a template that fails", stage.title());
    Some(MappingProblem::of_step(stage, what, &error.to_string(), "Mend the template"))
}
