//! I17: when nothing goes wrong any more, everything comes to rest, and what is not as it should be says why.

use super::tickets::advisory;
use super::{Violation, is_a_persons};
use crate::story::{Told, What};
use crate::world::Ending;
use std::collections::BTreeSet;

pub fn everything_comes_to_rest(story: &[Told], ending: &Ending) -> Vec<Violation> {
    let mut found = Vec::new();
    let at_ms = story.last().map_or(0, |told| told.at_ms);
    for told in story {
        if let What::Converged { is_converged: false, left } = &told.what {
            found.push(Violation::new(
                "I17",
                told.at_ms,
                format!("an hour after everything was mended: {left}"),
            ));
        }
    }
    let touched = touched(story);
    for (id, severity) in &ending.found {
        let Some(row) = ending.rows.iter().find(|row| row.title.contains(id.as_str())) else {
            found.push(Violation::new("I17", at_ms, format!("nothing is known of {id}")));
            continue;
        };
        let is_explained = row.blocked.is_some() || row.state == "unlinked";
        if row.issue.is_none() && !is_explained {
            found.push(Violation::new("I17", at_ms, format!("{id} has no ticket, and nothing says why")));
        }
        let issue = row.issue.as_ref().and_then(|issue| Some((issue, ending.issues.get(issue)?)));
        let Some((number, issue)) = issue.filter(|_| !is_explained) else { continue };
        let is_right = issue.summary.starts_with(&format!("[{severity}]"));
        if !is_right && !touched.contains(number.as_str()) {
            let says = format!("{id} is {severity}, and its ticket says {:?}", issue.summary);
            found.push(Violation::new("I17", at_ms, says));
        }
    }
    found.extend(strangers(ending, at_ms));
    found
}

/// The issues whose summary a person has changed.
fn touched(story: &[Told]) -> BTreeSet<&str> {
    let mut touched = BTreeSet::new();
    for told in story {
        let (What::Acted { entries, .. } | What::CarriedOut { entries, .. }) = &told.what else { continue };
        for entry in entries.iter().filter(|entry| is_a_persons(entry)) {
            let changed = entry.commits.iter().filter(|commit| commit.object == "issue");
            let changed =
                changed.filter(|commit| commit.fields.iter().any(|change| change.field == "summary"));
            touched.extend(changed.map(|commit| commit.id.as_str()));
        }
    }
    touched
}

/// Tickets that are about something else than they say.
fn strangers(ending: &Ending, at_ms: i64) -> Vec<Violation> {
    let mut found = Vec::new();
    for row in &ending.rows {
        let Some(issue) = row.issue.as_ref().and_then(|issue| ending.issues.get(issue)) else { continue };
        if issue.subject.as_ref().is_some_and(|subject| *subject != row.subject) {
            let of = advisory(&issue.summary).unwrap_or_default();
            found.push(Violation::new("I1", at_ms, format!("{} shows the ticket of {of}", row.title)));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::testing::{edited, row, story};
    use crate::world::{Issue, Row};
    use serde_json::json;

    fn ending(row: Row, summary: &str) -> Ending {
        let issue = Issue { summary: summary.to_owned(), ..Issue::default() };
        Ending {
            rows: vec![row],
            found: vec![("CVE-2026-0001".to_owned(), "HIGH".to_owned())],
            issues: [("10".to_owned(), issue)].into(),
            ..Ending::default()
        }
    }

    #[test]
    fn a_summary_that_is_out_of_date_is_found_unless_a_person_has_it() {
        assert_eq!(everything_comes_to_rest(&[], &ending(row("10", "in_sync"), "[HIGH] CVE-2026-0001")), []);
        let stale = ending(row("10", "in_sync"), "[LOW] CVE-2026-0001");
        assert_eq!(everything_comes_to_rest(&[], &stale).len(), 1);
        let person = edited("person:ada", "10", "summary", json!("a"), json!("[LOW] CVE-2026-0001"));
        assert_eq!(everything_comes_to_rest(&story([person]), &stale), []);
    }

    #[test]
    fn a_missing_ticket_is_found_unless_something_says_why() {
        let missing = Row { issue: None, ..row("10", "waiting") };
        assert_eq!(everything_comes_to_rest(&[], &ending(missing.clone(), "")).len(), 1);
        let blocked = Row { blocked: Some("Jira demands a team".to_owned()), ..missing };
        assert_eq!(everything_comes_to_rest(&[], &ending(blocked, "")), []);
        let nobody = Ending { rows: Vec::new(), ..ending(row("10", "in_sync"), "") };
        assert_eq!(everything_comes_to_rest(&[], &nobody).len(), 1);
    }

    #[test]
    fn a_world_that_does_not_come_to_rest_is_found() {
        let restless = What::Converged { is_converged: false, left: "1 due".to_owned() };
        assert_eq!(everything_comes_to_rest(&story([restless]), &Ending::default()).len(), 1);
    }

    #[test]
    fn a_ticket_of_another_subject_is_found() {
        let mut wrong = ending(row("10", "in_sync"), "[HIGH] CVE-2026-0001");
        wrong.issues.values_mut().for_each(|issue| issue.subject = Some("another".to_owned()));
        assert_eq!(everything_comes_to_rest(&[], &wrong).len(), 1);
    }
}
