//! Gathers the rows of one report into findings.
//!
//! Owns counting, the reasons for rows that are not findings, the ordinals that tell like findings apart, and the
//! merging of doubles. Knows no format.
//!
//! Invariant: rows = findings + merged + the sum of all skips, whatever the reader does.

use super::refusal::{refuse, shortened};
use super::{Finding, Identity, Limits, Refused, Skip, key};
use crate::severity::Severity;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

const EXAMPLES_MAX: usize = 3;
const PROBLEMS_MAX: usize = 20;
const REFERENCES_MAX: usize = 30;

/// Where in its file a finding stands. It orders like findings, and never enters an identity itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Position {
    pub line: Option<u32>,
    pub column: Option<u32>,
    /// Tells apart what has no line, or shares one.
    pub text: String,
}

#[derive(Debug)]
pub(super) struct Collector {
    rows_max: usize,
    rows: usize,
    /// A position where like findings need an ordinal.
    drafts: Vec<(Finding, Option<Position>)>,
    skipped: BTreeMap<String, Skip>,
    problems: Vec<String>,
    problems_left_out: usize,
}

/// What the rows came to.
#[derive(Debug)]
pub(super) struct Collected {
    pub findings: Vec<Finding>,
    pub rows: usize,
    pub merged: usize,
    pub skipped: Vec<Skip>,
    pub problems: Vec<String>,
}

impl Collector {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            rows_max: limits.rows_max,
            rows: 0,
            drafts: Vec::new(),
            skipped: BTreeMap::new(),
            problems: Vec::new(),
            problems_left_out: 0,
        }
    }

    /// Takes a row whose identity is complete.
    pub(super) fn finding(&mut self, finding: Finding) -> Result<(), Refused> {
        self.count_row()?;
        self.note_severity(&finding);
        self.drafts.push((finding, None));
        Ok(())
    }

    /// Takes a row that gets an ordinal if another place has the same identity.
    pub(super) fn finding_at(&mut self, finding: Finding, position: Position) -> Result<(), Refused> {
        self.count_row()?;
        self.note_severity(&finding);
        self.drafts.push((finding, Some(position)));
        Ok(())
    }

    /// Takes a row that is not an open weakness.
    pub(super) fn skip(&mut self, reason: &str, example: &str) -> Result<(), Refused> {
        self.count_row()?;
        let skip = self.skipped.entry(reason.to_owned()).or_insert_with(|| Skip {
            reason: reason.to_owned(),
            count: 0,
            examples: Vec::new(),
        });
        skip.count += 1;
        if skip.examples.len() < EXAMPLES_MAX && !skip.examples.iter().any(|known| known == example) {
            skip.examples.push(example.to_owned());
        }
        Ok(())
    }

    /// A severity that no scanner is known to write is kept as unknown, and said.
    fn note_severity(&mut self, finding: &Finding) {
        let word = &finding.rating.word;
        let is_said = !word.is_empty() && !word.eq_ignore_ascii_case("unknown");
        if is_said && finding.rating.severity == Severity::Unknown {
            let word = shortened(word);
            self.problem(format!("the severity {word:?} is not known, and is kept as unknown"));
        }
    }

    /// Notes an oddity once, however often it occurs.
    pub(super) fn problem(&mut self, text: String) {
        if self.problems.contains(&text) {
            return;
        }
        if self.problems.len() == PROBLEMS_MAX {
            self.problems_left_out += 1;
            return;
        }
        self.problems.push(text);
    }

    pub(super) fn finish(mut self) -> Collected {
        self.number_like_findings();
        let mut findings: Vec<Finding> = Vec::with_capacity(self.drafts.len());
        let mut places: BTreeMap<Identity, usize> = BTreeMap::new();
        let mut merged = 0;
        for (finding, _) in self.drafts {
            match places.entry(finding.identity.clone()) {
                Entry::Vacant(place) => {
                    place.insert(findings.len());
                    findings.push(finding);
                }
                Entry::Occupied(place) => {
                    merge(&mut findings[*place.get()], finding);
                    merged += 1;
                }
            }
        }
        if self.problems_left_out > 0 {
            self.problems.push(format!("{} more problem(s)", self.problems_left_out));
        }
        Collected {
            findings,
            rows: self.rows,
            merged,
            skipped: self.skipped.into_values().collect(),
            problems: self.problems,
        }
    }

    fn count_row(&mut self) -> Result<(), Refused> {
        self.rows += 1;
        if self.rows > self.rows_max {
            return Err(refuse(
                "/",
                format!("the report has more than {} rows", self.rows_max),
                "split it: one report for each image, folder or tool; or raise the limit in the configuration",
            ));
        }
        Ok(())
    }

    /// Gives the second, third, … place of one identity an ordinal, in the order of the places in the file and
    /// not of the rows in the report, so that a report in another order says the same.
    fn number_like_findings(&mut self) {
        let mut places: BTreeMap<Identity, BTreeMap<Position, usize>> = BTreeMap::new();
        for (finding, position) in &self.drafts {
            if let Some(position) = position {
                places.entry(finding.identity.clone()).or_default().insert(position.clone(), 0);
            }
        }
        places.retain(|_, positions| positions.len() > 1);
        for positions in places.values_mut() {
            positions.values_mut().enumerate().for_each(|(ordinal, slot)| *slot = ordinal);
        }
        for (finding, position) in &mut self.drafts {
            let Some(position) = position else { continue };
            let ordinal = places.get(&finding.identity).and_then(|positions| positions.get(position));
            let ordinal = ordinal.copied().unwrap_or_default();
            if let Identity::Code { fingerprint, .. } = &mut finding.identity
                && ordinal > 0
            {
                *fingerprint = key::digest(["ordinal", fingerprint, &ordinal.to_string()]);
            }
        }
    }
}

