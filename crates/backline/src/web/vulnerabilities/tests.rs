use crate::web::testing::{Browser, app, config};
use axum::http::StatusCode;

const NOWHERE: &str = "/vulnerabilities/0190c5a0-0000-7000-8000-000000000001";

#[tokio::test]
async fn the_list_answers_a_part_to_htmx_and_a_page_to_a_browser() {
    let mut browser = Browser::signed_in(app(config("")).await).await;
    let part = browser.get_part("/vulnerabilities?q=log4j&severity=critical&severity=high").await;
    assert!(part.body.contains("id=\"list\"") && !part.body.contains("<html"), "{}", part.body);
    assert_eq!(part.headers["vary"], "HX-Request");
    let page = browser.get("/vulnerabilities?q=log4j&after=tampered&sla=over&status=nonsense").await;
    assert!(page.body.contains("<html") && page.body.contains("value=\"log4j\""), "{}", page.body);
}

#[tokio::test]
async fn an_address_that_names_nothing_is_not_found() {
    let mut browser = Browser::signed_in(app(config("")).await).await;
    for path in [NOWHERE, "/vulnerabilities/%3Cscript%3E", "/remediations/1", "/tickets/1", "/tickets?t=1"] {
        assert_eq!(browser.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn dismissing_needs_a_token_and_a_reason() {
    let mut browser = Browser::signed_in(app(config("")).await).await;
    let path = format!("{NOWHERE}/dismiss");
    assert_eq!(browser.post(&path, &[("reason", "not called")]).await.status, StatusCode::FORBIDDEN);
    let token = browser.get("/reports/new").await.token();
    let answer = browser.post(&path, &[("csrf", token.as_str()), ("reason", "  ")]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("A reason is needed"), "{}", answer.body);
}
