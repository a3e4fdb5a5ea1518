//! Which of two versions is newer, in the manner of each package ecosystem, and whether an update reaches a fix.
//!
//! Owns the orders and the rule for several fixed versions. Knows nothing of pull requests or of scanners.
//!
//! Invariant: an order is never guessed. A version that its ecosystem could not have written, or an ecosystem
//! whose order is not known, answers "unclear", which never counts as fixed.

mod alpine;
mod debian;
mod gem;
mod maven;
mod rpm;
mod semantic;

use std::cmp::Ordering;
use std::str::FromStr;

/// How an ecosystem orders its versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// Semantic Versioning, read leniently: a leading `v`, one to four numbers.
    Semantic,
    /// As `Semantic`, where `-p1` and `-patch1` come after the release.
    Composer,
    /// PEP 440.
    Python,
    Maven,
    Gem,
    Debian,
    Rpm,
    Alpine,
}

impl Scheme {
    /// The scheme of a purl type or a distribution's name; `None` where the order is not known.
    pub fn of(ecosystem: &str) -> Option<Self> {
        Some(match ecosystem.to_ascii_lowercase().as_str() {
            "npm" | "cargo" | "golang" | "go" | "nuget" | "hex" | "pub" | "swift" => Self::Semantic,
            "composer" => Self::Composer,
            "pypi" => Self::Python,
            "maven" => Self::Maven,
            "gem" | "rubygems" => Self::Gem,
            "deb" | "debian" | "ubuntu" => Self::Debian,
            "rpm" | "redhat" | "rhel" | "centos" | "fedora" | "rocky" | "alma" | "almalinux" | "amazon"
            | "oracle" | "suse" | "opensuse" | "sles" | "photon" | "azurelinux" | "mariner" => Self::Rpm,
            "apk" | "alpine" | "wolfi" | "chainguard" => Self::Alpine,
            _ => return None,
        })
    }

    /// Packages of an operating system, which language tools do not update.
    pub fn is_system(self) -> bool {
        matches!(self, Self::Debian | Self::Rpm | Self::Alpine)
    }
}

/// Orders two versions; `None` where one of them is not a version of that scheme.
pub fn compare(scheme: Scheme, left: &str, right: &str) -> Option<Ordering> {
    let (left, right) = (left.trim(), right.trim());
    match scheme {
        Scheme::Semantic => semantic::compare(left, right, semantic::Patches::Before),
        Scheme::Composer => semantic::compare(left, right, semantic::Patches::After),
        Scheme::Python => {
            let left = pep440_rs::Version::from_str(left).ok()?;
            Some(left.cmp(&pep440_rs::Version::from_str(right).ok()?))
        }
        Scheme::Maven => maven::compare(left, right),
        Scheme::Gem => gem::compare(left, right),
        Scheme::Debian => debian::compare(left, right),
        Scheme::Rpm => rpm::compare(left, right),
        Scheme::Alpine => alpine::compare(left, right),
    }
}

/// What an update to some version means for a vulnerability.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// The fixed version that is reached: the greatest one that is not above the new version.
    Reached { fixed: String },
    /// Certainly still vulnerable.
    Below,
    /// Not known: no fix is stated, a version cannot be read, or the new one lies between two lines.
    Unclear,
}

/// Whether `new` holds the fix, given every version that is stated to hold it.
///
/// Fixed versions are alternatives, one for each maintained line (`1.2.4`, `2.0.1`). At or above the greatest one
/// the fix is there. Below the smallest one it is not. Between two of them, `lower <= new < upper`, the line
/// decides: `new` belongs to the one with which it shares more leading numbers. So with `2.3.1`, `2.12.2` and
/// `2.15.0`, version 2.12.4 is fixed, 2.3.0 and 2.15.0-rc1 are not, and 2.14.1 is unclear (it was in fact
/// vulnerable), though it is above a fixed version with the same major number.
pub fn reach(ecosystem: &str, new: &str, fixed_versions: &[String]) -> Reach {
    let Some(scheme) = Scheme::of(ecosystem) else { return Reach::Unclear };
    let stated = || fixed_versions.iter().flat_map(|text| text.split(',')).map(str::trim);
    let (mut lower, mut upper): (Option<&str>, Option<&str>) = (None, None);
    for fixed in stated().filter(|fixed| !fixed.is_empty()) {
        let Some(order) = compare(scheme, fixed, new) else { return Reach::Unclear };
        let side = if order.is_gt() { &mut upper } else { &mut lower };
        let nearer = if order.is_gt() { Ordering::Less } else { Ordering::Greater };
        if side.is_none_or(|held| compare(scheme, fixed, held) == Some(nearer)) {
            *side = Some(fixed);
        }
    }
    match (lower, upper) {
        (None, None) => Reach::Unclear,
        (None, Some(_)) => Reach::Below,
        (Some(fixed), None) => Reach::Reached { fixed: fixed.to_owned() },
        (Some(lower), Some(upper)) => {
            let is_same = compare(scheme, lower, new) == Some(Ordering::Equal);
            match shared_numbers(lower, new).cmp(&shared_numbers(upper, new)) {
                _ if is_same => Reach::Reached { fixed: lower.to_owned() },
                Ordering::Greater => Reach::Reached { fixed: lower.to_owned() },
                Ordering::Equal => Reach::Unclear,
                Ordering::Less => Reach::Below,
            }
        }
    }
}

fn shared_numbers(left: &str, right: &str) -> usize {
    let left = left.trim_start_matches(['v', 'V']).split(|sign: char| !sign.is_ascii_alphanumeric());
    let right = right.trim_start_matches(['v', 'V']).split(|sign: char| !sign.is_ascii_alphanumeric());
    left.zip(right).take_while(|(left, right)| left == right).count()
}

/// Compares runs of digits of any length; leading zeros do not count.
fn compare_digits(left: &str, right: &str) -> Ordering {
    let (left, right) = (left.trim_start_matches('0'), right.trim_start_matches('0'));
    left.len().cmp(&right.len()).then_with(|| left.cmp(right))
}

/// Cuts off the first run of characters that satisfy `belongs`.
fn take_while(text: &str, belongs: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(|sign| !belongs(sign)).unwrap_or(text.len()))
}

/// Cuts off the leading digits, or the leading letters where there are none.
fn number_or_word(text: &str) -> (&str, &str) {
    match take_while(text, |sign| sign.is_ascii_digit()) {
        ("", _) => take_while(text, |sign| sign.is_ascii_alphabetic()),
        number => number,
    }
}

#[cfg(test)]
mod tests;
