//! Takes the editor's form: refreshes it, refreshes a part of it, mends a place by itself, or saves it.
//!
//! Invariant: what Jira would refuse is not saved; the last good version stays live and nothing typed is lost.

use super::editor::{self, Checks, Draft};
use super::screen::{self, Screen, Target};
use super::{examine, foresee, form, row, rule};
use crate::app::App;
use crate::web::error::PageError;
use crate::web::form::{Fields, SignedForm};
use crate::web::jira::refusal;
use crate::web::session::{Session, encoded};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use backline_core::ids::{ConnectedProjectId, ConnectionId};
use backline_core::mapping::doctor::MappingProblem;
use backline_core::mapping::rule::Rule;
use backline_core::mapping::{ConnectedProject, Mapping};
use backline_engine::failure::Failure;
use backline_engine::projects::{self, SaveError};
use backline_store::StoreError;
use backline_store::project::Reach;
use std::sync::Arc;

pub async fn new(State(app): State<App>, form: SignedForm) -> Result<Response, PageError> {
    take(&app, &form, None).await
}

pub async fn existing(
    State(app): State<App>,
    Path(id): Path<String>,
    form: SignedForm,
) -> Result<Response, PageError> {
    let id: ConnectedProjectId = id.parse().map_err(|_| PageError::missing("connected project"))?;
    let known = app.store.load_project(id).await?.ok_or_else(|| PageError::missing("connected project"))?;
    take(&app, &form, Some(known)).await
}

/// What is edited, and who does it.
struct Edit<'e> {
    app: &'e App,
    session: &'e Session,
    fields: &'e Fields,
    /// What is live; `None` for a new one.
    known: Option<&'e ConnectedProject>,
    draft: Draft<'e>,
}

async fn take(app: &App, form: &SignedForm, known: Option<ConnectedProject>) -> Result<Response, PageError> {
    let fields = &form.fields;
    let connection = match &known {
        Some(known) => super::list::connection_of(app, known).await?,
        None => super::list::connection(app).await?,
    };
    let project = known.as_ref().map_or_else(|| fields.text("project"), |known| known.project.id.as_str());
    let target = Target { connection, project, issue_type: fields.text("issue_type") };
    let screen: Arc<Screen> = screen::load(app, target, false).await.map_err(refusal::failed)?;
    let (mut mapping, rule) = (form::mapping(fields, &screen), rule::read(fields));
    let wish = fields.text("do");
    if let Some(field) = wish.strip_prefix("repair.") {
        repair(app, (connection, &screen), &mut mapping, &rule, field).await?;
    }
    let action =
        known.as_ref().map_or_else(|| super::NEW.to_owned(), |known| format!("{}/{}", super::LIST, known.id));
    let draft = Draft {
        connection,
        screen: &screen,
        mapping: &mapping,
        rule: &rule,
        action: &action,
        version: mapping.version,
        at: ["show", "at"].into_iter().find_map(|name| fields.text(name).parse().ok()).unwrap_or(0),
        accepts_blocked: fields.has("accept_blocked"),
    };
    let edit = Edit { app, session: &form.session, fields, known: known.as_ref(), draft };
    match wish {
        "save" => edit.save().await,
        "row" | "stage" | "checks" => edit.part(wish).await,
        _ => Ok(Html(edit.page().await?.render()?).into_response()),
    }
}

/// Does what the doctor proposed for a field, by the prefix of its row.
async fn repair(
    app: &App,
    (connection, screen): (ConnectionId, &Screen),
    mapping: &mut Mapping,
    rule: &Rule,
    place: &str,
) -> Result<(), PageError> {
    let known = examine::Known::load(app, connection, screen).await?;
    let found = examine::examine(screen, mapping, rule, &known, 0, &app.config.public_url);
    let problems = found.problems.into_iter().chain(found.verdicts.into_iter().map(|found| found.problem));
    let is_mine = |problem: &MappingProblem| row::prefix_of(problem).is_some_and(|prefix| prefix == place);
    let mut mine = problems.filter(is_mine);
    if let Some(MappingProblem { field: Some(id), stage, repair: Some(repair), .. }) =
        mine.find(|problem| problem.repair.is_some())
    {
        repair.apply(mapping, stage, &id);
    }
    Ok(())
}

