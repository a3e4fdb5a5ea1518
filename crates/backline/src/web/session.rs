//! Who is at the other end: a browser, and the user who signed in with it.
//!
//! A browser holds 128 random bits in a cookie; the database holds only their hash, with the user and the
//! end of the session. Before anybody signs in, the same cookie names the visit, so that forms can be bound
//! to the browser; nothing is stored for it.
//!
//! Invariant: signing in always gives a new id, so that an id that was planted before is worth nothing.

mod cookie;
pub mod throttle;

use crate::app::App;
use crate::config::Config;
use crate::web::error::PageError;
use crate::web::{beat, csrf};
use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::header::SET_COOKIE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use backline_core::ids::UserId;
use backline_store::session::StoredSession;
use backline_store::user::User;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

const IDLE: SignedDuration = SignedDuration::from_mins(30);
const ABSOLUTE: SignedDuration = SignedDuration::from_hours(12);
/// A session that is used is written again at most this often.
const REFRESH: SignedDuration = SignedDuration::from_mins(1);

/// Somebody who is signed in. As an argument of a handler it turns others away to `/login`.
#[derive(Debug, Clone)]
pub struct Session {
    id: String,
    pub user: User,
}

/// A browser, signed in or not.
#[derive(Debug, Clone)]
pub struct Visit {
    id: String,
    is_new: bool,
}

#[derive(Debug, Serialize, Deserialize)]
struct Data {
    created_at: Timestamp,
}

impl Session {
    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// What the database knows this session by; states of a consent are bound to it.
    pub fn hash(&self) -> String {
        hash(&self.id)
    }

    pub fn csrf(&self) -> String {
        csrf::token(&self.id)
    }

    /// For forms that are not read by [`super::form::SignedForm`], such as uploads.
    pub fn check_csrf(&self, given: &str) -> Result<(), PageError> {
        if csrf::is_token_of(&self.id, given) { Ok(()) } else { Err(PageError::forged()) }
    }
}

impl Visit {
    /// The visit that the cookie names, if there is one.
    pub fn read(headers: &HeaderMap, config: &Config) -> Option<Self> {
        cookie::read(headers, config).map(|id| Self { id, is_new: false })
    }

    pub fn of(headers: &HeaderMap, config: &Config) -> Self {
        Self::read(headers, config).unwrap_or_else(|| Self { id: fresh_id(), is_new: true })
    }

    pub(super) fn id(&self) -> &str {
        &self.id
    }

    pub fn csrf(&self) -> String {
        csrf::token(&self.id)
    }

    /// The cookie to send along with the page, where the browser has none yet.
    pub fn cookie(&self, config: &Config) -> AppendHeaders<Option<(axum::http::HeaderName, String)>> {
        AppendHeaders(self.is_new.then(|| (SET_COOKIE, cookie::set(&self.id, config))))
    }
}

/// Begins a session for `user` under a new id and sends the browser on to `to`.
pub async fn begin(app: &App, earlier: &Visit, user: UserId, to: &str) -> Result<Response, PageError> {
    let now = app.now();
    let id = fresh_id();
    app.store.delete_session(&hash(&earlier.id)).await?;
    app.store.save_session(stored(&id, user, now, now)).await?;
    let cookie = AppendHeaders([(SET_COOKIE, cookie::set(&id, &app.config))]);
    Ok((cookie, Redirect::to(to)).into_response())
}

/// Ends a session here and in the browser.
pub async fn end(app: &App, session: &Session) -> Result<Response, PageError> {
    app.store.delete_session(&session.hash()).await?;
    let cookie = AppendHeaders([(SET_COOKIE, cookie::clear(&app.config))]);
    Ok((cookie, Redirect::to("/login")).into_response())
}

/// The session that the cookie names, if it still holds. What a page asks for by itself keeps nobody signed in.
async fn find(app: &App, parts: &Parts) -> Result<Option<Session>, PageError> {
    let Some(id) = cookie::read(&parts.headers, &app.config) else { return Ok(None) };
    let now = app.now();
    let Some(row) = app.store.find_session(&hash(&id), now).await? else { return Ok(None) };
    let (Some(user), Ok(data)) = (row.user, serde_json::from_slice::<Data>(&row.data)) else {
        return Ok(None);
    };
    let Some(user) = app.store.find_user(user).await? else { return Ok(None) };
    let fresh = stored(&id, user.id, data.created_at, now);
    let is_by_itself = parts.uri.path() == beat::PATH;
    if !is_by_itself && fresh.expires_at.duration_since(row.expires_at) >= REFRESH {
        app.store.save_session(fresh).await?;
    }
    Ok(Some(Session { id, user }))
}

fn stored(id: &str, user: UserId, created_at: Timestamp, now: Timestamp) -> StoredSession {
    let data = serde_json::to_vec(&Data { created_at }).expect("a time is plain JSON");
    let expires_at = (now + IDLE).min(created_at + ABSOLUTE);
    StoredSession { id_hash: hash(id), user: Some(user), data, expires_at }
}

impl FromRequestParts<App> for Session {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        match find(app, parts).await {
            Ok(Some(session)) => Ok(session),
            Ok(None) => Err(turned_away(app, parts).await),
            Err(error) => Err(error.into_response()),
        }
    }
}

impl OptionalFromRequestParts<App> for Session {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Option<Self>, PageError> {
        find(app, parts).await
    }
}

/// To the first-run pages while nobody can sign in, else to `/login`, and back after it.
async fn turned_away(app: &App, parts: &Parts) -> Response {
    let to = match app.store.has_users().await {
        Err(error) => return PageError::from(error).into_response(),
        Ok(false) => "/setup".to_owned(),
        Ok(true) if parts.method == Method::GET && parts.uri.path() != "/" => {
            let wanted = parts.uri.path_and_query().map_or("/", |path| path.as_str());
            format!("/login?next={}", encoded(wanted))
        }
        Ok(true) if parts.method == Method::GET => "/login".to_owned(),
        Ok(true) => "/login?unsent=1".to_owned(),
    };
    // A fragment cannot be a login page: htmx is told to leave the page as a whole.
    if parts.headers.contains_key("hx-request") {
        return ([("hx-redirect", to)], axum::http::StatusCode::UNAUTHORIZED).into_response();
    }
    Redirect::to(&to).into_response()
}

/// Percent-encodes everything that could end or extend a query value.
pub fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

fn hash(id: &str) -> String {
    hex::encode(Sha256::digest(id))
}

fn fresh_id() -> String {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    hex::encode(bytes)
}
