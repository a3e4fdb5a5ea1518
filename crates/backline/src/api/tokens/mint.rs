//! Makes an API token of fresh random text.

use crate::app::App;
use backline_store::StoreError;
use backline_store::api_token::{NewToken, TokenScope};
use jiff::Timestamp;

const ID_BYTES: usize = 6;
const SECRET_BYTES: usize = 24;

pub struct Wanted {
    pub name: String,
    pub scopes: Vec<TokenScope>,
    pub by: String,
    pub expires_at: Option<Timestamp>,
}

pub struct Minted {
    /// The part that may be seen.
    pub id: String,
    /// The whole token.
    pub text: String,
}

pub async fn mint(app: &App, wanted: Wanted) -> Result<Minted, StoreError> {
    let id = random::<ID_BYTES>();
    let new = NewToken {
        public_id: id.clone(),
        secret: random::<SECRET_BYTES>(),
        name: wanted.name,
        scopes: wanted.scopes,
        created_by: wanted.by,
        expires_at: wanted.expires_at,
    };
    let text = app.store.create_api_token(new, false, app.now()).await?;
    Ok(Minted { id, text })
}

/// In hex, which has no underscore.
fn random<const BYTES: usize>() -> String {
    let mut bytes = [0; BYTES];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    hex::encode(bytes)
}
