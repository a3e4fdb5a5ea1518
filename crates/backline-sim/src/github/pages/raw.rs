//! Files as they are, and pictures of people.

use super::{Cx, Page, Refusal};
use crate::github::model::EntryKind;
use axum::extract::Path;
use axum::http::header;
use axum::response::IntoResponse;

/// A branch may contain slashes: the shortest prefix that names a commit wins.
pub async fn file(cx: Cx, Path((owner, name, rest)): Path<(String, String, String)>) -> Page {
    cx.read(|wire| {
        let repo = wire.state.load_repo(&(owner, name))?;
        let cuts = rest.match_indices('/').map(|(at, _)| (&rest[..at], &rest[at + 1..]));
        let found = cuts.into_iter().find_map(|(at, path)| {
            let commit = wire.state.find_commit(repo.id, at)?;
            wire.state.find_entry(&commit.tree, path).filter(|entry| entry.kind == EntryKind::Blob)
        });
        let content =
            found.and_then(|entry| wire.state.read_blob(&entry.sha)).ok_or_else(Refusal::not_found)?;
        let headers = [
            (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        ];
        Ok((headers, content).into_response())
    })
}

/// The first letter on a colour of one's own.
pub async fn avatar(cx: Cx, Path(file): Path<String>) -> Page {
    let id: Option<u64> = file.strip_suffix(".svg").and_then(|id| id.parse().ok());
    cx.read(|wire| {
        let user = id.and_then(|id| wire.state.users.find(&id)).ok_or_else(Refusal::not_found)?;
        let letter = user.name.chars().next().unwrap_or('?').to_uppercase();
        let hue = user.id * 67 % 360;
        let picture = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 40 40\"><rect width=\"40\" height=\"40\" rx=\"20\" \
             fill=\"hsl({hue},45%,45%)\"/><text x=\"20\" y=\"27\" fill=\"#fff\" font-family=\"sans-serif\" \
             font-size=\"20\" text-anchor=\"middle\">{letter}</text></svg>"
        );
        Ok(([(header::CONTENT_TYPE, "image/svg+xml")], picture).into_response())
    })
}
