//! Takes a report in: read, checked as a whole, and stored with what it makes due, in one transaction.

use crate::context::Context;
use backline_core::finding::{self, Limits, Refused, Report, Skip};
use backline_core::ids::RepositoryName;
use backline_store::StoreError;
use backline_store::report::{Ingested, Upload};
use sha2::{Digest, Sha256};

/// What an uploader says of a report.
#[derive(Debug, Clone)]
pub struct Request {
    pub repository: RepositoryName,
    /// `None` is the default branch.
    pub git_ref: Option<String>,
    /// Overrides what the report is a complete snapshot of.
    pub scope: Option<String>,
    /// `Some(false)`: filtered, so nothing is absent; `Some(true)`: complete, believed at once.
    pub complete: Option<bool>,
    /// The format that it is said to have; told from its content if left out.
    pub format: Option<String>,
    pub actor: String,
}

/// What a report changed.
#[derive(Debug)]
pub struct Taken {
    pub format: &'static str,
    pub scanner: String,
    pub findings: usize,
    pub skipped: Vec<Skip>,
    pub ingested: Ingested,
}

#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    /// The whole report was refused; nothing was stored.
    #[error(transparent)]
    Refused(#[from] Refused),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("reading the report was interrupted")]
    Interrupted,
}

/// Reads and stores a report.
pub async fn ingest(cx: &Context, bytes: Vec<u8>, request: Request) -> Result<Taken, IngestError> {
    // One at a time: a report in memory is many times its size in the file.
    let turn = cx.reading.clone().lock_owned().await;
    let format = request.format.clone();
    // Parsing a large report holds a thread for seconds: not one that answers requests.
    let (report, sha256) = tokio::task::spawn_blocking(move || {
        let bytes = finding::unpacked(bytes)?;
        let report = match format {
            None => finding::read(&bytes, &Limits::default())?,
            Some(format) => finding::read_as(&format, &bytes, &Limits::default())?,
        };
        let sha256 = hex::encode(Sha256::digest(&bytes));
        drop(turn);
        Ok::<(Report, String), Refused>((report, sha256))
    })
    .await
    .map_err(|_| IngestError::Interrupted)??;
    let now = cx.clock.now();
    let is_default_branch = match &request.git_ref {
        None => true,
        Some(git_ref) => cx.store.is_default_branch(&request.repository, git_ref).await?,
    };
    let upload = Upload {
        repository: request.repository,
        git_ref: request.git_ref,
        is_default_branch,
        scope: request.scope,
        // A scan that failed says nothing of what it does not show.
        complete: if report.is_complete { request.complete } else { Some(false) },
        sha256,
        received_at: now,
        actor: request.actor,
    };
    let (format, scanner, findings, skipped) =
        (report.format.word(), report.scanner.clone(), report.findings.len(), report.skipped.clone());
    let policy = cx.settings().sla;
    let ingested = cx.store.ingest(report, upload, policy, now).await?;
    cx.wake.notify_one();
    Ok(Taken { format, scanner, findings, skipped, ingested })
}
