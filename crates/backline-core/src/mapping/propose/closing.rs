//! A sensible first meaning of closed tickets: what the names of resolutions say plainly.

use crate::jira::field::FieldMeta;
use crate::mapping::closing::{ClosedBy, Closing, ClosingRule, Meaning};

/// A risk is accepted for a while, and then looked at again.
const ACCEPTED_DAYS: u16 = 90;

const NAMES: [(&str, Meaning); 10] = [
    ("won't do", Meaning::WontFix),
    ("won't fix", Meaning::WontFix),
    ("wont fix", Meaning::WontFix),
    ("declined", Meaning::WontFix),
    ("false positive", Meaning::FalsePositive),
    ("not a bug", Meaning::FalsePositive),
    ("invalid", Meaning::FalsePositive),
    ("accepted risk", Meaning::AcceptedRisk),
    ("risk accepted", Meaning::AcceptedRisk),
    ("accept risk", Meaning::AcceptedRisk),
];

/// One rule for each resolution that says by its name why it will not be fixed.
pub fn propose(resolutions: Option<&FieldMeta>) -> Closing {
    let choices = resolutions.iter().flat_map(|meta| meta.allowed.iter().flatten());
    let rules = choices.filter_map(|choice| {
        let name = choice.label.trim().to_lowercase().replace('’', "'");
        let (_, means) = NAMES.iter().find(|(known, _)| *known == name)?;
        Some(ClosingRule {
            by: ClosedBy::Resolution,
            id: choice.id.clone(),
            name: choice.label.clone(),
            means: *means,
            expires_days: (*means == Meaning::AcceptedRisk).then_some(ACCEPTED_DAYS),
        })
    });
    Closing { rules: rules.collect(), otherwise: Meaning::default() }
}

#[cfg(test)]
mod tests {
    use super::propose;
    use crate::jira::field::{Choice, FieldMeta};

    #[test]
    fn only_what_a_name_says_plainly_is_proposed() {
        let names = ["Done", "Won’t Do", "Duplicate", "Risk Accepted", "False Positive", "Cannot Reproduce"];
        let meta = FieldMeta {
            id: "resolution".into(),
            name: "Resolution".to_owned(),
            is_required: false,
            has_default: false,
            schema: None,
            operations: Vec::new(),
            allowed: Some(names.iter().map(|name| Choice::new(*name, *name)).collect()),
        };
        let closing = propose(Some(&meta));
        let said: Vec<String> = closing
            .rules
            .iter()
            .map(|rule| format!("{} {} {:?}", rule.name, rule.means.word(), rule.expires_days))
            .collect();
        assert_eq!(
            said,
            [
                "Won’t Do wont_fix None",
                "Risk Accepted accepted_risk Some(90)",
                "False Positive false_positive None"
            ]
        );
        assert_eq!(closing.check(), Ok(()));
        assert!(propose(None).is_default());
    }
}
