//! The list of all fields.

use super::{Answer, ok};
use crate::jira::call::Call;
use crate::jira::config::{Config, Field};
use crate::jira::field::{
    ATTACHMENT, COMMENT, COMPONENTS, DUE_DATE, FIX_VERSIONS, FieldNo, ISSUE_LINKS, ISSUE_RESTRICTION,
    ISSUE_TYPE, PARENT, PROJECT, SECURITY, TIME_TRACKING, VERSIONS, WORKLOG,
};
use crate::jira::route::{READ, Route, full};
use serde_json::{Value, json};

pub fn routes() -> Vec<Route> {
    vec![full("GET", "/field", READ, list)]
}

fn row(config: &Config, field: &Field) -> Value {
    let id = field.id();
    let mut row = json!({
        "id": id,
        "key": id,
        "name": field.name,
        "custom": field.is_custom(),
        "orderable": field.no != PROJECT,
        "navigable": !matches!(field.no, ATTACHMENT | COMMENT | WORKLOG | TIME_TRACKING | ISSUE_RESTRICTION),
        "searchable": true,
        "clauseNames": clauses(field),
    });
    // The parent alone has none here, although metadata shows one.
    if field.no != PARENT {
        row["schema"] = field.schema();
    }
    if field.is_custom() {
        row["untranslatedName"] = field.name.into();
    }
    // The field of a company-managed project has a context and no scope.
    let owner = field.context.and_then(|project| config.projects.get(&project));
    if let Some(project) = owner.filter(|project| field.is_custom() && project.is_team_managed) {
        row["scope"] = json!({"type": "PROJECT", "project": {"id": project.id.to_string()}});
    }
    row
}

/// What JQL calls a field.
fn clauses(field: &Field) -> Value {
    if field.is_custom() {
        return json!([format!("cf[{}]", field.no), field.name]);
    }
    let names: &[(FieldNo, &[&str])] = &[
        (FIX_VERSIONS, &["fixVersion"]),
        (VERSIONS, &["affectedVersion"]),
        (COMPONENTS, &["component"]),
        (ISSUE_LINKS, &["issueLink", "workItemLink"]),
        (ISSUE_TYPE, &["issuetype", "type"]),
        (DUE_DATE, &["due", "duedate"]),
        (SECURITY, &["level"]),
        (ATTACHMENT, &["attachments"]),
        (WORKLOG, &[]),
        (TIME_TRACKING, &[]),
        (ISSUE_RESTRICTION, &[]),
    ];
    match names.iter().find(|(no, _)| *no == field.no) {
        Some((_, names)) => json!(names),
        None => json!([field.id()]),
    }
}

type ReadOnly = (&'static str, &'static str, Option<&'static str>, bool, &'static [&'static str]);

/// Fields that are read only: id, name, type, whether JQL finds them, and under which names.
const READ_ONLY: [ReadOnly; 22] = [
    ("issuekey", "Key", None, false, &["id", "issue", "issuekey", "key", "workItem", "workItemKey"]),
    ("thumbnail", "Images", None, false, &[]),
    ("status", "Status", Some("status"), true, &["status"]),
    ("statusCategory", "Status Category", Some("statusCategory"), true, &["statusCategory"]),
    ("created", "Created", Some("datetime"), true, &["created", "createdDate"]),
    ("updated", "Updated", Some("datetime"), true, &["updated", "updatedDate"]),
    ("creator", "Creator", Some("user"), true, &["creator"]),
    ("resolutiondate", "Resolved", Some("datetime"), true, &["resolutiondate", "resolved"]),
    (
        "statuscategorychangedate",
        "Status Category Changed",
        Some("datetime"),
        true,
        &["statusCategoryChangedDate"],
    ),
    ("lastViewed", "Last Viewed", Some("datetime"), false, &["lastViewed"]),
    ("subtasks", "Sub-tasks", Some("array"), false, &["subtasks"]),
    ("progress", "Progress", Some("progress"), false, &["progress"]),
    ("aggregateprogress", "Σ Progress", Some("progress"), false, &[]),
    ("votes", "Votes", Some("votes"), false, &["votes"]),
    ("watches", "Watchers", Some("watches"), false, &["watchers"]),
    ("workratio", "Work Ratio", Some("number"), true, &["workratio"]),
    ("timespent", "Time Spent", Some("number"), false, &["timespent"]),
    ("timeestimate", "Remaining Estimate", Some("number"), false, &["remainingEstimate", "timeestimate"]),
    (
        "timeoriginalestimate",
        "Original estimate",
        Some("number"),
        false,
        &["originalEstimate", "timeoriginalestimate"],
    ),
    ("aggregatetimespent", "Σ Time Spent", Some("number"), false, &[]),
    ("aggregatetimeestimate", "Σ Remaining Estimate", Some("number"), false, &[]),
    ("aggregatetimeoriginalestimate", "Σ Original Estimate", Some("number"), false, &[]),
];

fn read_only((id, name, kind, is_searchable, clauses): ReadOnly) -> Value {
    let mut row = json!({
        "id": id,
        "key": id,
        "name": name,
        "custom": false,
        "orderable": false,
        "navigable": true,
        "searchable": is_searchable,
        "clauseNames": clauses,
    });
    if let Some(kind) = kind {
        row["schema"] = json!({"type": kind, "system": id});
        if kind == "array" {
            row["schema"]["items"] = "issuelinks".into();
        }
    }
    row
}

async fn list(call: Call) -> Answer {
    let state = call.site.read();
    let fields = state.config.fields.values().map(|field| row(&state.config, field));
    ok(fields.chain(READ_ONLY.map(read_only)).collect())
}
