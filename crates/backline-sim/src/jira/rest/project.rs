//! Projects and what belongs to one.

use super::{Answer, ok, page};
use crate::jira::call::{Call, Query};
use crate::jira::config::Project;
use crate::jira::look::{Look, timestamp};
use crate::jira::refusal::Refusal;
use crate::jira::route::{READ, Route, full, partial};
use axum::extract::Path;
use axum::http::StatusCode;
use serde_json::{Value, json};

/// How long a project stays in the recycle bin. Source: Atlassian's support pages say 60 days.
const RETENTION_MS: i64 = 60 * 24 * 60 * 60 * 1_000;

pub fn routes() -> Vec<Route> {
    vec![
        partial("GET", "/project/search", READ, "filters beside query, keys, id, action, status", search),
        full("GET", "/project", READ, list),
        full("GET", "/project/{project}", READ, show),
        full("GET", "/project/{project}/statuses", READ, statuses),
        full("GET", "/project/{project}/securitylevel", READ, security_levels),
        full("GET", "/project/{project}/hierarchy", READ, hierarchy),
    ]
}

/// A project as lists show it.
fn row(look: &Look, project: &Project) -> Value {
    let mut row = look.project_ref(project);
    row["style"] = if project.is_team_managed { "next-gen" } else { "classic" }.into();
    row["isPrivate"] = false.into();
    row["properties"] = json!({});
    row["expand"] = "description,lead,issueTypes,url,projectKeys,permissions,insight".into();
    let admin = &look.state.config.admin;
    let done = admin.put_away(project.id);
    if admin.is_project_archived(project.id) {
        row["archived"] = true.into();
        if let Some(done) = done {
            row["archivedDate"] = timestamp(done.at_ms).into();
            row["archivedBy"] = look.user(&done.by);
        }
    } else if admin.is_trashed(project.id) {
        row["deleted"] = true.into();
        if let Some(done) = done {
            row["deletedDate"] = timestamp(done.at_ms).into();
            row["deletedBy"] = look.user(&done.by);
            row["retentionTillDate"] = timestamp(done.at_ms + RETENTION_MS).into();
        }
    }
    row
}

async fn search(call: Call, query: Query) -> Answer {
    let state = call.site.read();
    let look = call.look(&state);
    let text = query.one("query").unwrap_or_default().to_lowercase();
    let keys = [query.list("keys"), query.all("id")].concat();
    let needed = match query.one("action") {
        Some("create") => &["BROWSE_PROJECTS", "CREATE_ISSUES"][..],
        Some("edit") => &["BROWSE_PROJECTS", "ADMINISTER_PROJECTS"][..],
        _ => &["BROWSE_PROJECTS"][..],
    };
    let statuses = query.list("status");
    let (admin, is_admin) = (&state.config.admin, look.may("ADMINISTER", None));
    let has_status = |project: &Project| {
        if admin.is_project_archived(project.id) {
            is_admin && statuses.contains(&"archived")
        } else if admin.is_trashed(project.id) {
            is_admin && statuses.contains(&"deleted")
        } else {
            statuses.is_empty() || statuses.contains(&"live")
        }
    };
    let is_wanted = |project: &&Project| {
        let is_named =
            keys.is_empty() || keys.iter().any(|key| *key == project.key || *key == project.id.to_string());
        let has_text =
            project.key.to_lowercase().contains(&text) || project.name.to_lowercase().contains(&text);
        let may = needed.iter().all(|key| look.may(key, Some(project.id)));
        may && has_status(project) && is_named && has_text
    };
    let all = state.config.projects.values().chain(admin.trashed());
    let mut projects: Vec<&Project> = all.filter(is_wanted).collect();
    let order = query.one("orderBy").unwrap_or("key");
    let (order, is_descending) = match order.strip_prefix('-') {
        Some(order) => (order, true),
        None => (order.trim_start_matches('+'), false),
    };
    match order {
        "name" => projects.sort_by_key(|project| project.name.to_lowercase()),
        "key" => projects.sort_by(|a, b| a.key.cmp(&b.key)),
        "category" | "owner" | "issueCount" | "lastIssueUpdatedDate" | "archivedDate" | "deletedDate" => {}
        other => return Err(Refusal::bad(format!("The orderBy parameter '{other}' is not valid."))),
    }
    if is_descending {
        projects.reverse();
    }
    let rows = projects.into_iter().map(|project| row(&look, project)).collect();
    ok(page(&look, "project/search", &query, (50, 100), rows))
}

