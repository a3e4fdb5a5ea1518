//! What it means when a person closes a ticket, as rows of the editor and out of its form.
//!
//! Names: `c.<resolution|status>.<id>.means|days|name` and `c.otherwise`.

use super::row::Item;
use super::screen::Screen;
use crate::web::form::Fields;
use backline_core::jira::workflow::Category;
use backline_core::mapping::closing::{ClosedBy, Closing, ClosingRule, Meaning};
use backline_core::mapping::propose;

pub struct ClosingRows {
    pub rows: Vec<ClosingRow>,
    pub otherwise: Vec<Item>,
    /// How many say something of their own.
    pub stated: usize,
}

pub struct ClosingRow {
    pub prefix: String,
    /// "Won't Do".
    pub name: String,
    /// "Resolution" or "Status".
    pub by: &'static str,
    pub meanings: Vec<Item>,
    /// After how many days a dismissal ends; empty for never.
    pub days: String,
    /// What names it in the form where Jira no longer has it.
    pub lost: Option<(String, String)>,
}

/// Every way in which this issue type can be closed, and those that rules speak of and Jira no longer has.
pub fn rows(closing: &Closing, screen: &Screen) -> ClosingRows {
    let known = ways(screen);
    let mut ways = known.clone();
    for rule in &closing.rules {
        if !ways.iter().any(|(by, id, _)| (*by, id) == (rule.by, &rule.id)) {
            ways.push((rule.by, rule.id.clone(), format!("{} (no longer in Jira)", rule.name)));
        }
    }
    let rows = ways.into_iter().map(|(by, id, name)| {
        let rule = closing.rules.iter().find(|rule| (rule.by, &rule.id) == (by, &id));
        let mut meanings = vec![item("", "As everything else", rule.is_none())];
        let is_meant = |meaning: Meaning| rule.is_some_and(|rule| rule.means == meaning);
        meanings.extend(Meaning::ALL.map(|meaning| item(meaning.word(), meaning.title(), is_meant(meaning))));
        let days = rule.and_then(|rule| rule.expires_days);
        let is_lost = !known.iter().any(|(known_by, known, _)| (*known_by, known) == (by, &id));
        ClosingRow {
            prefix: format!("c.{}.{id}", by.word()),
            name,
            by: match by {
                ClosedBy::Resolution => "Resolution",
                ClosedBy::Status => "Status",
            },
            meanings,
            days: days.map(|days| days.to_string()).unwrap_or_default(),
            lost: is_lost.then(|| (format!("c.{}.lost", by.word()), id)),
        }
    });
    let otherwise = [Meaning::StillPresent, Meaning::Reopen];
    ClosingRows {
        rows: rows.collect(),
        otherwise: otherwise.map(|one| item(one.word(), one.title(), one == closing.otherwise)).into(),
        stated: closing.rules.len(),
    }
}

/// The rules as the form has them; what Backline proposes where the form did not show any yet.
pub fn read(form: &Fields, screen: &Screen) -> Closing {
    if !form.has("c.otherwise") {
        return propose::closing::propose(screen.resolution.as_ref());
    }
    let mut rules = Vec::new();
    let mut read = |by: ClosedBy, id: &str, name: String| {
        let prefix = format!("c.{}.{id}", by.word());
        let Ok(means) = form.text(&format!("{prefix}.means")).parse::<Meaning>() else { return };
        let days = form.text(&format!("{prefix}.days"));
        // What is no number of days is refused as too many, not forgotten.
        let expires_days =
            (!days.is_empty() && means.dismissal().is_some()).then(|| days.parse().unwrap_or(u16::MAX));
        rules.push(ClosingRule { by, id: id.to_owned(), name, means, expires_days });
    };
    let known = ways(screen);
    for (by, id, name) in &known {
        read(*by, id, name.clone());
    }
    for by in [ClosedBy::Resolution, ClosedBy::Status] {
        for id in form.all(&format!("c.{}.lost", by.word())) {
            if !known.iter().any(|(known_by, known, _)| *known_by == by && known == id) {
                read(by, id, id.to_owned());
            }
        }
    }
    Closing { rules, otherwise: form.text("c.otherwise").parse().unwrap_or_default() }
}

/// The resolutions, and the closing statuses.
fn ways(screen: &Screen) -> Vec<(ClosedBy, String, String)> {
    let resolutions = screen.resolution.iter().flat_map(|meta| meta.allowed.iter().flatten());
    let resolutions =
        resolutions.map(|choice| (ClosedBy::Resolution, choice.id.clone(), choice.label.clone()));
    let closing = screen.statuses.iter().filter(|status| status.category == Category::Done);
    let statuses = closing.map(|status| (ClosedBy::Status, status.id.to_string(), status.name.clone()));
    resolutions.chain(statuses).collect()
}

fn item(word: &str, title: &str, is_chosen: bool) -> Item {
    Item { word: word.to_owned(), title: title.to_owned(), is_chosen, is_offered: true }
}
