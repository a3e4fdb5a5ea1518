//! Identifiers as distinct types, so that two never swap places.
//!
//! Jira's and GitHub's own ids are strings that we only compare; ours are UUIDs (version 7, so they sort by
//! creation), made by the engine's generator and handed in.

use regex::Regex;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::LazyLock;
use uuid::Uuid;

macro_rules! text_id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }
    )+};
}

macro_rules! row_id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    )+};
}

text_id! {
    /// One Jira Cloud tenant. Not unique in Atlassian's list of accessible resources (one entry a product).
    CloudId,
    /// The identity of a Jira issue; survives moves and renames.
    IssueId,
    /// A label such as `SEC-142`. Changes when an issue is moved: show it, never decide by it.
    IssueKey,
    /// A Jira project's numeric id, as text.
    JiraProjectId,
    IssueTypeId,
    /// `summary`, `priority`, `customfield_10042`.
    FieldId,
    StatusId,
    TransitionId,
    /// A person's Atlassian account id; may contain a colon.
    AccountId,
    /// `owner/name` on a code host, in lower case.
    RepositoryName,
    /// The stable identity of a vulnerability over scans (hex SHA-256).
    VulnerabilityKey,
    /// What a report is a complete snapshot of (hex SHA-256 of scanner, origin, ref, target and scan kind).
    ScopeKey,
}

impl IssueKey {
    /// Whether a text is written as Jira writes its keys: `SEC-142`.
    pub fn is_written(text: &str) -> bool {
        static KEY: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r"\A[A-Z][A-Z0-9_]+-[1-9][0-9]*\z").expect("the pattern is constant")
        });
        text.len() <= 64 && KEY.is_match(text)
    }

    /// The key that a person typed, in either case; `None` when it is none.
    pub fn typed(text: &str) -> Option<Self> {
        let upper = text.trim().to_ascii_uppercase();
        Self::is_written(&upper).then_some(Self(upper))
    }
}

row_id! {
    ConnectionId,
    ConnectedProjectId,
    VulnerabilityId,
    ReportId,
    RemediationId,
    PullRequestId,
    /// What one ticket is about; the row is unique for (cloudId, Jira project, group key, generation).
    SubjectId,
    IntentId,
    NoticeId,
    UserId,
    ApiTokenId,
}

#[cfg(test)]
mod tests {
    use super::IssueKey;

    #[test]
    fn a_key_has_jiras_form() {
        for key in ["SEC-1", "A1-20", "PLAT_2-4"] {
            assert!(IssueKey::is_written(key), "{key}");
        }
        for text in ["sec-1", "S-1", "SEC-0", "SEC-01", "SEC-1\n", "SEC", "SEC-", "1SEC-1", "fix-me", "A B-1"]
        {
            assert!(!IssueKey::is_written(text), "{text:?}");
        }
    }

    #[test]
    fn a_person_types_it_in_either_case() {
        assert_eq!(IssueKey::typed(" sec-12 "), Some(IssueKey::new("SEC-12")));
        assert_eq!(IssueKey::typed("fix-me"), None);
    }
}
