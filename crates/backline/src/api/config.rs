//! Connected projects as one file: read it, compare it with what is live, apply it as a whole.

use super::caller::Caller;
use super::problem::{Document, Problem};
use super::projects::change::Params as Reached;
use super::tag::{IfMatch, Tag, Tagged};
use crate::app::App;
use axum::Json;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use backline_engine::configuration::{self, Fate, Plan, Planned, Refused, Wish};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Assumed: registered by nobody for long, and understood by everybody.
const TOML: &str = "application/toml";

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Params {
    /// Delete the projects that the file does not name; their tickets stay in Jira.
    #[serde(default)]
    pub prune: bool,
    /// Save even if some of the newest vulnerabilities would get no ticket.
    #[serde(default)]
    pub accept_blocked: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Difference {
    /// Whether applying the file would change anything, or be refused.
    pub differs: bool,
    /// In the order of their rules: `fate` is `unchanged`, `added`, `changed`, `deleted` or `left_alone`.
    #[schema(value_type = Vec<Object>)]
    pub projects: Vec<Planned>,
    /// What would keep the file from being applied, each with its `line`.
    #[schema(value_type = Vec<Object>)]
    pub problems: Vec<Refused>,
    /// Of what is live: send it as If-Match to apply the file to just this.
    pub etag: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Applied {
    /// How many projects were added, changed and deleted.
    pub applied: usize,
    #[schema(value_type = Vec<Object>)]
    pub projects: Vec<Planned>,
}

/// Every connected project as one file, with names beside ids.
#[utoipa::path(
    get, path = "/config", tag = "config",
    responses((status = 200, body = String, content_type = "application/toml"))
)]
pub async fn show(State(app): State<App>) -> Result<Response, Problem> {
    let (text, tag) = live(&app).await?;
    Ok(Tagged(tag, ([(CONTENT_TYPE, TOML)], text)).into_response())
}

/// Say what applying a file would change. Reads from Jira where something differs; writes nothing.
#[utoipa::path(
    post, path = "/config/diff", tag = "config", params(Params),
    request_body(content = String, content_type = "application/toml"),
    responses(
        (status = 200, body = Difference),
        (status = 409, body = Document, content_type = "application/problem+json"),
        (status = 413, body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn diff(
    State(app): State<App>,
    Query(params): Query<Params>,
    text: String,
) -> Result<Tagged<Json<Difference>>, Problem> {
    let (_, tag) = live(&app).await?;
    let plan = configuration::plan(&app.engine, &wish(text, &params, String::new())).await?;
    let difference = Difference {
        differs: plan.differs(),
        projects: plan.projects,
        problems: plan.refused,
        etag: tag.to_string(),
    };
    Ok(Tagged(tag, Json(difference)))
}

/// Make a file live, all of it or nothing.
#[utoipa::path(
    put, path = "/config", tag = "config", params(Params, Reached),
    request_body(content = String, content_type = "application/toml"),
    responses(
        (status = 200, body = Applied),
        (status = 409, body = Document, content_type = "application/problem+json"),
        (status = 412, body = Document, content_type = "application/problem+json"),
        (status = 422, body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn apply(
    State(app): State<App>,
    caller: Caller,
    wished: IfMatch,
    Query(params): Query<Params>,
    Query(reached): Query<Reached>,
    text: String,
) -> Result<Tagged<Json<Applied>>, Problem> {
    let reach = reached.reach()?;
    wished.check(&live(&app).await?.1)?;
    let plan = configuration::plan(&app.engine, &wish(text, &params, caller.actor())).await?;
    if !plan.refused.is_empty() {
        return Err(refused(plan));
    }
    let projects = plan.projects.clone();
    let is_change = |planned: &&Planned| !matches!(planned.fate, Fate::Unchanged | Fate::LeftAlone);
    let applied = projects.iter().filter(is_change).count();
    configuration::apply(&app.engine, plan, reach, &caller.actor()).await?;
    Ok(Tagged(live(&app).await?.1, Json(Applied { applied, projects })))
}

/// The file that is live, with its tag.
async fn live(app: &App) -> Result<(String, Tag), Problem> {
    let text = configuration::export(&app.store.list_projects().await?);
    let tag = Tag::of(&text);
    Ok((text, tag))
}

fn wish(text: String, params: &Params, author: String) -> Wish {
    Wish { text, prunes: params.prune, accepts_blocked: params.accept_blocked, author }
}

/// Every place that is wrong; the first one's line by itself too.
fn refused(plan: Plan) -> Problem {
    let told: Vec<String> = plan
        .refused
        .iter()
        .map(|one| format!("line {}: {}: {}", one.line, one.problem.what, one.problem.why))
        .collect();
    let mut problem = Problem::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "config_refused",
        format!("Nothing was applied. {}.", told.join("; ")),
        "Mend each of `problems` and apply the file again.",
    );
    problem.0.place = plan.refused.first().map(|first| format!("line {}", first.line));
    problem.0.rule = plan.refused.first().map(|first| first.problem.what.clone());
    problem.0.problems = plan
        .refused
        .into_iter()
        .map(|Refused { line, mut problem }| {
            problem.what = format!("line {line}: {}", problem.what);
            problem
        })
        .collect();
    problem
}

#[cfg(test)]
mod tests;
