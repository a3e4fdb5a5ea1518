//! The fields of Backline that a Jira field can be filled from: a typed catalogue.

use crate::severity::Severity;
use crate::vulnerability::Status;
use serde::{Deserialize, Serialize};

/// What a catalogue field gives, which decides the Jira fields that it fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// One line of text.
    Text,
    /// One of a closed list of words, which a value map turns into choices.
    Word,
    /// Several short texts.
    List,
    Date,
    Number,
    /// The whole finding as a formatted document.
    Document,
}

macro_rules! catalogue {
    ($($name:ident $word:literal $title:literal $shape:ident $sentence:literal $example:literal;)+) => {
        /// One field of the catalogue.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum BacklineField {
            $(#[serde(rename = $word)] $name,)+
        }

        impl BacklineField {
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The name in templates, files and the API.
            pub fn word(self) -> &'static str {
                match self { $(Self::$name => $word,)+ }
            }
            /// The name on pages.
            pub fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)+ }
            }
            pub fn shape(self) -> Shape {
                match self { $(Self::$name => Shape::$shape,)+ }
            }
            /// What it holds, in a sentence.
            pub fn sentence(self) -> &'static str {
                match self { $(Self::$name => $sentence,)+ }
            }
            pub fn example(self) -> &'static str {
                match self { $(Self::$name => $example,)+ }
            }
        }
    };
}

catalogue! {
    Title "title" "Title" Text "The weakness in one line, as the scanner names it." "Prototype pollution in lodash";
    Headline "headline" "Headline" Text "Identifier, title, package and version, none of them twice." "CVE-2021-23337: Prototype pollution in lodash 4.17.4";
    Finding "finding" "The whole finding" Document "What, where, how bad, how to fix it, evidence and pull requests, formatted." "A table, a description and links";
    Description "description" "Description" Text "The scanner's own description, as plain text." "Versions before 4.17.21 are affected.";
    SeverityTitle "severity_title" "Severity, in words" Text "How bad it is, as people write it." "Critical";
    Severity "severity" "Severity" Word "How bad it is." "critical";
    Priority "priority" "Priority" Word "How soon it is wanted: follows severity." "highest";
    Status "status" "Status" Word "Where the vulnerability stands in Backline." "open";
    Identifier "identifier" "Identifier" Text "The best known id: CVE, else GHSA, else the rule." "CVE-2021-23337";
    Identifiers "identifiers" "All identifiers" List "Every id that names the weakness." "CVE-2021-23337, GHSA-35jh-r3h4-6jhm";
    Cwes "cwes" "CWEs" List "Classes of weakness." "CWE-1321";
    CvssScore "cvss_score" "CVSS score" Number "The base score that was stated, 0.0 to 10.0." "7.2";
    CvssVector "cvss_vector" "CVSS vector" Text "The vector that was stated." "CVSS:3.1/AV:N/AC:L/PR:H/UI:N/S:U/C:H/I:H/A:H";
    SeveritySource "severity_source" "Severity source" Text "Who rated it." "nvd";
    Kind "kind" "Type" Word "Package, code, secret, infrastructure or license." "package";
    Package "package" "Package" Text "The vulnerable package." "lodash";
    PackageVersion "package_version" "Installed version" Text "The version that was found." "4.17.4";
    FixedVersion "fixed_version" "Fixed version" Text "The versions that fix it." "4.17.21";
    Ecosystem "ecosystem" "Ecosystem" Text "Where the package comes from." "npm";
    Purl "purl" "Package URL" Text "The package as a purl." "pkg:npm/lodash@4.17.4";
    Repository "repository" "Repository" Text "Where it was found." "acme/payments-api";
    RepositoryOwner "repository_owner" "Repository owner" Text "Who the repository belongs to." "acme";
    RepositoryShort "repository_short" "Repository name" Text "The repository without its owner." "payments-api";
    File "file" "File" Text "The file or manifest." "package-lock.json";
    Line "line" "Line" Number "The line, where known." "31";
    Image "image" "Image" Text "The container image, where known." "acme/api:1.2";
    Resource "resource" "Resource" Text "The configured resource, where known." "aws_s3_bucket.logs";
    Rule "rule" "Rule" Text "The scanner's rule." "js/xss";
    Scanner "scanner" "Scanner" Text "The scanners that show it." "trivy";
    Remedy "remedy" "Remedy" Text "How to fix it, where the scanner says." "Upgrade to 4.17.21";
    DetectedAt "detected_at" "Detected on" Date "The day it was first seen." "2026-03-02";
    LastSeenAt "last_seen_at" "Last seen on" Date "The day of the newest scan that showed it." "2026-03-09";
    SlaDays "sla_days" "SLA in days" Number "From detection to the day until which it is to be fixed." "14";
    DueAt "due_at" "SLA due" Date "The day until which it is to be fixed." "2026-03-16";
    ResolvedAt "resolved_at" "Resolved on" Date "The day a scan no longer showed it." "2026-03-20";
    ReopenedCount "reopened_count" "Times found again" Number "How often it came back after it was resolved." "0";
    References "references" "All links" List "Every link to read more." "https://nvd.nist.gov/vuln/detail/CVE-2021-23337";
    AdvisoryUrl "advisory_url" "Advisory link" Text "The best link to read more." "https://nvd.nist.gov/vuln/detail/CVE-2021-23337";
    PullRequest "pull_request" "Pull request" Text "The newest pull request that fixes it." "acme/payments-api#12";
    PullRequestTitle "pull_request_title" "Pull request title" Text "The title of the newest one." "Bump lodash to 4.17.21";
    PullRequestBranch "pull_request_branch" "Pull request branch" Text "The branch of the newest one." "fix/lodash";
    PullRequestAuthor "pull_request_author" "Pull request author" Text "Who opened the newest one." "priya";
    PullRequestUrl "pull_request_url" "Pull request link" Text "The newest pull request that fixes it." "https://github.com/acme/payments-api/pull/12";
    PullRequestState "pull_request_state" "Pull request state" Word "Open, merged, closed, or none." "open";
    BacklineUrl "backline_url" "Backline link" Text "The page of this vulnerability in Backline." "https://backline.example/vulnerabilities/…";
    Labels "labels" "Suggested labels" List "Words to find it by: backline, severity, scanner." "backline, severity-high, trivy";
}

impl BacklineField {
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|field| field.word() == word)
    }

    /// Every word that a field of shape [`Shape::Word`] can give: what a value map has to be complete for.
    pub fn words(self) -> Vec<&'static str> {
        match self {
            Self::Severity => Severity::ALL.iter().map(|severity| severity.word()).collect(),
            Self::Priority => PRIORITIES.to_vec(),
            Self::Status => Status::ALL.iter().map(|status| status.word()).collect(),
            Self::Kind => vec!["package", "code", "secret", "infrastructure", "license"],
            Self::PullRequestState => vec!["none", "open", "closed", "merged"],
            _ => Vec::new(),
        }
    }
}

/// From the most urgent to the least; `unset` where the severity is not known.
pub const PRIORITIES: [&str; 6] = ["highest", "high", "medium", "low", "lowest", "unset"];

/// How soon a vulnerability of a severity is wanted.
pub fn priority_word(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "highest",
        Severity::High => "high",
        Severity::Medium => "medium",
        Severity::Low => "low",
        Severity::Info => "lowest",
        Severity::Unknown => "unset",
    }
}
