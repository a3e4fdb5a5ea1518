use super::{is_untouched, minutes_back, rest};
use backline_core::ids::FieldId;
use backline_core::jira::issue::Issue;
use backline_core::jira::workflow::{Category, Status};
use jiff::Timestamp;
use serde_json::json;
use std::collections::BTreeMap;
use std::time::Duration;

fn at(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

#[test]
fn the_time_asked_for_overlaps_with_what_an_index_may_lag() {
    let now = at("2026-03-01T10:00:00Z");
    let back = |from: &str, settle| minutes_back(now, at(from), Duration::from_secs(settle));
    assert_eq!(back("2026-03-01T09:59:00Z", 600), 12);
    assert_eq!(back("2026-03-01T09:59:59Z", 5), 2, "never less than the minute that JQL can tell");
    assert_eq!(back("2026-03-01T08:00:00Z", 600), 131, "after two hours away they are all asked for");
    assert_eq!(back("2026-03-01T10:05:00Z", 5), 2, "a clock that went back asks for no negative time");
}

#[test]
fn a_long_read_is_not_repeated_each_minute() {
    let minute = Duration::from_secs(60);
    assert_eq!(rest(minute, 1), minute);
    assert_eq!(rest(minute, 50), 5 * minute);
    assert_eq!(rest(minute, 500), 10 * minute, "never longer");
    assert_eq!(rest(Duration::from_secs(3_600), 500), Duration::from_secs(3_600));
}

#[test]
fn an_issue_as_it_was_made_needs_no_look() {
    let issue = |created: serde_json::Value| Issue {
        id: "1".into(),
        key: "SEC-1".into(),
        project: "10000".into(),
        status: Status { id: "1".into(), name: "To Do".to_owned(), category: Category::New },
        resolution: None,
        updated_at: None,
        fields: BTreeMap::from([(FieldId::new("created"), created)]),
        properties: BTreeMap::new(),
    };
    let made = issue(json!("2026-03-01T11:00:00.000+0100"));
    assert!(is_untouched(&made, at("2026-03-01T10:00:00Z")));
    assert!(!is_untouched(&made, at("2026-03-01T10:00:00.001Z")), "somebody was quick");
    assert!(!is_untouched(&issue(json!(null)), at("2026-03-01T10:00:00Z")));
}
