//! Writes every answer that is no as `application/problem+json`, with the request's id, also those that the
//! framework made before a handler was reached.

use super::problem::Problem;
use crate::web::headers::RequestId;
use axum::body::to_bytes;
use axum::extract::Request;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Bytes of a framework's own sentence; nothing longer is one.
const SENTENCE_BYTES_MAX: usize = 4_096;

pub async fn nothing_here() -> Problem {
    Problem::missing("address")
}

pub async fn describe(request: Request, next: Next) -> Response {
    let id = request.extensions().get::<RequestId>().cloned().unwrap_or_default();
    let mut response = next.run(request).await;
    let status = response.status();
    if !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let problem = match response.extensions_mut().remove::<Problem>() {
        Some(problem) => problem,
        None => {
            let body = std::mem::take(response.body_mut());
            let text = to_bytes(body, SENTENCE_BYTES_MAX).await.unwrap_or_default();
            Problem::of_status(unprocessable(status), &String::from_utf8_lossy(&text))
        }
    };
    write(problem, id.0)
}

/// A value of another shape is refused as one of another meaning is.
fn unprocessable(status: StatusCode) -> StatusCode {
    if status == StatusCode::BAD_REQUEST { StatusCode::UNPROCESSABLE_ENTITY } else { status }
}

fn write(problem: Problem, request_id: String) -> Response {
    let mut document = *problem.0;
    document.request_id = request_id;
    let status = StatusCode::from_u16(document.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = serde_json::to_vec(&document).expect("a problem is plain values");
    let mut response = (status, body).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    if let Some(seconds) = document.retry_after_s {
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    if status == StatusCode::UNAUTHORIZED {
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"Backline\""));
    }
    response
}
