//! Tags of what people edit: `ETag` on what is read, `If-Match` on what is changed.
//!
//! A change that names the tag it was made from is refused when somebody else's came between.
//!
//! Source: RFC 9110 sections 8.8.3 and 13.1.1

use super::problem::Problem;
use axum::extract::FromRequestParts;
use axum::http::header::{ETAG, IF_MATCH};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::convert::Infallible;

/// A strong tag: equal values have equal tags.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag(String);

/// An answer with the tag of what was edited.
#[derive(Debug)]
pub struct Tagged<T>(pub Tag, pub T);

/// The tags of which one must hold; `None` where the request does not ask.
#[derive(Debug, Clone)]
pub struct IfMatch(Option<String>);

impl Tag {
    pub fn of(value: &impl Serialize) -> Self {
        let json = serde_json::to_vec(value).expect("what is answered is JSON: its keys are text");
        Self(format!("\"{}\"", hex::encode(&Sha256::digest(json)[..12])))
    }
}

impl std::fmt::Display for Tag {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl IfMatch {
    /// # Errors
    /// 412 when none of the tags is the one of the value as it is now.
    pub fn check(&self, now: &Tag) -> Result<(), Problem> {
        let Some(tags) = &self.0 else { return Ok(()) };
        if tags.split(',').map(str::trim).any(|tag| tag == "*" || tag == now.0) {
            return Ok(());
        }
        Err(Problem::new(
            StatusCode::PRECONDITION_FAILED,
            "changed_meanwhile",
            "It was changed by someone else since it was read; nothing was saved.",
            "Read it again, repeat the change, and send the new ETag as If-Match.",
        ))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let mut all = parts.headers.get_all(IF_MATCH).iter().peekable();
        if all.peek().is_none() {
            return Ok(Self(None));
        }
        let tags: Vec<&str> = all.map(|tag| tag.to_str().unwrap_or_default()).collect();
        Ok(Self(Some(tags.join(","))))
    }
}

impl<T: IntoResponse> IntoResponse for Tagged<T> {
    fn into_response(self) -> Response {
        let mut response = self.1.into_response();
        let tag = HeaderValue::from_str(&self.0.0).expect("a tag is quoted hexadecimal");
        response.headers_mut().insert(ETAG, tag);
        response
    }
}

#[cfg(test)]
mod tests {
    use super::{IfMatch, Tag};

    #[test]
    fn a_change_holds_if_one_of_its_tags_does() {
        let now = Tag::of(&["a"]);
        let stale = Tag::of(&["b"]);
        let check = |sent: Option<&str>| IfMatch(sent.map(str::to_owned)).check(&now).is_ok();
        assert!(check(None) && check(Some("*")) && check(Some(&now.0)));
        assert!(check(Some(&format!("{}, {}", stale.0, now.0))));
        assert!(!check(Some(&stale.0)) && !check(Some("")) && !check(Some(&format!("W/{}", now.0))));
    }
}
