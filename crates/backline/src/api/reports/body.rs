//! The body of an upload: read up to the limit, unpacked if it is gzip.
//!
//! Invariant: no more is kept in memory than the limits allow, whatever a request says of its size.

use crate::api::problem::Problem;
use axum::body::{Body, Bytes};
use axum::http::header::CONTENT_LENGTH;
use axum::http::{HeaderMap, StatusCode};
use backline_core::finding::{self, Limits, Refused};
use flate2::read::MultiGzDecoder;
use futures_util::StreamExt;
use std::io::Read;

const MB: usize = 1024 * 1024;
/// Bytes of a report once unpacked.
const UNPACKED_BYTES_MAX: usize = 2 * 1024 * MB;
/// Times that a report may grow by unpacking.
const RATIO_MAX: usize = 200;
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

pub async fn read(headers: &HeaderMap, body: Body, limit_mb: usize) -> Result<Vec<u8>, Problem> {
    let limit = limit_mb.saturating_mul(MB);
    let stated = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    let mut bytes = Vec::with_capacity(stated.unwrap_or(0).min(limit));
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
    tokio::task::spawn_blocking(move || unpacked(bytes))
        .await
        .map_err(|_| Problem::internal())?
        .map_err(Problem::from)
}

/// A report as it is read: without gzip around it.
pub fn unpacked(bytes: Vec<u8>) -> Result<Vec<u8>, Refused> {
    if bytes.starts_with(&GZIP_MAGIC) { unpack(&bytes, UNPACKED_BYTES_MAX) } else { Ok(bytes) }
}

fn unpack(packed: &[u8], bytes_max: usize) -> Result<Vec<u8>, Refused> {
    let limit = packed.len().saturating_mul(RATIO_MAX).min(bytes_max);
    let mut bytes = Vec::new();
    let read = MultiGzDecoder::new(packed).take(limit as u64 + 1).read_to_end(&mut bytes);
    if let Err(error) = read {
        return Err(Refused {
            place: format!("byte {} after unpacking", bytes.len()),
            rule: format!("the gzip data is damaged or cut: {error}"),
            remedy: "pack the report again, or send it unpacked".to_owned(),
        });
    }
    if bytes.len() > limit {
        return Err(Refused {
            place: format!("byte {limit} after unpacking"),
            rule: format!(
                "a report may unpack to {} MB and to {RATIO_MAX} times its packed size, and this is more",
                bytes_max / MB
            ),
            remedy: "have the scanner write one report for each target and send them one by one".to_owned(),
        });
    }
    Ok(bytes)
}

/// The bytes again, if they are a report of that format.
pub async fn of_format(bytes: Vec<u8>, wanted: String) -> Result<Vec<u8>, Problem> {
    tokio::task::spawn_blocking(move || {
        let found = finding::read(&bytes, &Limits::default())?.format.word();
        if found.eq_ignore_ascii_case(&wanted) {
            return Ok(bytes);
        }
        let wanted: String = wanted.chars().take(40).collect();
        Err(Problem::from(Refused {
            place: "the whole report".to_owned(),
            rule: format!("expected a report in the format {wanted}, found one in the format {found}"),
            remedy: "leave `format` out, or name the format that the report has".to_owned(),
        }))
    })
    .await
    .map_err(|_| Problem::internal())?
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
    use super::{MB, read, unpack};
    use axum::body::Body;
    use axum::http::HeaderMap;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use std::io::Write;

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[tokio::test]
    async fn a_body_is_taken_raw_or_packed() {
        for sent in [b"{}".to_vec(), packed(b"{}")] {
            assert_eq!(read(&HeaderMap::new(), Body::from(sent), 1).await.unwrap(), b"{}");
        }
    }

    #[tokio::test]
    async fn a_body_over_the_limit_is_refused_with_the_limit() {
        let problem = read(&HeaderMap::new(), Body::from(vec![0; MB + 1]), 1).await.unwrap_err();
        assert_eq!(problem.0.status, 413);
        assert!(problem.0.detail.contains("1 MB"), "{problem:?}");
    }

    #[test]
    fn what_unpacks_to_too_much_is_refused() {
        assert!(unpack(&packed(&[0; 4 * MB]), MB).unwrap_err().rule.contains("200 times"));
        assert!(unpack(&packed(b"{}")[..10], MB).unwrap_err().rule.contains("damaged"));
    }
}