async fn list(call: Call) -> Answer {
    let state = call.site.read();
    let look = call.look(&state);
    let visible = state.config.projects.values().filter(|project| look.lists_project(project));
    ok(visible.map(|project| row(&look, project)).collect())
}

async fn show(call: Call, Path(key): Path<String>) -> Answer {
    let state = call.site.read();
    let look = call.look(&state);
    let project = look.find_project(&key).ok_or_else(|| Refusal::no_project(&key))?;
    ok(whole(&look, project))
}

/// A project as it is shown by itself.
pub fn whole(look: &Look, project: &Project) -> Value {
    let config = &look.state.config;
    let types = project.types.iter().filter_map(|row| config.issue_types.get(&row.issue_type));
    let versions = config.versions.values().filter(|version| version.project == project.id);
    let components = config.components.values().filter(|component| component.project == project.id);
    let mut shown = row(look, project);
    shown["description"] = "".into();
    shown["lead"] = look.user(project.lead);
    shown["assigneeType"] = if project.is_lead_assigned { "PROJECT_LEAD" } else { "UNASSIGNED" }.into();
    shown["issueTypes"] = types.map(|issue_type| look.issue_type(issue_type)).collect();
    shown["versions"] = versions.map(|version| look.version_row(version)).collect();
    shown["components"] = components.map(|component| look.component_ref(component)).collect();
    let role = |id: u32| look.rest(format_args!("project/{}/role/{id}", project.id));
    shown["roles"] = json!({"Administrators": role(10_002), "Members": role(10_003)});
    shown
}

async fn statuses(call: Call, Path(key): Path<String>) -> Answer {
    let state = call.site.read();
    let look = call.look(&state);
    let config = &state.config;
    let project = look.find_project(&key).ok_or_else(|| Refusal::no_project(&key))?;
    let rows = project.types.iter().filter_map(|row| {
        let issue_type = config.issue_types.get(&row.issue_type)?;
        let workflow = config.workflows.get(&row.workflow)?;
        let statuses = workflow.statuses.iter().filter_map(|id| config.statuses.get(id));
        Some(json!({
            "self": look.rest(format_args!("issuetype/{}", issue_type.id)),
            "id": issue_type.id.to_string(),
            "name": issue_type.name,
            "subtask": issue_type.is_subtask(),
            "statuses": statuses.map(|status| look.status(status)).collect::<Vec<_>>(),
        }))
    });
    ok(rows.collect())
}

async fn security_levels(call: Call, Path(key): Path<String>) -> Answer {
    let state = call.site.read();
    let look = call.look(&state);
    let project = look.find_project(&key).ok_or_else(|| Refusal::no_project(&key))?;
    let levels =
        state.config.security_levels.iter().filter(|level| project.security_levels.contains(&level.id));
    let levels = levels.map(|level| {
        let mut row = look.security_level(level);
        row["isDefault"] = false.into();
        row["issueSecuritySchemeId"] = "10000".into();
        row
    });
    ok(json!({"levels": levels.collect::<Vec<_>>()}))
}

async fn hierarchy(call: Call, Path(id): Path<String>) -> Answer {
    let state = call.site.read();
    let config = &state.config;
    let project = config.find_project(&id).ok_or_else(|| Refusal::empty(StatusCode::NOT_FOUND))?;
    let mut levels = Vec::new();
    for (level, name) in [(-1, "Subtask"), (0, "Base"), (1, "Epic")] {
        let types = project.types.iter().filter_map(|row| config.issue_types.get(&row.issue_type));
        let types = types.filter(|issue_type| issue_type.level == level);
        let types = types.map(|t| json!({"id": t.id, "name": t.name, "avatarId": 10_300}));
        levels.push(json!({"level": level, "name": name, "issueTypes": types.collect::<Vec<_>>()}));
    }
    ok(json!({"projectId": project.id, "hierarchy": levels}))
}
