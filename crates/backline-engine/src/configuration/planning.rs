//! Goes through a file: gives each entry its project, asks Jira where something differs, and notes what becomes of all.

use super::resolve::{self, Resolved};
use super::{Fate, Plan, Planned, Refused, Wish, order, problem};
use crate::context::Context;
use crate::failure::Failure;
use crate::projects::{self, Draft, SaveError};
use backline_core::ids::{ConnectedProjectId, FieldId};
use backline_core::mapping::ConnectedProject;
use backline_core::mapping::changes::changes;
use backline_core::mapping::doctor::MappingProblem;
use backline_core::mapping::file::{self, Read};
use backline_core::mapping::portable::{Entry, Fitted, Place};
use std::collections::BTreeSet;

/// What becomes of every project, those of the file and the others.
pub async fn plan(
    cx: &Context,
    wish: &Wish,
    projects: &[ConnectedProject],
    read: &[Read],
) -> Result<Plan, Failure> {
    let mut planning = Planning { cx, wish, projects, claimed: Vec::new(), plan: Plan::default() };
    planning.all(read).await?;
    Ok(planning.plan)
}

struct Planning<'p> {
    cx: &'p Context,
    wish: &'p Wish,
    projects: &'p [ConnectedProject],
    /// For each entry the project that it speaks of, once that is known.
    claimed: Vec<Option<ConnectedProjectId>>,
    plan: Plan,
}

impl<'p> Planning<'p> {
    async fn all(&mut self, read: &[Read]) -> Result<(), Failure> {
        self.claim(read);
        let mut wanted: Vec<ConnectedProject> = Vec::new();
        for (at, read) in read.iter().enumerate() {
            if let Some(project) = self.one(at, read).await? {
                self.claimed[at] = Some(project.id);
                wanted.push(project);
            }
        }
        if !self.plan.refused.is_empty() {
            return Ok(());
        }
        let unnamed = self.projects.iter().filter(|known| !self.is_claimed(known.id));
        let gone: Vec<&ConnectedProject> = unnamed.filter(|_| self.wish.prunes).collect();
        self.plan.deleted = gone.iter().map(|known| known.id).collect();
        let sequence = order::sequence(self.projects, wanted, &self.plan.deleted);
        self.doubles(read, &sequence);
        for project in sequence {
            self.settle(read, project);
        }
        self.plan.projects.extend(gone.into_iter().map(|known| Planned {
            name: known.place(),
            id: Some(known.id),
            line: None,
            fate: Fate::Deleted,
            changes: Vec::new(),
        }));
        Ok(())
    }

    /// Gives each entry its project, by Backline's id or by saying the same as one that is live.
    fn claim(&mut self, read: &[Read]) {
        let mut ids = BTreeSet::new();
        for read in read {
            let id = read.entry.id.filter(|id| self.projects.iter().any(|known| known.id == *id));
            if let Some(id) = read.entry.id.filter(|id| !ids.insert(*id)) {
                let what = format!("the id {id} stands in the file twice");
                self.refuse(
                    read,
                    &Place::whole(),
                    problem("id", what, "one project has one entry", "Keep one of the two"),
                );
            }
            self.claimed.push(id);
        }
        for (at, read) in read.iter().enumerate() {
            if self.claimed[at].is_none() {
                let text = bare(&read.entry);
                let is_it =
                    |known: &&ConnectedProject| bare(&Entry::of(known)) == text && !self.is_claimed(known.id);
                self.claimed[at] = self.projects.iter().find(is_it).map(|known| known.id);
            }
        }
    }

    fn is_claimed(&self, id: ConnectedProjectId) -> bool {
        self.claimed.contains(&Some(id))
    }

