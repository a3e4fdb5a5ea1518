//! Why a pull request is believed to fix a vulnerability, as a value and as a sentence.

/// Where the author wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Title,
    Branch,
    Body,
    Commit,
}

impl Place {
    fn phrase(self) -> &'static str {
        match self {
            Self::Title => "the title",
            Self::Branch => "the branch",
            Self::Body => "the description",
            Self::Commit => "the commit message",
        }
    }
}

/// Who says that a package is updated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tool {
    Dependabot,
    Renovate,
    Snyk,
    /// A person, in a title of the form "Bump X from A to B".
    Title,
}

impl Tool {
    fn phrase(self) -> &'static str {
        match self {
            Self::Dependabot => "Dependabot",
            Self::Renovate => "Renovate",
            Self::Snyk => "Snyk",
            Self::Title => "the title",
        }
    }
}

/// Holds text of pull requests and scanners: escape it for its sink like any of theirs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// `id` is the remediation's or the vulnerability's.
    BacklineId {
        id: String,
    },
    TicketKey {
        place: Place,
        key: String,
    },
    Advisory {
        place: Place,
        identifier: String,
    },
    Update {
        tool: Tool,
        package: String,
        to: String,
        fixed: String,
    },
    /// Suggestion: a key or an advisory id, in text that the author only quotes.
    Quoted {
        place: Place,
        name: String,
    },
    /// Suggestion: the package is updated, but whether the fix is reached cannot be told.
    UnclearUpdate {
        tool: Tool,
        package: String,
        to: String,
    },
    /// Suggestion: the fix is reached, in a folder where the vulnerability was not seen.
    OtherFolder {
        tool: Tool,
        package: String,
        to: String,
        folder: String,
    },
    /// Suggestion: the pull request takes back a change.
    Reverted {
        named: Box<Reason>,
    },
}

impl Reason {
    /// Whether it makes a match; otherwise it only suggests one.
    pub fn is_certain(&self) -> bool {
        match self {
            Self::BacklineId { .. }
            | Self::TicketKey { .. }
            | Self::Advisory { .. }
            | Self::Update { .. } => true,
            Self::Quoted { .. }
            | Self::UnclearUpdate { .. }
            | Self::OtherFolder { .. }
            | Self::Reverted { .. } => false,
        }
    }

    /// A clause without a full stop, plain text.
    pub fn sentence(&self) -> String {
        match self {
            Self::BacklineId { id } => format!("the branch names Backline's own id {id}"),
            Self::TicketKey { place, key } => format!("{} names {key}", place.phrase()),
            Self::Advisory { place, identifier } => format!("{} names {identifier}", place.phrase()),
            Self::Update { tool, package, to, fixed } => {
                format!("{} raises {package} to {to}, which reaches the fixed version {fixed}", tool.phrase())
            }
            Self::Quoted { place, name } => {
                format!("{} names {name}, but only in quoted text", place.phrase())
            }
            Self::UnclearUpdate { tool, package, to } => {
                let tool = tool.phrase();
                format!(
                    "{tool} changes {package} to {to}, but whether that reaches a fixed version is not known"
                )
            }
            Self::OtherFolder { tool, package, to, folder } => {
                format!("{} raises {package} to {to}, but in {folder}", tool.phrase())
            }
            Self::Reverted { named } => {
                format!("{}, but the pull request reverts a change", named.sentence())
            }
        }
    }
}
