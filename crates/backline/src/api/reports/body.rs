//! The body of an upload, read up to the limit.
//!
//! Invariant: no more is kept in memory than the limits allow, whatever a request says of its size.

use crate::api::problem::Problem;
use axum::body::{Body, Bytes};
use axum::http::header::CONTENT_LENGTH;
use axum::http::{HeaderMap, StatusCode};
use futures_util::StreamExt;

const MB: usize = 1024 * 1024;
/// Reserved at most before a byte of it has come: a stated length is no promise.
const RESERVED_BYTES_MAX: usize = MB;

pub async fn read(headers: &HeaderMap, body: Body, limit_mb: usize) -> Result<Vec<u8>, Problem> {
    let limit = limit_mb.saturating_mul(MB);
    let stated = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    let mut bytes = Vec::with_capacity(stated.unwrap_or(0).min(limit).min(RESERVED_BYTES_MAX));
    let mut stream = body.into_data_stream();
    let mut discarded = 0;
    while let Some(chunk) = stream.next().await {
        let chunk: Bytes = chunk.map_err(|_| interrupted())?;
        if discarded == 0 && bytes.len() + chunk.len() <= limit {
            bytes.extend_from_slice(&chunk);
            continue;
        }
        bytes = Vec::new();
        discarded += chunk.len();
        // A client that is cut off while it sends never reads why; so much is listened to out of courtesy.
        if discarded > limit {
            break;
        }
    }
    if discarded > 0 {
        return Err(too_large(limit_mb));
    }
    Ok(bytes)
}

fn too_large(limit_mb: usize) -> Problem {
    Problem::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "too_large",
        format!(
            "The report is larger than {limit_mb} MB, which is what limits.upload_mb_max allows. Nothing of it was stored."
        ),
        "Send it packed with gzip, or have the scanner write one report for each target.",
    )
}

fn interrupted() -> Problem {
    Problem::invalid(
        "The upload broke off before its end; nothing of it was stored.",
        "Send the report again.",
    )
}

#[cfg(test)]
mod tests {
    use super::{MB, read};
    use axum::body::Body;
    use axum::http::HeaderMap;

    #[tokio::test]
    async fn a_body_over_the_limit_is_refused_with_the_limit() {
        let problem = read(&HeaderMap::new(), Body::from(vec![0; MB + 1]), 1).await.unwrap_err();
        assert_eq!(problem.0.status, 413);
        assert!(problem.0.detail.contains("1 MB"), "{problem:?}");
    }
}
