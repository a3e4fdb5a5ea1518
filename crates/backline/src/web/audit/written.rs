//! One entry of the audit as pages show it, with its request and its answer to unfold.

use crate::web::part::lozenge::Lozenge;
use crate::web::part::moment::Moment;
use backline_store::audit::{Action, Answer, AuditRow, Request};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    pub seq: u64,
    pub at: Moment,
    pub actor: String,
    /// "Update SEC-142".
    pub what: String,
    /// The action's own word, which entries are filtered by.
    pub word: &'static str,
    pub state: Lozenge,
    pub reason: Option<String>,
    /// The rule of the plan, and what had made the ticket due.
    pub rule: Option<String>,
    pub cause: Option<String>,
    pub exchange: Option<Exchange>,
    /// The page of what it is about.
    pub href: Option<String>,
}

/// What was sent and what came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange {
    /// "PUT /rest/api/3/issue/10934"; empty where it is not known how it went out.
    pub line: String,
    pub body: String,
    /// "204", "400: Team is required", "no answer: …".
    pub answer: String,
}

impl Written {
    pub fn of(row: &AuditRow) -> Self {
        let entry = &row.entry;
        let some = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let of_ticket = entry.subject.map(|id| format!("/tickets?t={id}"));
        Self {
            seq: row.seq,
            at: Moment::of(entry.at),
            actor: entry.actor.clone(),
            what: format!("{} {}", verb(entry.action), entry.object),
            word: entry.action.word(),
            state: state(entry.action, entry.answer.as_ref()),
            reason: some(&entry.reason),
            rule: some(&entry.rule),
            cause: some(&entry.cause),
            exchange: entry.request.as_ref().zip(entry.answer.as_ref()).map(Exchange::of),
            href: of_ticket.or_else(|| entry.pull_request.map(|id| format!("/remediations/{id}"))),
        }
    }
}

impl Exchange {
    fn of((request, answer): (&Request, &Answer)) -> Self {
        let words = Some(answer.words.as_str()).filter(|words| !words.is_empty());
        let status = answer.status.map_or_else(|| "no answer".to_owned(), |status| status.to_string());
        Self {
            line: format!("{} {}", request.method, request.path).trim().to_owned(),
            body: request.body.clone(),
            answer: words.map_or(status.clone(), |words| format!("{status}: {words}")),
        }
    }
}

fn state(action: Action, answer: Option<&Answer>) -> Lozenge {
    match (action, answer.map(|answer| (answer.status, answer.words.is_empty()))) {
        (Action::SignInRefused, _) => Lozenge::new("bad", "alert", "Refused"),
        (_, None | Some((Some(_), true))) => Lozenge::new("ok", "check", "Done"),
        (_, Some((Some(_), false))) => Lozenge::new("bad", "alert", "Refused"),
        (_, Some((None, _))) => Lozenge::new("wait", "clock", "No answer"),
    }
}

fn verb(action: Action) -> &'static str {
    match action {
        Action::JiraCreate => "Create",
        Action::JiraEdit => "Update",
        Action::JiraTransition => "Move",
        Action::JiraComment => "Comment on",
        Action::JiraLink => "Link a pull request to",
        Action::GithubBody => "Write the description of",
        Action::GithubComment => "Write the comment under",
        Action::GithubCommentDeleted => "Take away the comment under",
        Action::SignedIn => "Sign in as",
        Action::SignInRefused => "Sign in as",
        Action::UserCreated => "Make the account",
        Action::Connected => "Connect",
        Action::Disconnected => "Disconnect",
        Action::MappingSaved => "Save the mapping of",
        Action::MappingRolledBack => "Roll back the mapping of",
        Action::MappingDeleted => "Delete the mapping of",
        Action::ConfigApplied => "Apply",
        Action::Approved => "Approve tickets in",
        Action::ApprovalTakenBack => "Take back",
        Action::Dismissed => "Dismiss",
        Action::Reopened => "Reopen",
        Action::Resolved => "Resolve",
        Action::ReportBelieved => "Believe",
        Action::Retried => "Try again",
        Action::Unlinked => "Unlink",
        Action::FixLinked => "Link",
        Action::FixUnlinked => "Take the link from",
        Action::TokenMade => "Make the API token",
        Action::TokenRevoked => "Revoke the API token",
        Action::SettingSaved => "Save the setting",
        Action::SettingRemoved => "Remove the setting",
        Action::Restored => "Restore",
    }
}

#[cfg(test)]
mod tests {
    use super::Written;
    use crate::web::part::sample;

    #[test]
    fn a_write_says_what_it_was_for_and_how_it_was_answered() {
        let written = Written::of(&sample::audit_row());
        assert_eq!(written.what, "Update SEC-142");
        assert_eq!(written.state.text, "Refused");
        let exchange = written.exchange.unwrap();
        assert_eq!(exchange.line, "PUT /ex/jira/cloud/rest/api/3/issue/10934");
        assert_eq!(exchange.answer, "400: jira refused: Team is required");
        let mut lost = sample::audit_row();
        lost.entry.answer.as_mut().unwrap().status = None;
        assert_eq!(Written::of(&lost).state.text, "No answer");
    }
}
