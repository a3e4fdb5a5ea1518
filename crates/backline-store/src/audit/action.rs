//! What was done, as a word. The first part says where: words of one part are filtered together.

/// One kind of act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    JiraCreate,
    JiraEdit,
    JiraTransition,
    JiraComment,
    JiraLink,
    GithubBody,
    GithubComment,
    GithubCommentDeleted,
    SignedIn,
    SignInRefused,
    UserCreated,
    Connected,
    Disconnected,
    MappingSaved,
    MappingRolledBack,
    MappingDeleted,
    ConfigApplied,
    Approved,
    ApprovalTakenBack,
    Dismissed,
    Reopened,
    Resolved,
    ReportBelieved,
    Retried,
    Unlinked,
    FixLinked,
    FixUnlinked,
    TokenMade,
    TokenRevoked,
    SettingSaved,
    SettingRemoved,
    Restored,
}

impl Action {
    pub const ALL: [Self; 32] = [
        Self::JiraCreate,
        Self::JiraEdit,
        Self::JiraTransition,
        Self::JiraComment,
        Self::JiraLink,
        Self::GithubBody,
        Self::GithubComment,
        Self::GithubCommentDeleted,
        Self::SignedIn,
        Self::SignInRefused,
        Self::UserCreated,
        Self::Connected,
        Self::Disconnected,
        Self::MappingSaved,
        Self::MappingRolledBack,
        Self::MappingDeleted,
        Self::ConfigApplied,
        Self::Approved,
        Self::ApprovalTakenBack,
        Self::Dismissed,
        Self::Reopened,
        Self::Resolved,
        Self::ReportBelieved,
        Self::Retried,
        Self::Unlinked,
        Self::FixLinked,
        Self::FixUnlinked,
        Self::TokenMade,
        Self::TokenRevoked,
        Self::SettingSaved,
        Self::SettingRemoved,
        Self::Restored,
    ];

    pub fn word(self) -> &'static str {
        match self {
            Self::JiraCreate => "jira.create",
            Self::JiraEdit => "jira.edit",
            Self::JiraTransition => "jira.transition",
            Self::JiraComment => "jira.comment",
            Self::JiraLink => "jira.link",
            Self::GithubBody => "github.body",
            Self::GithubComment => "github.comment",
            Self::GithubCommentDeleted => "github.comment-deleted",
            Self::SignedIn => "login.accepted",
            Self::SignInRefused => "login.refused",
            Self::UserCreated => "user.created",
            Self::Connected => "connection.made",
            Self::Disconnected => "connection.ended",
            Self::MappingSaved => "mapping.saved",
            Self::MappingRolledBack => "mapping.rolled-back",
            Self::MappingDeleted => "mapping.deleted",
            Self::ConfigApplied => "config.applied",
            Self::Approved => "approval.given",
            Self::ApprovalTakenBack => "approval.taken-back",
            Self::Dismissed => "vulnerability.dismissed",
            Self::Reopened => "vulnerability.reopened",
            Self::Resolved => "vulnerability.resolved",
            Self::ReportBelieved => "report.believed",
            Self::Retried => "ticket.retried",
            Self::Unlinked => "ticket.unlinked",
            Self::FixLinked => "fix.linked",
            Self::FixUnlinked => "fix.unlinked",
            Self::TokenMade => "token.made",
            Self::TokenRevoked => "token.revoked",
            Self::SettingSaved => "setting.saved",
            Self::SettingRemoved => "setting.removed",
            Self::Restored => "database.restored",
        }
    }

    /// The action of an operation's word, as intents keep it.
    pub fn of_operation(word: &str) -> Option<Self> {
        let word = if word == "remote_link" { "link" } else { word };
        Self::ALL.into_iter().find(|action| action.word().strip_prefix("jira.") == Some(word))
    }
}

impl std::str::FromStr for Action {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|action| action.word() == text).ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::Action;
    use std::collections::BTreeSet;

    #[test]
    fn every_action_has_a_word_of_its_own() {
        let words: BTreeSet<&str> = Action::ALL.iter().map(|action| action.word()).collect();
        assert_eq!(words.len(), Action::ALL.len());
        assert!(Action::ALL.iter().all(|action| action.word().parse() == Ok(*action)));
        assert_eq!(Action::of_operation("transition"), Some(Action::JiraTransition));
        let page = include_str!("../../../../docs/reference/audit.md");
        for word in words {
            assert!(page.contains(&format!("`{word}`")), "{word} is not in docs/reference/audit.md");
        }
        assert_eq!(Action::of_operation("remote_link"), Some(Action::JiraLink));
        assert_eq!(Action::of_operation("body"), None);
    }
}
