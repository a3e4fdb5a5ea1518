//! Which vulnerabilities a pull request fixes.
//!
//! Evidence, strongest first: Backline's own id in the branch; the key of a ticket; an advisory id that the author
//! wrote; an update to a fixed version by Dependabot, Renovate, Snyk or a title of that form. Keeps one match, with
//! its reason, for each vulnerability. Does not read diffs and does not know whether the fix worked: that is for
//! the next scan to say.
//!
//! Invariant: a match is never made from what the author did not write (quoted release notes, collapsed blocks,
//! code, HTML comments, our own block); what is named only there is a suggestion for a person.

mod mention;
mod named;
mod package;
mod reason;
mod update;
mod words;

pub use named::{Named, named};
pub use reason::{Place, Reason, Tool};

use crate::finding::Package;
use crate::ids::{IssueKey, RemediationId, RepositoryName, VulnerabilityId};
use crate::pull_request::PullRequest;
use mention::Mentions;
use std::collections::BTreeSet;

/// A vulnerability that the pull request may fix.
#[derive(Debug, Clone, Copy)]
pub struct Candidate<'a> {
    pub vulnerability: VulnerabilityId,
    /// CVE, GHSA and other advisory ids, in any case.
    pub identifiers: &'a [String],
    pub package: Option<&'a Package>,
    /// Manifest or file, relative to the repository.
    pub path: Option<&'a str>,
    /// Keys of its tickets, former keys of moved ones too.
    pub ticket_keys: &'a [IssueKey],
    /// Remediations that already name it, so that a branch `backline/<remediation id>` leads to it.
    pub remediations: &'a [RemediationId],
    pub repository: &'a RepositoryName,
}

/// What was found; each vulnerability at most once over both lists, in the order of the candidates.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Matches {
    /// These make or join a remediation.
    pub certain: Vec<Match>,
    /// These are shown to a person, who may link them.
    pub suggestions: Vec<Match>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    pub vulnerability: VulnerabilityId,
    pub reason: Reason,
}

impl Match {
    /// The reason for people: "the title names SEC-142".
    pub fn sentence(&self) -> String {
        self.reason.sentence()
    }
}

/// Finds what `pull_request` fixes.
///
/// A ticket can stand for vulnerabilities of several repositories. Its key then means those in the pull request's
/// own repository, or all of them where it has none there. All other evidence counts in that repository only.
/// Whatever a pull request that reverts another one names is a suggestion.
pub fn find(pull_request: &PullRequest, candidates: &[Candidate<'_>]) -> Matches {
    let mentions = Mentions::read(pull_request);
    let updates = update::read(pull_request, mentions.own_body());
    let at_home: BTreeSet<&str> = candidates
        .iter()
        .filter(|candidate| *candidate.repository == pull_request.repository)
        .flat_map(|candidate| candidate.ticket_keys.iter().map(IssueKey::as_str))
        .collect();
    let mut matches = Matches::default();
    let (mut certain, mut suggested) = (BTreeSet::new(), BTreeSet::new());
    for candidate in candidates {
        let is_home = *candidate.repository == pull_request.repository;
        let keys = || candidate.ticket_keys.iter().filter(|key| is_home || !at_home.contains(key.as_str()));
        let home = Some(candidate).filter(|_| is_home);
        let reason = mentions
            .backline_id(candidate)
            .or_else(|| keys().find_map(|key| mentions.key(key)))
            .or_else(|| home?.identifiers.iter().find_map(|id| mentions.advisory(id)))
            .or_else(|| update::reason(&updates, home?))
            .or_else(|| keys().find_map(|key| mentions.quoted_key(key)))
            .or_else(|| home?.identifiers.iter().find_map(|id| mentions.quoted_advisory(id)));
        let Some(reason) = reason else { continue };
        let reason = if mentions.is_revert() { Reason::Reverted { named: Box::new(reason) } } else { reason };
        let (list, known) = match reason.is_certain() {
            true => (&mut matches.certain, &mut certain),
            false => (&mut matches.suggestions, &mut suggested),
        };
        if known.insert(candidate.vulnerability) {
            list.push(Match { vulnerability: candidate.vulnerability, reason });
        }
    }
    matches.suggestions.retain(|suggestion| !certain.contains(&suggestion.vulnerability));
    matches
}

#[cfg(test)]
mod tests;
