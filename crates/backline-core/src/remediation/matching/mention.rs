//! Which names stand in a pull request: ticket keys, advisory ids and Backline's own ids.
//!
//! Borders: a name counts where neither letter, digit nor underscore is before it, and neither those nor a hyphen
//! after it. In a branch, where words are joined by `-` and `_`, only letters and digits are borders, and case does
//! not count. Advisory ids are found in any case.

use super::words::Words;
use super::{Candidate, Place, Reason};
use crate::ids::IssueKey;
use crate::pull_request::PullRequest;
use crate::remediation::reference;
use regex::Regex;
use std::collections::BTreeSet;
use std::sync::LazyLock;

pub struct Mentions {
    title: Names,
    /// In lower case.
    branch: String,
    body: Names,
    commits: Names,
    quoted_body: Names,
    quoted_commits: Names,
    own_body: String,
    is_revert: bool,
}

impl Mentions {
    pub fn read(pull_request: &PullRequest) -> Self {
        let body = Words::of_markdown(&reference::without_blocks(&pull_request.body));
        let mut commits = Words::default();
        for message in pull_request.commit_messages.iter().filter(|message| !is_revert(message)) {
            let words = Words::of_commit(message);
            commits.own.push_str(&words.own);
            commits.quoted.push_str(&words.quoted);
        }
        Self {
            title: Names::read(&pull_request.title),
            branch: pull_request.branch.to_ascii_lowercase(),
            body: Names::read(&body.own),
            commits: Names::read(&commits.own),
            quoted_body: Names::read(&body.quoted),
            quoted_commits: Names::read(&commits.quoted),
            own_body: body.own,
            is_revert: is_revert(&pull_request.title),
        }
    }

    /// What the author wrote in the description, as plain text.
    pub fn own_body(&self) -> &str {
        &self.own_body
    }

    pub fn is_revert(&self) -> bool {
        self.is_revert
    }

    /// Every word with a hyphen and a digit in it, quoted or not; those of the branch are not among them.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        let texts =
            [&self.title, &self.body, &self.commits, &self.quoted_body, &self.quoted_commits].into_iter();
        texts.flat_map(|names| names.exact.iter().map(String::as_str))
    }

    /// `backline/<remediation or vulnerability id>` in the branch.
    pub fn backline_id(&self, candidate: &Candidate<'_>) -> Option<Reason> {
        let ids = candidate.remediations.iter().map(ToString::to_string);
        let mut ids = ids.chain([candidate.vulnerability.to_string()]);
        let tail = self.branch.strip_prefix("backline/")?;
        let id = ids.find(|id| stands_in_branch(tail, id))?;
        Some(Reason::BacklineId { id })
    }

    pub fn key(&self, key: &IssueKey) -> Option<Reason> {
        let text = key.as_str();
        let places = [
            (Place::Title, self.title.has_exactly(text)),
            (Place::Branch, stands_in_branch(&without_advisories(&self.branch), text)),
            (Place::Body, self.body.has_exactly(text)),
            (Place::Commit, self.commits.has_exactly(text)),
        ];
        let (place, _) = places.into_iter().find(|(_, is_there)| *is_there && IssueKey::is_written(text))?;
        Some(Reason::TicketKey { place, key: text.to_owned() })
    }

    pub fn advisory(&self, identifier: &str) -> Option<Reason> {
        let places = [
            (Place::Title, self.title.has(identifier)),
            (Place::Branch, stands_in_branch(&self.branch, identifier)),
            (Place::Commit, self.commits.has(identifier)),
            (Place::Body, self.body.has(identifier)),
        ];
        let (place, _) = places.into_iter().find(|(_, is_there)| *is_there && is_advisory(identifier))?;
        Some(Reason::Advisory { place, identifier: identifier.to_owned() })
    }

    pub fn quoted_key(&self, key: &IssueKey) -> Option<Reason> {
        let is_there = |names: &Names| names.has_exactly(key.as_str()) && IssueKey::is_written(key.as_str());
        self.quoted(is_there, key.as_str())
    }

    pub fn quoted_advisory(&self, identifier: &str) -> Option<Reason> {
        self.quoted(|names| names.has(identifier) && is_advisory(identifier), identifier)
    }

    fn quoted(&self, is_there: impl Fn(&Names) -> bool, name: &str) -> Option<Reason> {
        let places = [(Place::Body, &self.quoted_body), (Place::Commit, &self.quoted_commits)];
        let (place, _) = places.into_iter().find(|(_, names)| is_there(names))?;
        Some(Reason::Quoted { place, name: name.to_owned() })
    }
}

