//! What a handler is given: who asks, under which address, and the decoded body.
//!
//! Invariant: only [`gate`](super::gate) decides who asks; without it no handler of the API runs.

use super::Github;
use super::change::Change;
use super::error::Refusal;
use super::model::{Pull, Repo, User};
use super::state::State;
use super::wire::Wire;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use serde::de::{Deserialize, DeserializeOwned, Deserializer};
use std::convert::Infallible;
use std::sync::Arc;

/// Where the client reached us, `http://host:port`: every absolute URL in an answer starts so.
#[derive(Debug, Clone)]
pub struct Base(pub String);

impl Base {
    pub fn api(&self) -> String {
        format!("{}/github/api/v3", self.0)
    }

    pub fn html(&self) -> String {
        format!("{}/github", self.0)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Base {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let host = parts.headers.get(header::HOST).and_then(|host| host.to_str().ok());
        let host = host.or_else(|| parts.uri.authority().map(|authority| authority.as_str()));
        Ok(Self(format!("http://{}", host.unwrap_or("localhost"))))
    }
}

pub struct Cx {
    pub github: Arc<Github>,
    pub user: User,
    pub base: Base,
}

impl FromRequestParts<Arc<Github>> for Cx {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, github: &Arc<Github>) -> Result<Self, Refusal> {
        let Ok(base) = Base::from_request_parts(parts, github).await;
        let user = parts.extensions.get::<User>().cloned();
        let user = user.ok_or_else(|| Refusal::new(StatusCode::UNAUTHORIZED, "Requires authentication"))?;
        Ok(Self { github: Arc::clone(github), user, base })
    }
}

impl Cx {
    pub fn read<T>(&self, look: impl FnOnce(Wire<'_>) -> T) -> T {
        let state = self.github.state();
        look(Wire { state: &state, base: &self.base })
    }

    pub fn change<T>(&self, act: impl FnOnce(&mut Change<'_>) -> Result<T, Refusal>) -> Result<T, Refusal> {
        let mut state = self.github.state();
        act(&mut Change {
            state: &mut state,
            user: self.user.clone(),
            base: &self.base,
            at: self.github.clock.now(),
        })
    }
}

/// Owner and name as they stand in the path.
pub type RepoPath = (String, String);
/// Owner, name and number as they stand in the path.
pub type PullPath = (String, String, u64);

impl State {
    pub fn load_repo(&self, (owner, name): &RepoPath) -> Result<Repo, Refusal> {
        self.repo_by_name(owner, name).cloned().ok_or_else(Refusal::not_found)
    }

    pub fn load_pull(&self, (owner, name, number): &PullPath) -> Result<Pull, Refusal> {
        let repo = self.repo_by_name(owner, name).ok_or_else(Refusal::not_found)?;
        self.pull(repo.id, *number).cloned().ok_or_else(Refusal::not_found)
    }
}

/// A JSON body whatever its content type says, as GitHub reads it; an empty one counts as `{}`.
pub struct Input<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Input<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let bytes = Bytes::from_request(request, state).await;
        let bytes = bytes.map_err(|_| Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "Body is too large"))?;
        let bytes = if bytes.is_empty() { Bytes::from_static(b"{}") } else { bytes };
        let value: serde_json::Value = serde_json::from_slice(&bytes)
            .map_err(|_| Refusal::new(StatusCode::BAD_REQUEST, "Problems parsing JSON"))?;
        let input = serde_json::from_value(value);
        input.map(Self).map_err(|error| Refusal::unprocessable(format!("Invalid request.\n\n{error}")))
    }
}

/// For fields where absent and `null` differ: use with `#[serde(default, deserialize_with = "present")]`.
pub fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    from: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(from).map(Some)
}
