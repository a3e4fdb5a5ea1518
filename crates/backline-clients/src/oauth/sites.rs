//! Which sites a grant reaches.
//!
//! Atlassian lists one entry a product container, so one cloud id may stand there twice, once for Jira and once
//! for Confluence; which product an entry is for shows only in its scopes.

use crate::jira::JiraError;
use crate::jira::error;
use crate::json;
use crate::secret::{self, Secret};
use crate::transport::{Method, Request, Transport};
use backline_core::ids::CloudId;
use backline_core::jira::issue::Site;
use serde::Deserialize;

#[derive(Deserialize)]
struct Resource {
    id: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    url: String,
    #[serde(default)]
    scopes: Vec<String>,
}

pub(super) async fn load(
    transport: &dyn Transport,
    api_url: &str,
    access: &Secret<String>,
) -> Result<Vec<Site>, JiraError> {
    let url = format!("{}/oauth/token/accessible-resources", api_url.trim_end_matches('/'));
    let request = Request::new(Method::Get, url)
        .header("accept", "application/json")
        .header("authorization", format!("Bearer {}", access.expose()));
    let mut response = transport.send(request).await.map_err(error::unreachable)?;
    if !response.is_success() {
        secret::cut(&mut response.body, [access.expose().as_str()]);
    }
    error::check(&response)?;
    let resources: Vec<Resource> = json::read(&response.body).map_err(error::garbled)?;
    let mut sites: Vec<Site> = Vec::new();
    for resource in
        resources.into_iter().filter(|resource| resource.scopes.iter().any(|scope| is_jira(scope)))
    {
        match sites.iter_mut().find(|site| site.cloud_id.as_str() == resource.id) {
            Some(site) => {
                for scope in resource.scopes {
                    if !site.scopes.contains(&scope) {
                        site.scopes.push(scope);
                    }
                }
            }
            None => sites.push(Site {
                cloud_id: CloudId(resource.id),
                name: resource.name,
                url: resource.url,
                scopes: resource.scopes,
            }),
        }
    }
    Ok(sites)
}

fn is_jira(scope: &str) -> bool {
    scope.contains(":jira") || scope.contains("jira-work")
}