/// Joins a double into the finding that is kept: the worse one is shown, and nothing that either says is lost.
pub fn merge(kept: &mut Finding, mut double: Finding) {
    if prefer(&double) < prefer(kept) {
        std::mem::swap(kept, &mut double);
    }
    kept.identifiers = super::identifier::ordered(kept.identifiers.drain(..).chain(double.identifiers));
    kept.cwes = super::identifier::cwes_in(kept.cwes.iter().chain(&double.cwes).map(String::as_str));
    for reference in double.references {
        if kept.references.len() < REFERENCES_MAX && !kept.references.contains(&reference) {
            kept.references.push(reference);
        }
    }
    if let (Some(kept), Some(double)) = (&mut kept.package, double.package) {
        for version in double.fixed_versions {
            if !kept.fixed_versions.contains(&version) {
                kept.fixed_versions.push(version);
            }
        }
    }
    kept.remedy = kept.remedy.take().or(double.remedy);
}

/// Lower is shown: by what the finding says and not by its place in the report.
fn prefer(finding: &Finding) -> (Severity, Option<&str>, Option<u32>, &str) {
    let version = finding.package.as_ref().map(|package| package.version.as_str());
    (finding.rating.severity, version, finding.location.line, &finding.title)
}

/// http and https links, no doubles, at most [`REFERENCES_MAX`].
pub(super) fn links<'a>(links: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for link in links.into_iter().map(str::trim) {
        let is_web = link.starts_with("https://") || link.starts_with("http://");
        if is_web && kept.len() < REFERENCES_MAX && !kept.iter().any(|known| known == link) {
            kept.push(link.to_owned());
        }
    }
    kept
}

/// One line of plain text, cut at 200 characters.
pub(super) fn one_line(text: &str) -> String {
    const TITLE_CHARS_MAX: usize = 200;
    let words: Vec<&str> = text.split_whitespace().collect();
    cut(&words.join(" "), TITLE_CHARS_MAX)
}

/// A scanner's long text, cut at 20,000 characters.
pub(super) fn long_text(text: &str) -> String {
    const DESCRIPTION_CHARS_MAX: usize = 20_000;
    cut(text.trim(), DESCRIPTION_CHARS_MAX)
}

fn cut(text: &str, chars_max: usize) -> String {
    match text.char_indices().nth(chars_max) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
