//! Style sheet and scripts, from inside the binary.
//!
//! The address carries no version: browsers ask each time and are told "unchanged" by ETag.

use crate::app::App;
use axum::Router;
use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "static/"]
struct Assets;

pub fn routes() -> Router<App> {
    Router::new().route("/static/{*path}", get(show))
}

async fn show(Path(path): Path<String>, headers: HeaderMap) -> Response {
    let Some(file) = Assets::get(&path) else { return StatusCode::NOT_FOUND.into_response() };
    let tag = format!("\"{}\"", hex::encode(&file.metadata.sha256_hash()[..16]));
    let cache = (CACHE_CONTROL, "no-cache".to_owned());
    if headers.get(IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes()) {
        return (StatusCode::NOT_MODIFIED, [cache, (ETAG, tag)]).into_response();
    }
    let kind = (CONTENT_TYPE, file.metadata.mimetype().to_owned());
    ([cache, (ETAG, tag), kind], file.data).into_response()
}

#[cfg(test)]
mod tests {
    use super::Assets;
    use sha2::{Digest, Sha256};

    #[test]
    fn vendored_scripts_are_what_their_list_says() {
        let list = include_str!("../../static/vendor/README.md");
        for path in Assets::iter().filter(|path| path.starts_with("vendor/") && path.ends_with(".js")) {
            let sum = hex::encode(Sha256::digest(&Assets::get(&path).unwrap().data));
            assert!(list.contains(&sum), "{path} has the checksum {sum}");
        }
    }
}
