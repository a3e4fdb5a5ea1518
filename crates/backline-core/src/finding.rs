//! What a scanner reported, once, at one place.
//!
//! A [`Report`] is what one file says; a [`Finding`] is one weakness in it. Findings are never edited: what is
//! tracked over time is a [`crate::vulnerability::Vulnerability`].

mod collect;
mod cyclonedx;
mod detect;
mod document;
mod identifier;
mod key;
mod known;
mod lenient;
mod package;
mod packed;
mod rating;
mod refusal;
mod sarif;
mod summary;
mod trivy;

pub use collect::merge;
pub use key::{scope_key, vulnerability_key};
pub use packed::unpacked;
pub use summary::Summary;

use crate::severity::Rating;
use document::Document;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A report format, told from content, never from a file name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    Trivy,
    Sarif,
    Cyclonedx,
}

impl Format {
    pub fn word(self) -> &'static str {
        match self {
            Self::Trivy => "trivy",
            Self::Sarif => "sarif",
            Self::Cyclonedx => "cyclonedx",
        }
    }
}

/// Bounds on what is read. The size of a file is bounded by whoever receives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Rows of one report; a value above 2,000,000 has no effect.
    pub rows_max: usize,
    /// Levels of arrays and objects; a value above 100 has no effect.
    pub depth_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { rows_max: 2_000_000, depth_max: 64 }
    }
}

/// Tells the format of a report from its content.
///
/// # Errors
/// [`Refused`] for what no reader takes: not text, not JSON, a format that is unknown or not supported yet, or a
/// version of a format that its reader does not know.
pub fn detect(bytes: &[u8]) -> Result<Format, Refused> {
    let document = Document::open(bytes)?;
    document.check_depth(&Limits::default())?;
    detect::detect(&document)
}

/// Reads a report of whatever format it has.
///
/// # Errors
/// [`Refused`] if anything in it is not as its format demands; nothing of it is taken then.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Report, Refused> {
    read_document(bytes, limits, None)
}

/// Reads a report of which the format is said beforehand, by its word.
///
/// # Errors
/// As [`read`], and [`Refused`] if the content is of another format.
pub fn read_as(said: &str, bytes: &[u8], limits: &Limits) -> Result<Report, Refused> {
    read_document(bytes, limits, Some(said))
}

fn read_document(bytes: &[u8], limits: &Limits, said: Option<&str>) -> Result<Report, Refused> {
    let document = Document::open(bytes)?;
    document.check_depth(limits)?;
    let format = detect::detect(&document)?;
    if let Some(said) = said.filter(|said| !said.eq_ignore_ascii_case(format.word())) {
        let said: String = said.chars().take(40).collect();
        return Err(refusal::refuse(
            "/",
            format!("expected a report of the format {said}, found {}", format.word()),
            "leave the format out, and it is told from the content",
        ));
    }
    let mut report = match format {
        Format::Trivy => trivy::read(&document, limits),
        Format::Sarif => sarif::read(&document, limits),
        Format::Cyclonedx => cyclonedx::read(&document, limits),
    }?;
    report.problems.extend(document.preamble());
    Ok(report)
}

/// A report's own date. The year 1 is what Go programs write for none.
fn date(text: &str) -> Option<Timestamp> {
    let date: Timestamp = text.trim().parse().ok()?;
    (date > Timestamp::UNIX_EPOCH).then_some(date)
}

/// What one report file says.
#[derive(Debug, Clone)]
pub struct Report {
    pub format: Format,
    /// The scanner's family in lower case (`trivy`, `codeql`), with its version where stated.
    pub scanner: String,
    pub scanner_version: Option<String>,
    /// What was scanned, as the report names it: image without tag and digest, SARIF category, component.
    pub target: Option<String>,
    /// Distinguishes scans of one target by one scanner that do not replace each other (`image`, `fs`, `sarif`).
    pub scan_kind: String,
    /// The report's own date; `None` means that the time of upload stands in.
    pub scanned_at: Option<Timestamp>,
    /// `false` if the report itself says that the scan failed: it then resolves nothing that it does not show.
    pub is_complete: bool,
    pub findings: Vec<Finding>,
    /// Entries of the format before any judgement: `rows = findings + merged + skipped`.
    pub rows: usize,
    /// Doubles of one finding inside the report.
    pub merged: usize,
    pub skipped: Vec<Skip>,
    /// Oddities that lost nothing but that a person may want to know.
    pub problems: Vec<String>,
}

/// Rows that are not open weaknesses, with the reason (suppressed, passed, not affected).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skip {
    pub reason: String,
    pub count: usize,
    /// The first few, to be recognised by.
    pub examples: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A vulnerable dependency or system package.
    Package,
    /// A weakness in the team's own code.
    Code,
    Secret,
    /// A misconfiguration of infrastructure.
    Infrastructure,
    License,
}

impl Kind {
    pub fn word(self) -> &'static str {
        match self {
            Self::Package => "package",
            Self::Code => "code",
            Self::Secret => "secret",
            Self::Infrastructure => "infrastructure",
            Self::License => "license",
        }
    }
}

/// One weakness, at one place, in one report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    pub kind: Kind,
    pub identity: Identity,
    /// One line, plain text.
    pub title: String,
    /// Plain text or Markdown as the scanner wrote it: hostile until escaped for its sink.
    pub description: String,
    pub rating: Rating,
    /// Normalised ids, best first: CVE, then GHSA, then others.
    pub identifiers: Vec<String>,
    /// `CWE-79`.
    pub cwes: Vec<String>,
    pub package: Option<Package>,
    pub location: Location,
    /// The rule of a code, secret or infrastructure finding.
    pub rule: Option<String>,
    /// How to fix it, where the scanner says.
    pub remedy: Option<String>,
    /// http and https links only.
    pub references: Vec<String>,
}

/// What makes a finding the same one in the next scan. Never a line number, severity, title or version.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "lowercase")]
pub enum Identity {
    /// `advisory` is the smallest alias here; the store resolves it through its alias table. `package` is the
    /// purl without version and qualifiers (or `ecosystem/name`). `place` is the manifest path or the image
    /// repository without tag and digest.
    Package { advisory: String, package: String, place: String },
    /// `fingerprint` is the scanner's own stable one, else a hash of rule, path, normalised snippet, ordinal.
    Code { family: String, rule: String, fingerprint: String },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Package {
    /// `npm`, `maven`, `pypi`, `golang`, `alpine`, …: the purl's type, lower case.
    pub ecosystem: String,
    pub name: String,
    pub version: String,
    pub purl: Option<String>,
    /// Versions that fix it, as stated; empty where no fix is known.
    pub fixed_versions: Vec<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Location {
    /// Relative path of the file or manifest.
    pub path: Option<String>,
    pub line: Option<u32>,
    /// Container image as reported, with its tag.
    pub image: Option<String>,
    /// Cloud or configuration resource.
    pub resource: Option<String>,
}

/// Why a report was refused: nothing of it was taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{rule} at {place}")]
pub struct Refused {
    /// JSON pointer, or a byte offset such as `byte 512`.
    pub place: String,
    /// What was expected and what was found, one sentence.
    pub rule: String,
    /// What to do about it, one sentence.
    pub remedy: String,
}
