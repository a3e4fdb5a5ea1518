//! Who signs in with what: a bearer token, or an e-mail address with an API token.

use crate::people::{self, Person};
use axum::http::{HeaderMap, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The API tokens of everybody who can sign in.
pub struct Logins {
    /// Without scopes, for sites.
    pub whole: Tokens,
    /// With scopes, for the gateway.
    pub scoped: Tokens,
}

impl Logins {
    pub fn new(seed: u64) -> Self {
        let of = |token_of: fn(u64, &Person) -> String| {
            let row = |person| {
                let token = token_of(seed, person);
                (person, basic_of(person, &token), token)
            };
            Tokens(people::active().map(row).collect())
        };
        Self { whole: of(people::api_token), scoped: of(people::scoped_token) }
    }
}

/// A person, the header that is usual for them, and the token in it.
pub struct Tokens(Vec<(&'static Person, String, String)>);

impl Tokens {
    /// The person whose e-mail and token the header holds.
    pub fn person(&self, headers: &HeaderMap) -> Option<&'static Person> {
        let sent = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
        if let Some((person, ..)) = self.0.iter().find(|(_, usual, _)| usual == sent) {
            return Some(person);
        }
        let decoded = String::from_utf8(STANDARD.decode(sent.strip_prefix("Basic ")?).ok()?).ok()?;
        let (email, token) = decoded.split_once(':')?;
        let is_meant =
            |person: &Person, known: &str| person.email.eq_ignore_ascii_case(email) && known == token;
        self.0.iter().find(|(person, _, known)| is_meant(person, known)).map(|(person, ..)| *person)
    }
}

/// The header of a person with one of their tokens.
pub fn basic_of(person: &Person, token: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{}:{token}", person.email)))
}

pub fn bearer(headers: &HeaderMap) -> Option<String> {
    headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ").map(str::to_owned)
}
