//! API tokens: made, listed and revoked. A token is shown once, when it is made.

pub mod mint;

use super::caller::{self, Caller};
use super::problem::{Document, Problem};
use crate::app::App;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use backline_store::api_token::{ApiToken, TokenScope};
use jiff::{SignedDuration, Timestamp};
use mint::Minted;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

const DAYS: u16 = 90;
const DAYS_MAX: u16 = 365;
const NAME_CHARS_MAX: usize = 100;

#[derive(Debug, Serialize, ToSchema)]
pub struct Tokens {
    pub tokens: Vec<TokenItem>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct TokenItem {
    pub id: String,
    pub name: String,
    pub scopes: Vec<&'static str>,
    pub created_by: String,
    #[schema(value_type = String)]
    pub created_at: Timestamp,
    #[schema(value_type = Option<String>)]
    pub expires_at: Option<Timestamp>,
    #[schema(value_type = Option<String>)]
    pub revoked_at: Option<Timestamp>,
}

#[derive(Debug, Deserialize, ToSchema)]
pub struct New {
    /// What it is for: "nightly scan".
    pub name: String,
    /// `report:write`, `read`, `plan`, `admin`.
    #[schema(value_type = Vec<String>)]
    pub scopes: Vec<TokenScope>,
    /// 1 to 365; 90 if left out.
    pub expires_in_days: Option<u16>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Made {
    pub id: String,
    /// Shown this once.
    pub token: String,
    #[schema(value_type = String)]
    pub expires_at: Timestamp,
}

/// The newest first; revoked ones too.
#[utoipa::path(get, path = "/tokens", tag = "tokens", responses((status = 200, body = Tokens)))]
pub async fn list(State(app): State<App>) -> Result<Json<Tokens>, Problem> {
    let tokens = app.store.list_api_tokens().await?.into_iter().map(TokenItem::of).collect();
    Ok(Json(Tokens { tokens }))
}

/// Make a token.
#[utoipa::path(
    post, path = "/tokens", tag = "tokens", request_body = New,
    responses(
        (status = 201, body = Made),
        (status = 422, body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn create(
    State(app): State<App>,
    caller: Caller,
    Json(new): Json<New>,
) -> Result<(StatusCode, Json<Made>), Problem> {
    let name = new.name.trim().to_owned();
    if name.is_empty() || name.chars().count() > NAME_CHARS_MAX {
        return Err(Problem::invalid(
            "A token needs a name of 1 to 100 characters.",
            "Name it for what uses it, such as “nightly scan”.",
        ));
    }
    if new.scopes.is_empty() {
        return Err(Problem::invalid(
            "A token without a scope may do nothing.",
            "Name at least one of report:write, read, plan, admin.",
        ));
    }
    let days = new.expires_in_days.unwrap_or(DAYS);
    if !(1..=DAYS_MAX).contains(&days) {
        return Err(Problem::invalid(
            "A token lasts 1 to 365 days.",
            "Choose expires_in_days in that range.",
        ));
    }
    let expires_at = app.now() + SignedDuration::from_hours(24 * i64::from(days));
    let wanted = mint::Wanted { name, scopes: new.scopes, by: caller.actor(), expires_at: Some(expires_at) };
    let Minted { id, text } = mint::mint(&app, wanted).await?;
    Ok((StatusCode::CREATED, Json(Made { id, token: text, expires_at })))
}

/// Revoke a token; its next request is refused.
#[utoipa::path(
    delete, path = "/tokens/{id}", tag = "tokens", params(("id" = String, Path)),
    responses(
        (status = 204),
        (status = 404, body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn revoke(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    if app.store.revoke_api_token(&id, &caller.actor(), app.now()).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Problem::missing("token that could be revoked"))
    }
}

impl TokenItem {
    fn of(token: ApiToken) -> Self {
        Self {
            id: token.public_id,
            name: token.name,
            scopes: token.scopes.into_iter().map(caller::word).collect(),
            created_by: token.created_by,
            created_at: token.created_at,
            expires_at: token.expires_at,
            revoked_at: token.revoked_at,
        }
    }
}
