use super::testing::{Browser, PASSWORD, app, config};
use axum::http::StatusCode;

const APP: &str = "[atlassian]\nclient_id = \"id\"\nclient_secret = \"secret\"\n";

#[tokio::test]
async fn the_first_visitor_is_led_to_the_setup_and_later_ones_to_the_login() {
    let app = app(config("")).await;
    let mut browser = Browser::new(app.clone());
    assert_eq!(browser.get("/integrations").await.location(), "/setup");
    Browser::signed_in(app).await;
    assert_eq!(browser.get("/integrations/jira").await.location(), "/login?next=/integrations/jira");
    assert_eq!(browser.get("/setup").await.location(), "/login");
}

#[tokio::test]
async fn the_setup_makes_one_account_and_no_second() {
    let app = app(config("")).await;
    let mut second = Browser::new(app.clone());
    let token = second.get("/setup").await.token();
    Browser::signed_in(app.clone()).await;
    let form = [
        ("csrf", token.as_str()),
        ("name", "Eve"),
        ("email", "eve@acme.example"),
        ("password", PASSWORD),
        ("repeat", PASSWORD),
    ];
    assert_eq!(second.post("/setup", &form).await.location(), "/login");
    assert!(app.store.find_user_by_email("eve@acme.example").await.unwrap().is_none());
}

#[tokio::test]
async fn what_was_typed_stays_when_a_password_is_refused() {
    let mut browser = Browser::new(app(config("")).await);
    let token = browser.get("/setup").await.token();
    let form = [("csrf", token.as_str()), ("name", "<b>Ann</b>"), ("email", "ann@acme.example")];
    let answer = browser.post("/setup", &form).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("at least 12 characters"));
    assert!(answer.body.contains("&#60;b&#62;Ann&#60;/b&#62;"), "{}", answer.body);
}

#[tokio::test]
async fn signing_in_gives_a_new_id_and_signing_out_ends_it() {
    let app = app(config("")).await;
    Browser::signed_in(app.clone()).await;
    let mut browser = Browser::new(app);
    let token = browser.get("/login").await.token();
    let before = browser.cookie.clone();
    let wrong =
        [("csrf", token.as_str()), ("email", "sec@acme.example"), ("password", "wrong horse battery")];
    let refused = browser.post("/login", &wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("4 more tries"));
    let right = [
        ("csrf", token.as_str()),
        ("email", "SEC@acme.example"),
        ("password", PASSWORD),
        ("next", "//evil.example"),
    ];
    let answer = browser.post("/login", &right).await;
    assert_eq!(answer.location(), "/");
    let cookie = answer.headers["set-cookie"].to_str().unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && !cookie.contains("Secure"));
    assert_ne!(browser.cookie, before);
    let kept = browser.cookie.clone();
    let token = browser.get("/integrations").await.token();
    assert_eq!(browser.post("/logout", &[("csrf", token.as_str())]).await.location(), "/login");
    browser.cookie = kept;
    assert_eq!(browser.get("/integrations").await.location(), "/login?next=/integrations");
}

#[tokio::test]
async fn who_is_turned_away_is_told_why() {
    let app = app(config("")).await;
    let token = Browser::signed_in(app.clone()).await.get("/integrations").await.token();
    let mut browser = Browser::new(app);
    assert!(browser.get("/login?next=/tickets").await.body.contains("Sign in to see that page"));
    assert!(!browser.get("/login").await.body.contains("Sign in to see"));
    let sent = browser.post("/integrations/jira/disconnect", &[("csrf", token.as_str())]).await;
    assert_eq!(sent.location(), "/login?unsent=1");
    assert!(browser.get("/login?unsent=1").await.body.contains("was not taken"));
}

#[tokio::test]
async fn over_tls_the_cookie_is_bound_to_the_host() {
    let mut browser = Browser::new(app(config("public_url = \"https://backline.example\"")).await);
    let answer = browser.get("/setup").await;
    let cookie = answer.headers["set-cookie"].to_str().unwrap();
    assert!(
        cookie.starts_with("__Host-backline_session=")
            && cookie.contains("Secure")
            && cookie.contains("Path=/")
    );
    assert!(answer.headers.contains_key("strict-transport-security"));
}

#[tokio::test]
async fn a_form_without_its_token_changes_nothing() {
    let app = app(config(APP)).await;
    let mut browser = Browser::signed_in(app).await;
    let token = browser.get("/integrations").await.token();
    for form in [&[][..], &[("csrf", "00")][..]] {
        let answer = browser.post("/integrations/jira/connect", form).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        assert!(answer.body.contains("What happened"));
    }
    let elsewhere =
        browser.post_from_elsewhere("/integrations/jira/connect", &[("csrf", token.as_str())]).await;
    assert_eq!(elsewhere.status, StatusCode::FORBIDDEN);
    let own = browser.post("/integrations/jira/connect", &[("csrf", token.as_str())]).await;
    assert!(own.location().starts_with("https://auth.atlassian.com/authorize?"), "{}", own.body);
}

#[tokio::test]
async fn every_answer_forbids_inline_scripts_and_styles() {
    let mut browser = Browser::signed_in(app(config(APP)).await).await;
    for path in
        ["/integrations", "/integrations/jira", "/integrations/slack", "/nothing", "/static/backline.css"]
    {
        let answer = browser.get(path).await;
        let policy = answer.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{path}");
        assert!(policy.contains("form-action 'self' https://auth.atlassian.com;"), "{path}");
        assert!(!answer.body.contains(" style=\"") && !answer.body.contains("<style"), "{path}");
    }
}

#[tokio::test]
async fn a_return_from_atlassian_that_is_not_ours_starts_again() {
    let app = app(config(APP)).await;
    let stranger = Browser::new(app.clone()).get("/integrations/jira/callback?code=c&state=s").await;
    assert_eq!(stranger.status, StatusCode::BAD_REQUEST);
    let mut browser = Browser::signed_in(app).await;
    let unknown = browser.get("/integrations/jira/callback?code=c&state=s").await;
    for answer in [stranger, unknown] {
        assert!(answer.body.contains("Start again") && !answer.body.contains("code=c"));
    }
}

#[tokio::test]
async fn a_page_that_needs_jira_leads_to_connecting_it() {
    let mut browser = Browser::signed_in(app(config("")).await).await;
    let answer = browser.get("/integrations/jira/projects/new").await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert!(answer.body.contains("href=\"/integrations/jira\""));
    assert_eq!(browser.get("/integrations/jira/projects/7").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_style_sheet_that_is_known_is_not_sent_again() {
    let mut browser = Browser::new(app(config("")).await);
    let first = browser.get("/static/backline.css").await;
    assert_eq!(first.status, StatusCode::OK);
    assert!(first.headers.contains_key("etag") && first.headers["content-type"] == "text/css");
    assert_eq!(browser.get("/static/../Cargo.toml").await.status, StatusCode::NOT_FOUND);
}
