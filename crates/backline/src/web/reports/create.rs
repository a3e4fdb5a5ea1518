//! Takes an uploaded report and shows what it changed, or why nothing of it was taken.

use super::believe::HeldNote;
use super::upload::Upload;
use crate::app::App;
use crate::web::error::{Four, PageError};
use crate::web::layout::{Layout, Nav, counted, grouped};
use crate::web::part::blocked::sentence;
use crate::web::part::fragment::page;
use crate::web::part::query::Query;
use crate::web::session::Session;
use askama::Template;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, State};
use axum::http::StatusCode;
use axum::response::Response;
use backline_core::finding::{Refused, Skip};
use backline_core::vulnerability::track::Remark;
use backline_engine::ingest::{IngestError, Request, Taken, ingest};

#[derive(Template)]
#[template(path = "reports/taken.html")]
struct Page {
    layout: Layout,
    view: View,
}

pub struct View {
    pub file_name: String,
    /// "trivy report, 412 findings".
    pub summary: String,
    pub repository: String,
    pub list_href: String,
    pub counts: [(&'static str, String); 5],
    pub skipped: Vec<Skipped>,
    /// Why it resolved less than one might expect.
    pub remarks: Vec<String>,
    pub held: Option<HeldNote>,
}

pub struct Skipped {
    pub count: String,
    pub reason: String,
    pub examples: String,
}

pub async fn create(
    State(app): State<App>,
    session: Session,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Response, PageError> {
    let form = form.map_err(|rejection| PageError::unreadable(rejection.body_text()))?;
    let _turn = app.uploads.acquire().await.map_err(|_| PageError::unreadable("Backline is stopping."))?;
    let upload = Upload::read(form, &session, app.config.limits.upload_mb_max).await?;
    let request = Request {
        repository: upload.repository.clone(),
        git_ref: upload.git_ref,
        scope: upload.scope,
        complete: if upload.is_complete { None } else { Some(false) },
        format: None,
        actor: session.user.email.clone(),
    };
    let taken = ingest(&app.engine, upload.bytes, request)
        .await
        .map_err(|error| not_taken(error, &upload.file_name))?;
    let layout = Layout::load(&app, &session, Nav::Vulnerabilities, "Report taken")
        .await?
        .under(&[("Vulnerabilities", "/vulnerabilities"), ("Upload report", "/reports/new")]);
    let view = View::of(&taken, upload.file_name, upload.repository.as_str());
    page(&Page { layout, view })
}

impl View {
    pub fn of(taken: &Taken, file_name: String, repository: &str) -> Self {
        let counts = &taken.ingested.counts;
        Self {
            file_name,
            summary: format!(
                "{} report in the {} format, {}",
                taken.scanner,
                taken.format,
                counted(taken.findings, "finding", "findings")
            ),
            repository: repository.to_owned(),
            list_href: Query::new("/vulnerabilities").and("repository", repository).url(),
            counts: [
                ("New", grouped(counts.new)),
                ("Unchanged", grouped(counts.unchanged)),
                ("Changed", grouped(counts.changed)),
                ("Reopened", grouped(counts.reopened)),
                ("Resolved", grouped(counts.resolved)),
            ],
            remarks: taken.ingested.remarks.iter().map(Remark::sentence).collect(),
            skipped: taken.skipped.iter().map(Skipped::of).collect(),
            held: HeldNote::of_upload(&taken.ingested, &taken.scanner, repository),
        }
    }
}

impl Skipped {
    fn of(skip: &Skip) -> Self {
        Self {
            count: grouped(u64::try_from(skip.count).unwrap_or(u64::MAX)),
            reason: skip.reason.clone(),
            examples: skip.examples.join(", "),
        }
    }
}

fn not_taken(error: IngestError, file_name: &str) -> PageError {
    match error {
        IngestError::Store(error) => error.into(),
        IngestError::Refused(refused) => refusal(&refused, file_name),
        IngestError::Interrupted => PageError::fault(&anyhow::anyhow!("reading a report was interrupted")),
    }
}

/// Four sentences with the place, the rule and the remedy.
fn refusal(refused: &Refused, file_name: &str) -> PageError {
    PageError::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        Four {
            title: "The report was refused".into(),
            what: format!("Backline did not take “{file_name}”.").into(),
            why: match refused.place.as_str() {
                // The file as a whole.
                "" | "/" => sentence(&refused.rule),
                place => format!("At {place}: {}", sentence(&refused.rule)),
            }
            .into(),
            remedy: sentence(&refused.remedy).into(),
            kept: "Nothing of it was stored; everything is as it was before.".into(),
            button: ("/reports/new".into(), "Upload again".into()),
        },
    )
}

#[cfg(test)]
mod tests {
    use super::{Page, Skipped, View, refusal};
    use crate::web::part::sample;
    use crate::web::reports::believe::HeldNote;
    use askama::Template;
    use axum::http::StatusCode;
    use axum::response::IntoResponse;
    use backline_core::finding::Refused;

    fn view(text: &str) -> View {
        let text = || text.to_owned();
        View {
            file_name: text(),
            summary: text(),
            repository: text(),
            list_href: "/vulnerabilities".to_owned(),
            counts: [
                ("New", "1,312".to_owned()),
                ("Unchanged", text()),
                ("Changed", text()),
                ("Reopened", text()),
                ("Resolved", text()),
            ],
            remarks: vec![text()],
            skipped: vec![Skipped { count: text(), reason: text(), examples: text() }],
            held: Some(HeldNote {
                scanner: text(),
                repository: text(),
                what: text(),
                why: text(),
                action: "/reports/7/believe".to_owned(),
            }),
        }
    }

    #[test]
    fn what_a_report_changed_is_counted_and_a_held_one_can_be_believed() {
        let html = Page { layout: sample::layout(), view: view("trivy") }.render().unwrap();
        for text in ["1,312", "Reopened", "Skipped", "action=\"/reports/7/believe\"", "Believe report"] {
            assert!(html.contains(text), "{text} in {html}");
        }
    }

    #[test]
    fn hostile_text_of_a_report_is_text() {
        sample::assert_inert(
            &Page { layout: sample::layout(), view: view(sample::HOSTILE) }.render().unwrap(),
        );
    }

    #[test]
    fn a_refused_report_is_unprocessable() {
        let refused = Refused {
            place: "/Results/0".to_owned(),
            rule: "expected a list".to_owned(),
            remedy: "export again".to_owned(),
        };
        assert_eq!(refusal(&refused, "a.json").into_response().status(), StatusCode::UNPROCESSABLE_ENTITY);
    }
}
