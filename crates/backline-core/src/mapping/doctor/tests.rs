use super::{Effect, Repair, check, examine};
use crate::ids::{RepositoryName, VulnerabilityId, VulnerabilityKey};
use crate::jira::field::{Choice, FieldMeta, Schema};
use crate::mapping::catalogue::BacklineField;
use crate::mapping::lifecycle::{Lifecycle, Stage, Step};
use crate::mapping::read::View;
use crate::mapping::source::Source;
use crate::mapping::{FieldMapping, Mapping, Owner};
use crate::vulnerability::Vulnerability;
use crate::vulnerability::track::{Birth, first};
use jiff::Timestamp;
use std::collections::BTreeMap;
use uuid::Uuid;

fn vulnerability() -> Vulnerability {
    let report = br#"{"SchemaVersion": 2, "ArtifactName": "a", "Results": [{"Target": "package-lock.json", "Class": "lang-pkgs",
        "Type": "npm", "Vulnerabilities": [{"VulnerabilityID": "CVE-2021-23337", "PkgName": "lodash",
        "InstalledVersion": "4.17.4", "Severity": "HIGH", "Title": "Command injection"}]}]}"#;
    let read = crate::finding::read(report, &crate::finding::Limits::default()).expect("it is a report");
    let birth = Birth {
        id: VulnerabilityId(Uuid::nil()),
        key: VulnerabilityKey::from("k"),
        repository: RepositoryName::from("acme/api"),
        scanner: "trivy".to_owned(),
        seen_at: Timestamp::UNIX_EPOCH,
        due_at: None,
    };
    first(birth, &read.findings[0])
}

fn meta(id: &str, kind: &str, is_required: bool, allowed: Option<&[&str]>) -> FieldMeta {
    let choice = |(at, label): (usize, &&str)| Choice::new((at + 1).to_string(), *label);
    FieldMeta {
        id: id.into(),
        name: id.to_owned(),
        is_required,
        has_default: false,
        schema: Some(Schema { kind: kind.to_owned(), system: Some(id.to_owned()), ..Schema::default() }),
        operations: vec!["set".to_owned()],
        allowed: allowed.map(|labels| labels.iter().enumerate().map(choice).collect()),
    }
}

fn mapped(field: FieldMeta, source: Source) -> Mapping {
    Mapping { fields: vec![FieldMapping { field, source, owner: Owner::Shared }], ..Mapping::default() }
}

fn backline(field: BacklineField) -> Source {
    Source::Backline { field, values: BTreeMap::new(), default: None }
}

fn views(all: &[Vulnerability]) -> Vec<View<'_>> {
    all.iter()
        .map(|vulnerability| View { vulnerability, pull_requests: &[], public_url: "https://b.example" })
        .collect()
}

#[test]
fn what_is_wrong_for_one_reason_is_told_once_with_examples() {
    let mut all: Vec<Vulnerability> = (0..5).map(|_| vulnerability()).collect();
    for (at, vulnerability) in all.iter_mut().enumerate() {
        vulnerability.title = format!("not a number {at}");
    }
    let field = meta("points", "number", true, None);
    let verdicts = examine(&mapped(field, Source::Manual { text: "{{ title }}".into() }), views(&all));
    let [verdict] = verdicts.as_slice() else { panic!("{verdicts:?}") };
    assert_eq!((verdict.effect, verdict.count, verdict.examples.len()), (Effect::Blocked, 5, 3));
    assert_eq!(verdict.examples[0].id, all[0].id);
}

#[test]
fn a_long_line_is_told_to_be_cut_and_a_missing_value_blocks_only_what_is_mandatory() {
    let mut long = vulnerability();
    long.title = "word ".repeat(80);
    long.remedy = None;
    let all = [long];
    let summary = meta("summary", "string", true, None);
    let verdicts = examine(&mapped(summary.clone(), backline(BacklineField::Title)), views(&all));
    assert_eq!(verdicts.iter().map(|verdict| verdict.effect).collect::<Vec<_>>(), [Effect::Cut]);
    let verdicts = examine(&mapped(summary, backline(BacklineField::Remedy)), views(&all));
    assert_eq!(verdicts[0].effect, Effect::Blocked);
    let optional = meta("note", "string", false, None);
    assert!(examine(&mapped(optional, backline(BacklineField::Remedy)), views(&all)).is_empty());
}

