//! What happened to an issue: comments and changes.

use crate::jira::adf;
use crate::jira::config::Id;
use crate::jira::issue::{Comment, Issue};
use crate::jira::look::{Look, OFFSET_HOURS};
use crate::jira::write::comment;
use crate::page::time::{Moment, moment};
use crate::people;

/// How many of each are shown unless more are asked for.
pub const SHOWN: usize = 50;
const SHOWN_MAX: usize = 5_000;

pub struct CommentLine {
    pub id: Id,
    pub author: String,
    pub at: Moment,
    pub is_edited: bool,
    /// Whom alone it is shown to.
    pub only_for: Option<String>,
    pub html: String,
    pub may_edit: bool,
    pub may_delete: bool,
}

pub struct ChangeLine {
    pub author: String,
    pub at: Moment,
    /// Field, before and after.
    pub items: Vec<(String, String, String)>,
}

pub fn name(account_id: &str) -> String {
    people::find(account_id).map_or("Former user", |person| person.name).to_owned()
}

/// The newest comments that the viewer may see, in the order in which they were made, and how many there are.
pub fn comments(look: &Look, issue: &Issue, shown: usize) -> (Vec<CommentLine>, usize) {
    let seen: Vec<&Comment> = issue.comments.iter().filter(|row| look.sees_comment(row)).collect();
    let first = seen.len().saturating_sub(shown.min(SHOWN_MAX));
    let line = |row: &Comment| CommentLine {
        id: row.id,
        author: name(&row.author),
        at: moment(row.created_ms, OFFSET_HOURS),
        is_edited: row.updated_ms != row.created_ms,
        only_for: row
            .visibility
            .as_ref()
            .map(|visibility| visibility["value"].as_str().unwrap_or("some").to_owned()),
        html: adf::html::of_document(&row.body),
        may_edit: comment::may(look, issue.project, row, "EDIT"),
        may_delete: comment::may(look, issue.project, row, "DELETE"),
    };
    (seen[first..].iter().map(|row| line(row)).collect(), seen.len())
}

/// The newest changes, the last one first.
pub fn changes(issue: &Issue, shown: usize) -> Vec<ChangeLine> {
    let newest = issue.changes.iter().rev().take(shown.min(SHOWN_MAX));
    let text =
        |text: &Option<String>| text.clone().filter(|text| !text.is_empty()).unwrap_or("none".to_owned());
    newest
        .map(|change| ChangeLine {
            author: name(&change.author),
            at: moment(change.at_ms, OFFSET_HOURS),
            items: change
                .items
                .iter()
                .map(|item| (item.field.clone(), text(&item.from_text), text(&item.to_text)))
                .collect(),
        })
        .collect()
}

/// How many to ask for next, when not all are shown.
pub fn earlier(shown: usize, total: usize) -> Option<usize> {
    (shown < total && shown < SHOWN_MAX).then_some(shown + 4 * SHOWN)
}
