//! What every answer carries: the browser's orders, and the request's id.
//!
//! Invariant: no answer allows an inline script or style, a foreign origin, or a frame around it.

use crate::app::App;
use crate::config::Config;
use axum::extract::{Request, State};
use axum::http::header::{CACHE_CONTROL, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;

/// Names a request in the log and on error pages.
#[derive(Debug, Clone, Default)]
pub struct RequestId(pub String);

const ID_HEADER: HeaderName = HeaderName::from_static("x-request-id");

const ALWAYS: [(&str, &str); 6] = [
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("x-frame-options", "DENY"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
];

pub async fn secure(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let id = RequestId(fresh_id());
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    request.extensions_mut().insert(id.clone());
    let mut response = next.run(request).await;
    let status = response.status().as_u16();
    if status >= 500 {
        tracing::error!(%method, path, status, request = id.0, "{method} {path} answered {status}");
    } else {
        tracing::debug!(%method, path, status, request = id.0, "{method} {path} answered {status}");
    }
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    let policy = HeaderName::from_static("content-security-policy");
    if !headers.contains_key(&policy)
        && let Ok(value) = HeaderValue::from_str(&content_policy(&app.config))
    {
        headers.insert(policy, value);
    }
    if app.config.is_https() {
        let year = HeaderValue::from_static("max-age=31536000");
        headers.insert(HeaderName::from_static("strict-transport-security"), year);
    }
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if let Ok(value) = HeaderValue::from_str(&id.0) {
        headers.insert(ID_HEADER, value);
    }
    response
}

/// A form may lead on to Atlassian's consent page: browsers apply `form-action` to the redirect as well.
///
/// Source: <https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Content-Security-Policy/form-action>
fn content_policy(config: &Config) -> String {
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
         form-action 'self' {}; frame-ancestors 'none'; base-uri 'none'",
        origin(&config.atlassian.authorize_url)
    )
}

/// Scheme, host and port of an address.
fn origin(url: &str) -> &str {
    let host = url.find("://").map_or(0, |at| at + 3);
    url[host..].find('/').map_or(url, |end| &url[..host + end])
}

fn fresh_id() -> String {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    hex::encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::origin;

    #[test]
    fn an_origin_has_no_path() {
        assert_eq!(origin("https://auth.atlassian.com/authorize"), "https://auth.atlassian.com");
        assert_eq!(origin("http://127.0.0.1:9090/auth/authorize"), "http://127.0.0.1:9090");
        assert_eq!(origin("https://a.example"), "https://a.example");
    }
}
