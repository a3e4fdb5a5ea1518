//! Which packages a pull request updates to which version, as its tool or its title says, and what that fixes.
//!
//! Each tool's data is read in its own file; where the data is missing the title is read. The versions are the
//! tool's claim: the diff is not looked at.

mod dependabot;
mod renovate;
mod snyk;

use super::{Candidate, Reason, Tool, package};
use crate::pull_request::PullRequest;
use crate::version::{self, Reach, Scheme};
use regex::Regex;
use std::sync::LazyLock;

/// Far above what one pull request can be reviewed for.
const UPDATES_MAX: usize = 1_000;
const VERSION_BYTES_MAX: usize = 64;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Update {
    pub tool: Tool,
    pub package: String,
    pub to: String,
    /// A purl type, or another word that equals none; `None` where the tool does not say.
    pub ecosystem: Option<String>,
    /// With its leading slash; `None` where the tool names none or the root.
    pub folder: Option<String>,
    /// Read from a branch that can be cut in several ways: good for a suggestion.
    pub is_guess: bool,
}

/// `own_body` is what the author wrote of the description, as plain text.
pub fn read(pull_request: &PullRequest, own_body: &str) -> Vec<Update> {
    let mut updates = if dependabot::is_author(pull_request) {
        dependabot::read(pull_request, own_body)
    } else if renovate::is_author(pull_request) {
        renovate::read(pull_request, own_body)
    } else if snyk::is_author(pull_request) {
        snyk::read(pull_request)
    } else {
        claims(&pull_request.title).map(|claim| claim.update(Tool::Title)).collect()
    };
    updates.retain(|update| !update.to.is_empty() && update.to.len() <= VERSION_BYTES_MAX);
    updates.truncate(UPDATES_MAX);
    updates
}

/// The best reason that the updates give for `candidate`.
pub fn reason(updates: &[Update], candidate: &Candidate<'_>) -> Option<Reason> {
    let known = candidate.package?;
    let ecosystem = package::ecosystem(&known.ecosystem);
    let is_system = Scheme::of(&ecosystem).is_some_and(Scheme::is_system);
    let reasons = updates.iter().filter_map(|update| {
        let is_ecosystem = update.ecosystem.as_ref().map_or(!is_system, |named| *named == ecosystem);
        if !is_ecosystem || !package::is_same(known, &update.package) {
            return None;
        }
        let (tool, to) = (update.tool, update.to.clone());
        let package = update.package.rsplit(':').next().unwrap_or_default().to_owned();
        match version::reach(&ecosystem, &update.to, &known.fixed_versions) {
            Reach::Below => None,
            Reach::Unclear => Some(Reason::UnclearUpdate { tool, package, to }),
            Reach::Reached { .. } if update.is_guess => Some(Reason::UnclearUpdate { tool, package, to }),
            Reach::Reached { fixed } => match &update.folder {
                Some(folder) if !is_near(folder, candidate.path) => {
                    Some(Reason::OtherFolder { tool, package, to, folder: folder.clone() })
                }
                _ => Some(Reason::Update { tool, package, to, fixed }),
            },
        }
    });
    reasons.min_by_key(|reason| match reason {
        Reason::Update { .. } => 0,
        Reason::OtherFolder { .. } => 1,
        _ => 2,
    })
}

/// Whether a manifest can belong to the folder: in it, above it (a workspace's lockfile) or below it.
fn is_near(folder: &str, path: Option<&str>) -> bool {
    let Some(path) = path else { return true };
    let clean = |text: &str| text.trim_start_matches("./").trim_matches('/').to_owned();
    let (folder, path) = (clean(folder), clean(path));
    let place = path.rsplit_once('/').map_or("", |(place, _)| place);
    folder
        .split('/')
        .zip(place.split('/'))
        .all(|(left, right)| left == right || left.is_empty() || right.is_empty())
}

/// "Bump X from A to B in /folder", in a title or a line of a message.
pub struct Claim<'a> {
    pub package: &'a str,
    pub to: String,
    pub ecosystem: Option<&'static str>,
    pub folder: Option<&'a str>,
}

impl Claim<'_> {
    pub fn update(&self, tool: Tool) -> Update {
        Update {
            tool,
            package: self.package.to_owned(),
            to: self.to.clone(),
            ecosystem: self.ecosystem.map(str::to_owned),
            folder: self.folder.map(str::to_owned),
            is_guess: false,
        }
    }
}

/// Every claim in a text: Dependabot's, Renovate's and Snyk's titles, and the lines of their messages.
pub fn claims(text: &str) -> impl Iterator<Item = Claim<'_>> {
    static CLAIM: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(concat!(
            r"(?i)\b(?:bump|update|upgrade)s?\s+",
            r"(?:(?P<kind>dependency|module|rust crate|plugin)\s+)?",
            r"[\[`]?(?P<name>[^\s\[\]`()]+)[\]`]?(?:\(\S*\)|\s+https?://\S+)?\s+",
            r"(?:(?P<other>requirement|action|docker tag|docker digest|monorepo)\s+)?",
            r"(?:from\s+`?[^\s`]+`?\s+)?to\s+`?(?P<to>[v^~=<>!]*\d[^\s,;`]*)`?(?:\s+in\s+(?P<folder>/\S+))?",
        ))
        .expect("the pattern is constant")
    });
    CLAIM.captures_iter(text).map(|found| {
        let word = |name| found.name(name).map_or("", |part| part.as_str()).to_ascii_lowercase();
        let ecosystem = match (word("kind").as_str(), word("other").as_str()) {
            (_, "action") => Some("githubactions"),
            (_, "docker tag" | "docker digest") => Some("docker"),
            ("module", _) => Some("golang"),
            ("rust crate", _) => Some("cargo"),
            _ => None,
        };
        let all = |name| found.name(name).map(|part| part.as_str());
        let package = all("name").unwrap_or_default();
        Claim { package, to: lower_bound(all("to").unwrap_or_default()), ecosystem, folder: all("folder") }
    })
}

/// The least version that a requirement of one bound allows; anything else stays, to be refused by the comparison.
pub fn lower_bound(requirement: &str) -> String {
    let text = requirement.trim().trim_matches(['`', '"', '\'']).trim_end_matches(['.', ',', ')', ':']);
    let operators = ["==", "~>", "~=", ">=", "^", "~", "="];
    let version =
        operators.iter().find_map(|operator| text.strip_prefix(operator)).unwrap_or(text).trim_start();
    match version.strip_prefix(['v', 'V']) {
        Some(digits) if digits.starts_with(|sign: char| sign.is_ascii_digit()) => digits.to_owned(),
        _ => version.to_owned(),
    }
}

/// The rows of the first table with all these columns, as one cell for each of them.
pub fn table<const N: usize>(own_body: &str, columns: [&str; N]) -> Vec<[String; N]> {
    let cells = |line: &str| line.split(" | ").map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
    let mut lines = own_body.lines();
    let places = lines.by_ref().find_map(|line| {
        let head: Vec<String> = cells(line);
        let place = |column: &str| head.iter().position(|cell| cell.eq_ignore_ascii_case(column));
        let places: Vec<usize> = columns.iter().filter_map(|column| place(column)).collect();
        <[usize; N]>::try_from(places).ok()
    });
    let Some(places) = places else { return Vec::new() };
    let rows = lines.take_while(|line| line.contains(" | ")).map(cells);
    rows.map(|row| places.map(|place| row.get(place).cloned().unwrap_or_default())).collect()
}

/// The name in a cell, which is followed by links.
pub fn first_word(cell: &str) -> &str {
    cell.split_whitespace().next().unwrap_or_default()
}
