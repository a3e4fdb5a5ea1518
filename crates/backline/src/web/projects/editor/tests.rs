use super::{Draft, compose};
use crate::web::layout::{Counts, Layout, Nav};
use crate::web::projects::examine::{Findings, examine};
use crate::web::projects::screen::Screen;
use askama::Template;
use backline_core::finding::{self, Limits};
use backline_core::ids::{ConnectionId, RepositoryName, VulnerabilityId, VulnerabilityKey};
use backline_core::jira::field::{Choice, FieldMeta, Schema};
use backline_core::jira::issue::{IssueType, JiraProject};
use backline_core::mapping::catalogue::BacklineField;
use backline_core::mapping::rule::Rule;
use backline_core::mapping::source::Source;
use backline_core::mapping::{FieldMapping, Mapping, Owner};
use backline_core::vulnerability::Vulnerability;
use backline_core::vulnerability::track::{Birth, first};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::time::Instant;
use uuid::Uuid;

const FIELDS: usize = 200;
/// As many as Jira's largest lists of options have.
const OPTIONS: usize = 10_000;
/// What a page may weigh that a phone has to show.
const PAGE_BYTES_MAX: usize = 3_000_000;

/// In turn: a template, a paragraph, a choice by a value map, one from Jira, several from Jira.
fn field(at: usize) -> FieldMapping {
    let manual = || Source::Manual { text: "[{{ severity | upper }}] {{ headline }}".to_owned() };
    let mapped = || {
        let values = BacklineField::Severity.words().into_iter().enumerate();
        let values = values.map(|(n, word)| (word.to_owned(), Choice::new((n + 1).to_string(), "Option")));
        Source::Backline { field: BacklineField::Severity, values: values.collect(), default: None }
    };
    let chosen = || Source::Jira { choices: vec![Choice::new(OPTIONS.to_string(), "Option")] };
    let (kind, items, custom, source) = match at % 5 {
        0 => ("string", None, "textfield", manual()),
        1 => ("string", None, "textarea", manual()),
        2 => ("option", None, "select", mapped()),
        3 => ("option", None, "select", chosen()),
        _ => ("array", Some("option"), "multiselect", chosen()),
    };
    // Four long lists, others as they usually are.
    let options = if at < 5 { OPTIONS } else { 20 };
    let field = FieldMeta {
        id: format!("customfield_{}", 10_000 + at).as_str().into(),
        name: format!("Field {at}"),
        is_required: at.is_multiple_of(7),
        has_default: false,
        schema: Some(Schema {
            kind: kind.to_owned(),
            items: items.map(str::to_owned),
            system: None,
            custom: Some(format!("com.atlassian.jira.plugin.system.customfieldtypes:{custom}")),
        }),
        operations: vec!["set".to_owned()],
        allowed: (kind != "string")
            .then(|| (1..=options).map(|n| Choice::new(n.to_string(), format!("Option {n}"))).collect()),
    };
    FieldMapping { field, source, owner: Owner::Shared }
}

fn screen(fields: Vec<FieldMeta>) -> Screen {
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
        fields,
        statuses: Vec::new(),
        resolution: None,
        read_at: Timestamp::UNIX_EPOCH,
    }
}

fn vulnerabilities() -> Vec<Vulnerability> {
    let report = include_bytes!("../../../../../../samples/trivy/scheme2-many.json");
    let report = finding::read(report, &Limits::default()).expect("it is a report");
    let of = |at: usize| {
        let birth = Birth {
            id: VulnerabilityId(Uuid::from_u128(at as u128)),
            key: VulnerabilityKey::from(format!("k{at}").as_str()),
            repository: RepositoryName::from("acme/payments-api"),
            scanner: "trivy".to_owned(),
            seen_at: Timestamp::UNIX_EPOCH,
            due_at: None,
        };
        first(birth, &report.findings[at % report.findings.len()])
    };
    (0..200).map(of).collect()
}

fn layout() -> Layout {
    Layout {
        title: "SEC / Bug".to_owned(),
        active: Nav::Integrations,
        crumbs: Vec::new(),
        organization: "Acme".to_owned(),
        user_name: "Ann".to_owned(),
        initials: "A".to_owned(),
        csrf: "token".to_owned(),
        counts: Counts::default(),
    }
}

/// `./bench mapping` shows what it prints.
#[test]
fn a_page_of_200_fields_and_lists_in_thousands_is_light_and_loses_nothing() {
    let fields: Vec<FieldMapping> = (0..FIELDS).map(field).collect();
    let screen = screen(fields.iter().map(|field| field.field.clone()).collect());
    let mapping = Mapping { fields, ..Mapping::default() };
    let (rule, newest) = (Rule::default(), vulnerabilities());
    let draft = Draft {
        connection: ConnectionId(Uuid::nil()),
        screen: &screen,
        mapping: &mapping,
        rule: &rule,
        action: "/integrations/jira/projects/new",
        version: 1,
        at: 0,
        accepts_blocked: false,
    };
    let examined: Findings = examine(&screen, &mapping, &rule, &newest, 0, "https://b.example");
    let start = Instant::now();
    let page = compose(layout(), &draft, examined, &BTreeMap::new()).render().expect("it can be shown");
    let took = start.elapsed();
    println!(
        "editor, {FIELDS} fields, lists of {OPTIONS}: {:.1} ms, {} KB",
        took.as_secs_f64() * 1000.0,
        page.len() / 1024
    );
    assert!(page.len() < PAGE_BYTES_MAX, "{} bytes", page.len());
    for at in 0..FIELDS {
        assert!(
            page.contains(&format!("name=\"f.customfield_{}.from\"", 10_000 + at)),
            "field {at} has no row"
        );
    }
    // Of a long list, what was chosen is there, the rest is looked for.
    for at in [2, 3, 4] {
        assert!(
            page.contains(&format!("name=\"f.customfield_{}.query\"", 10_000 + at)),
            "field {at} cannot be looked in"
        );
    }
    assert!(!page.contains("value=\"5000\""));
    assert!(page.contains(&format!("value=\"{OPTIONS}\"")));
}