/// What a wish to save came to.
enum Kept {
    Saved(Box<ConnectedProject>),
    /// The page that asks for which tickets.
    Shown(Response),
}

/// Why nothing was kept or shown.
enum Unkept {
    Refused(SaveError),
    Page(PageError),
}

impl Edit<'_> {
    async fn kept(&self, wanted: projects::Draft) -> Result<Kept, Unkept> {
        let engine = &self.app.engine;
        let connected = self.app.store.list_projects().await.map_err(SaveError::from)?;
        let author = wanted.author.clone();
        let project = projects::prepare(engine, wanted, &connected).await?;
        let asked = self.fields.text("tickets");
        if let Some(known) = self.known.filter(|_| asked.is_empty()) {
            let seen = projects::foresee(engine, &project).await.map_err(SaveError::from)?;
            if seen.edited > 0 {
                let page =
                    foresee::page(self.app, self.session, self.fields, (known, &project), seen).await?;
                return Ok(Kept::Shown(Html(page.render().map_err(PageError::from)?).into_response()));
            }
        }
        let reach = if asked == "new" { Reach::NewTickets } else { Reach::AllTickets };
        Ok(Kept::Saved(Box::new(projects::keep(engine, project, reach, &author).await?)))
    }

    async fn page(&self) -> Result<editor::Page<'_>, PageError> {
        editor::page(self.app, self.session, &self.draft, self.fields).await
    }

    /// A row, a stage or the checks alone, as htmx asks for them.
    async fn part(&self, wish: &str) -> Result<Response, PageError> {
        let Self { app, fields, draft, .. } = self;
        let named = fields.text("row");
        let html = match wish {
            "row" => editor::one_row(app, draft, fields, named)
                .await
                .ok_or_else(|| PageError::missing("field"))?
                .render()?,
            "stage" => editor::one_stage(app, draft, fields, named)
                .await
                .ok_or_else(|| PageError::missing("stage"))?
                .render()?,
            _ => {
                let findings = editor::findings(app, draft).await?;
                Checks::of(draft, findings).render()?
            }
        };
        Ok(Html(html).into_response())
    }

    /// Saves, or shows first what that would do to the tickets that are there.
    async fn save(&self) -> Result<Response, PageError> {
        let screen = self.draft.screen;
        let wanted = projects::Draft {
            id: self.known.map(|known| known.id),
            connection: self.draft.connection,
            project: screen.project.clone(),
            issue_type: screen.issue_type.clone(),
            rule: self.draft.rule.clone(),
            mapping: self.draft.mapping.clone(),
            accepts_blocked: self.fields.has("accept_blocked"),
            author: self.session.user.email.clone(),
        };
        let error = match self.kept(wanted).await {
            Ok(Kept::Shown(page)) => return Ok(page),
            Ok(Kept::Saved(saved)) => {
                let name = saved.place();
                return Ok(Redirect::to(&format!("{}?saved={}", super::LIST, encoded(&name))).into_response());
            }
            Err(Unkept::Refused(SaveError::Failed(Failure::Store(StoreError::Conflict(thing))))) => {
                return Err(StoreError::Conflict(thing).into());
            }
            Err(Unkept::Page(error)) => return Err(error),
            Err(Unkept::Refused(error)) => error,
        };
        let mut page = self.page().await?;
        page.is_refused = true;
        match error {
            // Saving asks Jira afresh, so it may have found more than the form shows.
            SaveError::Refused(problems) => {
                for problem in problems {
                    if !page.findings.problems.contains(&problem) {
                        page.findings.problems.push(problem);
                    }
                }
            }
            SaveError::Blocks(_) => {}
            SaveError::Failed(failure) => page.failure = Some(refusal::explain(&failure)),
        }
        Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page.render()?)).into_response())
    }
}

impl From<SaveError> for Unkept {
    fn from(error: SaveError) -> Self {
        Self::Refused(error)
    }
}

impl From<PageError> for Unkept {
    fn from(error: PageError) -> Self {
        Self::Page(error)
    }
}
