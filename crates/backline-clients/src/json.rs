//! Reading JSON that others wrote: strict where we decide by it, lenient where we only show it.

use serde::de::DeserializeOwned;
use serde_json::Value as Json;

/// Reads a whole body. The error names the place and never quotes the body, which may hold secrets.
pub(crate) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, String> {
    let mut reader = serde_json::Deserializer::from_slice(without_mark(body));
    let value = serde_path_to_error::deserialize(&mut reader)
        .map_err(|error| format!("unexpected JSON at {}", crate::text::clean(&error.path().to_string())))?;
    reader.end().map_err(|_| "text after the JSON".to_owned())?;
    Ok(value)
}

/// A string or number as text; `None` for everything else and for an empty string.
pub(crate) fn text(json: &Json) -> Option<String> {
    match json {
        Json::String(text) if !text.is_empty() => Some(text.clone()),
        Json::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The first of `keys` that holds a string or number.
pub(crate) fn first_text(json: &Json, keys: &[&str]) -> Option<String> {
    keys.iter().find_map(|key| text(&json[*key]))
}

/// Whether a body is markup, as login and proxy error pages are.
pub(crate) fn is_html(body: &[u8]) -> bool {
    without_mark(body).trim_ascii_start().starts_with(b"<")
}

/// Without the byte order mark that some proxies and Windows servers put before UTF-8.
pub(crate) fn without_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body)
}
