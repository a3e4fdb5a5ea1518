//! I1: at most one ticket made by Backline for a subject, ever, and every ticket that it shows is one that it made.

use super::{Violation, is_ours};
use crate::story::{Told, What};
use crate::world::Ending;
use backline_sim::witness::Change;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// The issues that were made for each subject. What a create carries says for whom; with the marker planted away, the
/// summary, which names the weakness, does.
pub fn one_ticket_a_subject(story: &[Told], ending: &Ending) -> Vec<Violation> {
    let mut bodies: BTreeMap<u64, &Json> = BTreeMap::new();
    let mut made: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut subject_of: BTreeMap<String, String> = BTreeMap::new();
    let mut found = Vec::new();
    for told in story {
        match &told.what {
            What::Sent { n, body: Some(body), method: "POST", .. } => drop(bodies.insert(*n, body)),
            What::CarriedOut { n, entries, .. } => {
                let Some(body) = bodies.get(n) else { continue };
                let issues = entries.iter().filter(|entry| is_ours(entry)).flat_map(|entry| &entry.commits);
                let issues =
                    issues.filter(|commit| commit.object == "issue" && commit.change == Change::Created);
                for (issue, subject) in issues.zip(subjects(body)) {
                    let known = made.entry(subject.clone()).or_default();
                    known.push(issue.id.clone());
                    if known.len() > 1 {
                        let says = format!("{} issues for {subject}: {}", known.len(), known.join(", "));
                        found.push(Violation::new("I1", told.at_ms, says));
                    }
                    subject_of.insert(issue.id.clone(), subject);
                }
            }
            _ => {}
        }
    }
    let at_ms = story.last().map_or(0, |told| told.at_ms);
    for row in &ending.rows {
        let Some(issue) = &row.issue else { continue };
        if !subject_of.contains_key(issue) {
            found.push(Violation::new(
                "I1",
                at_ms,
                format!("{} shows {issue}, which was never made", row.title),
            ));
        }
    }
    found
}

/// For whom a create is, element by element.
fn subjects(body: &Json) -> Vec<String> {
    let of = |one: &Json| one["fields"]["summary"].as_str().and_then(advisory).unwrap_or_default();
    match body["issueUpdates"].as_array() {
        Some(all) => all.iter().map(of).collect(),
        None => vec![of(body)],
    }
}

/// The weakness that a summary names.
pub(super) fn advisory(summary: &str) -> Option<String> {
    let start = summary.find("CVE-")?;
    let name: String =
        summary[start..].chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
    Some(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::testing::{created, row, sent, story};
    use serde_json::json;

    fn body(summary: &str) -> Json {
        json!({"fields": {"summary": summary}})
    }

    #[test]
    fn a_second_issue_is_found_whatever_became_of_the_first() {
        let one = story([sent(1, "POST", "/issue", body("[HIGH] CVE-2026-0001 in x")), created(1, "10")]);
        assert_eq!(one_ticket_a_subject(&one, &Ending::default()), []);
        let two = story([
            sent(1, "POST", "/issue", body("[HIGH] CVE-2026-0001 in x")),
            created(1, "10"),
            sent(2, "POST", "/issue", body("[LOW] CVE-2026-0001 in x")),
            created(2, "11"),
        ]);
        assert_eq!(one_ticket_a_subject(&two, &Ending::default()).len(), 1);
    }

    #[test]
    fn a_ticket_that_nobody_made_is_found() {
        let ending = Ending { rows: vec![row("10", "in_sync")], ..Ending::default() };
        let made = story([sent(1, "POST", "/issue", body("CVE-2026-0001")), created(1, "10")]);
        assert_eq!(one_ticket_a_subject(&made, &ending), []);
        assert_eq!(one_ticket_a_subject(&story([]), &ending).len(), 1);
    }
}
