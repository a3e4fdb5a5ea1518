//! One call of the REST API: who asks, through which door, with which version; and how its parts are read.

use super::look::Look;
use super::refusal::Refusal;
use super::site::Site;
use super::state::State;
use crate::people::Person;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What a handler knows about its caller. The doors put it into the request.
#[derive(Clone)]
pub struct Call {
    pub site: Arc<Site>,
    pub person: &'static Person,
    /// The app that acts for the person; absent for people's own calls.
    pub client_id: Option<String>,
    /// Scopes of the app's token; absent when no scope limits the call.
    pub scopes: Option<BTreeSet<String>>,
    pub version: u8,
}

impl Call {
    /// What `self` addresses in the answers begin with.
    pub fn base(&self) -> &str {
        if self.client_id.is_some() { &self.site.gateway } else { &self.site.url }
    }

    pub fn look<'a>(&'a self, state: &'a State) -> Look<'a> {
        Look {
            state,
            base: self.base(),
            site_url: &self.site.url,
            version: self.version,
            viewer: self.person,
        }
    }

    /// Who acted, as history names it.
    pub fn actor(&self) -> String {
        match &self.client_id {
            Some(client_id) => format!("app:{client_id}/{}", self.person.account_id),
            None => format!("person:{}", self.person.account_id),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Call {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| Refusal::empty(StatusCode::UNAUTHORIZED))
    }
}

/// The query string, with repeated names.
#[derive(Debug, Default)]
pub struct Query(Vec<(String, String)>);

impl Query {
    pub fn one(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Every value of a name, where one value may hold several with commas between them.
    pub fn list(&self, name: &str) -> Vec<&str> {
        let values = self.0.iter().filter(|(key, _)| key == name);
        values.flat_map(|(_, value)| value.split(',')).map(str::trim).filter(|v| !v.is_empty()).collect()
    }

    /// Every value of a name, as it stands.
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.0.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str()).collect()
    }

    pub fn number(&self, name: &str, default: usize) -> usize {
        self.one(name).and_then(|value| value.parse().ok()).unwrap_or(default)
    }

    pub fn is_true(&self, name: &str) -> bool {
        self.one(name) == Some("true")
    }
}

impl<S: Sync> FromRequestParts<S> for Query {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        let pairs = axum::extract::Query::<Vec<(String, String)>>::try_from_uri(&parts.uri);
        let pairs = pairs.map_err(|_| Refusal::bad("The query string cannot be read."))?;
        Ok(Self(pairs.0))
    }
}

/// A JSON body.
#[derive(Debug)]
pub struct Body(pub Value);

impl<S: Send + Sync> FromRequest<S> for Body {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let bytes = Bytes::from_request(request, state).await;
        let bytes = bytes.map_err(|_| Refusal::empty(StatusCode::PAYLOAD_TOO_LARGE))?;
        if bytes.is_empty() {
            return Ok(Self(Value::Null));
        }
        let value = serde_json::from_slice(&bytes);
        value.map(Self).map_err(|error| {
            Refusal::bad(format!(
                "There was an error parsing JSON. Check that your request body is valid. {error}"
            ))
        })
    }
}
