use crate::web::testing::{Browser, app, config};
use axum::http::StatusCode;

/// Every page of what is tracked, on a server that has seen nothing yet.
const PAGES: [&str; 6] = ["/", "/vulnerabilities", "/reports/new", "/remediations", "/tickets", "/activity"];

#[tokio::test]
async fn every_page_opens_before_anything_has_happened_and_leads_on() {
    let mut browser = Browser::signed_in(app(config("")).await).await;
    for path in PAGES {
        let answer = browser.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
        assert!(answer.body.contains("<!doctype html>") && !answer.body.contains(" style="), "{path}");
    }
    assert!(browser.get("/").await.body.contains("First steps"));
}

#[tokio::test]
async fn nobody_sees_a_page_without_signing_in() {
    let app = app(config("")).await;
    Browser::signed_in(app.clone()).await;
    let mut stranger = Browser::new(app);
    for path in PAGES {
        assert!(stranger.get(path).await.location().starts_with("/login"), "{path}");
    }
}

#[tokio::test]
async fn the_pulse_is_a_part_of_a_page() {
    let mut browser = Browser::signed_in(app(config("")).await).await;
    let answer = browser.get_part("/beat").await;
    assert!(answer.body.contains("class=\"beat\"") && !answer.body.contains("<html"), "{}", answer.body);
}
