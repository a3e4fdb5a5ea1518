//! One plan, played from its beginning to its end, and what the judge says of it.

use crate::judge::{self, Violation};
use crate::plan::Plan;
use crate::sabotage::Switch;
use crate::story::{self, Told, What};
use crate::world::{Ending, World};
use std::sync::atomic::Ordering;

/// What came of a plan.
#[derive(Debug)]
pub struct Run {
    pub story: Vec<Told>,
    pub ending: Ending,
    pub violations: Vec<Violation>,
    pub figures: Figures,
}

/// How much happened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Figures {
    pub events: usize,
    pub acts: u64,
    pub faults: u64,
    pub requests: u64,
    pub tickets: usize,
}

impl Run {
    pub fn hash(&self) -> String {
        story::hash(&self.story)
    }
}

/// Plays a plan on a runtime of its own.
///
/// # Errors
/// The world could not be made; what goes wrong in it is a violation.
pub fn play(plan: Plan, switch: Option<Switch>) -> anyhow::Result<Run> {
    #[cfg(feature = "sabotage")]
    backline_engine::sabotage::plant(switch.and_then(Switch::in_the_engine));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let setup = plan.setup.clone();
        let mut world = World::open(plan, switch).await?;
        let ending = world.run().await;
        let story = world.shared.story.take();
        let figures = Figures {
            events: story.len(),
            acts: world.acted,
            faults: world.shared.fired.load(Ordering::Relaxed),
            requests: story.iter().filter(|told| matches!(told.what, What::Sent { .. })).count() as u64,
            tickets: ending.issues.len(),
        };
        let violations = judge::judge(&story, &ending, &setup);
        Ok(Run { story, ending, violations, figures })
    })
}
