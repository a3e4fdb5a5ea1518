//! Identity as one string: of a vulnerability over scans, and of what a report is a snapshot of.
//!
//! Owns the hash and the order of its parts. Resolves no alias: the advisory is handed in.
//!
//! Invariant: every part is length-prefixed, so no two different lists of parts are hashed alike. A change here
//! changes every key that is stored; the tests hold two of them literally.

use super::{Identity, Report};
use crate::ids::{RepositoryName, ScopeKey, VulnerabilityKey};
use sha2::{Digest, Sha256};

/// The key of a vulnerability of `origin`.
///
/// `resolved_advisory` is what the alias table says of [`Identity::Package`]'s advisory; it is not used for code.
pub fn vulnerability_key(
    origin: &RepositoryName,
    identity: &Identity,
    resolved_advisory: &str,
) -> VulnerabilityKey {
    let origin = origin.as_str().to_lowercase();
    VulnerabilityKey(match identity {
        Identity::Package { advisory: _, package, place } => {
            digest(["package", &origin, resolved_advisory, package, place])
        }
        Identity::Code { family, rule, fingerprint } => digest(["code", &origin, family, rule, fingerprint]),
    })
}

/// The key of the scope that a report is a complete snapshot of.
///
/// `git_ref` is `None` for the default branch, also where the upload names that branch. `scope_override` is what
/// the upload says with `&scope=NAME`, and stands in for the target.
pub fn scope_key(
    report: &Report,
    repository: &RepositoryName,
    git_ref: Option<&str>,
    scope_override: Option<&str>,
) -> ScopeKey {
    let repository = repository.as_str().to_lowercase();
    let (target_by, target) = match (scope_override, &report.target) {
        (Some(name), _) => ("override", name),
        (None, Some(target)) => ("report", target.as_str()),
        (None, None) => ("none", ""),
    };
    ScopeKey(digest([
        "scope",
        &report.scanner,
        &repository,
        git_ref.unwrap_or_default(),
        target_by,
        target,
        &report.scan_kind,
    ]))
}

/// SHA-256 over length-prefixed parts, in hex.
pub(super) fn digest<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    hex::encode(hash.finalize())
}
