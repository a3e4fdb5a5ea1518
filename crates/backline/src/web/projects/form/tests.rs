use super::mapping;
use crate::web::form::Fields;
use crate::web::projects::screen::Screen;
use backline_core::jira::field::{Choice, FieldMeta, Schema};
use backline_core::jira::issue::{IssueType, JiraProject};
use backline_core::jira::workflow::{Category, Status};
use backline_core::mapping::catalogue::BacklineField;
use backline_core::mapping::doctor;
use backline_core::mapping::lifecycle::Stage;
use backline_core::mapping::source::Source;
use backline_core::mapping::{FieldMapping, Mapping, Owner};
use jiff::Timestamp;

fn meta(id: &str, kind: &str, allowed: Option<&[&str]>) -> FieldMeta {
    let choice = |(at, label): (usize, &&str)| Choice::new((at + 1).to_string(), *label);
    FieldMeta {
        id: id.into(),
        name: id.to_owned(),
        is_required: false,
        has_default: false,
        schema: Some(Schema { kind: kind.to_owned(), system: Some(id.to_owned()), ..Schema::default() }),
        operations: vec!["set".to_owned()],
        allowed: allowed.map(|labels| labels.iter().enumerate().map(choice).collect()),
    }
}

fn screen() -> Screen {
    let status = |id: &str, category| Status { id: id.into(), name: id.to_owned(), category };
    let issue_type = IssueType { id: "1".into(), name: "Bug".into(), is_subtask: false };
    Screen {
        project: JiraProject {
            id: "10000".into(),
            key: "SEC".into(),
            name: "Security".into(),
            type_key: "software".into(),
            is_team_managed: false,
        },
        issue_types: vec![issue_type.clone()],
        issue_type,
        fields: vec![
            meta("summary", "string", None),
            meta("priority", "priority", Some(&["High", "Low"])),
            meta("assignee", "user", None),
        ],
        statuses: vec![status("open", Category::New), status("closed", Category::Done)],
        resolution: Some(meta("resolution", "resolution", Some(&["Fixed", "Won't do"]))),
        read_at: Timestamp::UNIX_EPOCH,
    }
}

fn read(pairs: &[(&str, &str)]) -> Mapping {
    let pairs = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    mapping(&Fields::from_pairs(pairs), &screen())
}

fn of<'m>(mapping: &'m Mapping, id: &str) -> Option<&'m FieldMapping> {
    mapping.fields.iter().find(|field| field.field.id.as_str() == id)
}

#[test]
fn a_field_that_the_form_did_not_show_is_proposed() {
    let mapping = read(&[("version", "3")]);
    assert_eq!(mapping.version, 3);
    assert!(matches!(of(&mapping, "summary").unwrap().source, Source::Manual { .. }));
    assert!(of(&mapping, "assignee").is_none());
}

#[test]
fn a_field_that_is_left_out_has_no_mapping() {
    assert!(of(&read(&[("f.summary.from", "")]), "summary").is_none());
}

#[test]
fn what_was_typed_for_another_source_is_forgotten() {
    let typed =
        [("f.summary.from", "manual"), ("f.summary.was", "manual"), ("f.summary.value", "A {{ title }}")];
    assert_eq!(of(&read(&typed), "summary").unwrap().source, Source::Manual { text: "A {{ title }}".into() });
    let turned = [("f.summary.from", "manual"), ("f.summary.was", "backline"), ("f.summary.value", "title")];
    assert_eq!(of(&read(&turned), "summary").unwrap().source, Source::Manual { text: String::new() });
}

#[test]
fn a_value_map_keeps_ids_with_the_names_of_jira() {
    let mapping = read(&[
        ("f.priority.from", "backline"),
        ("f.priority.backline", "severity"),
        ("f.priority.map.critical", "1"),
        ("f.priority.map.low", ""),
        ("f.priority.default", "2"),
        ("f.priority.owner", "once"),
    ]);
    let priority = of(&mapping, "priority").unwrap();
    let Source::Backline { field, values, default } = &priority.source else { panic!("{priority:?}") };
    assert_eq!((*field, priority.owner), (BacklineField::Severity, Owner::Once));
    assert_eq!(values.iter().collect::<Vec<_>>(), [(&"critical".to_owned(), &Choice::new("1", "High"))]);
    assert_eq!(default.as_ref().unwrap().label, "Low");
}

#[test]
fn a_choice_that_just_turned_to_backline_gets_a_proposed_map() {
    let mapping =
        read(&[("f.priority.from", "backline"), ("f.priority.was", "jira"), ("f.priority.value", "1")]);
    let Source::Backline { values, .. } = &of(&mapping, "priority").unwrap().source else { panic!() };
    assert_eq!(values["high"].label, "High");
}

#[test]
fn a_person_keeps_the_name_that_was_shown() {
    let mapping = read(&[
        ("f.assignee.from", "jira"),
        ("f.assignee.was", "jira"),
        ("f.assignee.value", "557058:a"),
        ("f.assignee.label.557058:a", "Priya"),
    ]);
    let expected = Source::Jira { choices: vec![Choice::new("557058:a", "Priya")] };
    assert_eq!(of(&mapping, "assignee").unwrap().source, expected);
}

#[test]
fn a_closing_status_brings_its_resolution_until_it_is_left_out() {
    let chosen = read(&[("s.done.status", "closed"), ("s.done.comments", "on")]);
    let step = &chosen.lifecycle.0[&Stage::Done];
    assert_eq!(step.status.as_ref().unwrap().id.as_str(), "closed");
    assert_eq!(step.fields[0].source, Source::Jira { choices: vec![Choice::new("1", "Fixed")] });
    assert!(step.comments);
    let without = read(&[("s.done.status", "closed"), ("s.done.f.resolution.from", "")]);
    assert!(without.lifecycle.0[&Stage::Done].fields.is_empty());
}

#[test]
fn a_field_can_be_added_to_a_stage() {
    let mapping = read(&[("s.in_review.status", "open"), ("s.in_review.add", "summary")]);
    let step = &mapping.lifecycle.0[&Stage::InReview];
    assert_eq!(step.fields[0].field.id.as_str(), "summary");
    assert!(!step.comments);
}

#[test]
fn a_resolution_that_the_create_screen_has_too_is_asked_for_once() {
    let mut screen = screen();
    screen.fields.extend(screen.resolution.clone());
    let pairs = [
        ("s.done.status", "closed"),
        ("s.done.f.resolution.from", "jira"),
        ("s.done.f.resolution.was", "jira"),
        ("s.done.f.resolution.value", "2"),
    ];
    let form = Fields::from_pairs(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let fields = &mapping(&form, &screen).lifecycle.0[&Stage::Done].fields;
    assert_eq!(fields.len(), 1);
}

#[test]
fn a_stage_says_what_was_typed() {
    let mapping = read(&[
        ("s.done.status", "closed"),
        ("s.done.comments", "on"),
        ("s.done.says", " {{ event }}\r\n\r\nThanks! "),
    ]);
    assert_eq!(mapping.lifecycle.0[&Stage::Done].comment_text, "{{ event }}\n\nThanks!");
}

#[test]
fn a_status_that_the_workflow_lost_is_kept_instead_of_dropped() {
    let lost =
        |id: &str| doctor::lost_statuses(&read(&[("s.done.status", id)]).lifecycle, &screen().statuses);
    assert!(lost("gone")[0].what.contains("“gone”"));
    assert!(lost("closed").is_empty());
}
