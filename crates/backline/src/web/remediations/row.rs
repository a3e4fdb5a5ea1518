//! A remediation as lists show it.

use crate::app::App;
use crate::web::error::PageError;
use crate::web::layout::counted;
use crate::web::part::lozenge::Lozenge;
use crate::web::part::moment::Moment;
use backline_core::ids::VulnerabilityId;
use backline_core::pull_request::Tracked;
use backline_core::remediation::{Mode, Remediation};

/// A remediation with its pull request.
#[derive(Debug, Clone, PartialEq)]
pub struct Known {
    pub remediation: Remediation,
    pub pull_request: Tracked,
}

pub struct Row {
    pub href: String,
    pub title: String,
    /// "acme/payments-api#12".
    pub label: String,
    pub pull_request: Lozenge,
    pub status: Lozenge,
    pub mode: &'static str,
    /// How many vulnerabilities it fixes.
    pub fixes: String,
    /// Why it is believed to, each reason once.
    pub reasons: Vec<String>,
    pub started: Moment,
}

impl Row {
    pub fn of(known: &Known) -> Self {
        let pull_request = &known.pull_request.pull_request;
        let mut reasons: Vec<String> = known.remediation.fixes.iter().map(|fix| fix.reason.clone()).collect();
        reasons.dedup();
        Self {
            href: href(&known.pull_request),
            title: pull_request.title.clone(),
            label: pull_request.label(),
            pull_request: pull_request.into(),
            status: known.remediation.status.into(),
            mode: mode(known.remediation.mode),
            fixes: counted(known.remediation.fixes.len(), "vulnerability", "vulnerabilities"),
            reasons,
            started: Moment::of(known.remediation.started_at),
        }
    }
}

pub fn href(tracked: &Tracked) -> String {
    format!("/remediations/{}", tracked.id)
}

pub fn mode(mode: Mode) -> &'static str {
    match mode {
        Mode::Automated => "Automated",
        Mode::Hybrid => "Hybrid",
    }
}

/// Those that fix a vulnerability, the newest first, each with its reason for this one alone.
pub async fn of_vulnerability(app: &App, id: VulnerabilityId) -> Result<Vec<Known>, PageError> {
    let rows = app.store.remediations_of_vulnerability(id).await?;
    let known = |row: backline_store::remediation::RemediationRow| {
        let mut remediation = row.remediation;
        remediation.fixes.retain(|fix| fix.vulnerability == id);
        Known { remediation, pull_request: row.pull_request }
    };
    Ok(rows.into_iter().map(known).collect())
}
