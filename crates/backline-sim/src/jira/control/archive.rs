//! Whether archived issues can be read by their id, of which nothing is published.

use super::{main_site, site};
use crate::jira::Jira;
use crate::jira::refusal::Refusal;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use std::sync::Arc;

#[derive(Debug, Deserialize)]
pub struct Visible {
    #[serde(default = "main_site")]
    site: String,
    visible: bool,
}

pub async fn show_or_hide(
    State(jira): State<Arc<Jira>>,
    Json(body): Json<Visible>,
) -> Result<StatusCode, Refusal> {
    site(&jira, &body.site)?.write().hide_archived(!body.visible);
    Ok(StatusCode::NO_CONTENT)
}
