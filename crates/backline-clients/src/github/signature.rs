//! Whether a webhook is GitHub's.
//!
//! Invariant: checked over the raw body before anything in it is read, in constant time, and never passed by an
//! empty secret.

use crate::secret::Secret;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// Checks `X-Hub-Signature-256: sha256=<hex>` over the body as it arrived, form encoding included.
///
/// Source: <https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries>
pub fn verify_signature(secret: &Secret<String>, raw_body: &[u8], header: &str) -> bool {
    let Some(signature) = header.trim().strip_prefix("sha256=").and_then(|hex| hex::decode(hex).ok()) else {
        return false;
    };
    if secret.expose().is_empty() {
        return false;
    }
    let mut mac =
        Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()).expect("HMAC takes a key of any length");
    mac.update(raw_body);
    mac.verify_slice(&signature).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// GitHub's own test vector.
    /// Source: <https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries#testing-the-webhook-payload-validation>
    const SECRET: &str = "It's a Secret to Everybody";
    const SIGNATURE: &str = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

    fn check(secret: &str, body: &[u8], header: &str) -> bool {
        verify_signature(&secret.into(), body, header)
    }

    #[test]
    fn githubs_own_example_passes() {
        assert!(check(SECRET, b"Hello, World!", SIGNATURE));
        assert!(check(SECRET, b"Hello, World!", &SIGNATURE.to_uppercase().replace("SHA256", "sha256")));
    }

    #[test]
    fn anything_else_fails() {
        assert!(!check(SECRET, b"Hello, World", SIGNATURE));
        assert!(!check("another", b"Hello, World!", SIGNATURE));
        assert!(!check(SECRET, b"Hello, World!", &SIGNATURE[..SIGNATURE.len() - 2]));
        assert!(!check(SECRET, b"Hello, World!", SIGNATURE.trim_start_matches("sha256=")));
        for header in ["", "sha256=", "sha256=zz", "sha1=757107ea"] {
            assert!(!check(SECRET, b"Hello, World!", header), "{header}");
        }
    }

    #[test]
    fn an_empty_secret_passes_nothing() {
        let mut mac = Hmac::<Sha256>::new_from_slice(b"").unwrap();
        mac.update(b"x");
        let header = format!("sha256={}", hex::encode(mac.finalize().into_bytes()));
        assert!(!check("", b"x", &header));
    }
}
