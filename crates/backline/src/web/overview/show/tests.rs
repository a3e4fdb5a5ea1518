use super::{Facts, Page, View};
use crate::web::part::sample;
use askama::Template;
use backline_core::severity::Severity;
use backline_core::vulnerability::Status;
use backline_store::overview::Overview;
use backline_store::vulnerability::{VulnerabilityCounts, VulnerabilityRow};

fn nothing() -> Facts {
    Facts {
        overview: Overview::default(),
        counts: VulnerabilityCounts::default(),
        at_risk: Vec::new(),
        notices: Vec::new(),
        has_connection: false,
        has_project: false,
    }
}

fn render(facts: &Facts) -> String {
    let view = View::of(facts, sample::at("2026-11-25T06:40:00Z"));
    Page { layout: sample::layout(), view }.render().unwrap()
}

fn running() -> Facts {
    let mut facts = nothing();
    facts.overview = Overview { tickets: 946, in_sync: 921, waiting: 18, blocked: 7, ..Overview::default() };
    facts.counts.by.insert((Severity::Critical, Status::Open), 1_312);
    facts.counts.by.insert((Severity::High, Status::Resolved), 5);
    facts.counts.overdue.insert(Severity::Critical, 4);
    facts.notices = vec![sample::notice()];
    let row = |vulnerability| VulnerabilityRow { vulnerability, ticket: None, pull_request: None };
    facts.at_risk = vec![row(sample::vulnerability())];
    facts
}

#[test]
fn the_first_run_leads_to_what_is_left_to_do() {
    let mut facts = nothing();
    facts.has_connection = true;
    let html = render(&facts);
    assert!(html.contains("First steps") && html.contains("href=\"/reports/new\""), "{html}");
    assert!(!html.contains(">Connect Jira</a>"), "what is done has no button: {html}");
}

#[test]
fn every_number_is_exact_and_leads_to_its_rows() {
    let html = render(&running());
    for text in [
        "1,317 found",
        "1,312 unresolved",
        "946 tickets",
        "921 in sync, 18 waiting, 7 blocked",
        "5 verified",
        "href=\"/vulnerabilities?severity=critical\"",
        "href=\"/tickets?state=blocked\"",
        "4 over SLA",
        "Jira refused to update SEC-142.",
    ] {
        assert!(html.contains(text), "{text} in {html}");
    }
    assert!(!html.contains("First steps"), "{html}");
}

#[test]
fn hostile_text_on_the_overview_is_text() {
    let mut facts = running();
    facts.at_risk[0].vulnerability = sample::hostile_vulnerability();
    facts.notices[0].blocked = sample::hostile_ticket_row().blocked.unwrap();
    sample::assert_inert(&render(&facts));
}
