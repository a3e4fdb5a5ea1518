//! The mapping editor's page, made of a mapping in whatever state it is.

use super::closing::{self, ClosingRows};
use super::examine::{self, Findings};
use super::preview::Shown;
use super::row::{self, Row, Surroundings, Value};
use super::rule::RuleForm;
use super::screen::Screen;
use super::search::{self, Found};
use super::stage::{self, StageRow};
use crate::app::App;
use crate::web::error::{Four, PageError};
use crate::web::form::Fields;
use crate::web::layout::{Layout, Nav};
use crate::web::part::document::Block;
use crate::web::session::Session;
use askama::Template;
use backline_core::ids::ConnectionId;
use backline_core::jira::field::FieldMeta;
use backline_core::jira::kind;
use backline_core::mapping::doctor::{Effect, MappingProblem};
use backline_core::mapping::drift::Change;
use backline_core::mapping::portable::Left;
use backline_core::mapping::rule::Rule;
use backline_core::mapping::{Mapping, place};
use std::collections::BTreeMap;

/// What is edited.
pub struct Draft<'d> {
    pub connection: ConnectionId,
    pub screen: &'d Screen,
    pub mapping: &'d Mapping,
    pub rule: &'d Rule,
    /// Where the form goes: `…/new` or `…/{id}`.
    pub action: &'d str,
    /// Version that is live, 0 for a new project.
    pub version: u32,
    /// Which of the newest vulnerabilities the preview shows, from 0.
    pub at: usize,
    pub accepts_blocked: bool,
}

#[derive(Template)]
#[template(path = "projects/edit.html")]
pub struct Page<'p> {
    pub layout: Layout,
    pub screen: &'p Screen,
    pub action: &'p str,
    pub version: u32,
    pub mandatory: Vec<Row>,
    pub optional: Vec<Row>,
    /// Optional fields that are left out.
    pub unmapped: Vec<Row>,
    /// Fields that cannot be set, with the reason.
    pub unsettable: Vec<(String, String)>,
    /// Mandatory ones that cannot be set: nothing can be created.
    pub blockers: Vec<Blocker>,
    pub stages: Vec<StageRow>,
    pub closing: ClosingRows,
    pub rule: RuleForm,
    pub findings: Findings,
    /// What Jira changed since the live version was saved.
    pub drift: Vec<Change>,
    /// Why Jira or the database did not take it, beside the mapping's own problems.
    pub failure: Option<Four>,
    pub is_refused: bool,
    pub is_hopeless: bool,
    /// What this is a copy of, and what of it has no counterpart here.
    pub copied: Option<(String, Vec<Left>)>,
}

/// A field without which Jira creates nothing, and which Backline cannot set.
pub struct Blocker {
    pub dom: String,
    pub name: String,
    pub reason: String,
}

/// The card of the doctor and the preview, for a refresh of it alone.
#[derive(Template)]
#[template(path = "projects/checked.html")]
pub struct Checks<'p> {
    pub findings: Findings,
    pub screen: &'p Screen,
    pub action: &'p str,
    /// Whether a mandatory field cannot be set.
    pub is_hopeless: bool,
    /// What is wrong with each row of the create screen, by its element, so that rows say what the doctor says.
    pub marks: Vec<(String, Vec<MappingProblem>)>,
}

impl<'p> Checks<'p> {
    pub fn of(draft: &Draft<'p>, findings: Findings) -> Self {
        let rows = draft.screen.fields.iter().filter(|meta| kind::of(meta).is_ok());
        let rows = rows.filter(|meta| !kind::is_sent_by_backline(meta));
        let marks = rows.map(|meta| {
            let of_row = |problem: &&MappingProblem| {
                problem.stage.is_none() && problem.field.as_ref() == Some(&meta.id)
            };
            (row::dom_of(&meta.id), findings.problems.iter().filter(of_row).cloned().collect())
        });
        Self {
            marks: marks.collect(),
            screen: draft.screen,
            action: draft.action,
            is_hopeless: is_hopeless(draft.screen),
            findings,
        }
    }

    fn to_do(&self) -> usize {
        self.findings.problems.len()
    }
}

/// Whether Jira demands a field that Backline cannot set.
pub fn is_hopeless(screen: &Screen) -> bool {
    let demands = |meta: &&FieldMeta| meta.is_mandatory() && !kind::is_sent_by_backline(meta);
    screen.fields.iter().filter(demands).any(|meta| kind::of(meta).is_err())
}

#[derive(Template)]
#[template(path = "projects/row.html")]
pub struct OneRow {
    pub row: Row,
}

#[derive(Template)]
#[template(path = "projects/stage.html")]
pub struct OneStage {
    pub stage: StageRow,
}

