//! Tells people of a failure, once for a cause, and once more when it is over.
//!
//! A message that Slack does not take is tried again and never holds anything else up.

use crate::clock::later;
use crate::context::Context;
use crate::failure::backoff;
use backline_clients::slack::{self, SlackError, SlackMessage};
use backline_core::ids::NoticeId;
use backline_core::notice::End;
use backline_store::StoreError;
use backline_store::notice::Notice;
use backline_store::work::{Lease, Next};
use std::time::Duration;

/// A channel that refuses is asked again so much later: people mend it at Slack, and Backline does not hear of it.
const REFUSED_AGAIN: Duration = Duration::from_secs(3_600);

/// Sends what a notice has to say now, if anything.
pub async fn tell(cx: &Context, id: NoticeId, lease: &Lease) -> Result<(), StoreError> {
    let Some(notice) = cx.ledger.load_notice(id).await? else {
        return cx.ledger.finish(lease, Next::Done).await;
    };
    let now = cx.clock.now();
    let is_over = notice.over_at.is_some();
    let is_told = if is_over { notice.over_told_at.is_some() } else { notice.told_at.is_some() };
    // What ended before anybody heard of it needs no message, and no end.
    if is_told || (is_over && notice.told_at.is_none()) {
        return cx.ledger.finish(lease, Next::Done).await;
    }
    let Some(webhook) = cx.settings().slack_webhook.clone() else {
        return cx.ledger.finish(lease, Next::OnChange).await;
    };
    let message = message(&notice, &cx.settings().public_url);
    match slack::post(cx.transport.as_ref(), &webhook, &message).await {
        Ok(()) => {
            cx.ledger.notice_told(id, is_over, now).await?;
            cx.ledger.finish(lease, Next::Done).await
        }
        Err(SlackError::Throttled { wait }) => {
            let wait = wait.unwrap_or_else(|| backoff(lease.attempt));
            cx.ledger.finish(lease, Next::Retry(later(now, wait))).await
        }
        Err(SlackError::Revoked { detail } | SlackError::Refused { detail }) => {
            tracing::warn!(%detail, "slack does not take messages any more");
            cx.ledger.finish(lease, Next::At(later(now, REFUSED_AGAIN))).await
        }
        Err(error) => {
            tracing::warn!(%error, "slack was not reached; it is tried again");
            cx.ledger.finish(lease, Next::Retry(later(now, backoff(lease.attempt)))).await
        }
    }
}

fn message(notice: &Notice, public_url: &str) -> SlackMessage {
    let blocked = &notice.blocked;
    let open = ("Open in Backline".to_owned(), format!("{public_url}/activity"));
    if notice.over_at.is_some() {
        // A row of an earlier version does not tell: nothing is claimed then.
        let end = notice.ended_as.unwrap_or(End::NotNeeded);
        return SlackMessage {
            headline: format!("Over: {}", blocked.what),
            reason: end.sentence().to_owned(),
            remedy: end.remedy().to_owned(),
            buttons: vec![open],
            ..SlackMessage::default()
        };
    }
    let context = match notice.subjects {
        0 | 1 => String::new(),
        count => format!("{count} tickets wait for it"),
    };
    SlackMessage {
        headline: blocked.what.clone(),
        reason: blocked.why.clone(),
        remedy: blocked.remedy.clone(),
        buttons: vec![("Mend it".to_owned(), format!("{public_url}{}", blocked.page)), open],
        context,
        ..SlackMessage::default()
    }
}

#[cfg(test)]
mod tests {
    use super::message;
    use crate::testing::start;
    use backline_core::ids::NoticeId;
    use backline_core::notice::{Blocked, End};
    use backline_store::notice::Notice;
    use uuid::Uuid;

    #[test]
    fn the_end_of_a_failure_says_what_ended_it() {
        let blocked = Blocked {
            cause: "refused".to_owned(),
            what: "Jira refused to create tickets in SEC".to_owned(),
            why: "Team is required".to_owned(),
            remedy: "Map Team".to_owned(),
            page: "/integrations/jira".to_owned(),
        };
        let over = |end| {
            let notice = Notice {
                id: NoticeId(Uuid::nil()),
                blocked: blocked.clone(),
                first_at: start(),
                last_at: start(),
                told_at: Some(start()),
                over_at: Some(start()),
                over_told_at: None,
                ended_as: end,
                subjects: 0,
                subjects_max: 1,
            };
            message(&notice, "https://backline.example").reason
        };
        assert_eq!(over(Some(End::Mended)), "It works again.");
        assert!(over(Some(End::ProjectRemoved)).contains("the project was removed"));
        assert!(over(Some(End::Unlinked)).contains("the ticket was unlinked"));
        assert!(over(None).contains("not known"));
    }
}