    fn known(&self, at: usize) -> Option<&'p ConnectedProject> {
        self.projects.iter().find(|known| Some(known.id) == self.claimed[at])
    }

    /// The project that an entry asks for, checked; `None` where it is refused.
    async fn one(&mut self, at: usize, read: &Read) -> Result<Option<ConnectedProject>, Failure> {
        if let Some(known) = self.known(at)
            && bare(&Entry::of(known)) == bare(&read.entry)
        {
            return Ok(Some(known.clone()));
        }
        let resolved = match resolve::resolve(self.cx, &read.entry, self.known(at)).await? {
            Ok(resolved) => resolved,
            Err(problem) => {
                self.refuse(read, &Place::whole(), problem);
                return Ok(None);
            }
        };
        if self.claimed[at].is_none() {
            let is_it = |known: &&ConnectedProject| resolved.is_of(known) && !self.is_claimed(known.id);
            self.claimed[at] = self.projects.iter().find(is_it).map(|known| known.id);
        }
        let Resolved { fitted, .. } = &resolved;
        for left in &fitted.left {
            let what = format!("{} was not found", left.about);
            let remedy = "Name what Jira has there, or give its id, or leave it out";
            self.refuse(read, &left.place, problem(&left.about, what, &left.why, remedy));
        }
        if fitted.left.is_empty() { self.prepared(at, read, resolved).await } else { Ok(None) }
    }

    async fn prepared(
        &mut self,
        at: usize,
        read: &Read,
        resolved: Resolved,
    ) -> Result<Option<ConnectedProject>, Failure> {
        let known = self.known(at);
        let Resolved { connection, site, project, issue_type, target, fitted } = resolved;
        let Fitted { mut mapping, places, .. } = fitted;
        mapping.version = known.map_or(0, |known| known.mapping.version);
        let draft = Draft {
            id: known.map(|known| known.id),
            connection,
            project,
            issue_type,
            rule: read.entry.rule.clone(),
            mapping,
            accepts_blocked: self.wish.accepts_blocked,
            author: self.wish.author.clone(),
        };
        if known.is_some()
            && let Some(problem) = projects::elsewhere(&draft, &site, self.projects)
        {
            self.refuse(read, &Place::whole(), problem);
            return Ok(None);
        }
        match projects::prepare_on(self.cx, draft, site, &target, self.projects).await {
            Ok(project) => return Ok(Some(project)),
            Err(SaveError::Failed(failure)) => return Err(failure),
            Err(SaveError::Refused(problems)) => {
                for problem in problems {
                    self.refuse(read, &place_of(&problem, &places), problem);
                }
            }
            Err(SaveError::Blocks(verdicts)) => {
                for verdict in verdicts {
                    let place = place_of(&verdict.problem, &places);
                    self.refuse(read, &place, verdict.problem);
                }
            }
        }
        Ok(None)
    }

    /// Of two with one place and rule only the first would ever get anything.
    fn doubles(&mut self, read: &[Read], sequence: &[ConnectedProject]) {
        let is_same = |one: &ConnectedProject, other: &ConnectedProject| {
            one.cloud_id == other.cloud_id
                && one.project.id == other.project.id
                && one.issue_type.id == other.issue_type.id
                && one.rule == other.rule
        };
        for (at, project) in sequence.iter().enumerate() {
            let Some(first) = sequence[..at].iter().find(|first| is_same(first, project)) else { continue };
            // Two that stand there already are no news.
            let before = |now: &ConnectedProject| self.projects.iter().find(|known| known.id == now.id);
            if let (Some(one), Some(other)) = (before(first), before(project))
                && is_same(one, other)
            {
                continue;
            }
            if let Some(entry) = self.entry_of(read, project.id).or_else(|| self.entry_of(read, first.id)) {
                let place = Place::whole();
                self.refuse(entry, &place, projects::doubled(first));
            }
        }
    }

    fn entry_of<'r>(&self, read: &'r [Read], id: ConnectedProjectId) -> Option<&'r Read> {
        self.claimed.iter().position(|claimed| *claimed == Some(id)).and_then(|at| read.get(at))
    }

    /// Notes what becomes of a project, and keeps it to be saved where it differs.
    fn settle(&mut self, read: &[Read], project: ConnectedProject) {
        let known = self.projects.iter().find(|known| known.id == project.id);
        let line = self.entry_of(read, project.id).map(|read| read.lines.of(&Place::whole()));
        let changes = known.map(|known| changes(known, &project)).unwrap_or_default();
        let fate = match (known, line) {
            (None, _) => Fate::Added,
            (Some(_), _) if !changes.is_empty() => Fate::Changed,
            (Some(_), Some(_)) => Fate::Unchanged,
            (Some(_), None) => Fate::LeftAlone,
        };
        let id = known.map(|known| known.id);
        self.plan.projects.push(Planned { name: project.place(), id, line, fate, changes });
        if matches!(fate, Fate::Added | Fate::Changed) {
            self.plan.saved.push(project);
        }
    }

    fn refuse(&mut self, read: &Read, place: &Place, problem: MappingProblem) {
        self.plan.refused.push(Refused { line: read.lines.of(place), problem });
    }
}

/// The entry without Backline's id, as text.
fn bare(entry: &Entry) -> String {
    file::write_entry(&Entry { id: None, ..entry.clone() })
}

/// Where a problem stands: at its field, else at its step, else at the project.
fn place_of(problem: &MappingProblem, places: &[(FieldId, Place)]) -> Place {
    let is_mine =
        |(id, place): &&(FieldId, Place)| Some(id) == problem.field.as_ref() && place.stage == problem.stage;
    places
        .iter()
        .find(is_mine)
        .map_or_else(|| Place { stage: problem.stage, ..Place::whole() }, |(_, place)| place.clone())
}
