//! An issue as the API answers it.

pub mod metadata;
pub mod quirk;
pub mod work;

use super::adf;
use super::call::Query;
use super::config::Id;
use super::field::{At, COMMENT, FieldNo, PARENT, RESOLUTION, no_of, show_rich};
use super::issue::{Attachment, Change, Comment, Issue};
use super::look::{Look, timestamp};
use serde_json::{Map, Value, json};

/// Which fields of an issue are wanted.
#[derive(Debug, Clone)]
pub struct Wanted {
    is_all: bool,
    names: Vec<String>,
    excluded: Vec<String>,
}

impl Wanted {
    /// From names as `fields` takes them: `*all`, `*navigable`, ids, and ids with `-` before them.
    pub fn new<'a>(names: impl IntoIterator<Item = &'a str>, default: &str) -> Self {
        let mut wanted = Self { is_all: false, names: Vec::new(), excluded: Vec::new() };
        let mut is_given = false;
        for name in names {
            is_given = true;
            wanted.add(name);
        }
        if !is_given {
            wanted.add(default);
        } else if wanted.names.is_empty() && !wanted.is_all && !wanted.excluded.is_empty() {
            wanted.is_all = true;
        }
        wanted
    }

    fn add(&mut self, name: &str) {
        match (name, name.strip_prefix('-')) {
            ("*all" | "*navigable", _) => self.is_all = true,
            (_, Some(excluded)) => self.excluded.push(excluded.to_owned()),
            _ => self.names.push(name.to_owned()),
        }
    }

    fn has(&self, id: &str) -> bool {
        (self.is_all || self.names.iter().any(|name| name == id)) && !self.excluded.iter().any(|n| n == id)
    }

    /// Whether nothing but the id is wanted.
    pub fn is_id_only(&self) -> bool {
        !self.is_all && self.names.iter().all(|name| name == "id")
    }
}

/// What else is wanted with an issue.
#[derive(Debug, Clone, Default)]
pub struct Extras {
    pub expand: Vec<String>,
    pub properties: Vec<String>,
}

impl Extras {
    pub fn from_query(query: &Query) -> Self {
        let owned = |name: &str| query.list(name).into_iter().map(str::to_owned).collect();
        Self { expand: owned("expand"), properties: owned("properties") }
    }

    fn expands(&self, name: &str) -> bool {
        self.expand.iter().any(|expand| expand == name)
    }
}

const EXPAND: &str = "renderedFields,names,schema,operations,editmeta,changelog,versionedRepresentations,customfield_10010.properties";

pub fn issue(look: &Look, issue: &Issue, wanted: &Wanted, extras: &Extras) -> Value {
    if wanted.is_id_only() && extras.expand.is_empty() && extras.properties.is_empty() {
        return json!({"id": issue.id.to_string()});
    }
    let mut shown = json!({
        "expand": EXPAND,
        "id": issue.id.to_string(),
        "self": look.rest(&format!("issue/{}", issue.id)),
        "key": issue.key,
        "fields": fields(look, issue, wanted),
    });
    if extras.expands("changelog") {
        let histories: Vec<Value> =
            issue.changes.iter().rev().map(|change| change_row(look, change)).collect();
        shown["changelog"] = json!({
            "startAt": 0, "maxResults": histories.len(), "total": histories.len(), "histories": histories,
        });
    }
    if extras.expands("names") {
        shown["names"] = by_field(look, |field| field.name.into());
    }
    if extras.expands("schema") {
        shown["schema"] = by_field(look, |field| field.schema());
    }
    if extras.expands("renderedFields") {
        shown["renderedFields"] = rendered(look, issue);
    }
    if extras.expands("editmeta") {
        shown["editmeta"] = json!({"fields": metadata::edit_fields(look, issue)});
    }
    if extras.expands("transitions") {
        let offered = super::write::transition::offered(look, issue);
        shown["transitions"] =
            offered.into_iter().map(|offer| metadata::transition(look, issue, offer, false)).collect();
    }
    if !extras.properties.is_empty() {
        let is_all = extras.properties.iter().any(|key| key == "*all");
        let kept = issue.properties.iter().filter(|(key, _)| is_all || extras.properties.contains(key));
        shown["properties"] = Value::Object(kept.map(|(key, value)| (key.clone(), value.clone())).collect());
    }
    shown
}

fn by_field(look: &Look, show: impl Fn(&super::config::Field) -> Value) -> Value {
    let fields = look.state.config.fields.values();
    Value::Object(fields.map(|field| (field.id(), show(field))).collect())
}

fn fields(look: &Look, issue: &Issue, wanted: &Wanted) -> Value {
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
    use super::field::{ATTACHMENT, ISSUE_LINKS, ISSUE_TYPE, PROJECT, WORKLOG};
    matches!(no, PROJECT | ISSUE_TYPE | COMMENT | ISSUE_LINKS | ATTACHMENT | WORKLOG)
}

