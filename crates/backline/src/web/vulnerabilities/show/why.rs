//! Why a vulnerability has the ticket that it has: which rule took it, which did not, and what for.

use crate::web::part::severity::Mark;
use backline_core::mapping::ConnectedProject;
use backline_core::mapping::rule::Rule;
use backline_core::vulnerability::Vulnerability;

/// One line of the explanation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    pub has_taken: bool,
    /// "Rule 1, SEC / Bug".
    pub rule: String,
    pub text: String,
    /// Where the rule is changed.
    pub href: String,
}

/// Every rule up to the one that took the vulnerability, and the first that would have; in the order in which
/// they are asked. Empty without a connected project.
pub fn reasons(projects: &[ConnectedProject], vulnerability: &Vulnerability) -> Vec<Reason> {
    let mut reasons = Vec::new();
    let mut is_taken = false;
    for (index, project) in projects.iter().enumerate() {
        let takes = project.rule.matches(vulnerability);
        let text = match (takes, is_taken) {
            (true, false) => format!("matched: {}", terms(&project.rule)),
            (true, true) => "would also match. The first match wins".to_owned(),
            (false, false) => format!("did not match: {}", failed(&project.rule, vulnerability)),
            (false, true) => continue,
        };
        reasons.push(Reason {
            has_taken: takes && !is_taken,
            rule: format!("Rule {}, {}", index + 1, project.place()),
            text,
            href: format!("/integrations/jira/projects/{}", project.id),
        });
        is_taken |= takes;
    }
    reasons
}

fn terms(rule: &Rule) -> String {
    let terms: Vec<String> = each_term(rule).map(|term| takes(&term)).collect();
    if terms.is_empty() { "it takes every vulnerability".to_owned() } else { terms.join(", ") }
}

/// The terms that did not hold, each with what stands against it.
fn failed(rule: &Rule, vulnerability: &Vulnerability) -> String {
    let is_against = |term: &Rule| !term.matches(vulnerability);
    each_term(rule)
        .filter(is_against)
        .map(|term| format!("it takes those whose {}, and {}", takes(&term), has(&term, vulnerability)))
        .collect::<Vec<_>>()
        .join("; ")
}

/// A rule taken apart: each stated term as a rule of its own.
fn each_term(rule: &Rule) -> impl Iterator<Item = Rule> {
    let nothing = Rule::default();
    [
        Rule { severities: rule.severities.clone(), ..nothing.clone() },
        Rule { repositories: rule.repositories.clone(), ..nothing.clone() },
        Rule { scanners: rule.scanners.clone(), ..nothing.clone() },
        Rule { fix_available: rule.fix_available, ..nothing },
    ]
    .into_iter()
    .filter(|term| *term != Rule::default())
}

fn takes(term: &Rule) -> String {
    if !term.severities.is_empty() {
        let titles: Vec<&str> = term.severities.iter().map(|severity| Mark::of(*severity).title).collect();
        return format!("severity is {}", titles.join(" or "));
    }
    if !term.repositories.is_empty() {
        return format!("repository is {}", term.repositories.join(" or "));
    }
    if !term.scanners.is_empty() {
        return format!("scanner is {}", term.scanners.join(" or "));
    }
    "fixed version is known".to_owned()
}

fn has(term: &Rule, vulnerability: &Vulnerability) -> String {
    if !term.severities.is_empty() {
        return format!("this one is {}", vulnerability.rating.severity.title());
    }
    if !term.repositories.is_empty() {
        return format!("this one is in {}", vulnerability.repository);
    }
    if !term.scanners.is_empty() {
        return format!("{} found this one", vulnerability.scanners.join(" and "));
    }
    "none is known for this one".to_owned()
}
