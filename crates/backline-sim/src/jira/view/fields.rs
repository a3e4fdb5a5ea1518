//! The fields of an issue: those that are stored, and those that are made of what else is known of it.

use super::{Wanted, attached, comment, work};
use crate::jira::config::Field;
use crate::jira::field::{COMMENT, FieldNo, PARENT, no_of};
use crate::jira::issue::Issue;
use crate::jira::look::{Look, timestamp};
use serde_json::{Map, Value, json};

pub(super) fn of(look: &Look, issue: &Issue, wanted: &Wanted) -> Value {
    let mut shown = Map::new();
    let config = &look.state.config;
    if wanted.is_all {
        let fields = config.fields.values().filter(|field| field.is_in(issue.project));
        for field in fields.filter(|field| !is_computed(field.no)) {
            add_field(look, issue, field, wanted, &mut shown);
        }
        for name in COMPUTED {
            add_computed(look, issue, name, wanted, &mut shown);
        }
    } else {
        for name in &wanted.names {
            let field = no_of(name).filter(|no| !is_computed(*no)).and_then(|no| config.fields.get(&no));
            match field.filter(|field| field.is_in(issue.project)) {
                Some(field) => add_field(look, issue, field, wanted, &mut shown),
                None => add_computed(look, issue, name, wanted, &mut shown),
            }
        }
    }
    Value::Object(shown)
}

/// Fields whose value is not stored among the issue's field values.
fn is_computed(no: FieldNo) -> bool {
    use crate::jira::field::{ATTACHMENT, ISSUE_LINKS, ISSUE_TYPE, PROJECT, WORKLOG};
    matches!(no, PROJECT | ISSUE_TYPE | COMMENT | ISSUE_LINKS | ATTACHMENT | WORKLOG)
}

fn add_field(look: &Look, issue: &Issue, field: &Field, wanted: &Wanted, shown: &mut Map<String, Value>) {
    let id = field.id();
    if !wanted.has(&id) || field.no == PARENT && !issue.fields.contains_key(&PARENT) {
        return;
    }
    let value = match holder(look, issue, field).fields.get(&field.kind.stands_for().unwrap_or(field.no)) {
        Some(stored) => field.kind.render(look, field, stored),
        None => field.kind.kept(issue).unwrap_or_else(|| match field.is_custom() {
            true => Value::Null,
            false => field.kind.empty(),
        }),
    };
    shown.insert(id, value);
}

/// The issue whose value is shown: for some fields of a sub-task it is the parent.
fn holder<'a>(look: &Look<'a>, issue: &'a Issue, field: &Field) -> &'a Issue {
    let issue_type = look.state.config.issue_types.get(&issue.issue_type);
    if !field.kind.is_inherited() || !issue_type.is_some_and(|kind| kind.is_subtask()) {
        return issue;
    }
    issue.chosen(PARENT).and_then(|parent| look.state.issue(parent)).unwrap_or(issue)
}

fn add_computed(look: &Look, issue: &Issue, name: &str, wanted: &Wanted, shown: &mut Map<String, Value>) {
    if !wanted.has(name) {
        return;
    }
    let config = &look.state.config;
    let status = config.statuses.get(&issue.status);
    let value = match name {
        "project" => config.projects.get(&issue.project).map(|project| look.project_ref(project)),
        "issuetype" => config.issue_types.get(&issue.issue_type).map(|kind| look.issue_type(kind)),
        "status" => status.map(|status| look.status(status)),
        "statusCategory" => status.map(|status| look.category(status.category)),
        "created" => Some(timestamp(issue.created_ms).into()),
        "updated" => Some(timestamp(issue.updated_ms).into()),
        "creator" => Some(look.user(&issue.creator)),
        "resolutiondate" => issue.resolved_ms.map(|ms| timestamp(ms).into()),
        "statuscategorychangedate" => Some(timestamp(issue.status_changed_ms).into()),
        "comment" => {
            let mut page = comment::page(look, issue, 0, usize::MAX, false);
            page["self"] = look.rest(&format!("issue/{}/comment", issue.id)).into();
            Some(page)
        }
        "issuelinks" => Some(attached::links(look, issue)),
        "subtasks" => Some(attached::subtasks(look, issue)),
        "attachment" => Some(attached::attachments(look, issue)),
        "votes" => Some(json!({
            "self": look.rest(&format!("issue/{}/votes", issue.key)), "votes": 0, "hasVoted": false,
        })),
        "watches" => Some(json!({
            "self": look.rest(&format!("issue/{}/watchers", issue.key)), "watchCount": 0, "isWatching": false,
        })),
        "worklog" => Some(work::page(look, issue)),
        "progress" | "aggregateprogress" => Some(json!({"progress": 0, "total": 0})),
        "workratio" => Some(json!(-1)),
        "timespent" | "aggregatetimespent" => work::seconds(issue, "spent"),
        "timeestimate" | "aggregatetimeestimate" => work::seconds(issue, "remaining"),
        "timeoriginalestimate" | "aggregatetimeoriginalestimate" => work::seconds(issue, "original"),
        "lastViewed" => None,
        _ => return,
    };
    shown.insert(name.to_owned(), value.unwrap_or_default());
}

const COMPUTED: [&str; 26] = [
    "project",
    "issuetype",
    "status",
    "statusCategory",
    "created",
    "updated",
    "creator",
    "resolutiondate",
    "statuscategorychangedate",
    "comment",
    "issuelinks",
    "subtasks",
    "attachment",
    "votes",
    "watches",
    "worklog",
    "progress",
    "aggregateprogress",
    "workratio",
    "lastViewed",
    "timespent",
    "timeestimate",
    "timeoriginalestimate",
    "aggregatetimespent",
    "aggregatetimeestimate",
    "aggregatetimeoriginalestimate",
];