fn add_field(
    look: &Look,
    issue: &Issue,
    field: &super::config::Field,
    wanted: &Wanted,
    shown: &mut Map<String, Value>,
) {
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
fn holder<'a>(look: &Look<'a>, issue: &'a Issue, field: &super::config::Field) -> &'a Issue {
    let issue_type = look.state.config.issue_types.get(&issue.issue_type);
    if !field.kind.is_inherited() || !issue_type.is_some_and(|kind| kind.is_subtask()) {
        return issue;
    }
    issue.chosen(PARENT).and_then(|parent| look.state.issue(parent)).unwrap_or(issue)
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
            let mut page = comments(look, issue, 0, usize::MAX, false);
            page["self"] = look.rest(&format!("issue/{}/comment", issue.id)).into();
            Some(page)
        }
        "issuelinks" => Some(links(look, issue)),
        "subtasks" => Some(subtasks(look, issue)),
        "attachment" => Some(attachments(look, issue)),
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

fn rendered(look: &Look, issue: &Issue) -> Value {
    use super::field::{DESCRIPTION, ENVIRONMENT};
    let html = |no: FieldNo| issue.fields.get(&no).and_then(Value::as_str).map(adf::html::of_document);
    json!({
        "description": html(DESCRIPTION).unwrap_or_default(),
        "environment": html(ENVIRONMENT).unwrap_or_default(),
        "created": timestamp(issue.created_ms),
        "updated": timestamp(issue.updated_ms),
        "resolution": issue.chosen(RESOLUTION).map(|_| ""),
        "self": look.rest(&format!("issue/{}", issue.id)),
    })
}

pub fn change_row(look: &Look, change: &Change) -> Value {
    let items = change.items.iter().map(|item| {
        json!({
            "field": item.field,
            "fieldtype": if item.is_custom { "custom" } else { "jira" },
            "fieldId": item.field_id,
            "from": item.from,
            "fromString": item.from_text,
            "to": item.to,
            "toString": item.to_text,
        })
    });
    json!({
        "id": change.id.to_string(),
        "author": look.user(&change.author),
        "created": timestamp(change.at_ms),
        "items": items.collect::<Vec<_>>(),
    })
}

pub fn comment(look: &Look, issue: Id, comment: &Comment) -> Value {
    let mut shown = json!({
        "self": look.rest(&format!("issue/{issue}/comment/{}", comment.id)),
        "id": comment.id.to_string(),
        "author": look.user(&comment.author),
        "body": show_rich(look.version, &comment.body),
        "updateAuthor": look.user(&comment.update_author),
        "created": timestamp(comment.created_ms),
        "updated": timestamp(comment.updated_ms),
        "jsdPublic": true,
    });
    if let Some(visibility) = &comment.visibility {
        shown["visibility"] = visible_to(look, visibility);
    }
    if !comment.properties.is_empty() {
        shown["properties"] = comment.properties.clone().into();
    }
    shown
}

/// Whoever may see a comment, by name and by identifier, of which a request gives one.
fn visible_to(look: &Look, stored: &Value) -> Value {
    let given = ["identifier", "value"].map(|key| stored.get(key).and_then(Value::as_str));
    let given = given[0].or(given[1]).unwrap_or_default();
    let groups = &look.state.config.groups;
    let group = groups.iter().find(|group| group.name == given || group.id == given);
    let (value, identifier) = match group.filter(|_| stored["type"] == "group") {
        Some(group) => (group.name, group.id.as_str()),
        // A role is named the same either way.
        None => (given, given),
    };
    json!({"type": stored["type"], "value": value, "identifier": identifier})
}

/// A page of the comments that the viewer may see, oldest first unless `is_newest_first`.
pub fn comments(look: &Look, issue: &Issue, start: usize, max: usize, is_newest_first: bool) -> Value {
    let mut seen: Vec<&Comment> =
        issue.comments.iter().filter(|comment| look.sees_comment(comment)).collect();
    let total = seen.len();
    if is_newest_first {
        seen.reverse();
    }
    let rows = seen.into_iter().skip(start).take(max);
    let rows: Vec<Value> = rows.map(|row| comment(look, issue.id, row)).collect();
    json!({
        "startAt": start,
        "maxResults": max.min(total.max(1)),
        "total": total,
        "comments": rows,
    })
}

fn attachments(look: &Look, issue: &Issue) -> Value {
    let rows = issue.attachments.iter().filter_map(|id| look.state.attachments.get(id));
    rows.map(|row| attachment(look, row)).collect()
}

pub fn attachment(look: &Look, attachment: &Attachment) -> Value {
    json!({
        "self": look.rest(&format!("attachment/{}", attachment.id)),
        "id": attachment.id.to_string(),
        "filename": attachment.filename,
        "author": look.user(&attachment.author),
        "created": timestamp(attachment.created_ms),
        "size": attachment.size,
        "mimeType": attachment.mime,
        "content": look.rest(&format!("attachment/content/{}", attachment.id)),
    })
}

fn links(look: &Look, issue: &Issue) -> Value {
    let rows = issue.links.iter().filter_map(|id| {
        let link = look.state.links.get(id)?;
        let link_type = look.state.config.link_types.iter().find(|row| row.id == link.link_type)?;
        let mut shown = json!({
            "id": link.id.to_string(),
            "self": look.rest(&format!("issueLink/{}", link.id)),
            "type": look.link_type(link_type),
        });
        let (end, other) = if link.inward == issue.id {
            ("outwardIssue", link.outward)
        } else {
            ("inwardIssue", link.inward)
        };
        shown[end] = look.linked_issue(look.state.issue(other)?);
        Some(shown)
    });
    rows.collect()
}

fn subtasks(look: &Look, issue: &Issue) -> Value {
    let children = look.state.children_of(issue.id);
    let subtasks = children.filter(|child| {
        look.state.config.issue_types.get(&child.issue_type).is_some_and(|kind| kind.is_subtask())
    });
    subtasks.map(|child| look.linked_issue(child)).collect()
}

/// Project and type of an issue.
pub fn at(issue: &Issue) -> At {
    At { project: issue.project, issue_type: issue.issue_type }
}
