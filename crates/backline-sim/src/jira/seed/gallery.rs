//! The project "Field gallery" (`ALL`) of the site "acme": every kind of field on one create screen, odd metadata on
//! another, fields in hundreds on a third, and a workflow that is hard to walk.
//!
//! It stands apart from the projects that the story is told with, so nothing there changes when a kind is added.

use super::acme::{project, types};
use super::gallery_fields as fields;
use super::lists::{EPIC, RESOLVED_DONE, SUB_TASK, issue_type, status};
use super::screens::{EPIC_SCREEN, optional, required, with_default};
use super::workflows::step;
use crate::jira::config::{
    Category, Component, Condition, Config, Id, PostFunction, ScreenField, Validator, Version, Workflow,
};
use crate::jira::field::*;
use crate::jira::view::quirk::Quirk;
use crate::people;

pub const ALL: Id = 10_200;
const EVERYTHING: Id = 10_006;
const ODD: Id = 10_007;
const HUNDREDS: Id = 10_008;

const EVERYTHING_SCREEN: Id = 8;
const ODD_SCREEN: Id = 9;
const HUNDREDS_SCREEN: Id = 10;
const PART_SCREEN: Id = 11;
const WINDING: Id = 4;

const TO_DO: Id = 10_200;
const ANALYSIS: Id = 10_201;
const WORK: Id = 10_202;
const CHECKED: Id = 10_203;
const FINISHED: Id = 10_204;
const REJECTED: Id = 10_205;

pub fn add(config: &mut Config) {
    fields::add(config, ALL);
    add_lists(config);
    add_workflow(config);
    issue_type(config, EVERYTHING, "Everything", "Has a field of every kind.", 0, None);
    issue_type(config, ODD, "Odd", "Its metadata is as no document has it.", 0, None);
    issue_type(config, HUNDREDS, "Hundreds", "Has more fields than a page shows.", 0, None);
    add_screens(config);
    config.quirks = quirks().into_iter().map(|(field, quirk)| ((ODD, field), quirk)).collect();
    let rows = [
        (EVERYTHING, EVERYTHING_SCREEN),
        (ODD, ODD_SCREEN),
        (HUNDREDS, HUNDREDS_SCREEN),
        (EPIC, EPIC_SCREEN),
        (SUB_TASK, PART_SCREEN),
    ];
    let mut all = project(ALL, "ALL", "Field gallery", types(WINDING, rows));
    all.security_levels = config.security_levels.iter().map(|level| level.id).collect();
    all.is_lead_assigned = true;
    config.add_project(all);
}

fn add_lists(config: &mut Config) {
    for (id, name) in [(9_001, "parser"), (9_002, "printer")] {
        let component = Component { id, project: ALL, name: name.into(), ..Component::default() };
        config.components.insert(id, component);
    }
    for (id, name, is_archived) in [(9_001, "1", false), (9_002, "2", false), (9_003, "0", true)] {
        let version = Version {
            id,
            project: ALL,
            name: name.into(),
            description: None,
            is_archived,
            is_released: is_archived,
            start_date: None,
            release_date: None,
            sequence: None,
        };
        config.versions.insert(id, version);
    }
}

fn base() -> Vec<ScreenField> {
    vec![
        required(PROJECT),
        required(ISSUE_TYPE),
        required(SUMMARY),
        with_default(REPORTER, true, people::ADA.account_id.into()),
    ]
}

fn add_screens(config: &mut Config) {
    let priority = config.default_priority.into();
    let mut everything = base();
    everything.push(with_default(PRIORITY, false, priority));
    let system = [
        DESCRIPTION,
        ENVIRONMENT,
        LABELS,
        COMPONENTS,
        VERSIONS,
        FIX_VERSIONS,
        ASSIGNEE,
        DUE_DATE,
        SECURITY,
        PARENT,
        RESOLUTION,
        ISSUE_LINKS,
        ATTACHMENT,
        TIME_TRACKING,
        WORKLOG,
    ];
    everything.extend(system.map(optional));
    everything.push(with_default(fields::SELECT, true, fields::SELECT_FIRST.into()));
    everything.extend(fields::EVERYTHING.iter().copied().filter(|no| *no != fields::SELECT).map(optional));
    config.screens.insert(EVERYTHING_SCREEN, everything);
    let mut odd = base();
    odd.push(optional(ATTACHMENT));
    odd.extend(fields::odd().map(optional));
    config.screens.insert(ODD_SCREEN, odd);
    let mut hundreds = base();
    hundreds.extend(fields::hundreds().map(optional));
    config.screens.insert(HUNDREDS_SCREEN, hundreds);
    let mut part = base();
    part.extend([required(PARENT), optional(fields::TEAM)]);
    config.screens.insert(PART_SCREEN, part);
}

