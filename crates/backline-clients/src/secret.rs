//! A value that must not be seen: tokens, client secrets, webhook addresses.
//!
//! Invariant: `Debug` and `Display` print `[redacted]`, there is no `Serialize`, and the memory is overwritten on
//! drop. Only [`Secret::expose`] gives the value, so that a search for that word finds every use.

use std::fmt;
use zeroize::{Zeroize, Zeroizing};

/// Holds a `T` that is never printed.
#[derive(Clone)]
pub struct Secret<T: Zeroize = String>(Zeroizing<T>);

impl<T: Zeroize> Secret<T> {
    pub fn new(value: T) -> Self {
        Self(Zeroizing::new(value))
    }

    /// The value itself, for the one place that sends or encrypts it.
    pub fn expose(&self) -> &T {
        &self.0
    }
}

/// Takes secrets of ours out of a body that may repeat what it was sent. Very short ones are left: they prove nothing,
/// and would take words apart.
pub(crate) fn cut<'s>(body: &mut Vec<u8>, secrets: impl IntoIterator<Item = &'s str>) {
    const SHORT: usize = 4;
    for secret in secrets.into_iter().map(str::as_bytes).filter(|secret| secret.len() > SHORT) {
        let mut from = 0;
        while let Some(at) = body[from..].windows(secret.len()).position(|part| part == secret) {
            body.splice(from + at..from + at + secret.len(), *b"[redacted]");
            from += at + b"[redacted]".len();
        }
    }
}

impl<T: Zeroize> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl<T: Zeroize> fmt::Display for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl From<String> for Secret<String> {
    fn from(value: String) -> Self {
        Self::new(value)
    }
}

impl From<secrecy::SecretString> for Secret<String> {
    fn from(value: secrecy::SecretString) -> Self {
        use secrecy::ExposeSecret;
        Self::new(value.expose_secret().to_owned())
    }
}

impl From<&str> for Secret<String> {
    fn from(value: &str) -> Self {
        Self::new(value.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_printed_nowhere() {
        let secret = Secret::from("hunter2");
        assert_eq!(
            format!("{secret} {secret:?} {:#?}", Some(&secret)),
            "[redacted] [redacted] Some(\n    [redacted],\n)"
        );
        assert_eq!(secret.expose(), "hunter2");
    }

    #[test]
    fn a_body_that_repeats_secrets_keeps_its_other_words() {
        let mut body = b"x hunter2 y hunter2,token z".to_vec();
        cut(&mut body, ["hunter2", "token", "x", "", "redact"]);
        assert_eq!(body, b"x [[redacted]ed] y [[redacted]ed],[[redacted]ed] z");
    }
}