/// The names in one text, cut once, since thousands of candidates ask.
struct Names {
    exact: BTreeSet<String>,
    upper: BTreeSet<String>,
    /// For ids with other signs than letters, digits and hyphens, such as `RHSA-2021:5127`.
    upper_text: String,
}

impl Names {
    fn read(text: &str) -> Self {
        let is_word = |sign: char| sign.is_ascii_alphanumeric() || sign == '_' || sign == '-';
        let mut exact = BTreeSet::new();
        for word in text.split(|sign| !is_word(sign)).filter(|word| is_name_like(word)) {
            // A hyphen may stand before a name, so every rest of a hyphenated word is one too.
            exact.insert(word.to_owned());
            let starts = word.match_indices('-').map(|(at, _)| at + 1).take(HYPHENS_MAX);
            exact.extend(starts.map(|start| word[start..].to_owned()).filter(|rest| is_name_like(rest)));
        }
        let upper = exact.iter().map(|word| word.to_ascii_uppercase()).collect();
        Self { exact, upper, upper_text: text.to_ascii_uppercase() }
    }

    fn has_exactly(&self, name: &str) -> bool {
        self.exact.contains(name)
    }

    fn has(&self, name: &str) -> bool {
        let name = name.to_ascii_uppercase();
        let is_plain = name.chars().all(|sign| sign.is_ascii_alphanumeric() || sign == '-' || sign == '_');
        if is_plain {
            return self.upper.contains(&name);
        }
        let is_before = |sign: char| sign.is_ascii_alphanumeric() || sign == '_';
        let is_after = |sign: char| is_before(sign) || sign == '-';
        stands_between(&self.upper_text, &name, is_before, is_after)
    }
}

/// More hyphens than this in one word are not a name with something before it.
const HYPHENS_MAX: usize = 12;

fn is_name_like(word: &str) -> bool {
    word.len() <= 256 && word.contains('-') && word.contains(|sign: char| sign.is_ascii_digit())
}

fn stands_in_branch(branch: &str, name: &str) -> bool {
    let is_border = |sign: char| sign.is_ascii_alphanumeric();
    stands_between(branch, &name.to_ascii_lowercase(), is_border, is_border)
}

fn stands_between(
    text: &str,
    name: &str,
    before: impl Fn(char) -> bool,
    after: impl Fn(char) -> bool,
) -> bool {
    !name.is_empty()
        && text.match_indices(name).any(|(at, _)| {
            let is_free_before = !text[..at].chars().next_back().is_some_and(&before);
            is_free_before && !text[at + name.len()..].chars().next().is_some_and(&after)
        })
}

/// So that `cve-2024-1234` in a branch is not ticket CVE-2024.
fn without_advisories(branch: &str) -> String {
    static ADVISORY: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"cve-\d{4}-\d{4,}").expect("the pattern is constant"));
    ADVISORY.replace_all(branch, " ").into_owned()
}

/// Whether an identifier names one advisory: letters, then digits behind a hyphen or colon. A CWE names a kind.
fn is_advisory(identifier: &str) -> bool {
    let parts = identifier.split_once(['-', ':']);
    identifier.len() >= 6
        && parts.is_some_and(|(prefix, rest)| {
            prefix.starts_with(|sign: char| sign.is_ascii_alphabetic())
                && !prefix.eq_ignore_ascii_case("CWE")
                && rest.contains(|sign: char| sign.is_ascii_digit())
        })
}

/// `Revert "…"` takes back, `Revert "Revert "…""` brings again.
fn is_revert(text: &str) -> bool {
    let mut rest = text.trim_start();
    let mut count = 0;
    while let Some(inner) = rest.strip_prefix("Revert \"") {
        (rest, count) = (inner, count + 1);
    }
    count % 2 == 1
}
