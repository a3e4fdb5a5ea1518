//! Logged work and the numbers that Jira takes from it.

use crate::jira::field::{TIME_TRACKING, words};
use crate::jira::issue::Issue;
use crate::jira::look::{Look, timestamp};
use serde_json::{Value, json};

/// The first page of the work logs, as an issue shows it.
pub fn page(look: &Look, issue: &Issue) -> Value {
    let rows = issue.worklogs.iter().map(|log| {
        let mut row = json!({
            "self": look.rest(format_args!("issue/{}/worklog/{}", issue.id, log.id)),
            "author": look.user(&log.author),
            "updateAuthor": look.user(&log.author),
            "created": timestamp(log.created_ms),
            "updated": timestamp(log.created_ms),
            "started": timestamp(log.started_ms),
            "timeSpent": words(log.seconds),
            "timeSpentSeconds": log.seconds,
            "id": log.id.to_string(),
            "issueId": issue.id.to_string(),
        });
        if let Some(comment) = &log.comment {
            row["comment"] = crate::jira::field::show_rich(look.version, comment);
        }
        row
    });
    let rows: Vec<Value> = rows.take(20).collect();
    json!({"startAt": 0, "maxResults": 20, "total": issue.worklogs.len(), "worklogs": rows})
}

/// One of the times that are kept with the estimates.
pub fn seconds(issue: &Issue, part: &str) -> Option<Value> {
    issue.fields.get(&TIME_TRACKING)?.get(part).cloned()
}
