//! Addresses built from untrusted parts.
//!
//! Invariant: a value stays inside its own path segment or query parameter.

use std::fmt::Write as _;

/// Percent-encodes all but the unreserved characters of RFC 3986.
pub(crate) fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            _ => write!(out, "%{byte:02X}").expect("writing to a string cannot fail"),
        }
    }
    out
}

/// One path segment. An empty or dot name would change the path around it, so it is sent as `-`, which names
/// nothing and is answered with 404.
pub(crate) fn segment(text: &str) -> String {
    match text {
        "" | "." | ".." => "-".to_owned(),
        _ => encode(text),
    }
}

/// `base` with the parameters appended.
pub(crate) fn with_query(base: &str, parameters: &[(&str, &str)]) -> String {
    let mut out = base.to_owned();
    let mut separator = if base.contains('?') { '&' } else { '?' };
    for (name, value) in parameters {
        out.push(separator);
        out.push_str(&encode(name));
        out.push('=');
        out.push_str(&encode(value));
        separator = '&';
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_cannot_leave_its_place() {
        assert_eq!(segment("a/../b?c#d"), "a%2F..%2Fb%3Fc%23d");
        assert_eq!(segment(".."), "-");
        assert_eq!(
            with_query("https://x/y", &[("q", "a b&c=d"), ("r", "712020:é")]),
            "https://x/y?q=a%20b%26c%3Dd&r=712020%3A%C3%A9"
        );
    }
}
