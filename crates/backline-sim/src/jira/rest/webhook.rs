//! Dynamic webhooks: register, list, refresh, delete.

use super::{Answer, ok, page};
use crate::jira::call::{Body, Call, Query};
use crate::jira::config::Id;
use crate::jira::refusal::Refusal;
use crate::jira::route::{Route, WEBHOOKS, partial};
use crate::jira::state::{Counted, State};
use crate::jira::webhook::{LIFETIME_MS, PER_APP_AND_USER_MAX, Webhook};
use crate::journal::Batch;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde_json::{Value, json};

const NO_DELIVERY: &str = "nothing is delivered";

pub fn routes() -> Vec<Route> {
    vec![
        partial("POST", "/webhook", WEBHOOKS, NO_DELIVERY, register),
        partial("GET", "/webhook", WEBHOOKS, NO_DELIVERY, list),
        partial("PUT", "/webhook/refresh", WEBHOOKS, NO_DELIVERY, refresh),
        partial("DELETE", "/webhook", WEBHOOKS, NO_DELIVERY, delete),
    ]
}

const EVENTS: [&str; 8] = [
    "jira:issue_created",
    "jira:issue_updated",
    "jira:issue_deleted",
    "comment_created",
    "comment_updated",
    "comment_deleted",
    "issue_property_set",
    "issue_property_deleted",
];
const CLAUSES: [&str; 8] =
    ["issuekey", "project", "issuetype", "status", "assignee", "reporter", "priority", "issue.property"];

fn app(call: &Call) -> Result<String, Refusal> {
    let text = "The caller is not a Connect or OAuth 2.0 app.";
    call.client_id.clone().ok_or_else(|| Refusal::message(StatusCode::FORBIDDEN, text))
}

fn own<'a>(call: &'a Call, state: &'a State) -> impl Iterator<Item = &'a Webhook> {
    let is_own = |hook: &&Webhook| {
        call.client_id.as_ref() == Some(&hook.client_id) && hook.account_id == call.person.account_id
    };
    state.webhooks.values().filter(is_own)
}

fn texts(value: Option<&Value>) -> Option<Vec<String>> {
    let values = value?.as_array()?.iter().filter_map(Value::as_str);
    Some(values.map(str::to_owned).collect())
}

/// What stands against one registration.
fn problem(hook: &Value, events: &[String]) -> Option<String> {
    if let Some(unknown) = events.iter().find(|event| !EVENTS.contains(&event.as_str())) {
        return Some(format!("The event {unknown} is unsupported"));
    }
    let jql = hook.get("jqlFilter").and_then(Value::as_str).unwrap_or_default();
    if jql.trim().is_empty() {
        return Some("The JQL filter is required".into());
    }
    let lower = jql.to_lowercase();
    for clause in lower.split(" and ").flat_map(|part| part.split(" or ")) {
        let name: String = clause
            .trim_start_matches(['(', ' '])
            .chars()
            .take_while(|c| c.is_alphanumeric() || "._[]".contains(*c))
            .collect();
        if !CLAUSES.iter().any(|known| name.starts_with(known)) && !name.starts_with("cf[") {
            return Some(format!("The clause {name} is unsupported"));
        }
        if ["~", ">", "<", " is "].iter().any(|op| clause.contains(op)) {
            return Some(format!("An operator of the clause {name} is unsupported"));
        }
    }
    None
}

async fn register(call: Call, Body(body): Body) -> Answer {
    let client_id = app(&call)?;
    let url = body.get("url").and_then(Value::as_str).unwrap_or_default();
    let hooks = body.get("webhooks").and_then(Value::as_array);
    let Some(hooks) = hooks.filter(|_| url.starts_with("http")) else {
        return Err(Refusal::bad("The url and a list of webhooks are required."));
    };
    let mut state = call.site.write();
    if own(&call, &state).any(|hook| hook.url != url) {
        return Err(Refusal::bad("Only a single URL per app is allowed to be registered via REST API."));
    }
    let now_ms = call.site.clock.now_ms();
    let mut results = Vec::new();
    let mut batch = Batch::default();
    for hook in hooks {
        let events = texts(hook.get("events")).unwrap_or_default();
        let live = own(&call, &state).filter(|hook| hook.expires_ms > now_ms).count();
        if let Some(text) = problem(hook, &events) {
            results.push(json!({"errors": [text]}));
        } else if live >= PER_APP_AND_USER_MAX {
            let text = format!("An app can have at most {PER_APP_AND_USER_MAX} webhooks per user");
            results.push(json!({"errors": [text]}));
        } else {
            let hook = Webhook {
                id: state.draw(Counted::Webhook),
                client_id: client_id.clone(),
                account_id: call.person.account_id.to_owned(),
                url: url.to_owned(),
                jql_filter: hook["jqlFilter"].as_str().unwrap_or_default().to_owned(),
                events,
                field_ids_filter: texts(hook.get("fieldIdsFilter")),
                issue_property_keys_filter: texts(hook.get("issuePropertyKeysFilter")),
                expires_ms: now_ms + LIFETIME_MS,
            };
            results.push(json!({"createdWebhookId": hook.id}));
            batch.put("webhook", hook.id, &hook);
            state.webhooks.insert(hook.id, hook);
        }
    }
    state.commit(&batch);
    ok(json!({"webhookRegistrationResult": results}))
}

async fn list(call: Call, query: Query) -> Answer {
    app(&call)?;
    let state = call.site.read();
    let rows = own(&call, &state).map(|hook| {
        let mut row = json!({
            "id": hook.id,
            "jqlFilter": hook.jql_filter,
            "events": hook.events,
            "expirationDate": hook.expires_ms,
            "url": hook.url,
        });
        if let Some(fields) = &hook.field_ids_filter {
            row["fieldIdsFilter"] = json!(fields);
        }
        if let Some(keys) = &hook.issue_property_keys_filter {
            row["issuePropertyKeysFilter"] = json!(keys);
        }
        row
    });
    ok(page(&call.look(&state), "webhook", &query, (100, 100), rows.collect()))
}

fn ids(body: &Value) -> Result<Vec<Id>, Refusal> {
    let ids = body.get("webhookIds").and_then(Value::as_array);
    let ids = ids.ok_or_else(|| Refusal::bad("The list 'webhookIds' is required."))?;
    Ok(ids.iter().filter_map(Value::as_u64).collect())
}

/// Unknown ids are passed over in silence.
async fn refresh(call: Call, Body(body): Body) -> Answer {
    app(&call)?;
    let wanted = ids(&body)?;
    let mut state = call.site.write();
    let expires_ms = call.site.clock.now_ms() + LIFETIME_MS;
    let hooks = own(&call, &state).filter(|hook| wanted.contains(&hook.id)).cloned();
    let hooks: Vec<Webhook> = hooks.map(|hook| Webhook { expires_ms, ..hook }).collect();
    let mut batch = Batch::default();
    for hook in hooks {
        batch.put("webhook", hook.id, &hook);
        state.webhooks.insert(hook.id, hook);
    }
    state.commit(&batch);
    ok(json!({"expirationDate": expires_ms}))
}

async fn delete(call: Call, Body(body): Body) -> Answer {
    app(&call)?;
    let wanted = ids(&body)?;
    let mut state = call.site.write();
    let own: Vec<Id> = own(&call, &state).map(|hook| hook.id).filter(|id| wanted.contains(id)).collect();
    let mut batch = Batch::default();
    for id in own {
        batch.delete("webhook", id);
        state.webhooks.remove(&id);
    }
    state.commit(&batch);
    Ok(StatusCode::ACCEPTED.into_response())
}
