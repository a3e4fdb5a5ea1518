//! Values as they stand in an address.

use serde_json::Value as Json;

/// A path segment without percent-encoding; `None` where that is no text, or the segment would change the path.
pub fn decoded(segment: &str) -> Option<String> {
    // A form would also turn plus into a space, which a path does not.
    let form = format!("={}", segment.replace('+', "%2B"));
    let (_, text) = form_urlencoded::parse(form.as_bytes()).next()?;
    let is_text = !text.contains('\u{fffd}') && !segment.contains(['#', '&', ' ']);
    (is_text && text != "." && text != "..").then(|| text.into_owned())
}

/// The JSON that a parameter stands for; a text that is not of the type stays a text, which its schema refuses.
pub fn typed(kind: &Json, text: &str) -> Json {
    let parsed = match kind.as_str() {
        Some("integer") => text.parse::<i64>().ok().map(Json::from),
        Some("boolean") => text.parse::<bool>().ok().map(Json::from),
        Some("array") => Some(text.split(',').map(Json::from).collect()),
        _ => None,
    };
    parsed.unwrap_or_else(|| Json::from(text))
}
