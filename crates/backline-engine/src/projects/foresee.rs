//! What saving a project would do to the tickets that are there: counted for many, planned in full for a few.

use crate::context::Context;
use crate::failure::Failure;
use crate::reconcile::preview;
use backline_core::ids::SubjectId;
use backline_core::mapping::ConnectedProject;
use backline_core::ticket::desired::desired;
use backline_core::ticket::plan::Plan;
use backline_core::ticket::{Facts, foreseen};
use std::collections::BTreeMap;
use std::time::Duration;

/// Most tickets that are counted, the newest of them.
const TICKETS_MAX: u64 = 1_000;
/// Tickets that are planned in full, for which Jira is read.
const SAMPLES: usize = 5;
/// The longest that one of them is waited for.
const WAIT_MAX: Duration = Duration::from_secs(5);

#[derive(Debug, Default)]
pub struct Foreseen {
    /// Tickets of the project, whether counted or not.
    pub tickets: u64,
    /// Tickets that were looked at.
    pub counted: usize,
    /// Of those, the ones of which a field would be written, if Jira still holds what was written last.
    pub edited: usize,
    /// By the field's name, how many tickets it would be written on; the most first.
    pub fields: Vec<(String, usize)>,
    pub samples: Vec<Sample>,
}

/// One of the tickets that would be edited.
#[derive(Debug)]
pub struct Sample {
    pub subject: SubjectId,
    /// `None` where nothing is to do, or where Jira did not answer in time.
    pub planned: Result<Option<(Facts, Plan)>, Failure>,
}

/// `project` as it would be saved. Reads Jira for the samples; writes nothing.
pub async fn foresee(cx: &Context, project: &ConnectedProject) -> Result<Foreseen, Failure> {
    let mut project = project.clone();
    project.mapping.version += 1;
    let counts = cx.store.subject_counts().await?;
    let mut seen = Foreseen {
        tickets: counts.get(&project.id).map_or(0, |counts| counts.tickets),
        ..Foreseen::default()
    };
    let mut by_name: BTreeMap<String, usize> = BTreeMap::new();
    let mut sampled = Vec::new();
    for subject in cx.store.ticketed_subjects(project.id, TICKETS_MAX).await? {
        let Some(mut facts) = cx.store.load_facts(subject).await? else { continue };
        facts.project = Some(project.clone());
        seen.counted += 1;
        let Some(wanted) = desired(&facts, &cx.settings().public_url) else { continue };
        let fields = foreseen::fields(&facts, &wanted);
        if fields.is_empty() {
            continue;
        }
        seen.edited += 1;
        for name in fields {
            *by_name.entry(name).or_default() += 1;
        }
        if sampled.len() < SAMPLES {
            sampled.push(facts);
        }
    }
    seen.fields = by_name.into_iter().collect();
    seen.fields.sort_by_key(|(_, tickets)| std::cmp::Reverse(*tickets));
    for facts in sampled {
        let subject = facts.subject.id;
        let planned = tokio::time::timeout(WAIT_MAX, preview(cx, facts)).await.unwrap_or(Ok(None));
        seen.samples.push(Sample { subject, planned });
    }
    Ok(seen)
}
