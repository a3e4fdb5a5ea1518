use super::{Filter, Fragment, List, Nothing, Row};
use crate::web::part::pager::Pager;
use crate::web::part::query::Query;
use crate::web::part::sample;
use askama::Template;
use backline_core::severity::Severity;
use backline_core::vulnerability::Vulnerability;
use backline_store::vulnerability::VulnerabilityRow;

fn render(vulnerability: Vulnerability) -> String {
    let row = VulnerabilityRow { vulnerability, ticket: None, pull_request: Some(sample::pull_request()) };
    let rows = vec![Row::of(&row, sample::at("2026-11-25T06:40:00Z"))];
    let pager = Pager::new(&Query::new("/vulnerabilities").and("q", "a b"), 1, None, Some("c0ffee"));
    let filter = Filter { severities: vec![Severity::High], ..Filter::default() };
    Fragment { filter, list: List { rows, pager, nothing: None } }.render().unwrap()
}

#[test]
fn a_row_tells_the_line_in_its_order() {
    let html = render(sample::vulnerability());
    let places: Vec<_> = ["Found", "No ticket", "#12 open", "Not yet"].map(|text| html.find(text)).into();
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{places:?} in {html}");
    assert!(html.contains("2 d left") && html.contains("log4j-core 2.14.1"), "{html}");
}

#[test]
fn the_next_page_keeps_the_filters() {
    let html = render(sample::vulnerability());
    assert!(html.contains("/vulnerabilities?q=a%20b&#38;after=c0ffee"), "{html}");
}

#[test]
fn a_new_list_brings_the_words_of_its_filters_along() {
    let html = render(sample::vulnerability());
    assert!(
        html.contains("<span id=\"f-sev-l\" hx-swap-oob=\"true\">Severity is <b>High</b></span>"),
        "{html}"
    );
    assert!(html.contains("Clear filters"), "{html}");
}

#[test]
fn hostile_text_in_a_row_is_text() {
    sample::assert_inert(&render(sample::hostile_vulnerability()));
}

#[test]
fn an_empty_list_says_why_and_what_to_do() {
    let render = |nothing| {
        let pager = Pager::new(&Query::new("/vulnerabilities"), 0, None, None);
        let list = List { rows: Vec::new(), pager, nothing: Some(nothing) };
        Fragment { filter: Filter::default(), list }.render().unwrap()
    };
    assert!(render(Nothing::Yet).contains("href=\"/reports/new\""));
    let others = Some(("3".to_owned(), "/vulnerabilities?status=any".to_owned()));
    let html = render(Nothing::Matches { words: format!("Text is {}", sample::HOSTILE), others });
    assert!(html.contains("Show 3 of any status"), "{html}");
    sample::assert_inert(&html);
}
