//! Reports: handing one in, and answering for those that are held back.

mod body;

use super::caller::Caller;
use super::page;
use super::problem::{Document, Problem};
use crate::app::App;
use axum::Json;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use backline_core::finding::Skip;
use backline_core::ids::{ReportId, RepositoryName};
use backline_core::vulnerability::track::Remark;
use backline_engine::ingest::{Request, Taken, ingest};
use backline_store::report::{Counts, Held, HeldBack, Ingested};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Params {
    /// What was scanned: `owner/name`.
    pub repository: Option<String>,
    /// The branch that was scanned; the default branch if left out. Other branches move nothing.
    #[serde(rename = "ref")]
    #[param(rename = "ref")]
    pub git_ref: Option<String>,
    /// Refuses the report if it is of another format: `trivy`, `sarif` or `cyclonedx`.
    pub format: Option<String>,
    /// `false`: filtered, so what it does not show is not gone. `true`: complete, believed at once.
    pub complete: Option<bool>,
    /// What it is a complete snapshot of, in place of what the report says of itself.
    pub scope: Option<String>,
}

/// What a report changed.
#[derive(Debug, Serialize, ToSchema)]
pub struct Answer {
    pub format: &'static str,
    pub scanner: String,
    pub findings: usize,
    pub vulnerabilities: Changes,
    /// Rows that are not open weaknesses, by reason.
    #[schema(value_type = Vec<Object>)]
    pub skipped: Vec<Skip>,
    pub report_id: String,
    /// Set when so much is gone that a person is asked first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held: Option<HeldItem>,
    /// The same bytes as the last report of this scope.
    pub is_repeated: bool,
    /// Why it resolved less than one might expect: sentences for people.
    pub remarks: Vec<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Changes {
    pub new: u64,
    pub unchanged: u64,
    pub changed: u64,
    pub reopened: u64,
    pub resolved: u64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct HeldItem {
    /// Vulnerabilities that the report no longer shows.
    pub absent: u64,
    pub why: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Reports {
    pub reports: Vec<HeldReport>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct HeldReport {
    pub id: String,
    #[schema(value_type = String)]
    pub received_at: Timestamp,
    pub scanner: String,
    pub repository: String,
    pub held: HeldItem,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Believed {
    pub report_id: String,
    pub vulnerabilities: Changes,
    /// Why it resolved less than one might expect.
    pub remarks: Vec<String>,
}

/// Hand a report in: Trivy JSON, SARIF 2.1.0 or CycloneDX, told from its content. Raw or gzip.
#[utoipa::path(
    post, path = "/reports", tag = "reports", params(Params),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses(
        (status = 200, body = Answer),
        (status = 413, body = Document, content_type = "application/problem+json"),
        (status = 422, body = Document, content_type = "application/problem+json"),
        (status = 503, body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn create(
    State(app): State<App>,
    caller: Caller,
    Query(params): Query<Params>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Answer>, Problem> {
    let request = Request {
        repository: repository(params.repository.as_deref().unwrap_or_default())?,
        git_ref: page::text(params.git_ref),
        scope: page::text(params.scope),
        complete: params.complete,
        format: page::text(params.format),
        actor: caller.actor(),
    };
    let limit_mb = app.config.limits.upload_mb_max;
    let _turn = app.uploads.acquire().await.map_err(|_| Problem::internal())?;
    let bytes = body::read(&headers, body, limit_mb).await?;
    let taken = ingest(&app.engine, bytes, request).await?;
    Ok(Json(Answer::of(taken)))
}

/// Reports that are held back because they suddenly show much less.
#[utoipa::path(get, path = "/reports", tag = "reports", responses((status = 200, body = Reports)))]
pub async fn list(State(app): State<App>) -> Result<Json<Reports>, Problem> {
    let reports = app.store.held_reports().await?.into_iter().map(HeldReport::of).collect();
    Ok(Json(Reports { reports }))
}

/// Say that a held report is complete: what it no longer shows is resolved.
#[utoipa::path(
    post, path = "/reports/{id}/believe", tag = "reports", params(("id" = String, Path)),
    responses(
        (status = 200, body = Believed),
        (status = 404, body = Document, content_type = "application/problem+json"),
        (status = 409, body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn believe(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Believed>, Problem> {
    let id: ReportId = page::id(&id, "report")?;
    let Ingested { report, counts, remarks, .. } = app.store.believe(id, &caller.actor(), app.now()).await?;
    app.engine.wake.notify_one();
    let remarks = remarks.iter().map(Remark::sentence).collect();
    Ok(Json(Believed { report_id: report.to_string(), vulnerabilities: Changes::of(counts), remarks }))
}

impl Answer {
    fn of(taken: Taken) -> Self {
        Self {
            format: taken.format,
            scanner: taken.scanner,
            findings: taken.findings,
            vulnerabilities: Changes::of(taken.ingested.counts),
            skipped: taken.skipped,
            report_id: taken.ingested.report.to_string(),
            held: taken.ingested.held.map(HeldItem::of),
            is_repeated: taken.ingested.is_repeated,
            remarks: taken.ingested.remarks.iter().map(Remark::sentence).collect(),
        }
    }
}

impl Changes {
    fn of(counts: Counts) -> Self {
        let Counts { new, unchanged, changed, reopened, resolved } = counts;
        Self { new, unchanged, changed, reopened, resolved }
    }
}

impl HeldItem {
    fn of(held: HeldBack) -> Self {
        Self { absent: held.absent, why: held.why }
    }
}

impl HeldReport {
    fn of(held: Held) -> Self {
        Self {
            id: held.report.to_string(),
            received_at: held.received_at,
            scanner: held.scanner,
            repository: held.repository.to_string(),
            held: HeldItem::of(held.hold),
        }
    }
}

fn repository(text: &str) -> Result<RepositoryName, Problem> {
    crate::web::reports::upload::repository(text.trim()).ok_or_else(|| {
        Problem::invalid(
            "The repository is not named as owner/name.",
            "Add ?repository=owner/name, such as acme/payments-api.",
        )
    })
}
