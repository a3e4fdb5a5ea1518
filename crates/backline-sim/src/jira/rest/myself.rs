//! Who calls, what they may do, and what the server is.

use super::{Answer, ok};
use crate::jira::call::{Call, Query};
use crate::jira::look::{TIME_ZONE, timestamp};
use crate::jira::permission;
use crate::jira::refusal::{Problems, Refusal};
use crate::jira::route::{ANY, READ, Route, USERS, full};
use axum::http::StatusCode;
use serde_json::{Map, json};

pub fn routes() -> Vec<Route> {
    vec![
        full("GET", "/myself", USERS, myself),
        full("GET", "/serverInfo", ANY, server_info),
        full("GET", "/mypermissions", READ, my_permissions),
        full("GET", "/configuration", USERS, configuration),
    ]
}

async fn myself(call: Call) -> Answer {
    let state = call.site.read();
    let mut user = call.look(&state).user(call.person.account_id);
    user["locale"] = "en_US".into();
    user["groups"] = json!({"size": 1, "items": []});
    user["applicationRoles"] = json!({"size": 1, "items": []});
    user["expand"] = "groups,applicationRoles".into();
    ok(user)
}

async fn server_info(call: Call) -> Answer {
    ok(json!({
        "baseUrl": call.site.url,
        "displayUrl": call.site.url,
        "displayUrlServicedeskHelpCenter": call.site.url,
        "displayUrlConfluence": call.site.url,
        "version": "1001.0.0-SNAPSHOT",
        "versionNumbers": [1001, 0, 0],
        "deploymentType": "Cloud",
        "buildNumber": 100_300,
        "buildDate": "2026-11-02T12:00:00.000+0200",
        "serverTime": timestamp(call.site.clock.now_ms()),
        "serverTimeZone": TIME_ZONE,
        "scmInfo": "0000000000000000000000000000000000000000",
        "serverTitle": "Jira",
        "defaultLocale": {"locale": "en_US"},
    }))
}

async fn my_permissions(call: Call, query: Query) -> Answer {
    let wanted = query.list("permissions");
    if wanted.is_empty() {
        let text = "The 'permissions' query parameter is required.";
        return Err(Refusal::bad(text));
    }
    let state = call.site.read();
    let look = call.look(&state);
    let mut project = None;
    if let Some(key) = query.one("projectKey").or(query.one("projectId")) {
        project = Some(look.find_project(key).ok_or_else(|| Refusal::no_project(key))?.id);
    }
    if let Some(key) = query.one("issueKey").or(query.one("issueId")) {
        let issue = look.find_issue(key);
        let issue = issue.ok_or_else(|| Refusal::message(StatusCode::NOT_FOUND, "No issue found."))?;
        project = Some(issue.project);
    }
    let mut problems = Problems::default();
    let mut permissions = Map::new();
    for key in wanted {
        let Some(permission) = permission::find(key) else {
            problems.field(key, "Unrecognized permission");
            continue;
        };
        let row = json!({
            "id": permission.id.to_string(),
            "key": permission.key,
            "name": permission.name,
            "type": if permission.is_global { "GLOBAL" } else { "PROJECT" },
            "description": format!("Ability to do this: {}.", permission.name.to_lowercase()),
            "havePermission": look.may(permission.key, project),
        });
        permissions.insert(key.to_owned(), row);
    }
    problems.into_result()?;
    ok(json!({"permissions": permissions}))
}

async fn configuration() -> Answer {
    ok(json!({
        "votingEnabled": true,
        "watchingEnabled": true,
        "unassignedIssuesAllowed": true,
        "subTasksEnabled": true,
        "issueLinkingEnabled": true,
        "timeTrackingEnabled": true,
        "attachmentsEnabled": true,
        "timeTrackingConfiguration": {
            "workingHoursPerDay": 8.0,
            "workingDaysPerWeek": 5.0,
            "timeFormat": "pretty",
            "defaultUnit": "minute",
        },
    }))
}
