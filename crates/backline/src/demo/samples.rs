//! Real reports for the first start: what is loaded, and into which repository.

use super::folder::Folder;
use crate::app::App;
use anyhow::Context;
use backline_core::ids::RepositoryName;
use backline_engine::ingest::{self, Request};

/// File and content; the content is in the binary, so the demo runs from anywhere.
const REPORTS: [(&str, &[u8]); 6] = [
    ("trivy/pom.json", include_bytes!("../../../../samples/trivy/pom.json")),
    ("trivy/npm.json", include_bytes!("../../../../samples/trivy/npm.json")),
    ("trivy/alpine-310.json", include_bytes!("../../../../samples/trivy/alpine-310.json")),
    ("trivy/misconf-and-secrets.json", include_bytes!("../../../../samples/trivy/misconf-and-secrets.json")),
    ("sarif/njsscan.sarif.json", include_bytes!("../../../../samples/sarif/njsscan.sarif.json")),
    ("cyclonedx/log4j.json", include_bytes!("../../../../samples/cyclonedx/log4j.json")),
];

/// Imports the samples once.
pub async fn import(app: &App, folder: &mut Folder) -> anyhow::Result<()> {
    if folder.has_samples() {
        return Ok(());
    }
    let settings = app.engine.settings();
    let repository = settings.github.as_ref().and_then(|github| github.repositories.first().cloned());
    let repository = RepositoryName::new(repository.unwrap_or_else(|| "acme/payments-api".to_owned()));
    for (name, bytes) in REPORTS {
        let request = Request {
            repository: repository.clone(),
            git_ref: None,
            scope: None,
            complete: None,
            format: None,
            actor: "the demo".to_owned(),
        };
        ingest::ingest(&app.engine, bytes.to_vec(), request).await.with_context(|| name.to_owned())?;
    }
    folder.keep_samples()
}
