//! Webhooks and their deliveries. Secrets are never shown.

use super::Wire;
use crate::github::clock;
use crate::github::model::{Delivery, Hook};
use serde_json::{Value, json};

impl Wire<'_> {
    pub fn hook_config(&self, hook: &Hook) -> Value {
        let mut config =
            json!({"content_type": hook.content_type, "insecure_ssl": hook.insecure_ssl, "url": hook.url});
        if hook.secret.is_some() {
            config["secret"] = json!("********");
        }
        config
    }

    pub fn hook(&self, hook: &Hook) -> Value {
        let repo = self.state.repo(hook.repo);
        let own = format!("{}/hooks/{}", self.repo_url(repo), hook.id);
        let last = match &hook.last {
            None => json!({"code": null, "status": "unused", "message": null}),
            Some(last) if last.status == "OK" => {
                json!({"code": last.code, "status": "active", "message": "OK"})
            }
            Some(last) => json!({"code": last.code, "status": "failed", "message": last.status}),
        };
        json!({
            "type": "Repository",
            "id": hook.id,
            "name": "web",
            "active": hook.active,
            "events": hook.events,
            "config": self.hook_config(hook),
            "updated_at": clock::text(hook.updated_at),
            "created_at": clock::text(hook.created_at),
            "url": own,
            "test_url": format!("{own}/test"),
            "ping_url": format!("{own}/pings"),
            "deliveries_url": format!("{own}/deliveries"),
            "last_response": last,
        })
    }

    /// A delivery that still runs is not listed, as on GitHub.
    pub fn delivery(&self, delivery: &Delivery) -> Option<Value> {
        let outcome = delivery.outcome.as_ref()?;
        Some(json!({
            "id": delivery.id,
            "guid": delivery.guid,
            "delivered_at": delivery.at.to_string(),
            "redelivery": delivery.is_redelivery,
            "duration": outcome.duration_ms as f64 / 1000.0,
            "status": outcome.status,
            "status_code": outcome.code,
            "event": delivery.event,
            "action": delivery.action,
            "installation_id": null,
            "repository_id": delivery.repo,
            "throttled_at": null,
        }))
    }

    pub fn full_delivery(&self, delivery: &Delivery) -> Option<Value> {
        let outcome = delivery.outcome.as_ref()?;
        let mut body = self.delivery(delivery)?;
        let payload: Value = serde_json::from_str(&delivery.payload).expect("payloads are written as JSON");
        body["url"] = json!(delivery.url);
        body["request"] = json!({
            "headers": {
                "X-GitHub-Delivery": delivery.guid,
                "X-GitHub-Event": delivery.event,
                "X-GitHub-Hook-ID": delivery.hook.to_string(),
            },
            "payload": payload,
        });
        body["response"] = json!({"headers": outcome.response_headers, "payload": outcome.response_body});
        Some(body)
    }
}
