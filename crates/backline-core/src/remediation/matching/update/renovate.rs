//! Renovate's table of updates, and its title.
//!
//! Source: renovatebot/renovate, `lib/config/options/index.ts` (branch, title) and
//! `lib/workers/repository/update/pr/body/updates-table.ts`.

use super::{Update, claims, first_word, lower_bound, table};
use crate::pull_request::PullRequest;
use crate::remediation::matching::{Tool, package};
use regex::Regex;
use std::sync::LazyLock;

pub fn is_author(pull_request: &PullRequest) -> bool {
    pull_request.author.to_ascii_lowercase().contains("renovate")
        || pull_request.branch.starts_with("renovate/")
        || pull_request.body.contains("<!--renovate-debug:")
}

/// The table has whole versions, the title of a major update only `v5`; so the title is read where there is no table.
pub fn read(pull_request: &PullRequest, own_body: &str) -> Vec<Update> {
    let title = || claims(&pull_request.title).map(|claim| claim.update(Tool::Renovate));
    let said: Option<String> = title().find_map(|update| update.ecosystem);
    let rows = table(own_body, ["Package", "Change"]).into_iter().filter_map(|[name, change]| {
        static CHANGE: LazyLock<Regex> =
            LazyLock::new(|| Regex::new(r"(?:->|→)\s*(\S+)").expect("the pattern is constant"));
        let to = CHANGE.captures(&change)?.get(1)?.as_str();
        Some(Update {
            tool: Tool::Renovate,
            package: first_word(&name).to_owned(),
            to: lower_bound(to),
            ecosystem: datasource(&change).or_else(|| datasource_of_badge(own_body, first_word(&name))),
            folder: None,
            is_guess: false,
        })
    });
    let rows: Vec<Update> = rows.collect();
    let mut updates: Vec<Update> = if rows.is_empty() { title().collect() } else { rows };
    let datasource = branch_datasource(&pull_request.branch);
    for update in &mut updates {
        update.ecosystem = update.ecosystem.take().or_else(|| said.clone()).or_else(|| datasource.clone());
    }
    updates
}

/// The link on a change is `…/diffs/npm/lodash/4.17.20/4.17.21`.
fn datasource(change: &str) -> Option<String> {
    static DIFF: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"/diffs/([a-z0-9-]+)/").expect("the pattern is constant"));
    Some(package::ecosystem(DIFF.captures(change)?.get(1)?.as_str()))
}

/// Badges of the same row are `…/badges/age/npm/lodash/4.17.21`, with the name percent-encoded.
fn datasource_of_badge(own_body: &str, name: &str) -> Option<String> {
    static BADGE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"/badges/[a-z]+/([a-z0-9-]+)/([^/\s]+)/").expect("the pattern is constant")
    });
    let encoded = name.replace('/', "%2f").to_ascii_lowercase();
    let found = BADGE.captures_iter(own_body).find(|found| found[2].to_ascii_lowercase() == encoded)?;
    Some(package::ecosystem(&found[1]))
}

/// `renovate/npm-lodash-vulnerability`.
fn branch_datasource(branch: &str) -> Option<String> {
    let name = branch.rsplit('/').next()?.strip_suffix("-vulnerability")?;
    let known = ["npm", "pypi", "maven", "go", "crate", "rubygems", "packagist", "nuget"];
    let datasource = name.split_once('-')?.0;
    known.contains(&datasource).then(|| package::ecosystem(datasource))
}
