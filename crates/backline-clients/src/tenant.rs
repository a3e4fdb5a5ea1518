//! Which Jira Cloud site stands behind an address.
//!
//! Owns one address that Atlassian answers to anybody, without credentials.

use crate::jira::JiraError;
use crate::jira::error;
use crate::json;
use crate::transport::{Method, Request, Transport};
use backline_core::ids::CloudId;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TenantInfo {
    cloud_id: String,
}

/// The cloud id of the site at `https://acme.atlassian.net`.
///
/// # Errors
/// [`JiraError::Gone`] where no site has this address.
///
/// Source: <https://support.atlassian.com/jira/kb/retrieve-my-atlassian-sites-cloud-id/>
pub async fn cloud_id(transport: &dyn Transport, site_url: &str) -> Result<CloudId, JiraError> {
    let url = format!("{}/_edge/tenant_info", site_url.trim_end_matches('/'));
    let request = Request::new(Method::Get, url).header("accept", "application/json");
    let response = transport.send(request).await.map_err(error::unreachable)?;
    error::check(&response)?;
    let info: TenantInfo = json::read(&response.body).map_err(error::garbled)?;
    Ok(CloudId(info.cloud_id))
}
