//! What it means when a person closes a ticket in Jira while what it is about is still there.
//!
//! The resolution that the person chose says it, else the status that they moved the ticket to.

use crate::ids::StatusId;
use crate::vulnerability::{DISMISSAL_DAYS_MAX as DAYS_MAX, DismissalKind};
use serde::{Deserialize, Serialize};

/// Most rules that one mapping may hold.
pub const RULES_MAX: usize = 100;

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closing {
    #[serde(default)]
    pub rules: Vec<ClosingRule>,
    /// Of what no rule speaks.
    #[serde(default)]
    pub otherwise: Meaning,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClosingRule {
    pub by: ClosedBy,
    /// The resolution's or the status's.
    pub id: String,
    pub name: String,
    pub means: Meaning,
    /// How long a dismissal lasts; `None` for ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_days: Option<u16>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClosedBy {
    Resolution,
    Status,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Meaning {
    /// It is recorded and shown, and nothing is moved.
    #[default]
    StillPresent,
    /// The ticket goes back to where its fix stands.
    Reopen,
    AcceptedRisk,
    FalsePositive,
    WontFix,
}

impl Meaning {
    pub const ALL: [Self; 5] =
        [Self::StillPresent, Self::AcceptedRisk, Self::FalsePositive, Self::WontFix, Self::Reopen];

    pub fn word(self) -> &'static str {
        match self {
            Self::StillPresent => "still_present",
            Self::Reopen => "reopen",
            Self::AcceptedRisk => "accepted_risk",
            Self::FalsePositive => "false_positive",
            Self::WontFix => "wont_fix",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Self::StillPresent => "Closed, still present",
            Self::Reopen => "Reopen the ticket",
            Self::AcceptedRisk => "Dismiss: accepted risk",
            Self::FalsePositive => "Dismiss: false positive",
            Self::WontFix => "Dismiss: won't fix",
        }
    }

    /// How the vulnerabilities are dismissed, where they are.
    pub fn dismissal(self) -> Option<DismissalKind> {
        match self {
            Self::StillPresent | Self::Reopen => None,
            Self::AcceptedRisk => Some(DismissalKind::AcceptedRisk),
            Self::FalsePositive => Some(DismissalKind::FalsePositive),
            Self::WontFix => Some(DismissalKind::WontFix),
        }
    }
}

impl std::str::FromStr for Meaning {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|meaning| meaning.word() == text).ok_or(())
    }
}

impl ClosedBy {
    pub fn word(self) -> &'static str {
        match self {
            Self::Resolution => "resolution",
            Self::Status => "status",
        }
    }
}

impl Closing {
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// What a ticket that stands so means, with how many days a dismissal lasts.
    pub fn meaning(&self, resolution: Option<&str>, status: &StatusId) -> (Meaning, Option<u16>) {
        let of = |by, id: &str| self.rules.iter().find(|rule| rule.by == by && rule.id == id);
        resolution
            .and_then(|id| of(ClosedBy::Resolution, id))
            .or_else(|| of(ClosedBy::Status, status.as_str()))
            .map_or((self.otherwise, None), |rule| (rule.means, rule.expires_days))
    }

    /// What is wrong with it, in words.
    pub fn check(&self) -> Result<(), String> {
        if self.rules.len() > RULES_MAX {
            return Err(format!(
                "there are {} rules for closed tickets, at most {RULES_MAX}",
                self.rules.len()
            ));
        }
        if self.otherwise.dismissal().is_some() {
            return Err(
                "what no rule speaks of cannot be dismissed: name the resolutions that dismiss".to_owned()
            );
        }
        for (at, rule) in self.rules.iter().enumerate() {
            let named = format!("{} '{}'", rule.by.word(), rule.name);
            if rule.expires_days.is_some_and(|days| days == 0 || days > DAYS_MAX) {
                return Err(format!("{named}: a dismissal lasts 1 to {DAYS_MAX} days"));
            }
            if rule.expires_days.is_some() && rule.means.dismissal().is_none() {
                return Err(format!("{named}: only a dismissal ends after some days"));
            }
            if self.rules[..at].iter().any(|before| (before.by, &before.id) == (rule.by, &rule.id)) {
                return Err(format!("{named} has two rules"));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(by: ClosedBy, id: &str, means: Meaning, expires_days: Option<u16>) -> ClosingRule {
        ClosingRule { by, id: id.to_owned(), name: id.to_owned(), means, expires_days }
    }

    #[test]
    fn the_resolution_says_more_than_the_status() {
        let rules = vec![
            rule(ClosedBy::Status, "6", Meaning::WontFix, None),
            rule(ClosedBy::Resolution, "10001", Meaning::AcceptedRisk, Some(90)),
        ];
        let closing = Closing { rules, otherwise: Meaning::Reopen };
        let closed = StatusId::new("6");
        assert_eq!(closing.meaning(Some("10001"), &closed), (Meaning::AcceptedRisk, Some(90)));
        assert_eq!(closing.meaning(Some("1"), &closed), (Meaning::WontFix, None));
        assert_eq!(closing.meaning(None, &StatusId::new("7")), (Meaning::Reopen, None));
        assert_eq!(Closing::default().meaning(Some("10001"), &closed), (Meaning::StillPresent, None));
    }

    #[test]
    fn what_cannot_be_meant_is_refused_in_words() {
        let refused = |rules: Vec<ClosingRule>, otherwise| Closing { rules, otherwise }.check().unwrap_err();
        let resolution = |means, days| rule(ClosedBy::Resolution, "Won't Do", means, days);
        assert!(refused(Vec::new(), Meaning::WontFix).contains("cannot be dismissed"));
        assert!(refused(vec![resolution(Meaning::WontFix, Some(0))], Meaning::Reopen).contains("1 to 3650"));
        assert!(
            refused(vec![resolution(Meaning::Reopen, Some(3))], Meaning::Reopen).contains("only a dismissal")
        );
        let twice = vec![resolution(Meaning::WontFix, None), resolution(Meaning::Reopen, None)];
        assert_eq!(refused(twice, Meaning::Reopen), "resolution 'Won't Do' has two rules");
        assert_eq!(
            Closing { rules: vec![resolution(Meaning::WontFix, Some(90))], otherwise: Meaning::Reopen }
                .check(),
            Ok(())
        );
    }
}
