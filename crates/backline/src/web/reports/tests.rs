use crate::web::testing::{Browser, app, config};
use axum::http::StatusCode;

const REPOSITORY: (&str, &str) = ("repository", "acme/payments-api");

#[tokio::test]
async fn an_upload_without_its_token_is_refused_before_the_file_is_read() {
    let mut browser = Browser::signed_in(app(config("")).await).await;
    for form in [&[REPOSITORY][..], &[("csrf", "00"), REPOSITORY][..]] {
        assert_eq!(browser.upload("/reports", form, b"{}").await.status, StatusCode::FORBIDDEN);
    }
}

#[tokio::test]
async fn an_upload_that_lacks_something_says_what() {
    let mut browser = Browser::signed_in(app(config("")).await).await;
    let token = browser.get("/reports/new").await.token();
    let answer = browser.upload("/reports", &[("csrf", token.as_str()), ("repository", "acme")], b"{}").await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("owner/name"), "{}", answer.body);
}

#[tokio::test]
async fn a_file_above_the_limit_is_refused_with_the_limit() {
    let mut browser = Browser::signed_in(app(config("[limits]\nupload_mb_max = 1\n")).await).await;
    let token = browser.get("/reports/new").await.token();
    let form = [("csrf", token.as_str()), REPOSITORY];
    let answer = browser.upload("/reports", &form, &vec![b' '; 1024 * 1024 + 1]).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(answer.body.contains("1 MB"), "{}", answer.body);
}

#[tokio::test]
async fn a_file_of_no_known_format_is_refused_in_four_sentences() {
    let mut browser = Browser::signed_in(app(config("")).await).await;
    let token = browser.get("/reports/new").await.token();
    let answer = browser.upload("/reports", &[("csrf", token.as_str()), REPOSITORY], b"{\"a\": 1}").await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    for part in ["What happened", "Why", "What to do", "Not lost", "report.json"] {
        assert!(answer.body.contains(part), "{part} in {}", answer.body);
    }
}
