//! Repository webhooks.

use crate::github::answer::{Answer, created, no_content, ok};
use crate::github::change::{Change, HookEdit};
use crate::github::error::Refusal;
use crate::github::model::Hook;
use crate::github::paging::Paging;
use crate::github::request::{Cx, Input, RepoPath};
use crate::github::state::State;
use axum::extract::Path;
use serde::Deserialize;
use serde_json::Value;

pub type HookPath = (String, String, u64);

pub fn load(state: &State, (owner, name, id): &HookPath) -> Result<Hook, Refusal> {
    let repo = state.repo_by_name(owner, name).ok_or_else(Refusal::not_found)?;
    let hook = state.hooks.find(id).filter(|hook| hook.repo == repo.id);
    hook.cloned().ok_or_else(Refusal::not_found)
}

pub async fn list(cx: Cx, Path(path): Path<RepoPath>, paging: Paging) -> Answer {
    cx.read(|wire| {
        let repo = wire.state.load_repo(&path)?;
        let hooks: Vec<&Hook> = wire.state.hooks.values().filter(|hook| hook.repo == repo.id).collect();
        Ok(paging.answer(&hooks, |hook| wire.hook(hook)))
    })
}

pub async fn show(cx: Cx, Path(path): Path<HookPath>) -> Answer {
    cx.read(|wire| Ok(ok(wire.hook(&load(wire.state, &path)?))))
}

#[derive(Debug, Default, Deserialize)]
pub struct Config {
    url: Option<String>,
    content_type: Option<String>,
    secret: Option<String>,
    /// A number or a text.
    insecure_ssl: Option<Value>,
}

#[derive(Deserialize)]
pub struct HookInput {
    name: Option<String>,
    active: Option<bool>,
    events: Option<Vec<String>>,
    #[serde(default)]
    add_events: Vec<String>,
    #[serde(default)]
    remove_events: Vec<String>,
    config: Option<Config>,
}

fn edit_of(config: Config) -> HookEdit {
    let insecure_ssl = config.insecure_ssl.map(|value| match value {
        Value::String(text) => text,
        other => other.to_string(),
    });
    // Answers show stars instead of the secret; a client that sends them back did not mean to change it.
    let secret = config.secret.filter(|secret| secret != "********");
    HookEdit {
        url: config.url,
        content_type: config.content_type,
        secret,
        insecure_ssl,
        ..HookEdit::default()
    }
}

pub async fn create(cx: Cx, Path(path): Path<RepoPath>, Input(input): Input<HookInput>) -> Answer {
    if input.name.is_some_and(|name| name != "web") {
        return Err(Refusal::field("Hook", "name", "invalid"));
    }
    let config = input.config.unwrap_or_default();
    let edit = HookEdit { active: input.active, events: input.events, ..edit_of(config) };
    cx.change(|change| {
        let repo = change.state.load_repo(&path)?;
        let id = change.create_hook(&repo, edit)?;
        shown(change, id).map(created)
    })
}

fn shown(change: &Change, id: u64) -> Result<Value, Refusal> {
    let hook = change.state.hooks.find(&id).ok_or_else(Refusal::not_found)?;
    Ok(change.wire().hook(hook))
}

/// A `config` replaces the old one as a whole, so one without a secret takes the secret away.
pub async fn edit(cx: Cx, Path(path): Path<HookPath>, Input(input): Input<HookInput>) -> Answer {
    cx.change(|change| {
        let hook = load(change.state, &path)?;
        let mut edit = match input.config {
            None => HookEdit::default(),
            Some(mut config) => {
                config.secret = config.secret.or_else(|| Some(String::new()));
                config.content_type = config.content_type.or_else(|| Some("form".to_owned()));
                edit_of(config)
            }
        };
        let mut events = input.events.unwrap_or_else(|| hook.events.clone());
        let added = input.add_events.into_iter().filter(|event| !hook.events.contains(event));
        events.extend(added);
        events.retain(|event| !input.remove_events.contains(event));
        edit.events = (events != hook.events).then_some(events);
        edit.active = input.active;
        change.edit_hook(hook.id, edit)?;
        shown(change, hook.id).map(ok)
    })
}

pub async fn remove(cx: Cx, Path(path): Path<HookPath>) -> Answer {
    cx.change(|change| {
        let id = load(change.state, &path)?.id;
        change.delete_hook(id);
        Ok(no_content())
    })
}

pub async fn config(cx: Cx, Path(path): Path<HookPath>) -> Answer {
    cx.read(|wire| Ok(ok(wire.hook_config(&load(wire.state, &path)?))))
}

/// Changes only the named parts.
pub async fn edit_config(cx: Cx, Path(path): Path<HookPath>, Input(config): Input<Config>) -> Answer {
    cx.change(|change| {
        let id = load(change.state, &path)?.id;
        change.edit_hook(id, edit_of(config))?;
        let hook = load(change.state, &path)?;
        Ok(ok(change.wire().hook_config(&hook)))
    })
}

pub async fn ping(cx: Cx, Path(path): Path<HookPath>) -> Answer {
    cx.change(|change| {
        let id = load(change.state, &path)?.id;
        change.ping(id);
        Ok(no_content())
    })
}

pub async fn test(cx: Cx, Path(path): Path<HookPath>) -> Answer {
    cx.change(|change| {
        let id = load(change.state, &path)?.id;
        change.test_hook(id);
        Ok(no_content())
    })
}
