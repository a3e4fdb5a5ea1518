//! Which rule a result is about, and how bad that makes it.
//!
//! Owns the search through the driver's and the extensions' rules, and the order of severity statements.
//!
//! Source: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html> sections 3.27.6, 3.27.7, 3.27.10;
//! <https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning>

use super::wire::{Component, Rule, SarifResult, Tool};
use crate::finding::lenient::word;
use crate::severity::{Rating, Severity};
use std::collections::BTreeMap;

/// All rules of a run, to be found by id or by index.
pub(super) struct Rules<'r, 'a> {
    tool: &'r Tool<'a>,
    by_id: BTreeMap<&'r str, &'r Rule<'a>>,
}

impl<'r, 'a> Rules<'r, 'a> {
    pub(super) fn of(tool: &'r Tool<'a>) -> Self {
        let mut by_id = BTreeMap::new();
        // The driver is last, so that its rule is kept where an extension has one of the same id.
        for component in tool.extensions.0.iter().chain([&tool.driver]) {
            by_id.extend(component.rules.0.iter().filter_map(|rule| Some((word(&rule.id)?, rule))));
        }
        Self { tool, by_id }
    }

    /// The rule's id, and the rule itself if the report describes it.
    pub(super) fn find(&self, result: &'r SarifResult<'a>) -> (Option<&'r str>, Option<&'r Rule<'a>>) {
        let said = word(&result.rule_id).or_else(|| word(&result.rule.as_ref()?.id));
        let indexed = self.by_index(result);
        let Some(id) = said else {
            return (indexed.and_then(|rule| word(&rule.id)), indexed);
        };
        // An index that contradicts the id is a tool's mistake; the id decides.
        let rule = indexed.filter(|rule| word(&rule.id).is_some_and(|rule_id| is_under(id, rule_id)));
        (Some(id), rule.or_else(|| self.by_id.get(id).copied()).or_else(|| self.parent(id)))
    }

    fn by_index(&self, result: &SarifResult<'a>) -> Option<&'r Rule<'a>> {
        let index = |number: Option<i64>| number.and_then(|number| usize::try_from(number).ok());
        let reference = result.rule.as_ref();
        let component = match reference.map(|rule| &rule.tool_component.0) {
            None => &self.tool.driver,
            Some(named) => match index(named.index) {
                Some(at) => self.tool.extensions.0.get(at)?,
                None if named.name.some().is_none() && named.guid.some().is_none() => &self.tool.driver,
                None => self.tool.extensions.0.iter().find(|component| is_named(component, named))?,
            },
        };
        let own = reference.and_then(|rule| index(rule.index.0));
        component.rules.0.get(own.or_else(|| index(result.rule_index.0))?)
    }

    /// `CA1000/1` is a special case of the rule `CA1000`.
    fn parent(&self, id: &str) -> Option<&'r Rule<'a>> {
        let (parent, _) = id.rsplit_once('/')?;
        self.by_id.get(parent).copied().or_else(|| self.parent(parent))
    }
}

fn is_named(component: &Component<'_>, named: &super::wire::ComponentReference<'_>) -> bool {
    match named.guid.some() {
        Some(guid) => component.guid.some() == Some(guid),
        None => word(&component.name) == named.name.some(),
    }
}

fn is_under(id: &str, rule_id: &str) -> bool {
    id.strip_prefix(rule_id).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Security severity, else the result's level, else the rule's, else the standard's default: warning.
pub(super) fn rating(result: &SarifResult<'_>, rule: Option<&Rule<'_>>, family: &str) -> Rating {
    let level = word(&result.level)
        .or_else(|| word(&rule?.default_configuration.as_ref()?.level))
        .unwrap_or("warning");
    let properties = rule.and_then(|rule| rule.properties.as_ref());
    let score = properties.and_then(|properties| properties.security_severity.0);
    let score = score.filter(|score| (0.0..=10.0).contains(score));
    Rating {
        severity: score.map_or_else(|| of_level(level), Severity::from_cvss_score),
        source: family.to_owned(),
        word: score.map_or_else(|| level.to_owned(), |score| score.to_string()),
        score,
        vector: properties.and_then(|properties| properties.cvssv3_vector.some()).map(str::to_owned),
    }
}

/// SARIF's `note` is mild but a finding, unlike the `note` of other formats.
fn of_level(level: &str) -> Severity {
    match level {
        "note" => Severity::Low,
        level => Severity::from_word(level),
    }
}

/// CodeQL's rules about quality: it says how bad the problem is, and nothing about security.
pub(super) fn is_about_quality(rule: &Rule<'_>) -> bool {
    let Some(properties) = &rule.properties else { return false };
    properties.problem_severity.some().is_some()
        && properties.security_severity.0.is_none()
        && !properties.tags.iter().any(|tag| tag.eq_ignore_ascii_case("security"))
}
