//! Semantic Versioning, as lenient as npm, Cargo, Go, NuGet and Composer write it.
//!
//! Source: <https://semver.org/#spec-item-11>; four numbers are NuGet's and Composer's, `-p1` is Composer's
//! (<https://getcomposer.org/doc/04-schema.md#version>).

use semver::Prerelease;
use std::cmp::Ordering;

/// Where `1.0.0-p1` stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Patches {
    /// Before 1.0.0, like every other suffix.
    Before,
    /// After 1.0.0.
    After,
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Version {
    numbers: [u64; 4],
    // An empty prerelease orders above every other, which is the rule that we want.
    prerelease: Prerelease,
    patch: Option<u64>,
}

pub fn compare(left: &str, right: &str, patches: Patches) -> Option<Ordering> {
    Some(parse(left, patches)?.cmp(&parse(right, patches)?))
}

fn parse(text: &str, patches: Patches) -> Option<Version> {
    let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
    let text = text.split('+').next()?;
    let (release, suffix) = super::take_while(text, |sign| sign.is_ascii_digit() || sign == '.');
    let mut numbers = [0; 4];
    for (index, number) in release.split('.').enumerate() {
        *numbers.get_mut(index)? = number.parse().ok()?;
    }
    let suffix = match suffix.strip_prefix('-') {
        Some("") => return None,
        Some(suffix) => suffix,
        None => suffix,
    };
    if patches == Patches::After
        && let Some(patch) = patch_number(suffix)
    {
        return Some(Version { numbers, prerelease: Prerelease::EMPTY, patch: Some(patch) });
    }
    Some(Version { numbers, prerelease: Prerelease::new(suffix).ok()?, patch: None })
}

fn patch_number(suffix: &str) -> Option<u64> {
    let lower = suffix.to_ascii_lowercase();
    let number = ["patch", "pl", "p"].iter().find_map(|word| lower.strip_prefix(word))?;
    let number = number.trim_start_matches(['-', '.']);
    if number.is_empty() { Some(0) } else { number.parse().ok() }
}
