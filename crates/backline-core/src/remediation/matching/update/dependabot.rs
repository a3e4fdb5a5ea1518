//! Dependabot's commit trailer, message lines, table, title and branch.
//!
//! Source: dependabot/fetch-metadata, `src/dependabot/update_metadata.ts`; dependabot/dependabot-core,
//! `common/lib/dependabot/pull_request_creator`.

use super::{Update, claims, first_word, lower_bound, table};
use crate::pull_request::PullRequest;
use crate::remediation::matching::{Tool, package};
use regex::Regex;
use std::sync::LazyLock;

const BRANCH: &str = "dependabot";

pub fn is_author(pull_request: &PullRequest) -> bool {
    let is_branch = branch_parts(&pull_request.branch).is_some();
    let is_trailer = |message: &String| message.contains("updated-dependencies:");
    is_branch
        || pull_request.author.to_ascii_lowercase().contains("dependabot")
        || pull_request.commit_messages.iter().any(is_trailer)
}

/// The trailer names packages in full, so it wins over lines; older ones lack versions, which the lines then give.
pub fn read(pull_request: &PullRequest, own_body: &str) -> Vec<Update> {
    let (ecosystem, rest) = branch_parts(&pull_request.branch).unzip();
    let ecosystem = ecosystem.map(package::ecosystem);
    let mut updates = stated(pull_request, own_body);
    if updates.is_empty() {
        updates = rest.map(from_branch).unwrap_or_default();
    }
    let folder = folder(pull_request);
    for update in &mut updates {
        update.ecosystem = ecosystem.clone().or(update.ecosystem.take());
        update.folder = update.folder.take().or(folder.clone());
    }
    updates
}

fn stated(pull_request: &PullRequest, own_body: &str) -> Vec<Update> {
    let commits = pull_request.commit_messages.iter().map(String::as_str);
    let texts = [pull_request.title.as_str(), own_body].into_iter().chain(commits);
    let lines: Vec<Update> = texts
        .flat_map(|text| claims(text).map(|claim| claim.update(Tool::Dependabot)))
        .chain(
            table(own_body, ["Package", "From", "To"])
                .into_iter()
                .map(|[name, _, to]| of(first_word(&name), &to)),
        )
        .collect();
    let trailer: Vec<(String, Option<String>)> =
        pull_request.commit_messages.iter().flat_map(|message| trailer(message)).collect();
    if trailer.is_empty() {
        return lines;
    }
    let is_alone = trailer.len() == 1;
    let stated = trailer.into_iter().filter_map(|(name, version)| {
        let tail = |name: &str| name.rsplit([':', '/']).next().unwrap_or_default().to_owned();
        let line = || {
            let exact = lines.iter().find(|line| line.package == name);
            let bare = || lines.iter().find(|line| tail(&line.package) == tail(&name));
            // A Maven property or a Gradle plugin goes by another name in the title.
            exact.or_else(bare).or_else(|| lines.first().filter(|_| is_alone))
        };
        let version = version.or_else(|| line().map(|line| line.to.clone()))?;
        Some(of(&name, &version))
    });
    stated.collect()
}

fn of(name: &str, to: &str) -> Update {
    Update {
        tool: Tool::Dependabot,
        package: name.to_owned(),
        to: lower_bound(to),
        ecosystem: None,
        folder: None,
        is_guess: false,
    }
}

/// Names and versions of the YAML list that begins with `updated-dependencies:` and ends with `...`.
fn trailer(message: &str) -> Vec<(String, Option<String>)> {
    let lines = message.lines().map(str::trim).skip_while(|line| *line != "updated-dependencies:").skip(1);
    let mut found: Vec<(String, Option<String>)> = Vec::new();
    for line in lines.take_while(|line| *line != "...") {
        let Some((key, value)) = line.trim_start_matches("- ").split_once(':') else { continue };
        let value = value.trim().trim_matches(['"', '\'']).to_owned();
        match (key, found.last_mut()) {
            ("dependency-name", _) => found.push((value, None)),
            ("dependency-version", Some(last)) if !value.is_empty() => last.1 = Some(value),
            _ => {}
        }
    }
    found
}

/// The package manager and what follows it; the separator is the sign after `dependabot`.
fn branch_parts(branch: &str) -> Option<(&str, &str)> {
    let rest = branch.strip_prefix(BRANCH)?;
    let separator = rest.chars().next().filter(|sign| "/-_".contains(*sign))?;
    // `npm_and_yarn` and `go_modules` hold the third separator themselves.
    let managers = ["npm_and_yarn", "go_modules", "github_actions", "git_submodules"];
    let rest = &rest[1..];
    let manager = managers.into_iter().find(|manager| rest.starts_with(manager));
    let (manager, rest) = match manager {
        Some(manager) => rest.split_at(manager.len()),
        None => rest.split_at(rest.find(separator)?),
    };
    Some((manager, rest.strip_prefix(separator)?))
}

/// `folder/package-1.2.3`, where folders, scopes and module paths look alike, so each cut is tried.
fn from_branch(rest: &str) -> Vec<Update> {
    static VERSION: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"^(.+?)-(v?\d+(?:\.\w+)+)$").expect("the pattern is constant"));
    let Some((_, [path, to])) = VERSION.captures(rest).map(|found| found.extract()) else {
        return Vec::new();
    };
    let starts = path.match_indices('/').map(|(at, _)| at + 1);
    let names = std::iter::once(path).chain(starts.map(|start| &path[start..])).flat_map(|name| {
        let is_scope = name.matches('/').count() == 1;
        [Some(name.to_owned()), is_scope.then(|| format!("@{name}"))].into_iter().flatten()
    });
    let is_guess = path.contains('/');
    names.map(|name| Update { is_guess, ..of(&name, to) }).collect()
}

/// "in /web" of the title, or "in the /web directory" where all that is said is of one folder.
fn folder(pull_request: &PullRequest) -> Option<String> {
    static FOLDER: LazyLock<Regex> = LazyLock::new(|| {
        let folder = r"\bin (/\S+)\s*$|\bin (?:the )?(/\S+) directory";
        Regex::new(folder).expect("the pattern is constant")
    });
    let first_commit = pull_request.commit_messages.first().map_or("", String::as_str);
    let all = [pull_request.title.as_str(), first_commit];
    let mut folders: Vec<&str> = all
        .iter()
        .flat_map(|text| FOLDER.captures_iter(text))
        .filter_map(|found| found.get(1).or(found.get(2)).map(|folder| folder.as_str()))
        .collect();
    folders.dedup();
    <[&str; 1]>::try_from(folders).ok().map(|[folder]| folder.to_owned())
}
