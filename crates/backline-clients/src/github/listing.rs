//! Which pull requests changed since we last looked.
//!
//! Invariant: an unchanged repository costs one conditional request, which GitHub does not count.

use super::call::{has_next, page_path, read, repository_path};
use super::pull_request::state;
use super::{GitHub, GitHubError, error};
use crate::transport::Method;
use backline_core::ids::RepositoryName;
use backline_core::pull_request::State;
use jiff::Timestamp;
use serde::Deserialize;

/// Of a hundred each: less than a minute of reading, and a first look comes this far back.
const PAGES_MAX: usize = 50;

/// What polling found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Listing {
    /// Nothing since the given ETag.
    NotModified,
    Changed {
        /// For the next poll.
        etag: Option<String>,
        /// Most recently updated first.
        pull_requests: Vec<Summary>,
        /// False where older changes were left out because there are more than five thousand.
        is_complete: bool,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Summary {
    pub number: u64,
    pub updated_at: Timestamp,
    pub state: State,
}

#[derive(Deserialize)]
struct Wire {
    number: u64,
    updated_at: Timestamp,
    state: String,
    merged_at: Option<Timestamp>,
}

impl GitHub {
    /// The pull requests of any state that were updated at or after `since`, at most five thousand.
    ///
    /// `etag` is the one of the previous listing of the same repository with the same token.
    ///
    /// Source: <https://docs.github.com/en/rest/pulls/pulls#list-pull-requests>
    pub async fn pull_requests_updated_since(
        &self,
        repository: &RepositoryName,
        since: Option<Timestamp>,
        etag: Option<&str>,
    ) -> Result<Listing, GitHubError> {
        let path =
            format!("{}?state=all&sort=updated&direction=desc", repository_path(repository, &["pulls"]));
        let mut pull_requests = Vec::new();
        let mut new_etag = None;
        for page in 1..=PAGES_MAX {
            let mut request = self.request(Method::Get, &page_path(&path, page));
            if let (1, Some(etag)) = (page, etag) {
                request = request.header("if-none-match", etag);
            }
            let response = self.answer(request).await?;
            if page == 1 && response.status == 304 {
                return Ok(Listing::NotModified);
            }
            if !response.is_success() {
                return Err(error::classify(&response));
            }
            if page == 1 {
                new_etag = response.header("etag").map(str::to_owned);
            }
            let found: Vec<Wire> = read(&response)?;
            let count = found.len();
            let news =
                found.into_iter().take_while(|wire| since.is_none_or(|since| wire.updated_at >= since));
            let before = pull_requests.len();
            pull_requests.extend(news.map(summary));
            let reached_known = pull_requests.len() - before < count;
            if reached_known || !has_next(&response, count) {
                return Ok(Listing::Changed { etag: new_etag, pull_requests, is_complete: true });
            }
        }
        Ok(Listing::Changed { etag: new_etag, pull_requests, is_complete: false })
    }
}

fn summary(wire: Wire) -> Summary {
    Summary {
        number: wire.number,
        updated_at: wire.updated_at,
        state: state(&wire.state, None, wire.merged_at),
    }
}

#[cfg(test)]
mod tests;
