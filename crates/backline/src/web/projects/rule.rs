//! The rule of a connected project in a form, and in words.

use crate::web::form::Fields;
use backline_core::mapping::rule::Rule;
use backline_core::severity::Severity;

/// Names: `rule.severity` (several), `rule.repositories`, `rule.scanners`, `rule.fix_available`.
pub fn read(form: &Fields) -> Rule {
    Rule {
        severities: form.all("rule.severity").into_iter().filter_map(|word| word.parse().ok()).collect(),
        repositories: words(form.text("rule.repositories")),
        scanners: words(form.text("rule.scanners")).iter().map(|word| word.to_lowercase()).collect(),
        fix_available: form.has("rule.fix_available"),
    }
}

/// "Critical, High · acme/* · fix known".
pub fn in_words(rule: &Rule) -> String {
    let mut parts = Vec::new();
    if !rule.severities.is_empty() {
        parts.push(rule.severities.iter().map(|severity| severity.title()).collect::<Vec<_>>().join(", "));
    }
    if !rule.repositories.is_empty() {
        parts.push(rule.repositories.join(", "));
    }
    if !rule.scanners.is_empty() {
        parts.push(format!("by {}", rule.scanners.join(", ")));
    }
    if rule.fix_available {
        parts.push("fix known".to_owned());
    }
    if parts.is_empty() { "Every vulnerability".to_owned() } else { parts.join(" · ") }
}

/// The rule as the editor shows it.
pub struct RuleForm {
    pub severities: Vec<(&'static str, &'static str, bool)>,
    pub repositories: String,
    pub scanners: String,
    pub fix_available: bool,
}

impl RuleForm {
    pub fn of(rule: &Rule) -> Self {
        let severity =
            |severity: &Severity| (severity.word(), severity.title(), rule.severities.contains(severity));
        Self {
            severities: Severity::ALL.iter().map(severity).collect(),
            repositories: rule.repositories.join("\n"),
            scanners: rule.scanners.join(", "),
            fix_available: rule.fix_available,
        }
    }
}

fn words(text: &str) -> Vec<String> {
    text.split([',', ' ', '\n', '\r', '\t']).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::{in_words, read};
    use crate::web::form::Fields;
    use backline_core::mapping::rule::Rule;

    #[test]
    fn a_rule_is_read_as_it_is_said() {
        let pairs = [
            ("rule.severity", "critical"),
            ("rule.severity", "high"),
            ("rule.repositories", "acme/*\r\nglobex/api"),
            ("rule.scanners", "Trivy"),
            ("rule.fix_available", "on"),
        ];
        let rule = read(&Fields::from_pairs(pairs.map(|(name, value)| (name.to_owned(), value.to_owned()))));
        assert_eq!(in_words(&rule), "Critical, High · acme/*, globex/api · by trivy · fix known");
        assert_eq!(read(&Fields::default()), Rule::default());
        assert_eq!(in_words(&Rule::default()), "Every vulnerability");
    }
}
