//! Two guards against forged requests: the browser's own word on where a request comes from, and a token in
//! every form that only this browser's session can have been given.

use crate::config::Config;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use tower_http::csrf::CsrfLayer;

/// Refuses unsafe requests that another site caused, by `Sec-Fetch-Site` and `Origin`.
pub fn layer(config: &Config) -> CsrfLayer {
    match CsrfLayer::new().add_trusted_origin(&config.public_url) {
        Ok(layer) => layer,
        Err(error) => {
            tracing::warn!(%error, "public_url is no origin; only same-origin requests will be taken");
            CsrfLayer::new()
        }
    }
}

/// A token for the forms of one page, for a browser whose cookie holds `id`.
///
/// Cannot be made without the id, and does not give it away. Each is salted anew: pages are compressed, and a
/// text that never changes could be guessed from the length of an answer that also repeats what was sent.
/// Source: <https://www.breachattack.com/>
pub fn token(id: &str) -> String {
    let mut salt = [0; 8];
    getrandom::fill(&mut salt).expect("the operating system gives random bytes");
    salted(id, &hex::encode(salt))
}

pub fn is_token_of(id: &str, given: &str) -> bool {
    match given.get(..SALT_CHARS) {
        Some(salt) => salted(id, salt).as_bytes().ct_eq(given.as_bytes()).into(),
        None => false,
    }
}

const SALT_CHARS: usize = 16;

fn salted(id: &str, salt: &str) -> String {
    let hash = Sha256::new().chain_update(b"form token\0").chain_update(salt).chain_update(id).finalize();
    format!("{salt}{}", hex::encode(hash))
}

#[cfg(test)]
mod tests {
    use super::{is_token_of, token};

    #[test]
    fn a_token_belongs_to_one_browser() {
        let (one, other) = (token("a"), token("a"));
        assert!(one != other && is_token_of("a", &one) && is_token_of("a", &other));
        assert!(!is_token_of("b", &one));
        assert!(!is_token_of("a", "") && !is_token_of("a", &one[..16]) && !is_token_of("a", "é"));
    }
}
