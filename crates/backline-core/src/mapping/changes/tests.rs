use super::changes;
use crate::ids::{CloudId, ConnectedProjectId, ConnectionId};
use crate::jira::field::{Choice, FieldMeta, Schema};
use crate::jira::issue::{IssueType, JiraProject};
use crate::jira::workflow::{Category, Status};
use crate::mapping::catalogue::BacklineField;
use crate::mapping::lifecycle::{Stage, Step};
use crate::mapping::source::Source;
use crate::mapping::{ConnectedProject, FieldMapping, Mapping, Owner};
use crate::severity::Severity;
use std::collections::BTreeMap;
use uuid::Uuid;

fn project() -> ConnectedProject {
    ConnectedProject {
        id: ConnectedProjectId(Uuid::from_u128(1)),
        connection: ConnectionId(Uuid::from_u128(2)),
        cloud_id: CloudId::from("cloud"),
        site_url: "https://acme.example".to_owned(),
        project: JiraProject {
            id: "10000".into(),
            key: "SEC".to_owned(),
            name: "Security".to_owned(),
            type_key: "software".to_owned(),
            is_team_managed: false,
        },
        issue_type: IssueType { id: "1".into(), name: "Bug".to_owned(), is_subtask: false },
        position: 0,
        rule: Default::default(),
        mapping: Mapping {
            version: 1,
            fields: vec![
                field("Summary", Source::Manual { text: "{{ title }}".to_owned() }),
                priority("High"),
            ],
            ..Mapping::default()
        },
    }
}

fn field(name: &str, source: Source) -> FieldMapping {
    let field = FieldMeta {
        id: crate::ids::FieldId(name.to_lowercase()),
        name: name.to_owned(),
        is_required: false,
        has_default: false,
        schema: Some(Schema { kind: "string".to_owned(), ..Schema::default() }),
        operations: vec!["set".to_owned()],
        allowed: None,
    };
    FieldMapping { field, source, owner: Owner::Shared }
}

/// Critical becomes this one; everything else becomes Low.
fn priority(critical: &str) -> FieldMapping {
    let values = BTreeMap::from([("critical".to_owned(), Choice::new(critical, critical))]);
    let default = Some(Choice::new("Low", "Low"));
    field("Priority", Source::Backline { field: BacklineField::Severity, values, default })
}

fn check(change: impl FnOnce(&mut ConnectedProject), expected: &[&str]) {
    let before = project();
    let mut after = before.clone();
    after.mapping.version = 2;
    change(&mut after);
    let found: Vec<String> = changes(&before, &after)
        .into_iter()
        .map(|change| format!("{}: {}", change.about, change.what))
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn what_is_saved_again_differs_in_nothing() {
    check(|_| {}, &[]);
    // A label is what Jira calls a value today; the value is the same.
    check(
        |after| {
            let Source::Backline { default, .. } = &mut after.mapping.fields[1].source else { panic!() };
            default.as_mut().unwrap().label = "Niedrig".to_owned();
        },
        &[],
    );
}

#[test]
fn a_line_of_a_value_map_is_told_with_what_it_was() {
    check(|after| after.mapping.fields[1] = priority("Highest"), &["Priority: critical → Highest, was High"]);
    check(
        |after| {
            let Source::Backline { values, default, .. } = &mut after.mapping.fields[1].source else {
                panic!()
            };
            values.insert("high".to_owned(), Choice::new("High", "High"));
            *default = None;
        },
        &["Priority: high → High, was without a value", "Priority: everything else has no value, was Low"],
    );
}

#[test]
fn fields_come_and_go_with_their_source() {
    check(
        |after| {
            after.mapping.fields.remove(1);
            let team = Source::Jira { choices: vec![Choice::new("7", "Payments")] };
            after.mapping.fields.push(field("Team", team));
        },
        &[
            "Team: added, from Jira: Payments; Ours until a person changes it",
            "Priority: removed, was from Backline: Severity",
        ],
    );
}

#[test]
fn source_owner_and_duty_are_told_apart() {
    check(
        |after| {
            let summary = &mut after.mapping.fields[0];
            summary.source = Source::Manual { text: "{{ headline }}".to_owned() };
            summary.owner = Owner::Once;
            summary.field.is_required = true;
        },
        &[
            "Summary: by hand: “{{ headline }}”, was by hand: “{{ title }}”",
            "Summary: after creation “Set once”, was “Ours until a person changes it”",
            "Summary: became mandatory in Jira",
        ],
    );
}

#[test]
fn steps_of_the_lifecycle_are_named_by_their_event() {
    let status = Status { id: "3".into(), name: "In Review".to_owned(), category: Category::Indeterminate };
    let resolution = field("Resolution", Source::Jira { choices: vec![Choice::new("1", "Done")] });
    let review = Step { status: Some(status), comments: true, ..Step::default() };
    let done = Step { fields: vec![resolution], ..Step::default() };
    check(
        |after| {
            after.mapping.lifecycle.0.insert(Stage::InReview, review);
            after.mapping.lifecycle.0.insert(Stage::Done, done);
        },
        &[
            "Pull request opened: moves to “In Review”, was moves nothing",
            "Pull request opened: comments in Backline’s words, was does not comment",
            "Remediation resolved: Resolution: added, from Jira: Done; Ours until a person changes it",
        ],
    );
    check(
        |after| {
            let comment_text = "Over: {{ event }}".to_owned();
            let open = Step { comments: true, comment_text, ..Step::default() };
            after.mapping.lifecycle.0.insert(Stage::Open, open);
        },
        &["Found again, or the pull request was closed: comments “Over: {{ event }}”, was does not comment"],
    );
}

#[test]
fn the_rule_is_told_part_by_part() {
    check(
        |after| {
            after.rule.severities = vec![Severity::Critical, Severity::High];
            after.rule.repositories = vec!["acme/*".to_owned()];
            after.rule.fix_available = true;
            after.issue_type.name = "Task".to_owned();
        },
        &[
            "Issue type: Task, was Bug",
            "Severities: Critical, High, was every severity",
            "Repositories: acme/*, was every repository",
            "Fix: only with a known fix, was with and without a fix",
        ],
    );
}