impl Page<'_> {
    /// Whether Jira changed so that new tickets are refused.
    fn is_broken(&self) -> bool {
        self.drift.iter().any(|change| change.breaks)
    }

    fn to_do(&self) -> usize {
        self.findings.problems.len()
    }
}

/// Runs the doctor and the preview.
pub async fn findings(app: &App, draft: &Draft<'_>) -> Result<Findings, PageError> {
    let known = examine::Known::load(app, draft.connection, draft.screen).await?;
    let found =
        examine::examine(draft.screen, draft.mapping, draft.rule, &known, draft.at, &app.config.public_url);
    Ok(Findings { accepts_blocked: draft.accepts_blocked, ..found })
}

/// Builds the page. `form` is what was sent, for what is looked for.
pub async fn page<'d>(
    app: &App,
    session: &Session,
    draft: &Draft<'d>,
    form: &Fields,
) -> Result<Page<'d>, PageError> {
    let found = search::all(app, draft, form).await;
    let findings = findings(app, draft).await?;
    let name = place(&draft.screen.project, &draft.screen.issue_type);
    let layout = Layout::load(app, session, Nav::Integrations, name).await?;
    let above = [("Integration Hub", "/integrations"), ("Jira (App)", super::LIST)];
    Ok(compose(layout.under(&above), draft, findings, &found))
}

fn compose<'d>(
    layout: Layout,
    draft: &Draft<'d>,
    findings: Findings,
    found: &BTreeMap<String, Found>,
) -> Page<'d> {
    let around = Surroundings { action: draft.action, problems: &findings.problems, found, changed: "" };
    let mut page = Page {
        layout,
        screen: draft.screen,
        action: draft.action,
        version: draft.version,
        mandatory: Vec::new(),
        optional: Vec::new(),
        unmapped: Vec::new(),
        unsettable: Vec::new(),
        blockers: Vec::new(),
        stages: stage::rows(&draft.mapping.lifecycle, draft.screen, &around),
        closing: closing::rows(&draft.mapping.closing, draft.screen),
        rule: RuleForm::of(draft.rule),
        drift: Vec::new(),
        failure: None,
        is_refused: false,
        is_hopeless: is_hopeless(draft.screen),
        copied: None,
        findings: Findings::default(),
    };
    for meta in draft.screen.fields.iter().filter(|meta| !kind::is_sent_by_backline(meta)) {
        let mapping = draft.mapping.fields.iter().find(|mapping| mapping.field.id == meta.id);
        let is_first = meta.is_mandatory() || meta.id.as_str() == "summary";
        match (Row::of(format!("f.{}", meta.id), meta, mapping, &around), kind::of(meta)) {
            (Some(row), _) if is_first => page.mandatory.push(row),
            (Some(row), _) if mapping.is_some() || row.is_locked => page.optional.push(row),
            (Some(row), _) => page.unmapped.push(row),
            (None, Err(reason)) if is_first => {
                page.blockers.push(Blocker { dom: row::dom_of(&meta.id), name: meta.name.clone(), reason });
            }
            (None, Err(reason)) => page.unsettable.push((meta.name.clone(), reason)),
            (None, Ok(_)) => {}
        }
    }
    page.findings = findings;
    page
}

/// The row that htmx asked for, by its prefix.
pub async fn one_row(app: &App, draft: &Draft<'_>, form: &Fields, prefix: &str) -> Option<OneRow> {
    let found = search::all(app, draft, form).await;
    let problems = backline_core::mapping::doctor::check(&draft.screen.fields, draft.mapping);
    let around = Surroundings { action: draft.action, problems: &problems, found: &found, changed: prefix };
    let id = prefix.strip_prefix("f.")?;
    let meta = draft.screen.fields.iter().find(|meta| meta.id.as_str() == id)?;
    let mapping = draft.mapping.fields.iter().find(|mapping| mapping.field.id == meta.id);
    Row::of(prefix.to_owned(), meta, mapping, &around).map(|row| OneRow { row })
}

/// The stage that htmx asked for, by its word.
pub async fn one_stage(app: &App, draft: &Draft<'_>, form: &Fields, word: &str) -> Option<OneStage> {
    let found = search::all(app, draft, form).await;
    let problems: Vec<MappingProblem> =
        backline_core::mapping::doctor::check(&draft.screen.fields, draft.mapping);
    let around = Surroundings { action: draft.action, problems: &problems, found: &found, changed: "" };
    let rows = stage::rows(&draft.mapping.lifecycle, draft.screen, &around);
    rows.into_iter().find(|row| row.word == word).map(|stage| OneStage { stage })
}

#[cfg(test)]
mod tests;
