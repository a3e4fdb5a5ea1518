//! What of Slack is simulated, and what beside it a notifier might ask for.

use crate::coverage::{Endpoint, Support};

const NOT: [&str; 9] = [
    "auth.test",
    "chat.delete",
    "chat.getPermalink",
    "chat.scheduleMessage",
    "chat.update",
    "conversations.list",
    "files.getUploadURLExternal",
    "reactions.add",
    "users.lookupByEmail",
];

pub fn endpoints() -> Vec<Endpoint> {
    let method = |name: &str, support| Endpoint {
        service: "slack",
        method: "POST",
        path: format!("/slack/api/{name}"),
        support,
        source: format!("https://docs.slack.dev/reference/methods/{name}"),
    };
    let mut rows = vec![
        Endpoint {
            service: "slack",
            method: "POST",
            path: "/slack/services/{team}/{hook}/{secret}".into(),
            support: Support::Full,
            source: "https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks".into(),
        },
        method("chat.postMessage", Support::Partial("threads, unfurling, another sender's name")),
    ];
    rows.extend(NOT.iter().map(|name| method(name, Support::Not)));
    rows
}
