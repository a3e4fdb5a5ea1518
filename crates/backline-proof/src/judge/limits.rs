//! I11: what asked to be left alone is not asked before its time by whoever was told.
//!
//! A process knows what it was answered itself; that replicas do not yet tell each other is a gap of the product and not of
//! this judge, which counts a process by its life.

use super::Violation;
use crate::story::{Answer, Sender, Told, What};
use std::collections::BTreeMap;

/// What a limit is about: all of the site, one endpoint, or writes to one issue.
type Scope = (Sender, String);

pub fn nobody_asks_before_the_time(story: &[Told]) -> Vec<Violation> {
    let mut sent: BTreeMap<u64, (Sender, &'static str, &str)> = BTreeMap::new();
    let mut shut: BTreeMap<Scope, i64> = BTreeMap::new();
    let mut found = Vec::new();
    for told in story {
        match &told.what {
            What::Sent { n, by, method, path, .. } if path.contains("/ex/jira/") => {
                for scope in scopes(method, path) {
                    if shut.get(&(*by, scope.clone())).is_some_and(|until| told.at_ms < *until) {
                        let says = format!("request {n} to {scope} of {by:?}, too early");
                        found.push(Violation::new("I11", told.at_ms, says));
                    }
                }
                sent.insert(*n, (*by, method, path));
            }
            What::Answered { n, answer: Answer::Status { wait: Some(wait), .. } } => {
                let Some((by, method, path)) = sent.get(n) else { continue };
                let [site, endpoint, issue] = scopes(method, path);
                let scope = match wait.reason.as_str() {
                    reason if reason.contains("burst") => endpoint,
                    reason if reason.contains("per-issue") && issue.is_empty() => endpoint,
                    reason if reason.contains("per-issue") => issue,
                    _ => site,
                };
                let until = told.at_ms + i64::try_from(wait.s * 1_000).unwrap_or(i64::MAX);
                shut.entry((*by, scope)).and_modify(|known| *known = until.max(*known)).or_insert(until);
            }
            _ => {}
        }
    }
    found
}

/// The site, the endpoint, and the issue where it is written to one.
fn scopes(method: &str, path: &str) -> [String; 3] {
    let rest = path.split("/rest/").nth(1).unwrap_or_default().split('?').next().unwrap_or_default();
    let parts: Vec<&str> = rest.split('/').skip(2).collect();
    let is_name = |part: &&str| part.contains(|c: char| c.is_ascii_digit());
    let plain: Vec<&str> = parts.iter().map(|part| if is_name(part) { "*" } else { part }).collect();
    let issue = match parts.as_slice() {
        ["issue", id, ..] if is_name(id) && method != "GET" => format!("issue {id}"),
        _ => String::new(),
    };
    ["site".to_owned(), format!("{method} {}", plain.join("/")), issue]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::testing::{sent, story_at};
    use crate::story::Wait;
    use serde_json::Value as Json;

    const ISSUE: &str = "/api/ex/jira/c/rest/api/3/issue/10001";
    const SEARCH: &str = "/api/ex/jira/c/rest/api/3/search/jql";

    fn told(reason: &str, second: (&str, &str), at_s: i64) -> usize {
        let wait = Some(Wait { s: 10, reason: reason.to_owned() });
        let limited = What::Answered { n: 1, answer: Answer::Status { status: 429, wait } };
        let method = if second.0 == "PUT" { "PUT" } else { "POST" };
        let story = story_at([
            (0, sent(1, "PUT", ISSUE, Json::Null)),
            (0, limited),
            (at_s * 1_000, sent(2, method, second.1, Json::Null)),
        ]);
        nobody_asks_before_the_time(&story).len()
    }

    #[test]
    fn only_the_scope_that_was_named_is_shut_and_only_so_long() {
        assert_eq!(told("jira-quota-tenant-based", ("POST", SEARCH), 9), 1);
        assert_eq!(told("jira-quota-tenant-based", ("POST", SEARCH), 10), 0);
        assert_eq!(told("jira-burst-based", ("POST", SEARCH), 9), 0);
        assert_eq!(told("jira-burst-based", ("PUT", ISSUE), 9), 1);
        assert_eq!(told("jira-per-issue-on-write", ("PUT", ISSUE), 9), 1);
        assert_eq!(told("jira-per-issue-on-write", ("PUT", "/api/ex/jira/c/rest/api/3/issue/10002"), 9), 0);
    }
}