/// What is odd about each field of [`fields::odd`], which are numbered from [`fields::ODD`] in this order.
fn quirks() -> Vec<(FieldNo, Quirk)> {
    let quirks = [
        Quirk::Without(&["schema"]),
        Quirk::Without(&["key"]),
        Quirk::Without(&["operations"]),
        Quirk::Without(&["hasDefaultValue"]),
        Quirk::Without(&["name"]),
        Quirk::Without(&["required"]),
        Quirk::NoType,
        Quirk::Type("com.example.unheard-of"),
        Quirk::Items("gh.sprint.customfield.items"),
        Quirk::Items("Ziele"),
        Quirk::NumericIds,
        Quirk::LabelForValue,
        Quirk::NoValues,
        Quirk::NoValues,
        Quirk::CompleteUrl("/gateway/api/v1/recommendations"),
        Quirk::Operations(&["add", "copy"]),
        Quirk::Without(&["schema", "key", "operations", "hasDefaultValue", "name", "required"]),
    ];
    let numbered = (fields::ODD..).zip(quirks);
    numbered.chain([(ATTACHMENT, Quirk::Operations(&[]))]).collect()
}

/// Localised names, two statuses of one name, conditions, and validators of which no metadata tells.
fn add_workflow(config: &mut Config) {
    for (id, name, category) in [
        (TO_DO, "Zu erledigen", Category::New),
        (ANALYSIS, "In Analyse", Category::Indeterminate),
        (WORK, "In Arbeit", Category::Indeterminate),
        (CHECKED, "Geprüft", Category::Indeterminate),
        (FINISHED, "Fertig", Category::Done),
        (REJECTED, "Fertig", Category::Done),
    ] {
        status(config, id, name, category, None);
    }
    let mut begin = step(111, "Beginnen", &[ANALYSIS], WORK);
    begin.validator = Some((
        Validator::HasValue(fields::USER),
        "Vor Arbeitsbeginn muss ein Verantwortlicher benannt sein.",
    ));
    let mut check = step(121, "Prüfen", &[WORK], CHECKED);
    check.screen = Some(vec![optional(FIX_VERSIONS), optional(fields::TEXT_AREA)]);
    check.validator = Some((
        Validator::HasValue(FIX_VERSIONS),
        "Bitte die Version angeben, in der die Lösung enthalten ist.",
    ));
    let mut finish = step(131, "Abschließen", &[CHECKED], FINISHED);
    finish.screen = Some(vec![required(RESOLUTION), optional(fields::CASCADING), optional(TIME_TRACKING)]);
    let mut reject = step(141, "Verwerfen", &[TO_DO, ANALYSIS, WORK], REJECTED);
    reject.condition = Some(Condition::OnlyAdministrators);
    reject.screen = Some(Vec::new());
    reject.validator = Some((Validator::HasComment, "Wer verwirft, muss sagen, warum."));
    reject.post = PostFunction::SetResolution(RESOLVED_DONE);
    let mut hand_over = step(151, "Abgeben", &[WORK], WORK);
    hand_over.condition = Some(Condition::OnlyAssignee);
    let mut reopen = step(161, "Wieder öffnen", &[FINISHED, REJECTED], TO_DO);
    reopen.post = PostFunction::ClearResolution;
    let workflow = Workflow {
        initial: TO_DO,
        statuses: vec![TO_DO, ANALYSIS, WORK, CHECKED, FINISHED, REJECTED],
        transitions: vec![
            step(101, "Analysieren", &[TO_DO], ANALYSIS),
            begin,
            check,
            finish,
            reject,
            hand_over,
            reopen,
        ],
    };
    config.workflows.insert(WINDING, workflow);
}