#[test]
fn an_option_that_is_gone_is_replaced_by_the_one_of_the_nearest_name() {
    let field = meta("customfield_1", "option", false, Some(&["Platform", "Payments", "Other"]));
    let source = Source::Jira { choices: vec![Choice::new("9", "Payment")] };
    let mut mapping = mapped(field.clone(), source);
    let problems = check(std::slice::from_ref(&field), &mapping);
    let repair = problems[0].repair.clone().expect("Payments is near");
    assert_eq!(repair.title(), "Use “Payments”");
    repair.apply(&mut mapping, None, &field.id);
    assert_eq!(check(&[field], &mapping), []);
}

#[test]
fn an_incomplete_value_map_is_completed_by_a_default() {
    let field = meta("priority", "priority", true, Some(&["High", "Medium", "Low"]));
    let mut mapping = mapped(field.clone(), backline(BacklineField::Severity));
    let problems = check(std::slice::from_ref(&field), &mapping);
    let repair = problems[0].repair.clone().expect("a default helps");
    assert!(matches!(&repair, Repair::Default { choice } if choice.label == "Medium"));
    repair.apply(&mut mapping, None, &field.id);
    assert_eq!(check(&[field], &mapping), []);
}

#[test]
fn what_cannot_be_set_is_taken_out() {
    let field = FieldMeta { operations: Vec::new(), ..meta("customfield_2", "string", false, None) };
    let mut mapping = mapped(field.clone(), backline(BacklineField::Title));
    let problems = check(std::slice::from_ref(&field), &mapping);
    assert_eq!(problems[0].repair, Some(Repair::Remove));
    Repair::Remove.apply(&mut mapping, None, &field.id);
    assert!(mapping.fields.is_empty());
}

fn saying(text: &str) -> Mapping {
    let step = Step { comments: true, comment_text: text.to_owned(), ..Step::default() };
    Mapping { lifecycle: Lifecycle(BTreeMap::from([(Stage::Done, step)])), ..Mapping::default() }
}

#[test]
fn a_comment_that_is_no_template_is_refused_with_its_place() {
    let refused = |text: &str| {
        let found = check(&[], &saying(text));
        found.into_iter().map(|problem| (problem.stage, problem.what, problem.why)).collect::<Vec<_>>()
    };
    assert_eq!(refused("{{ event }} in {{ repository }}"), []);
    let [(stage, what, why)] = refused("one\n{{ evnt }}").try_into().expect("one problem");
    assert_eq!(stage, Some(Stage::Done));
    assert_eq!(what, "The comment at 'Remediation resolved' has a template that fails");
    assert!(why.starts_with("line 2, column 4: "), "{why}");
}

#[test]
fn a_comment_is_tried_on_every_vulnerability() {
    let mut long = vulnerability();
    long.description = "word ".repeat(10_000);
    long.title = "7".to_owned();
    let mut odd = vulnerability();
    odd.title = "odd".to_owned();
    let all = [long, odd];
    let told = |text: &str| {
        let verdicts = examine(&saying(text), views(&all));
        let told = verdicts.into_iter().map(|verdict| (verdict.effect, verdict.count, verdict.problem.stage));
        told.collect::<Vec<_>>()
    };
    assert_eq!(told("{{ event }}"), []);
    assert_eq!(told("{{ description }}"), [(Effect::Cut, 1, Some(Stage::Done))]);
    assert_eq!(told("{{ title | int }}"), [(Effect::LeftOut, 1, Some(Stage::Done))]);
}

#[test]
fn a_field_that_is_mapped_twice_is_refused_and_written_once() {
    let field = meta("summary", "string", true, None);
    let mut mapping = mapped(field.clone(), backline(BacklineField::Title));
    mapping.fields.push(mapping.fields[0].clone());
    let problems = check(&[field], &mapping);
    assert_eq!(
        problems.iter().map(|problem| problem.what.as_str()).collect::<Vec<_>>(),
        ["summary is mapped twice"]
    );
}

#[test]
fn a_choice_that_its_kind_cannot_write_is_refused() {
    let sprint = FieldMeta {
        schema: Some(Schema {
            kind: "array".to_owned(),
            items: Some("json".to_owned()),
            custom: Some("com.pyxis.greenhopper.jira:gh-sprint".to_owned()),
            ..Schema::default()
        }),
        ..meta("customfield_3", "array", false, None)
    };
    let source = Source::Jira { choices: vec![Choice::new("99999", "Sprint 1")] };
    let problems = check(std::slice::from_ref(&sprint), &mapped(sprint.clone(), source));
    assert_eq!(problems[0].what, "customfield_3 has a value that Jira would refuse");
}
