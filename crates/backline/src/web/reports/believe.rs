//! Reports that are held because they suddenly show much less, and somebody's word that they are complete.

use crate::app::App;
use crate::web::error::PageError;
use crate::web::form::SignedForm;
use crate::web::layout::counted;
use crate::web::part::blocked::sentence;
use crate::web::part::moment::Moment;
use axum::extract::{Path, State};
use axum::response::Redirect;
use backline_core::ids::ReportId;
use backline_store::report::{Held, Ingested};

/// Why a report is held, and where it is believed.
pub struct HeldNote {
    pub scanner: String,
    pub repository: String,
    pub what: String,
    pub why: String,
    pub action: String,
}

impl HeldNote {
    pub fn of(held: &Held) -> Self {
        let received = Moment::of(held.received_at).text;
        Self {
            scanner: held.scanner.clone(),
            repository: held.repository.to_string(),
            what: format!("The report of {received} no longer shows {}.", gone(held.hold.absent)),
            why: sentence(&held.hold.why),
            action: action(held.report),
        }
    }

    /// `None` when it was taken as a whole.
    pub fn of_upload(ingested: &Ingested, scanner: &str, repository: &str) -> Option<Self> {
        let hold = ingested.held.as_ref()?;
        Some(Self {
            scanner: scanner.to_owned(),
            repository: repository.to_owned(),
            what: format!("It no longer shows {}.", gone(hold.absent)),
            why: sentence(&hold.why),
            action: action(ingested.report),
        })
    }
}

fn gone(absent: u64) -> String {
    counted(absent, "vulnerability", "vulnerabilities")
}

fn action(report: ReportId) -> String {
    format!("/reports/{report}/believe")
}

pub async fn believe(
    State(app): State<App>,
    Path(id): Path<String>,
    form: SignedForm,
) -> Result<Redirect, PageError> {
    let report: ReportId = id.parse().map_err(|_| PageError::missing("report"))?;
    app.store.believe(report, &form.session.user.email, app.now()).await?;
    app.engine.wake.notify_one();
    Ok(Redirect::to("/vulnerabilities?status=resolved"))
}
