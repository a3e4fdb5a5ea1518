//! Dynamic webhooks: register, list, refresh, delete.

use super::{Answer, ok, page};
use crate::jira::call::{Body, Call, Query};
use crate::jira::config::{Config, Id};
use crate::jira::refusal::Refusal;
use crate::jira::route::{Route, WEBHOOKS, full};
use crate::jira::state::{Counted, State};
use crate::jira::webhook::{LIFETIME_MS, PER_APP_AND_USER_MAX, Webhook, filter};
use crate::journal::Batch;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde_json::{Value, json};

pub fn routes() -> Vec<Route> {
    vec![
        full("POST", "/webhook", WEBHOOKS, register),
        full("GET", "/webhook", WEBHOOKS, list),
        full("PUT", "/webhook/refresh", WEBHOOKS, refresh),
        full("DELETE", "/webhook", WEBHOOKS, delete),
        full("GET", "/webhook/failed", WEBHOOKS, failed),
    ]
}

/// Sprint events may be asked for; no board is simulated, so none ever comes.
const EVENTS: [&str; 20] = [
    "jira:issue_created",
    "jira:issue_updated",
    "jira:issue_deleted",
    "comment_created",
    "comment_updated",
    "comment_deleted",
    "issue_property_set",
    "issue_property_deleted",
    "sprint_created",
    "sprint_updated",
    "sprint_closed",
    "sprint_deleted",
    "sprint_started",
    "jira:version_released",
    "jira:version_unreleased",
    "jira:version_created",
    "jira:version_moved",
    "jira:version_updated",
    "jira:version_merged",
    "jira:version_deleted",
];

fn app(call: &Call) -> Result<String, Refusal> {
    let text = "The caller is not a Connect or OAuth 2.0 app.";
    call.client_id.clone().ok_or_else(|| Refusal::message(StatusCode::FORBIDDEN, text))
}

/// What the app has registered for this person, as far as it is still listed.
fn own<'a>(call: &'a Call, state: &'a State) -> impl Iterator<Item = &'a Webhook> {
    let now_ms = call.site.clock.now_ms();
    let is_own = move |hook: &&Webhook| {
        call.client_id.as_ref() == Some(&hook.client_id)
            && hook.account_id == call.person.account_id
            && hook.is_listed(now_ms)
    };
    state.webhooks.values().filter(is_own)
}

fn texts(value: Option<&Value>) -> Option<Vec<String>> {
    let values = value?.as_array()?.iter().filter_map(Value::as_str);
    Some(values.map(str::to_owned).collect())
}

/// What stands against one registration. Only the text about clauses is published.
fn problems(hook: &Value, events: &[String], config: &Config) -> Vec<String> {
    let unknown = events.iter().filter(|event| !EVENTS.contains(&event.as_str()));
    let mut problems: Vec<String> =
        unknown.map(|event| format!("The event {event} is unsupported")).collect();
    if events.is_empty() {
        problems.push("At least one event is required".into());
    }
    let jql = hook.get("jqlFilter").and_then(Value::as_str).unwrap_or_default();
    if let Err(more) = filter::read(jql, config) {
        problems.extend(more);
    }
    problems
}

async fn register(call: Call, Body(body): Body) -> Answer {
    let client_id = app(&call)?;
    let url = body.get("url").and_then(Value::as_str).unwrap_or_default();
    let hooks = body.get("webhooks").and_then(Value::as_array);
    let Some(hooks) = hooks.filter(|_| reqwest::Url::parse(url).is_ok_and(|url| url.has_host())) else {
        return Err(Refusal::bad("The url and a list of webhooks are required."));
    };
    if !call.site.is_base_of(url) {
        return Err(Refusal::bad("The url must use the same base URL as the app."));
    }
    let mut state = call.site.write();
    let now_ms = call.site.clock.now_ms();
    let is_elsewhere =
        |hook: &Webhook| hook.client_id == client_id && hook.is_live(now_ms) && hook.url != url;
    if state.webhooks.values().any(is_elsewhere) {
        return Err(Refusal::bad("Only a single URL per app is allowed to be registered via REST API."));
    }
    let mut results = Vec::new();
    let mut batch = Batch::default();
    forget_old(&mut state, now_ms, &mut batch);
    for hook in hooks {
        let events = texts(hook.get("events")).unwrap_or_default();
        let live = own(&call, &state).filter(|hook| hook.is_live(now_ms)).count();
        let problems = problems(hook, &events, &state.config);
        if !problems.is_empty() {
            results.push(json!({"errors": problems}));
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

fn forget_old(state: &mut State, now_ms: i64, batch: &mut Batch) {
    state.webhooks.retain(|id, hook| {
        let is_listed = hook.is_listed(now_ms);
        if !is_listed {
            batch.delete("webhook", id);
        }
        is_listed
    });
    state.keep_counters(batch);
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
    state.keep_counters(&mut batch);
    state.commit(&batch);
    Ok(StatusCode::ACCEPTED.into_response())
}

/// Deliveries that failed for good are listed to Connect apps alone.
async fn failed() -> Answer {
    Err(Refusal::message(StatusCode::FORBIDDEN, "The caller is not a Connect app."))
}
