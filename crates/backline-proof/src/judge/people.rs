//! I2: no edit of a person is lost.

use super::{Violation, is_a_persons, is_ours};
use crate::story::{Told, What};
use crate::world::Ending;
use backline_sim::history::Entry;
use backline_sim::witness::Change;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// Of an issue at the end, the fields that the proposed mapping leaves to whoever changed them last.
const SHARED: [&str; 2] = ["summary", "priority"];

/// What a person set last holds at the end, unless a person has set it otherwise; their labels, their paragraphs and their
/// comments are there still.
pub fn no_edit_is_lost(story: &[Told], ending: &Ending) -> Vec<Violation> {
    let mut wanted: BTreeMap<(String, &str), (i64, Json)> = BTreeMap::new();
    let mut comments: BTreeMap<String, i64> = BTreeMap::new();
    let mut labels: BTreeMap<(String, String), i64> = BTreeMap::new();
    let mut words: BTreeMap<(String, String), i64> = BTreeMap::new();
    let mut found = Vec::new();
    for (at_ms, entry) in entries(story) {
        for commit in &entry.commits {
            let is_person = is_a_persons(entry);
            match (commit.object.as_str(), commit.change) {
                ("issue", Change::Changed) if is_person => {
                    for change in &commit.fields {
                        if let Some(field) = SHARED.into_iter().find(|field| *field == change.field) {
                            wanted.insert((commit.id.clone(), field), (at_ms, change.to.clone()));
                        }
                        if change.field == "labels" {
                            let (before, after) = (texts(&change.from), texts(&change.to));
                            labels.retain(|(issue, label), _| *issue != commit.id || after.contains(label));
                            let new = after.into_iter().filter(|label| !before.contains(label));
                            labels.extend(new.map(|label| ((commit.id.clone(), label), at_ms)));
                        }
                        if change.field == "description" {
                            let new = persons(&change.to.to_string()).into_iter();
                            words.extend(new.map(|word| ((commit.id.clone(), word), at_ms)));
                        }
                    }
                }
                ("comment", Change::Created) if is_person => drop(comments.insert(commit.id.clone(), at_ms)),
                ("comment", _) if is_ours(entry) && comments.contains_key(&commit.id) => {
                    found.push(Violation::new("I2", at_ms, format!("the comment {} of a person", commit.id)));
                }
                _ => {}
            }
        }
    }
    for ((id, field), (at_ms, value)) in wanted {
        let Some(issue) = ending.issues.get(&id) else { continue };
        let now = if field == "summary" { &issue.summary } else { &issue.priority };
        let is_kept = value.as_str() == Some(now) || value.to_string().trim_matches('"') == now;
        if !is_kept {
            found.push(Violation::new(
                "I2",
                at_ms,
                format!("{field} of {id} was set to {value} and is {now}"),
            ));
        }
    }
    for ((id, label), at_ms) in labels {
        if ending.issues.get(&id).is_some_and(|issue| !issue.labels.contains(&label)) {
            found.push(Violation::new("I2", at_ms, format!("the label {label} of {id}")));
        }
    }
    for ((id, word), at_ms) in words {
        if ending.issues.get(&id).is_some_and(|issue| !issue.description.contains(&word)) {
            found.push(Violation::new("I2", at_ms, format!("{word:?} in the description of {id}")));
        }
    }
    found
}

/// What people wrote around our block in a pull request stays as they wrote it.
pub fn no_word_in_a_pull_request_is_lost(story: &[Told], ending: &Ending) -> Vec<Violation> {
    let at_ms = story.last().map_or(0, |told| told.at_ms);
    let is_whole = |body: &str| body.contains("My words.\r\n\r\nStay.");
    let lost = ending.pulls.iter().filter(|(_, body)| !is_whole(body));
    lost.map(|(number, body)| Violation::new("I2", at_ms, format!("#{number} reads {body:?}"))).collect()
}

fn entries(story: &[Told]) -> impl Iterator<Item = (i64, &Entry)> {
    story.iter().flat_map(|told| {
        let entries: &[Entry] = match &told.what {
            What::CarriedOut { entries, .. } | What::Acted { entries, .. } => entries,
            _ => &[],
        };
        entries.iter().map(|entry| (told.at_ms, entry))
    })
}

fn texts(value: &Json) -> Vec<String> {
    let all = value.as_array().map(Vec::as_slice).unwrap_or_default();
    all.iter().filter_map(|text| text.as_str().map(str::to_owned)).collect()
}

/// What people wrote, by its words.
fn persons(text: &str) -> Vec<String> {
    let marks = text.match_indices("Person ");
    marks
        .map(|(at, mark)| {
            let digits = text[at + mark.len()..].chars().take_while(char::is_ascii_digit);
            format!("{mark}{}", digits.collect::<String>())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::testing::{edited, story};
    use crate::world::Issue;
    use serde_json::json;

    fn ending(issue: Issue) -> Ending {
        Ending { issues: [("10".to_owned(), issue)].into(), ..Ending::default() }
    }

    #[test]
    fn a_value_that_was_written_over_is_found() {
        let told = story([edited("person:ada", "10", "summary", json!("a"), json!("Mine"))]);
        let kept = Issue { summary: "Mine".to_owned(), ..Issue::default() };
        assert_eq!(no_edit_is_lost(&told, &ending(kept)), []);
        assert_eq!(no_edit_is_lost(&told, &ending(Issue::default())).len(), 1);
    }

    #[test]
    fn a_label_that_is_gone_is_found_unless_a_person_took_it_off() {
        let put = edited("person:ada", "10", "labels", json!(["a"]), json!(["a", "mine"]));
        let off = edited("person:ada", "10", "labels", json!(["a", "mine"]), json!(["a"]));
        assert_eq!(no_edit_is_lost(&story([put.clone()]), &ending(Issue::default())).len(), 1);
        assert_eq!(no_edit_is_lost(&story([put, off]), &ending(Issue::default())), []);
    }

    #[test]
    fn a_paragraph_that_is_gone_is_found() {
        let put = edited("person:ada", "10", "description", json!("x"), json!({"text": "Person 7"}));
        assert_eq!(no_edit_is_lost(&story([put.clone()]), &ending(Issue::default())).len(), 1);
        let kept = Issue { description: "… Person 7 …".to_owned(), ..Issue::default() };
        assert_eq!(no_edit_is_lost(&story([put]), &ending(kept)), []);
    }

    #[test]
    fn a_pull_request_whose_words_changed_is_found() {
        let of = |body: &str| Ending { pulls: [(1, body.to_owned())].into(), ..Ending::default() };
        assert_eq!(no_word_in_a_pull_request_is_lost(&[], &of("a My words.\r\n\r\nStay. b")), []);
        assert_eq!(no_word_in_a_pull_request_is_lost(&[], &of("My words.\n\nStay.")).len(), 1);
    }
}
