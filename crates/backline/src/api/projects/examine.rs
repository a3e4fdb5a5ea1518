//! The doctor and the preview: a mapping run over what is known, before it is saved. Writes nothing.

use super::wanted::{Wanted, Whole};
use crate::api::problem::{Document, Problem};
use crate::app::App;
use crate::web::projects::examine::{self, Findings, Known};
use axum::Json;
use axum::extract::State;
use backline_core::mapping::doctor::{Chosen, MappingProblem, Verdict};
use backline_engine::metadata;
use serde::Serialize;
use utoipa::ToSchema;

#[derive(Debug, Serialize, ToSchema)]
pub struct Diagnosis {
    /// What keeps the mapping from being saved; empty when it can be.
    #[schema(value_type = Vec<Object>)]
    pub problems: Vec<MappingProblem>,
    /// What some vulnerabilities would not get, by cause: `effect` is `blocked`, `left_out` or `cut`.
    pub affected: Vec<Affected>,
    /// Vulnerabilities that the rule takes, of those tried.
    pub matching: usize,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Affected {
    #[serde(flatten)]
    #[schema(value_type = Object)]
    pub verdict: Verdict,
    pub vulnerabilities: usize,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PreviewAnswer {
    /// Null where there is no vulnerability yet.
    pub preview: Option<PreviewItem>,
}

/// A ticket as it would be created.
#[derive(Debug, Serialize, ToSchema)]
pub struct PreviewItem {
    pub summary: String,
    pub description: Option<String>,
    pub fields: Vec<FieldItem>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct FieldItem {
    pub name: String,
    pub value: Option<String>,
    /// Why there is no value.
    pub problem: Option<String>,
}

/// Say what Jira would refuse of a mapping.
#[utoipa::path(
    post, path = "/projects/doctor", tag = "projects", request_body = Wanted,
    responses(
        (status = 200, body = Diagnosis),
        (status = 409, body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn doctor(State(app): State<App>, Json(wanted): Json<Wanted>) -> Result<Json<Diagnosis>, Problem> {
    let whole = wanted.complete(&app, None).await?;
    let mut found = findings(&app, &whole).await?;
    let gone = metadata::gone(&app.engine, whole.connection, &whole.mapping).await?;
    found.problems.extend(gone.iter().map(Chosen::gone));
    let affected =
        found.verdicts.into_iter().map(|verdict| Affected { vulnerabilities: verdict.count, verdict });
    Ok(Json(Diagnosis { problems: found.problems, affected: affected.collect(), matching: found.matching }))
}

/// Show the ticket that a mapping would make of the newest vulnerability.
#[utoipa::path(
    post, path = "/projects/preview", tag = "projects", request_body = Wanted,
    responses(
        (status = 200, body = PreviewAnswer),
        (status = 409, body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn preview(
    State(app): State<App>,
    Json(wanted): Json<Wanted>,
) -> Result<Json<PreviewAnswer>, Problem> {
    let found = findings(&app, &wanted.complete(&app, None).await?).await?;
    let preview = found.preview.map(|preview| PreviewItem {
        summary: preview.summary,
        description: preview.description.map(|doc| doc.plain_text()),
        fields: preview
            .fields
            .into_iter()
            .map(|line| {
                let text = line.text();
                FieldItem { name: line.name, value: text.clone().ok(), problem: text.err() }
            })
            .collect(),
    });
    Ok(Json(PreviewAnswer { preview }))
}

async fn findings(app: &App, whole: &Whole) -> Result<Findings, Problem> {
    let known = Known::load(app, whole.connection, &whole.screen).await?;
    Ok(examine::examine(&whole.screen, &whole.mapping, &whole.rule, &known, 0, &app.config.public_url))
}
