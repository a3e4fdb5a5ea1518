//! What was typed into a form, and what was wrong with it.

use super::control::Control;
use crate::jira::refusal::Refusal;
use axum::Form;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::response::Response;
use std::collections::BTreeMap;

/// The inputs of a posted form, in their order and with repeated names.
#[derive(Debug, Default)]
pub struct Typed(Vec<(String, String)>);

impl<S: Send + Sync> FromRequest<S> for Typed {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let form = Form::<Vec<(String, String)>>::from_request(request, state).await;
        form.map(|Form(pairs)| Self(pairs)).map_err(axum::response::IntoResponse::into_response)
    }
}

impl Typed {
    /// The trimmed value of an input; empty where it is absent.
    pub fn one(&self, name: &str) -> &str {
        self.find(name).map(str::trim).unwrap_or_default()
    }

    pub fn find(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub fn all(&self, name: &str) -> Vec<String> {
        self.0.iter().filter(|(key, _)| key == name).map(|(_, value)| value.clone()).collect()
    }
}

/// What a refusal says, at the field where there is one.
#[derive(Debug, Default)]
pub struct Wrongs {
    pub status: StatusCode,
    pub messages: Vec<String>,
    pub fields: BTreeMap<String, String>,
}

impl From<Refusal> for Wrongs {
    fn from(refusal: Refusal) -> Self {
        Self { status: refusal.status(), messages: refusal.messages(), fields: refusal.fields() }
    }
}

impl Wrongs {
    pub fn is_empty(&self) -> bool {
        self.messages.is_empty() && self.fields.is_empty()
    }

    /// The texts that no control shows beside itself.
    pub fn beside(&self, controls: &[Control]) -> Vec<String> {
        let is_shown = |id: &String| controls.iter().any(|control| control.id == *id);
        let others = self.fields.iter().filter(|(id, _)| !is_shown(id)).map(|(_, text)| text);
        self.messages.iter().chain(others).cloned().collect()
    }

    pub fn into_refusal(self) -> Refusal {
        let texts: Vec<String> = self.messages.into_iter().chain(self.fields.into_values()).collect();
        Refusal::message(self.status, texts.join(" "))
    }
}
