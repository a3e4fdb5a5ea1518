//! One call: where it goes, how its answer is taken, how pages follow each other.

use super::{GitHub, GitHubError, error};
use crate::transport::{Method, Request, Response};
use crate::{json, secret, url};
use backline_core::ids::RepositoryName;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;

/// The most items that GitHub gives at once.
pub(super) const PER_PAGE: usize = 100;

/// `/repos/{owner}/{name}/…`, encoded.
pub(super) fn repository_path(repository: &RepositoryName, rest: &[&str]) -> String {
    let (owner, name) = repository.as_str().split_once('/').unwrap_or(("", repository.as_str()));
    let mut path = format!("/repos/{}/{}", url::segment(owner), url::segment(name));
    for segment in rest {
        path.push('/');
        path.push_str(&url::segment(segment));
    }
    path
}

impl GitHub {
    pub(super) fn request(&self, method: Method, path: &str) -> Request {
        Request::new(method, format!("{}{path}", self.base))
            .header("accept", "application/vnd.github+json")
            .header("x-github-api-version", "2022-11-28")
            .header("authorization", format!("Bearer {}", self.token.expose()))
    }

    /// The answer, whatever its status.
    pub(super) async fn answer(&self, request: Request) -> Result<Response, GitHubError> {
        let method = request.method.as_str();
        let origin = request.origin().to_owned();
        let mut response = self.transport.send(request).await.map_err(|lost| {
            tracing::debug!(method, origin, %lost, "github gave no answer");
            error::unreachable(lost)
        })?;
        let id = response.header("x-github-request-id").unwrap_or_default();
        tracing::debug!(method, origin, status = response.status, id, "github answered");
        if !response.is_success() {
            secret::cut(&mut response.body, [self.token.expose().as_str()]);
        }
        Ok(response)
    }

    /// The answer read as JSON, if it is a 2xx.
    pub(super) async fn load<T: DeserializeOwned>(&self, request: Request) -> Result<T, GitHubError> {
        let response = self.answer(request).await?;
        if !response.is_success() {
            return Err(error::classify(&response));
        }
        read(&response)
    }

    pub(super) async fn send_json<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: &Json,
    ) -> Result<T, GitHubError> {
        self.load(self.request(method, path).json(body)).await
    }

    /// At most `items_max` items of a list, from as many pages as that takes.
    pub(super) async fn load_list<T: DeserializeOwned>(
        &self,
        path: &str,
        items_max: usize,
    ) -> Result<Vec<T>, GitHubError> {
        let mut items: Vec<T> = Vec::new();
        for page in 1..=items_max.div_ceil(PER_PAGE) {
            let response = self.answer(self.request(Method::Get, &page_path(path, page))).await?;
            if !response.is_success() {
                return Err(error::classify(&response));
            }
            let found: Vec<T> = read(&response)?;
            let is_last = !has_next(&response, found.len());
            items.extend(found);
            if is_last {
                break;
            }
        }
        items.truncate(items_max);
        Ok(items)
    }
}

pub(super) fn read<T: DeserializeOwned>(response: &Response) -> Result<T, GitHubError> {
    json::read(&response.body).map_err(|detail| GitHubError::Garbled { detail })
}

pub(super) fn page_path(path: &str, page: usize) -> String {
    url::with_query(path, &[("per_page", &PER_PAGE.to_string()), ("page", &page.to_string())])
}

/// Whether another page follows: by the `Link` header, or where there is none, by a full page.
pub(super) fn has_next(response: &Response, items: usize) -> bool {
    match response.header("link") {
        Some(link) => link.contains("rel=\"next\""),
        None => items >= PER_PAGE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repository_name_stays_inside_its_path() {
        assert_eq!(repository_path(&"acme/api".into(), &["pulls", "7"]), "/repos/acme/api/pulls/7");
        assert_eq!(repository_path(&"acme/../x".into(), &[]), "/repos/acme/..%2Fx");
        assert_eq!(repository_path(&"acme".into(), &[]), "/repos/-/acme");
    }
}
