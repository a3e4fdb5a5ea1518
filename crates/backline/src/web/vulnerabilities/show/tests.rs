use super::{Known, Page, View};
use crate::web::part::sample;
use crate::web::remediations::row;
use askama::Template;
use backline_core::ids::RemediationId;
use backline_core::remediation::{self, Fix, Mode, Remediation};
use backline_core::vulnerability::{Dismissal, Resolution, Status, Vulnerability};
use backline_store::remediation::Suggestion;
use backline_store::timeline::{TimelineEntry, TimelineKind};
use uuid::Uuid;

fn known(vulnerability: Vulnerability) -> Known {
    let entry = TimelineEntry::new(vulnerability.detected_at, TimelineKind::Noted, "found by trivy");
    Known {
        vulnerability,
        projects: Vec::new(),
        tickets: Vec::new(),
        remediations: Vec::new(),
        suggestions: Vec::new(),
        timeline: vec![entry],
    }
}

fn render(known: Known) -> String {
    let view = View::of(known, sample::at("2026-11-25T06:40:00Z"));
    Page { layout: sample::layout(), view }.render().unwrap()
}

fn remediation(reason: &str) -> row::Known {
    let pull_request = sample::hostile_pull_request();
    row::Known {
        remediation: Remediation {
            id: RemediationId(Uuid::from_u128(4)),
            pull_request: pull_request.id,
            status: remediation::Status::InProgress,
            mode: Mode::Automated,
            started_at: sample::at("2026-11-24T07:00:00Z"),
            resolved_at: None,
            fixes: vec![Fix { vulnerability: sample::vulnerability_id(), reason: reason.to_owned() }],
        },
        pull_request,
    }
}

fn suggestion(reason: &str) -> Suggestion {
    Suggestion { pull_request: sample::hostile_pull_request(), reason: reason.to_owned() }
}

#[test]
fn a_pull_request_that_may_fix_it_can_be_linked_as_long_as_it_is_open() {
    let mut open = known(sample::vulnerability());
    open.suggestions =
        vec![Suggestion { pull_request: sample::pull_request(), ..suggestion("it is quoted") }];
    let html = render(open);
    let id = format!("name=\"pull_request\" value=\"{}\"", sample::pull_request().id);
    for text in ["acme/payments-api#12", "it is quoted", id.as_str()] {
        assert!(html.contains(text), "{text} in {html}");
    }
    let mut over = known(Vulnerability { status: Status::Resolved, ..sample::vulnerability() });
    over.suggestions = vec![suggestion("it is quoted")];
    assert!(!render(over).contains("it is quoted"));
}

#[test]
fn an_open_vulnerability_shows_what_it_is_and_what_can_be_done() {
    let html = render(known(sample::vulnerability()));
    for text in [
        "Remote code execution in log messages",
        "log4j-core 2.14.1 in acme/payments-api, found by trivy",
        "<b>JNDI</b>",
        "Update log4j-core to 2.17.1.",
        "2 d left",
        "No Jira project is connected",
        "Found by trivy",
        "Dismiss vulnerability",
        "Link a pull request of acme/payments-api",
    ] {
        assert!(html.contains(text), "{text} in {html}");
    }
    assert!(!html.contains("/reopen\""), "{html}");
}

#[test]
fn what_is_over_says_how_and_can_be_reopened() {
    let mut resolved = sample::vulnerability();
    let at = sample::at("2026-11-26T00:00:00Z");
    resolved.status = Status::Resolved;
    resolved.resolved =
        Some(Resolution { at, report: None, evidence: "absent in the Trivy scan".to_owned() });
    let html = render(known(resolved));
    assert!(
        html.contains("absent in the Trivy scan") && html.contains("/reopen\"") && html.contains("Met"),
        "{html}"
    );

    let mut dismissed = sample::vulnerability();
    dismissed.status = Status::Dismissed;
    dismissed.dismissed = Some(Dismissal::said(at, "ada@acme.example", "not called"));
    let html = render(known(dismissed));
    assert!(html.contains("ada@acme.example") && html.contains("not called"), "{html}");
}

#[test]
fn hostile_text_on_the_page_is_text() {
    let mut known = known(sample::hostile_vulnerability());
    known.remediations = vec![remediation(sample::HOSTILE)];
    known.suggestions = vec![suggestion(sample::HOSTILE)];
    known.vulnerability.dismissed =
        Some(Dismissal::said(known.vulnerability.detected_at, sample::HOSTILE, sample::HOSTILE));
    let hostile = TimelineEntry::new(known.vulnerability.detected_at, TimelineKind::Done, sample::HOSTILE);
    known.timeline = vec![hostile.by(sample::HOSTILE).with_detail(sample::HOSTILE)];
    let html = render(known);
    sample::assert_inert(&html);
    assert!(html.contains("https://a.example/"), "a web link stays a link: {html}");
}
