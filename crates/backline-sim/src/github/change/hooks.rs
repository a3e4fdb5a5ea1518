//! Webhooks: registering, changing, pinging and delivering again.

use super::{Change, Refusal};
use crate::github::model::{Hook, Repo};
use serde_json::{Map, json};

/// `None` leaves a field as it is; a new hook takes GitHub's default.
#[derive(Debug, Default)]
pub struct HookEdit {
    pub active: Option<bool>,
    pub events: Option<Vec<String>>,
    pub url: Option<String>,
    pub content_type: Option<String>,
    /// An empty secret takes the secret away.
    pub secret: Option<String>,
    pub insecure_ssl: Option<String>,
}

impl Change<'_> {
    pub fn create_hook(&mut self, repo: &Repo, edit: HookEdit) -> Result<u64, Refusal> {
        let url = edit.url.clone().filter(|url| !url.is_empty());
        let url = url.ok_or_else(|| Refusal::custom("Hook", None, "url cannot be blank"))?;
        if self.state.hooks.values().any(|hook| hook.repo == repo.id && hook.url == url) {
            return Err(Refusal::custom("Hook", None, "Hook already exists on this repository"));
        }
        let mut hook = Hook {
            id: self.state.next_id(),
            repo: repo.id,
            active: true,
            events: vec!["push".to_owned()],
            url,
            content_type: "form".to_owned(),
            secret: None,
            insecure_ssl: "0".to_owned(),
            created_at: self.at,
            updated_at: self.at,
            last: None,
        };
        apply(&mut hook, edit)?;
        let id = hook.id;
        self.state.hooks.put(id, hook);
        self.ping(id);
        Ok(id)
    }

    pub fn edit_hook(&mut self, id: u64, edit: HookEdit) -> Result<(), Refusal> {
        let mut hook = self.state.hooks.find(&id).cloned().ok_or_else(Refusal::not_found)?;
        apply(&mut hook, edit)?;
        hook.updated_at = self.at;
        self.state.hooks.put(id, hook);
        Ok(())
    }

    pub fn delete_hook(&mut self, id: u64) {
        self.state.hooks.remove(&id);
        let of_hook = self.state.deliveries.values().filter(|delivery| delivery.hook == id);
        let gone: Vec<u64> = of_hook.map(|delivery| delivery.id).collect();
        for delivery in gone {
            self.state.deliveries.remove(&delivery);
        }
    }

    /// Sent when a hook is made and on request, whatever events it asked for.
    pub fn ping(&mut self, id: u64) {
        let Some(hook) = self.state.hooks.find(&id) else { return };
        let mut body = Map::new();
        body.insert("zen".to_owned(), json!("Non-blocking is better than blocking."));
        body.insert("hook_id".to_owned(), json!(id));
        body.insert("hook".to_owned(), self.wire().hook(hook));
        let payload = self.payload(hook.repo, None, body);
        self.queue(id, "ping", None, payload);
    }

    /// A push webhook about the newest commit, as the "test" button sends it.
    pub fn test_hook(&mut self, id: u64) {
        let Some(hook) = self.state.hooks.find(&id) else { return };
        let repo = self.state.repo(hook.repo).clone();
        let Some(tip) = self.state.branch_tip(repo.id, &repo.default_branch) else { return };
        let Some(commit) = self.state.commits.find(&tip) else { return };
        let mut body = Map::new();
        let shown = self.wire().pushed_commit(&repo, commit);
        let before = commit.parents.first().cloned().unwrap_or_else(|| "0".repeat(40));
        for (key, value) in [
            ("ref", json!(format!("refs/heads/{}", repo.default_branch))),
            ("before", json!(before)),
            ("after", json!(tip)),
            ("created", json!(false)),
            ("deleted", json!(false)),
            ("forced", json!(false)),
            ("commits", json!([shown])),
            ("head_commit", shown),
            ("pusher", json!({"name": self.user.login, "email": super::email(&self.user)})),
        ] {
            body.insert(key.to_owned(), value);
        }
        let payload = self.payload(repo.id, None, body);
        self.queue(id, "push", None, payload);
    }

    /// The same event, bytes and delivery id once more, as a delivery of its own.
    pub fn redeliver(&mut self, hook: u64, delivery: u64) -> Result<(), Refusal> {
        let old = self.state.deliveries.find(&delivery).filter(|delivery| delivery.hook == hook).cloned();
        let old = old.ok_or_else(Refusal::not_found)?;
        let id = self.state.next_id();
        self.send(id, hook, old.guid, &old.event, old.action.as_deref(), old.payload, true);
        Ok(())
    }
}

fn apply(hook: &mut Hook, edit: HookEdit) -> Result<(), Refusal> {
    if let Some(url) = edit.url {
        if reqwest::Url::parse(&url).is_err() {
            return Err(Refusal::custom("Hook", Some("url"), "url is not a valid URL"));
        }
        hook.url = url;
    }
    if let Some(content_type) = edit.content_type {
        if !matches!(content_type.as_str(), "json" | "form") {
            return Err(Refusal::custom("Hook", Some("content_type"), "content_type must be json or form"));
        }
        hook.content_type = content_type;
    }
    if let Some(events) = edit.events {
        if events.is_empty() {
            return Err(Refusal::custom("Hook", Some("events"), "events cannot be empty"));
        }
        hook.events = events;
    }
    if let Some(secret) = edit.secret {
        hook.secret = (!secret.is_empty()).then_some(secret);
    }
    hook.active = edit.active.unwrap_or(hook.active);
    hook.insecure_ssl = edit.insecure_ssl.unwrap_or_else(|| hook.insecure_ssl.clone());
    Ok(())
}
