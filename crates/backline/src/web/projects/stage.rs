//! One stage of the lifecycle as a row of the editor.

use super::row::{Item, Row, Surroundings, in_one_line, prefix};
use super::screen::Screen;
use backline_core::jira::kind;
use backline_core::mapping::doctor::MappingProblem;
use backline_core::mapping::lifecycle::{Lifecycle, Stage};

pub struct StageRow {
    pub word: &'static str,
    pub title: &'static str,
    pub icon: &'static str,
    /// Colour of its lozenge.
    pub tone: &'static str,
    pub statuses: Vec<Item>,
    pub fields: Vec<Row>,
    /// Fields that can be added to the transition.
    pub addable: Vec<(String, String)>,
    pub comments: bool,
    /// The template of its comment; empty for Backline's own words.
    pub says: String,
    /// What is wrong with the stage itself: its status, its comment.
    pub problems: Vec<MappingProblem>,
    pub action: String,
}

impl StageRow {
    /// Its own words in one line.
    pub fn folded(&self) -> String {
        in_one_line(&self.says)
    }
}

pub fn rows(lifecycle: &Lifecycle, screen: &Screen, around: &Surroundings<'_>) -> Vec<StageRow> {
    Stage::ALL.into_iter().map(|stage| row(stage, lifecycle, screen, around)).collect()
}

fn row(stage: Stage, lifecycle: &Lifecycle, screen: &Screen, around: &Surroundings<'_>) -> StageRow {
    let step = lifecycle.0.get(&stage);
    let chosen = step.and_then(|step| step.status.as_ref());
    let item = |word: &str, title: &str| Item {
        word: word.to_owned(),
        title: title.to_owned(),
        is_chosen: chosen.map_or("", |status| status.id.as_str()) == word,
        is_offered: true,
    };
    let mut statuses = vec![item("", "Do not move")];
    statuses.extend(screen.statuses.iter().map(|status| item(status.id.as_str(), &status.name)));
    if let Some(status) = chosen.filter(|status| !screen.statuses.iter().any(|known| known.id == status.id)) {
        statuses.push(item(status.id.as_str(), &format!("{} (no longer in this workflow)", status.name)));
    }
    let mapped = step.map(|step| step.fields.as_slice()).unwrap_or_default();
    let fields = mapped
        .iter()
        .filter_map(|mapping| {
            Row::of(prefix(Some(stage), &mapping.field.id), &mapping.field, Some(mapping), around)
        })
        .collect();
    let addable = screen
        .at_steps()
        .filter(|meta| kind::of(meta).is_ok() && !mapped.iter().any(|mapping| mapping.field.id == meta.id))
        .map(|meta| (meta.id.to_string(), meta.name.clone()))
        .collect();
    let (icon, tone) = match stage {
        Stage::Open => ("undo", "bad"),
        Stage::InReview => ("branch", "info"),
        Stage::Verifying => ("merge", "done"),
        Stage::Done => ("check", "ok"),
        Stage::Dismissed => ("x", "mute"),
    };
    let is_mine = |problem: &&MappingProblem| problem.field.is_none() && problem.stage == Some(stage);
    StageRow {
        word: stage.word(),
        title: stage.title(),
        icon,
        tone,
        statuses,
        fields,
        addable,
        comments: step.is_some_and(|step| step.comments),
        says: step.map(|step| step.comment_text.clone()).unwrap_or_default(),
        problems: around.problems.iter().filter(is_mine).cloned().collect(),
        action: around.action.to_owned(),
    }
}
