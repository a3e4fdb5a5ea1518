//! Signing in and out.

mod enter;
mod leave;
mod show;

use crate::app::App;
use axum::Router;
use axum::routing::{get, post};

pub fn routes() -> Router<App> {
    Router::new().route("/login", get(show::show).post(enter::enter)).route("/logout", post(leave::leave))
}

/// A path of this server to go to after signing in; anything else is the front page.
fn next_path(wanted: &str) -> &str {
    let is_own = wanted.starts_with('/')
        && !wanted.starts_with("//")
        && !wanted.contains(['\\', '\r', '\n', '\t'])
        && !wanted.starts_with("/login");
    if is_own { wanted } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::next_path;

    #[test]
    fn only_a_path_of_this_server_is_gone_back_to() {
        assert_eq!(next_path("/tickets?t=1"), "/tickets?t=1");
        for elsewhere in
            ["//evil.example", "https://evil.example", "/\\evil.example", "", "/login?next=/", "/a\nb"]
        {
            assert_eq!(next_path(elsewhere), "/", "{elsewhere}");
        }
    }
}
