//! An upload form as it was sent: checked for its session's token before anything else of it is used.

use crate::web::error::{Four, PageError};
use crate::web::form::TOKEN_FIELD;
use crate::web::session::Session;
use axum::extract::Multipart;
use axum::extract::multipart::{Field, MultipartError};
use axum::http::StatusCode;
use backline_core::ids::RepositoryName;

/// Bytes of a typed field; nothing that is typed is longer.
const TEXT_BYTES_MAX: usize = 1_024;

#[derive(Debug)]
pub struct Upload {
    pub file_name: String,
    pub bytes: Vec<u8>,
    pub repository: RepositoryName,
    pub git_ref: Option<String>,
    /// Stands in for what the report names as its target.
    pub scope: Option<String>,
    /// The uploader says that nothing was filtered out.
    pub is_complete: bool,
}

/// The fields as they came.
#[derive(Default)]
struct Sent {
    token: String,
    repository: String,
    git_ref: String,
    scope: String,
    is_complete: bool,
    file_name: String,
    bytes: Vec<u8>,
}

impl Upload {
    pub async fn read(mut form: Multipart, session: &Session, limit_mb: usize) -> Result<Self, PageError> {
        let mut sent = Sent::default();
        while let Some(field) = form.next_field().await.map_err(|error| unreadable(&error))? {
            let name = field.name().unwrap_or_default().to_owned();
            if name == "file" {
                // A file before the token would be read on the word of anybody.
                session.check_csrf(&sent.token)?;
                sent.file_name = field.file_name().unwrap_or_default().to_owned();
                sent.bytes = bytes(field, limit_mb.saturating_mul(1024 * 1024))
                    .await?
                    .ok_or_else(|| too_large(limit_mb))?;
                continue;
            }
            let text = bytes(field, TEXT_BYTES_MAX).await?;
            let text = text
                .and_then(|text| String::from_utf8(text).ok())
                .ok_or_else(|| PageError::unreadable("A typed field is too long, or no text."))?;
            let text = text.trim().to_owned();
            match name.as_str() {
                TOKEN_FIELD => sent.token = text,
                "repository" => sent.repository = text,
                "ref" => sent.git_ref = text,
                "scope" => sent.scope = text,
                "complete" => sent.is_complete = true,
                _ => {}
            }
        }
        session.check_csrf(&sent.token)?;
        sent.checked()
    }
}

impl Sent {
    fn checked(self) -> Result<Upload, PageError> {
        let repository = repository(&self.repository).ok_or_else(|| {
            refused(
                "The repository is not named as owner/name",
                "Type the repository that was scanned, such as acme/payments-api",
            )
        })?;
        if self.file_name.is_empty() && self.bytes.is_empty() {
            return Err(refused("No file was chosen", "Choose the report that the scanner wrote"));
        }
        Ok(Upload {
            file_name: self.file_name,
            bytes: self.bytes,
            repository,
            git_ref: Some(self.git_ref).filter(|git_ref| !git_ref.is_empty()),
            scope: Some(self.scope).filter(|scope| !scope.is_empty()),
            is_complete: self.is_complete,
        })
    }
}

/// `owner/name` in lower case; groups of GitLab make more than two parts.
pub fn repository(text: &str) -> Option<RepositoryName> {
    let is_part = |part: &str| {
        !part.is_empty()
            && part != "."
            && part != ".."
            && part.chars().all(|sign| sign.is_ascii_alphanumeric() || "-_.".contains(sign))
    };
    let is_name = text.contains('/') && text.split('/').all(is_part);
    is_name.then(|| RepositoryName::new(text.to_ascii_lowercase()))
}

fn refused(why: &'static str, remedy: &'static str) -> PageError {
    PageError::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        Four {
            title: "The upload is not complete".into(),
            what: "Backline did not take the report.".into(),
            why: format!("{why}.").into(),
            remedy: format!("{remedy}.").into(),
            kept: "Nothing was stored and nothing was changed.".into(),
            button: ("/reports/new".into(), "Upload again".into()),
        },
    )
}

/// What a field holds; `None` when that is more than `bytes_max`, and nothing more is read then.
async fn bytes(mut field: Field<'_>, bytes_max: usize) -> Result<Option<Vec<u8>>, PageError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(|error| unreadable(&error))? {
        if bytes.len() + chunk.len() > bytes_max {
            return Ok(None);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(Some(bytes))
}

fn unreadable(error: &MultipartError) -> PageError {
    PageError::unreadable(error.body_text())
}

fn too_large(limit_mb: usize) -> PageError {
    PageError::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        Four {
            title: "The file is too large".into(),
            what: "Backline did not take the report.".into(),
            why: format!("It is larger than {limit_mb} MB, which is what limits.upload_mb_max allows.")
                .into(),
            remedy: "Have the scanner write one report for each target and upload them one by one.".into(),
            kept: "Nothing was stored and nothing was changed.".into(),
            button: ("/reports/new".into(), "Upload again".into()),
        },
    )
}

#[cfg(test)]
mod tests {
    use super::repository;

    #[test]
    fn a_repository_is_an_owner_and_a_name() {
        assert_eq!(repository("Acme/Payments-API").unwrap().as_str(), "acme/payments-api");
        assert_eq!(repository("group/sub/name").unwrap().as_str(), "group/sub/name");
        for bad in ["acme", "", "/", "acme/", "../x", "a b/c", "acme/<script>", "https://github.com/acme/x"] {
            assert_eq!(repository(bad), None, "{bad}");
        }
    }
}
