//! Work that a request logs with the verb `add` in `update.worklog`.

use super::set;
use crate::jira::field::{TIME_TRACKING, Wrong, accept_rich, after_work, moment, seconds};
use crate::jira::issue::{Issue, Worklog};
use crate::jira::look::Look;
use crate::jira::state::{Counted, State};
use serde_json::Value;

#[derive(Debug)]
pub struct NewWorklog {
    seconds: u64,
    started_ms: Option<i64>,
    comment: Option<String>,
}

/// Reads `{"timeSpent" or "timeSpentSeconds", "started"?, "comment"?}`.
pub fn read(look: &Look, sent: &Value) -> Result<NewWorklog, Wrong> {
    if !look.may("WORK_ON_ISSUES", None) {
        return Err(Wrong::cannot_be_set("worklog"));
    }
    let words = sent.get("timeSpent").and_then(Value::as_str).and_then(seconds);
    let spent = words.or_else(|| sent.get("timeSpentSeconds").and_then(Value::as_u64));
    // The text is assumed.
    let spent =
        spent.filter(|seconds| *seconds > 0).ok_or_else(|| Wrong::field("Invalid time duration entered."))?;
    let started_ms = sent.get("started").and_then(Value::as_str).map(moment).transpose()?;
    let comment = sent.get("comment").filter(|comment| !comment.is_null());
    let comment = comment.map(|comment| accept_rich(look.version, comment)).transpose()?;
    Ok(NewWorklog { seconds: spent, started_ms, comment })
}

/// Adds it to an issue that the caller is about to store; the remaining estimate shrinks.
pub fn add(state: &mut State, issue: &mut Issue, new: NewWorklog, author: &str, now_ms: i64) {
    issue.worklogs.push(Worklog {
        id: state.draw(Counted::Worklog),
        author: author.to_owned(),
        created_ms: now_ms,
        started_ms: new.started_ms.unwrap_or(now_ms),
        seconds: new.seconds,
        comment: new.comment,
    });
    let times = after_work(issue.fields.get(&TIME_TRACKING), new.seconds);
    set(issue, TIME_TRACKING, times);
    issue.updated_ms = now_ms;
}
