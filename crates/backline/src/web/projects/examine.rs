//! The doctor and the preview: the mapping run over the newest vulnerabilities that its rule takes.

use super::preview::Preview;
use super::screen::Screen;
use crate::app::App;
use backline_core::ids::ConnectionId;
use backline_core::mapping::Mapping;
use backline_core::mapping::doctor::{self, Effect, MappingProblem, Verdict};
use backline_core::mapping::read::View;
use backline_core::mapping::rule::Rule;
use backline_core::ticket::Learned;
use backline_core::vulnerability::Vulnerability;
use backline_store::StoreError;
use backline_store::workflow::Of;

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

/// What a mapping is tried on.
pub struct Known {
    pub newest: Vec<Vulnerability>,
    /// What was seen of the issue type's workflow.
    pub learned: Vec<Learned>,
}

impl Known {
    pub async fn load(app: &App, connection: ConnectionId, screen: &Screen) -> Result<Self, StoreError> {
        let newest = app.store.latest_vulnerabilities(NEWEST).await?;
        let connection = app.store.load_connection(connection).await?;
        let learned = match connection.and_then(|connection| connection.site) {
            Some(site) => {
                let (project, issue_type) = (screen.project.id.clone(), screen.issue_type.id.clone());
                let of = Of { site: site.cloud_id, project, issue_type };
                app.store.load_workflow(&of).await?.into_iter().map(|seen| seen.learned).collect()
            }
            None => Vec::new(),
        };
        Ok(Self { newest, learned })
    }
}

pub fn examine(
    screen: &Screen,
    mapping: &Mapping,
    rule: &Rule,
    known: &Known,
    at: usize,
    public_url: &str,
) -> Findings {
    let newest = &known.newest;
    let taken: Vec<&Vulnerability> =
        newest.iter().filter(|vulnerability| rule.matches(vulnerability)).collect();
    let view = |vulnerability| View { vulnerability, pull_requests: &[], public_url };
    let at = at.min(taken.len().saturating_sub(1));
    let shown = taken.get(at).copied().or(newest.first());
    let mut problems = doctor::check(&screen.fields, mapping);
    problems.extend(doctor::lost_statuses(&mapping.lifecycle, &screen.statuses));
    if let Some(resolutions) = &screen.resolution {
        problems.extend(doctor::closing(&mapping.closing, resolutions, &screen.statuses));
    }
    let mut verdicts = doctor::examine(mapping, taken.iter().map(|vulnerability| view(vulnerability)));
    let on_the_way = doctor::workflow(mapping, &screen.statuses, &known.learned).into_iter();
    verdicts.extend(on_the_way.map(|problem| Verdict {
        problem,
        effect: Effect::Blocked,
        count: taken.len(),
        examples: Vec::new(),
    }));
    Findings {
        problems,
        verdicts,
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
