//! One message to a Slack channel through an incoming webhook.
//!
//! Owns the message's shape and the reading of Slack's answers. The webhook's address is the secret. When and how
//! often to post is the caller's decision.
//!
//! Invariant: no text of ours or of anyone else can mention people or channels, or form a link.
//!
//! Source: <https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks>

mod blocks;

use crate::secret::{self, Secret};
use crate::text;
use crate::transport::{Method, Request, Response, Transport, wait};
use std::time::Duration;

/// A message for people, as plain texts; too long ones are cut.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SlackMessage {
    /// What happened, in one line.
    pub headline: String,
    /// Facts, each a label and its value.
    pub fields: Vec<(String, SlackText)>,
    /// Why; left out where empty, as are the two below.
    pub reason: String,
    /// What a person can do about it.
    pub remedy: String,
    /// Text and address.
    pub buttons: Vec<(String, String)>,
    /// Small print.
    pub context: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SlackText {
    Text(String),
    /// Shown as its text alone where `url` is not http(s).
    Link {
        text: String,
        url: String,
    },
}

/// Why a message was not taken, cut by what to do next. `detail` is Slack's own word.
#[derive(Debug, thiserror::Error)]
pub enum SlackError {
    #[error("slack asks us to slow down")]
    Throttled { wait: Option<Duration> },
    /// The webhook or its channel is gone: a person must make a new one.
    #[error("the slack webhook no longer works: {detail}")]
    Revoked { detail: String },
    /// The message is wrong as it stands: sending it again cannot help.
    #[error("slack refused the message: {detail}")]
    Refused { detail: String },
    /// No answer, or not Slack's: the message may have been posted all the same.
    #[error("slack cannot be reached: {detail}")]
    Unavailable { detail: String, wait: Option<Duration> },
}

/// Posts a message. Not idempotent, and gives nothing to edit or delete it by.
///
/// # Errors
/// After [`SlackError::Unavailable`] a second try may post twice.
pub async fn post(
    transport: &dyn Transport,
    webhook_url: &Secret<String>,
    message: &SlackMessage,
) -> Result<(), SlackError> {
    let request = Request::new(Method::Post, webhook_url.expose()).json(&blocks::body(message));
    let mut response = transport
        .send(request)
        .await
        .map_err(|lost| SlackError::Unavailable { detail: lost.to_string(), wait: None })?;
    let path = webhook_url.expose().rsplit('/').next();
    secret::cut(&mut response.body, path.into_iter().chain([webhook_url.expose().as_str()]));
    check(&response)
}

fn check(response: &Response) -> Result<(), SlackError> {
    let said = text::clean(&String::from_utf8_lossy(&response.body));
    let detail =
        if said.is_empty() || said.starts_with('<') { format!("status {}", response.status) } else { said };
    let wait = wait::asked(response, &[]);
    match response.status {
        200..300 if detail == "ok" => Ok(()),
        429 => Err(SlackError::Throttled { wait }),
        403 | 404 | 410 => Err(SlackError::Revoked { detail }),
        400..500 if response.status != 408 => Err(SlackError::Refused { detail }),
        _ => Err(SlackError::Unavailable { detail, wait }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scripted::{Scripted, answer};
    use crate::transport::TransportError;

    #[tokio::test]
    async fn every_answer_says_what_to_do_next() {
        let table = [
            (200, "ok", "Ok"),
            (200, "<html>", "Unavailable"),
            (400, "invalid_blocks", "Refused"),
            (403, "invalid_token", "Revoked"),
            (404, "no_service", "Revoked"),
            (410, "channel_is_archived", "Revoked"),
            (429, "", "Throttled"),
            (500, "rollup_error", "Unavailable"),
            (302, "", "Unavailable"),
        ];
        for (status, body, kind) in table {
            let transport = Scripted::always(status, body);
            let url = "https://hooks.slack.com/services/T/B/X".into();
            let result = post(&*transport, &url, &SlackMessage::default()).await;
            let shown = result.map_or_else(|error| format!("{error:?}"), |()| "Ok".to_owned());
            assert!(shown.starts_with(kind), "{status} {body}: {shown}");
            assert_eq!(transport.lines(), ["POST /services/T/B/X"]);
        }
    }

    #[tokio::test]
    async fn slacks_word_and_wait_are_passed_on() {
        let mut throttled = answer(429, "");
        throttled.headers.push(("Retry-After".into(), "3".into()));
        assert!(
            matches!(check(&throttled), Err(SlackError::Throttled { wait: Some(wait) }) if wait.as_secs() == 3)
        );
        let error = check(&answer(404, "no_service\n")).unwrap_err();
        assert_eq!(error.to_string(), "the slack webhook no longer works: no_service");
    }

    #[tokio::test]
    async fn an_unreachable_slack_does_not_name_its_address() {
        let transport = Scripted::new(|_| Err(TransportError::NotSent { reason: "refused".into() }));
        let url = "https://hooks.slack.com/services/T/B/secretword".into();
        let error = post(&*transport, &url, &SlackMessage::default()).await.unwrap_err();
        assert!(!format!("{error} {error:?}").contains("secretword"));
    }
}
