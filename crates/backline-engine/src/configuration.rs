//! Connected projects as one file: what applying it would change, and applying it, all or nothing.
//!
//! Invariant: a project that says what is live already is neither saved nor asked about in Jira, and one that the
//! file does not name is left alone unless it is told to go.

mod order;
mod planning;
mod resolve;

use crate::context::Context;
use crate::drift;
use crate::failure::Failure;
use backline_core::ids::ConnectedProjectId;
use backline_core::mapping::ConnectedProject;
use backline_core::mapping::changes::Change;
use backline_core::mapping::doctor::MappingProblem;
use backline_core::mapping::file;
use backline_core::mapping::portable::Entry;
use backline_store::project::Reach;
use serde::Serialize;

/// A file that is to be live.
#[derive(Debug, Clone)]
pub struct Wish {
    pub text: String,
    /// Delete the projects that it does not name.
    pub prunes: bool,
    pub accepts_blocked: bool,
    pub author: String,
}

/// What becomes of one project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    Unchanged,
    Added,
    Changed,
    Deleted,
    /// The file does not name it.
    LeftAlone,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Planned {
    pub name: String,
    /// `None` for one that is not kept yet.
    pub id: Option<ConnectedProjectId>,
    /// In the file, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    pub fate: Fate,
    pub changes: Vec<Change>,
}

/// What keeps a file from being applied.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Refused {
    pub line: usize,
    #[serde(flatten)]
    pub problem: MappingProblem,
}

/// What applying a file comes to.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    pub projects: Vec<Planned>,
    /// Every one that was found; with any, nothing is applied.
    pub refused: Vec<Refused>,
    saved: Vec<ConnectedProject>,
    deleted: Vec<ConnectedProjectId>,
}

impl Plan {
    /// Whether something would be saved or deleted.
    pub fn differs(&self) -> bool {
        !self.saved.is_empty() || !self.deleted.is_empty() || !self.refused.is_empty()
    }
}

/// The file that says what is live.
pub fn export(projects: &[ConnectedProject]) -> String {
    let entries: Vec<Entry> = projects.iter().map(Entry::of).collect();
    file::write(&entries)
}

/// What applying a file would change. Reads from Jira where something differs; writes nothing.
///
/// # Errors
/// As reading from Jira or the database fails; what is wrong with the file stands in the plan.
pub async fn plan(cx: &Context, wish: &Wish) -> Result<Plan, Failure> {
    let read = match file::read(&wish.text) {
        Ok(read) => read,
        Err(refused) => {
            let refused = refused.into_iter().map(Refused::from).collect();
            return Ok(Plan { refused, ..Plan::default() });
        }
    };
    let projects = cx.store.list_projects().await?;
    planning::plan(cx, wish, &projects, &read).await
}

/// Saves and deletes what a plan says, in one transaction; the saved ones are answered.
///
/// # Errors
/// A conflict when one of them was saved or deleted by someone else since it was planned.
pub async fn apply(
    cx: &Context,
    plan: Plan,
    reach: Reach,
    author: &str,
) -> Result<Vec<ConnectedProject>, Failure> {
    if plan.saved.is_empty() && plan.deleted.is_empty() {
        return Ok(Vec::new());
    }
    let now = cx.clock.now();
    let saved = cx.store.change_projects(plan.saved, plan.deleted, reach, author, now).await?;
    let due = saved.iter().map(|project| drift::due(project, now, "the mapping was saved"));
    cx.store.mark_due(due.collect()).await?;
    cx.wake.notify_one();
    Ok(saved)
}

fn problem(name: &str, what: String, why: &str, remedy: &str) -> MappingProblem {
    MappingProblem {
        field: None,
        stage: None,
        field_name: name.to_owned(),
        what,
        why: why.to_owned(),
        remedy: remedy.to_owned(),
        repair: None,
    }
}

impl From<file::Refused> for Refused {
    fn from(refused: file::Refused) -> Self {
        let problem = problem("", refused.what, "the file cannot be read there", &refused.remedy);
        Self { line: refused.line, problem }
    }
}
