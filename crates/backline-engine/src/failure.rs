//! What a failed call means for the subject: wait, ask for consent again, or wait for a person.

use crate::clock::later;
use crate::context::Context;
use crate::grant::Token;
use crate::pass::{Ended, Pass};
use backline_clients::jira::{FieldProblem, JiraError};
use backline_core::mapping::ConnectedProject;
use backline_core::notice::Blocked;
use backline_core::ticket::Facts;
use backline_core::ticket::plan::page_of;
use backline_store::StoreError;
use jiff::Timestamp;
use std::time::Duration;

/// First wait after a failure that may pass by itself; doubles with each attempt.
const BACKOFF_FIRST: Duration = Duration::from_secs(1);
const BACKOFF_MAX: Duration = Duration::from_secs(300);
/// Time between two questions whether a restored store has been gone through.
const RECOVERING_AGAIN: Duration = Duration::from_secs(5);

/// Why a pass could not go on.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Failure {
    #[error(transparent)]
    Jira(#[from] JiraError),
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The connection works no more until a person consents again; it has its own notice.
    #[error("the connection to jira needs consent again")]
    GrantLost,
    /// The store was restored, and tickets that were made after the backup are looked for first.
    #[error("tickets that were made after the backup are looked for first")]
    Recovering,
    /// Disconnected: nothing may be sent.
    #[error("jira is disconnected")]
    Disconnected,
    #[error("the issue is gone")]
    Gone,
    /// What Jira named when the ticket was made is another issue.
    #[error("the issue is not the one that was made")]
    Foreign,
    /// Jira said no to fields, in its own words.
    #[error("jira refused {} field(s)", fields.len())]
    Refused { doing: &'static str, fields: Vec<FieldProblem> },
    /// An operation waits for a person; what could be done besides was done.
    #[error("{}", blocked.what)]
    Blocked { blocked: Blocked },
}

impl Failure {
    /// Whether Jira said no to fields as they are.
    pub fn is_refusal(&self) -> bool {
        matches!(self, Self::Refused { .. } | Self::Jira(JiraError::Refused { .. }))
    }
}

/// How a pass ends that failed.
pub async fn ended(cx: &Context, pass: &Pass<'_>, failure: Failure) -> Result<Ended, StoreError> {
    let now = cx.clock.now();
    let facts = &pass.facts;
    if pass.token.is_some_and(|token| is_of_token(token, &failure, now)) {
        return Ok(renewed(cx, pass).await);
    }
    Ok(match failure {
        Failure::Store(error) => return Err(error),
        Failure::GrantLost => Ended::waiting(later(now, BACKOFF_MAX)),
        Failure::Recovering => Ended::waiting(later(now, RECOVERING_AGAIN)),
        Failure::Disconnected => Ended::on_change(),
        Failure::Gone => Ended::blocked(gone(facts)),
        Failure::Foreign => Ended::blocked(foreign(facts)),
        Failure::Refused { doing, fields } => Ended::blocked(refused(facts, doing, &fields)),
        Failure::Blocked { blocked } => Ended::blocked(blocked),
        Failure::Jira(error) => from_jira(cx, pass, error),
    })
}

fn from_jira(cx: &Context, pass: &Pass<'_>, error: JiraError) -> Ended {
    let (facts, lease) = (&pass.facts, pass.lease);
    let now = cx.clock.now();
    tracing::info!(subject = %facts.subject.id, %error, "jira did not do it");
    match error {
        JiraError::Throttled { wait: None, .. } | JiraError::Conflict => {
            Ended::retry(later(now, backoff(lease.attempt)))
        }
        // What is to be left alone meanwhile, the door to the site has heard.
        JiraError::Throttled { wait: Some(wait), .. } => Ended::waiting(later(now, wait)),
        JiraError::Refused { fields } => Ended::blocked(refused(facts, "update", &fields)),
        JiraError::Forbidden { message } => Ended::blocked(forbidden(facts, &message)),
        JiraError::ScopeMissing { detail } => Ended::blocked(forbidden(facts, &detail)),
        JiraError::NotInstalled => Ended::blocked(forbidden(facts, "the app is not installed on this site")),
        JiraError::Gone => Ended::blocked(gone(facts)),
        JiraError::Removed { .. } => Ended::blocked(removed(facts)),
        JiraError::Unavailable { wait: Some(wait), .. } => {
            Ended::retry(later(now, wait.max(backoff(lease.attempt))))
        }
        _ => Ended::retry(later(now, backoff(lease.attempt))),
    }
}

/// Whether only the token failed. One that had ended while the pass ran makes an issue look gone or forbidden.
fn is_of_token(token: Token, failure: &Failure, now: Timestamp) -> bool {
    match failure {
        Failure::Jira(error) => token.may_have_ended(error, now),
        Failure::Gone => token.may_have_ended(&JiraError::Gone, now),
        _ => false,
    }
}

/// Jira no longer takes the token: it is renewed once, and the pass runs again.
async fn renewed(cx: &Context, pass: &Pass<'_>) -> Ended {
    let (now, lease) = (cx.clock.now(), pass.lease);
    let (Some(project), Some(token)) = (&pass.facts.project, pass.token) else {
        return Ended::on_change();
    };
    match cx.grants.renew(cx, project.connection, token.version).await {
        Ok(()) => Ended::retry(now),
        Err(_) => Ended::retry(later(now, backoff(lease.attempt))),
    }
}

/// 1 s, 2 s, 4 s, … up to 5 min.
pub fn backoff(attempt: u32) -> Duration {
    BACKOFF_FIRST.saturating_mul(1_u32.checked_shl(attempt.min(16)).unwrap_or(u32::MAX)).min(BACKOFF_MAX)
}

/// "SEC-142", or "a ticket in SEC" before there is one.
fn object(facts: &Facts) -> String {
    match (&facts.ticket, &facts.project) {
        (Some(ticket), _) => ticket.key.to_string(),
        (None, Some(project)) => format!("a ticket in {}", project.project.key),
        (None, None) => "a ticket".to_owned(),
    }
}

fn page(facts: &Facts) -> String {
    facts.project.as_ref().map_or_else(|| "/tickets".to_owned(), page_of)
}

/// Jira's own field messages, each with the field's name as people know it.
fn refused(facts: &Facts, doing: &str, fields: &[FieldProblem]) -> Blocked {
    let name_of = |problem: &FieldProblem| {
        let id = problem.field.as_ref()?;
        let mapped = facts.project.iter().flat_map(|project| &project.mapping.fields);
        let in_steps = facts.project.iter().flat_map(|project| project.mapping.lifecycle.0.values());
        mapped
            .chain(in_steps.flat_map(|step| &step.fields))
            .find(|mapping| mapping.field.id == *id)
            .map(|mapping| mapping.field.name.clone())
            .or_else(|| Some(id.to_string()))
    };
    let told: Vec<String> = fields
        .iter()
        .map(|problem| match name_of(problem) {
            Some(name) => format!("{name}: {}", problem.message),
            None => problem.message.clone(),
        })
        .collect();
    let names: Vec<String> = fields.iter().filter_map(name_of).collect();
    let place = facts.project.as_ref().map_or_else(String::new, ConnectedProject::place);
    let scope = facts.project.as_ref().map_or_else(String::new, |project| project.id.to_string());
    let verb = if doing == "create" { "create" } else { "update" };
    Blocked {
        cause: format!("refused:{scope}:{}", told.join("; ")),
        what: match (verb, &facts.project) {
            ("create", Some(project)) => format!("Jira refused to create tickets in {}", project.project.key),
            _ => format!("Jira refused to {verb} {}", object(facts)),
        },
        why: if told.is_empty() {
            "Jira gave no reason".to_owned()
        } else {
            format!("Jira says: {}", told.join("; "))
        },
        remedy: match names.is_empty() {
            true => format!("Check the mapping of {place}"),
            false => format!("Map {} for {place}", names.join(", ")),
        },
        page: page(facts),
    }
}

fn forbidden(facts: &Facts, message: &str) -> Blocked {
    Blocked {
        cause: format!("forbidden:{}:{}:{message}", facts.subject.cloud_id, facts.subject.project),
        what: format!("Jira did not let Backline write {}", object(facts)),
        why: format!("Jira says: {message}"),
        remedy: "Give the account that connected the permission in Jira, or connect with another account"
            .to_owned(),
        page: "/integrations/jira".to_owned(),
    }
}

fn gone(facts: &Facts) -> Blocked {
    Blocked {
        cause: format!("gone:{}", facts.subject.id),
        what: format!("{} is gone from Jira, or hidden from the account that connected", object(facts)),
        why: "Jira answered that it does not exist or may not be seen".to_owned(),
        remedy: format!("Restore {} in Jira, or unlink it on its page in Backline", object(facts)),
        page: format!("/tickets?t={}", facts.subject.id),
    }
}

fn foreign(facts: &Facts) -> Blocked {
    Blocked {
        cause: format!("foreign:{}", facts.subject.id),
        what: format!("{} is not the ticket that Backline made", object(facts)),
        why: "Jira named it when the ticket was made, and it does not carry Backline's sign".to_owned(),
        remedy: "Nothing was written to it. Unlink it on its page in Backline, and a ticket is made anew"
            .to_owned(),
        page: format!("/tickets?t={}", facts.subject.id),
    }
}

fn removed(facts: &Facts) -> Blocked {
    Blocked {
        cause: format!("removed:{}", facts.subject.cloud_id),
        what: format!("Jira no longer offers what Backline calls for {}", object(facts)),
        why: "Jira answered that the requested API was removed".to_owned(),
        remedy: "Update Backline".to_owned(),
        page: "/activity".to_owned(),
    }
}
