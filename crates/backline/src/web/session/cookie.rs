//! The one cookie: how it is named, written and read.

use crate::config::Config;
use axum::http::HeaderMap;
use axum::http::header::COOKIE;

/// `__Host-` makes browsers refuse the cookie without TLS, from a sub-domain or for another path.
fn name(config: &Config) -> &'static str {
    if config.is_https() { "__Host-backline_session" } else { "backline_session" }
}

pub fn read(headers: &HeaderMap, config: &Config) -> Option<String> {
    let wanted = name(config);
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, id)| {
            *name == wanted && id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit())
        })
        .map(|(_, id)| id.to_owned())
}

/// Lax, since the way back from Atlassian is a link from another site.
pub fn set(id: &str, config: &Config) -> String {
    let secure = if config.is_https() { "; Secure" } else { "" };
    format!("{}={id}; Path=/; HttpOnly; SameSite=Lax{secure}", name(config))
}

pub fn clear(config: &Config) -> String {
    format!("{}; Max-Age=0", set("", config))
}
