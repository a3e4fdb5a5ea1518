//! A form: its fields as they were typed; where it was posted, after the proof of where it comes from was checked.
//!
//! Invariant: no handler sees the fields of a form that does not carry its session's token.

use crate::app::App;
use crate::web::csrf;
use crate::web::error::PageError;
use crate::web::session::{Session, Visit};
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use std::collections::BTreeMap;

/// The name of the token's field, and of the header that htmx sends.
pub const TOKEN_FIELD: &str = "csrf";
pub const TOKEN_HEADER: &str = "x-csrf-token";

/// Fields by name, each with every value that was sent, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fields(BTreeMap<String, Vec<String>>);

impl Fields {
    pub fn from_pairs(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut fields = BTreeMap::<String, Vec<String>>::new();
        for (name, value) in pairs {
            fields.entry(name).or_default().push(value);
        }
        Self(fields)
    }

    /// The first value, without spaces around it; empty where the field was not sent.
    pub fn text(&self, name: &str) -> &str {
        self.0.get(name).and_then(|values| values.first()).map_or("", |value| value.trim())
    }

    /// The first value to the letter, for passwords.
    pub fn raw(&self, name: &str) -> &str {
        self.0.get(name).and_then(|values| values.first()).map_or("", String::as_str)
    }

    /// Every value that is not empty.
    pub fn all(&self, name: &str) -> Vec<&str> {
        let values = self.0.get(name).map(Vec::as_slice).unwrap_or_default();
        values.iter().map(|value| value.trim()).filter(|value| !value.is_empty()).collect()
    }

    /// Whether a field was sent at all, as a ticked box is.
    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Every name with each of its values, to the letter.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .flat_map(|(name, values)| values.iter().map(move |value| (name.as_str(), value.as_str())))
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

/// The fields of an address's query, such as what a list is narrowed to.
pub struct QueryFields(pub Fields);

/// A form of somebody who is signed in.
pub struct SignedForm {
    pub session: Session,
    pub fields: Fields,
}

/// A form of somebody who need not be signed in: setting up and signing in.
pub struct VisitForm {
    pub visit: Visit,
    pub fields: Fields,
}

impl<S: Sync> FromRequestParts<S> for QueryFields {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, PageError> {
        let Query(pairs) = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri)
            .map_err(|_| PageError::unreadable("The address has a query of another shape than expected."))?;
        Ok(Self(Fields::from_pairs(pairs)))
    }
}

impl FromRequest<App> for SignedForm {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let session = Session::from_request_parts(&mut parts, app).await?;
        let request = Request::from_parts(parts, body);
        let fields = checked(request, app, session.id()).await.map_err(IntoResponse::into_response)?;
        Ok(Self { session, fields })
    }
}

impl FromRequest<App> for VisitForm {
    type Rejection = PageError;

    async fn from_request(request: Request, app: &App) -> Result<Self, PageError> {
        let visit = Visit::read(request.headers(), &app.config).ok_or_else(PageError::forged)?;
        let fields = checked(request, app, visit.id()).await?;
        Ok(Self { visit, fields })
    }
}

async fn checked(request: Request, app: &App, id: &str) -> Result<Fields, PageError> {
    let header = request.headers().get(TOKEN_HEADER).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let axum::Form(pairs) = axum::Form::<Vec<(String, String)>>::from_request(request, app)
        .await
        .map_err(|rejection| PageError::unreadable(rejection.body_text()))?;
    let fields = Fields::from_pairs(pairs);
    let token = header.as_deref().unwrap_or_else(|| fields.text(TOKEN_FIELD));
    if csrf::is_token_of(id, token) { Ok(fields) } else { Err(PageError::forged()) }
}

#[cfg(test)]
mod tests {
    use super::Fields;

    #[test]
    fn a_field_that_was_sent_twice_keeps_both_values() {
        let pairs = [("s", "high"), ("s", "low"), ("n", " a "), ("empty", "")];
        let fields = Fields::from_pairs(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())));
        assert_eq!(fields.all("s"), ["high", "low"]);
        assert_eq!((fields.text("n"), fields.raw("n"), fields.text("absent")), ("a", " a ", ""));
        assert!(fields.has("empty") && fields.all("empty").is_empty());
    }
}
