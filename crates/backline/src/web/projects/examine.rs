//! The doctor and the preview: the mapping run over the newest vulnerabilities that its rule takes.

use super::preview::Preview;
use super::screen::Screen;
use backline_core::mapping::Mapping;
use backline_core::mapping::doctor::{self, Effect, MappingProblem, Verdict};
use backline_core::mapping::read::View;
use backline_core::mapping::rule::Rule;
use backline_core::vulnerability::Vulnerability;

pub use backline_engine::projects::NEWEST;

/// What the doctor found.
#[derive(Default)]
pub struct Findings {
    /// What keeps the mapping from being saved.
    pub problems: Vec<MappingProblem>,
    /// What some vulnerabilities would not get.
    pub verdicts: Vec<Verdict>,
    /// Vulnerabilities that the rule takes, of those tried.
    pub matching: usize,
    /// Which of them is shown, from 0.
    pub at: usize,
    pub preview: Option<Preview>,
    /// The person saves although some get no ticket.
    pub accepts_blocked: bool,
}

pub fn examine(
    screen: &Screen,
    mapping: &Mapping,
    rule: &Rule,
    newest: &[Vulnerability],
    at: usize,
    public_url: &str,
) -> Findings {
    let taken: Vec<&Vulnerability> =
        newest.iter().filter(|vulnerability| rule.matches(vulnerability)).collect();
    let view = |vulnerability| View { vulnerability, pull_requests: &[], public_url };
    let at = at.min(taken.len().saturating_sub(1));
    let shown = taken.get(at).copied().or(newest.first());
    let mut problems = doctor::check(&screen.fields, mapping);
    problems.extend(doctor::lost_statuses(&mapping.lifecycle, &screen.statuses));
    Findings {
        problems,
        verdicts: doctor::examine(mapping, taken.iter().map(|vulnerability| view(vulnerability))),
        matching: taken.len(),
        at,
        accepts_blocked: false,
        preview: shown.map(|shown| Preview::of(screen, mapping, view(shown))),
    }
}

impl Findings {
    /// Vulnerabilities that would get no ticket, at most: one may be struck by several causes.
    pub fn blocked(&self) -> usize {
        let blocking = self.blocking().map(|verdict| verdict.count).sum::<usize>();
        blocking.min(self.matching)
    }

    pub fn passing(&self) -> usize {
        self.matching - self.blocked()
    }

    pub fn blocking(&self) -> impl Iterator<Item = &Verdict> {
        self.verdicts
            .iter()
            .filter(|verdict| verdict.effect == Effect::Blocked && verdict.problem.stage.is_none())
    }

    pub fn previous(&self) -> usize {
        self.at.saturating_sub(1)
    }

    pub fn has_previous(&self) -> bool {
        self.at > 0
    }

    pub fn has_next(&self) -> bool {
        self.at + 1 < self.matching
    }
}
