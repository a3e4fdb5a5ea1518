use super::{Fragment, View};
use crate::web::part::sample;
use askama::Template;
use backline_core::ids::FieldId;
use backline_core::jira::value::Value;
use backline_core::notice::Blocked;
use backline_core::ticket::Facts;
use backline_core::ticket::plan::{Fields, Kept, Operation, Plan, Planned};
use std::collections::BTreeMap;

fn facts() -> Facts {
    Facts {
        subject: sample::subject(),
        project: None,
        vulnerabilities: Vec::new(),
        pull_requests: Vec::new(),
        ticket: None,
        learned: Vec::new(),
        stale: 0,
    }
}

fn render(plan: Plan) -> String {
    Fragment { plan: View::of(&facts(), plan) }.render().unwrap()
}

fn edit(field: &str, value: &str) -> Planned {
    let applied = BTreeMap::from([(FieldId::from(field), Value::Text(value.to_owned()))]);
    let operation = Operation::Edit(Fields { applied, ..Fields::default() });
    Planned { operation, rule: "differs", reason: format!("differs: {field} (changed here)") }
}

#[test]
fn a_plan_names_steps_reasons_and_what_stays() {
    let kept = Kept { what: "Priority".to_owned(), rule: "changed in Jira", yielded: None };
    let html = render(Plan { operations: vec![edit("summary", "New")], kept: vec![kept], ..Plan::default() });
    for text in [
        "Edit its fields",
        "<b>summary</b> <ins>New</ins>",
        "Differs: summary",
        "Priority",
        "changed in Jira",
    ] {
        assert!(html.contains(text), "{text} in {html}");
    }
}

#[test]
fn an_empty_plan_says_that_nothing_is_to_do() {
    assert!(render(Plan::default()).contains("Nothing to do"));
}

#[test]
fn hostile_text_in_a_plan_is_text() {
    let hostile = || sample::HOSTILE.to_owned();
    let blocked =
        Blocked { cause: hostile(), what: hostile(), why: hostile(), remedy: hostile(), page: hostile() };
    sample::assert_inert(&render(Plan {
        operations: vec![edit(sample::HOSTILE, sample::HOSTILE)],
        kept: vec![Kept { what: hostile(), rule: "changed in Jira", yielded: None }],
        blocked: Some(blocked),
        ..Plan::default()
    }));
}
