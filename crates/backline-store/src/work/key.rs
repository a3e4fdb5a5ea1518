//! What work is about, as a value and as the text that is its row's key.

use backline_core::ids::{
    ConnectedProjectId, ConnectionId, NoticeId, RepositoryName, SubjectId, VulnerabilityId,
};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WorkKey {
    /// Reconcile a ticket.
    Subject(SubjectId),
    /// Read a pull request, match it, and keep the reference in its description.
    PullRequest { repository: RepositoryName, number: u64 },
    /// Tell people of a failure, or that it is over.
    Notice(NoticeId),
    /// See whether a failure was mended: one of those that wait for it is looked at again.
    Probe(NoticeId),
    /// Ask GitHub what changed in a repository.
    PollGithub(RepositoryName),
    /// Ask Jira what people changed.
    Feed(ConnectionId),
    /// Reopen what was dismissed until now.
    Dismissal(VulnerabilityId),
    /// Refresh a grant before it ends.
    Grant(ConnectionId),
    /// Route vulnerabilities to a project that was saved.
    Project(ConnectedProjectId),
    /// Read the fields of a project again.
    Drift(ConnectedProjectId),
    /// Carry an approval out, or take it back, slice by slice.
    Batch(Uuid),
}

impl fmt::Display for WorkKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Subject(id) => write!(f, "subject:{id}"),
            Self::PullRequest { repository, number } => write!(f, "pull-request:{repository}#{number}"),
            Self::Notice(id) => write!(f, "notice:{id}"),
            Self::Probe(id) => write!(f, "probe:{id}"),
            Self::PollGithub(repository) => write!(f, "poll:github:{repository}"),
            Self::Grant(id) => write!(f, "grant:{id}"),
            Self::Project(id) => write!(f, "project:{id}"),
            Self::Drift(id) => write!(f, "drift:{id}"),
            Self::Feed(id) => write!(f, "feed:{id}"),
            Self::Dismissal(id) => write!(f, "dismissal:{id}"),
            Self::Batch(id) => write!(f, "batch:{id}"),
        }
    }
}

/// The text is no key of this version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownKey;

impl FromStr for WorkKey {
    type Err = UnknownKey;

    fn from_str(text: &str) -> Result<Self, UnknownKey> {
        let (kind, rest) = text.split_once(':').ok_or(UnknownKey)?;
        match kind {
            "subject" => rest.parse().map(Self::Subject).map_err(|_| UnknownKey),
            "pull-request" => {
                let (repository, number) = rest.rsplit_once('#').ok_or(UnknownKey)?;
                let number = number.parse().map_err(|_| UnknownKey)?;
                Ok(Self::PullRequest { repository: RepositoryName::from(repository), number })
            }
            "notice" => rest.parse().map(Self::Notice).map_err(|_| UnknownKey),
            "probe" => rest.parse().map(Self::Probe).map_err(|_| UnknownKey),
            "poll" => {
                let repository = rest.strip_prefix("github:").ok_or(UnknownKey)?;
                Ok(Self::PollGithub(RepositoryName::from(repository)))
            }
            "grant" => rest.parse().map(Self::Grant).map_err(|_| UnknownKey),
            "project" => rest.parse().map(Self::Project).map_err(|_| UnknownKey),
            "drift" => rest.parse().map(Self::Drift).map_err(|_| UnknownKey),
            "feed" => rest.parse().map(Self::Feed).map_err(|_| UnknownKey),
            "dismissal" => rest.parse().map(Self::Dismissal).map_err(|_| UnknownKey),
            "batch" => rest.parse().map(Self::Batch).map_err(|_| UnknownKey),
            _ => Err(UnknownKey),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::WorkKey;

    #[test]
    fn a_key_reads_back_from_its_text() {
        for text in [
            "subject:0190c5a0-0000-7000-8000-000000000001",
            "pull-request:acme/payments-api#12",
            "notice:0190c5a0-0000-7000-8000-000000000001",
            "probe:0190c5a0-0000-7000-8000-000000000001",
            "poll:github:acme/payments-api",
            "grant:0190c5a0-0000-7000-8000-000000000001",
            "project:0190c5a0-0000-7000-8000-000000000001",
            "drift:0190c5a0-0000-7000-8000-000000000001",
            "feed:0190c5a0-0000-7000-8000-000000000001",
            "dismissal:0190c5a0-0000-7000-8000-000000000001",
            "batch:0190c5a0-0000-7000-8000-000000000001",
        ] {
            assert_eq!(text.parse::<WorkKey>().unwrap().to_string(), text);
        }
        assert!("poll:gitlab:acme/x".parse::<WorkKey>().is_err());
    }
}
