//! Passwords: which are taken, and how they are kept (Argon2id) and compared.

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use std::sync::OnceLock;

pub const LENGTH_MIN: usize = 12;
/// Longer ones would only make hashing slow.
pub const LENGTH_MAX: usize = 128;

/// Why a password cannot be taken; `None` when it can.
pub fn refusal(password: &str, email: &str) -> Option<&'static str> {
    let length = password.chars().count();
    let distinct = password.chars().collect::<std::collections::BTreeSet<_>>().len();
    if length < LENGTH_MIN {
        Some("Use at least 12 characters; a few words are easy to remember.")
    } else if length > LENGTH_MAX {
        Some("Use at most 128 characters.")
    } else if password.eq_ignore_ascii_case(email) {
        Some("Use something else than the e-mail address.")
    } else if distinct < 4 {
        Some("Use more than three different characters.")
    } else {
        None
    }
}

/// Hashes on a thread where taking its time holds nobody up.
pub async fn hash(password: String) -> anyhow::Result<String> {
    Ok(tokio::task::spawn_blocking(move || digest(&password)).await??)
}

/// Whether `password` belongs to `known`. Without one it works as long and answers no.
pub async fn verify(known: Option<String>, password: String) -> bool {
    tokio::task::spawn_blocking(move || {
        static NOBODY: OnceLock<Option<String>> = OnceLock::new();
        let is_known = known.is_some();
        let nobody = || NOBODY.get_or_init(|| digest("nobody has this password").ok()).clone();
        let Some(hash) = known.or_else(nobody) else { return false };
        matches(&hash, &password) && is_known
    })
    .await
    .unwrap_or(false)
}

fn digest(password: &str) -> Result<String, argon2::password_hash::Error> {
    Argon2::default().hash_password(password.as_bytes()).map(|hash| hash.to_string())
}

fn matches(hash: &str, password: &str) -> bool {
    argon2::password_hash::phc::PasswordHash::new(hash)
        .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

#[cfg(test)]
mod tests {
    use super::{hash, refusal, verify};

    #[test]
    fn short_long_and_idle_passwords_are_refused() {
        assert!(refusal("correct horse battery", "a@b.example").is_none());
        for bad in ["elevenchars", "aaaaaaaaaaaaaaa", "someone@backline.example", &"ab1c".repeat(33)] {
            assert!(refusal(bad, "Someone@backline.example").is_some(), "{bad}");
        }
    }

    #[tokio::test]
    async fn only_the_same_password_of_a_known_user_passes() {
        let known = hash("correct horse battery".into()).await.unwrap();
        assert!(known.starts_with("$argon2id$"));
        assert!(verify(Some(known.clone()), "correct horse battery".into()).await);
        assert!(!verify(Some(known), "correct horse".into()).await);
        assert!(!verify(None, "nobody has this password".into()).await);
    }
}
