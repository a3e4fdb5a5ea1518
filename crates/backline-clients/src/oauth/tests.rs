use super::*;
use crate::scripted::{Scripted, answer};
use crate::transport::TransportError;
use std::time::Duration;

fn app() -> OAuthApp {
    OAuthApp {
        client_id: "app".into(),
        client_secret: "client-secret".into(),
        authorize_url: "https://auth.example/authorize".into(),
        token_url: "https://auth.example/oauth/token".into(),
        api_url: "https://api.example".into(),
        redirect_uri: "https://backline.example/callback".into(),
        scopes: vec!["read:jira-work".into(), "offline_access".into()],
    }
}

#[test]
fn consent_is_asked_with_every_documented_parameter_and_no_other() {
    assert_eq!(
        app().authorize_url("a+b"),
        "https://auth.example/authorize?audience=api.atlassian.com&client_id=app\
         &scope=read%3Ajira-work%20offline_access&redirect_uri=https%3A%2F%2Fbackline.example%2Fcallback\
         &state=a%2Bb&response_type=code&prompt=consent"
    );
}

#[tokio::test]
async fn a_code_becomes_a_pair() {
    let transport = Scripted::always(
        200,
        r#"{"access_token":"A","refresh_token":"R","expires_in":3600,"token_type":"Bearer","scope":"read:jira-work offline_access"}"#,
    );
    let pair = app().exchange_code(&*transport, "C").await.unwrap();
    assert_eq!(pair.access.expose(), "A");
    assert_eq!(pair.refresh.unwrap().expose(), "R");
    assert_eq!((pair.expires_in_s, pair.scopes.len()), (3600, 2));
    let sent = transport.last_json();
    assert_eq!(sent["grant_type"], "authorization_code");
    assert_eq!(sent["code"], "C");
    assert_eq!(sent["redirect_uri"], "https://backline.example/callback");
    assert_eq!(transport.last().deadline, Duration::from_secs(15));
}

#[tokio::test]
async fn an_answer_without_a_refresh_token_keeps_the_old_one() {
    let transport = Scripted::always(200, r#"{"access_token":"A","expires_in":"60"}"#);
    let pair = app().refresh(&*transport, &"R".into()).await.unwrap();
    assert!(pair.refresh.is_none());
    assert_eq!(transport.last_json()["refresh_token"], "R");
}

#[tokio::test]
async fn a_pair_is_not_thrown_away_for_what_stands_beside_it() {
    let table = [
        (r#""scope":["read:jira-work"],"expires_in":60"#, 60, 1),
        (r#""scope":7,"expires_in":"59.9""#, 59, 1),
        (r#""scope":null,"expires_in":null"#, 3_600, 0),
        (r#""error":{"a":1},"expires_in":"soon""#, 3_600, 0),
        (r#""error_description":[],"expires_in":-5"#, 0, 0),
        (r#""token_type":3,"expires_in":1e300"#, 86_400, 0),
        (r#""expires_in":"NaN""#, 3_600, 0),
    ];
    for (beside, life_s, scopes) in table {
        let body = format!(r#"{{"access_token":"A","refresh_token":"R",{beside}}}"#);
        let transport = Scripted::always(200, body);
        let pair = app().refresh(&*transport, &"R".into()).await.unwrap();
        assert!(pair.refresh.is_some_and(|refresh| refresh.expose() == "R"), "{beside}");
        assert_eq!((pair.expires_in_s, pair.scopes.len()), (life_s, scopes), "{beside}");
    }
}

#[tokio::test]
async fn the_error_word_decides_and_not_the_status() {
    let table = [
        (
            403,
            r#"{"error":"invalid_grant","error_description":"Unknown or invalid refresh token."}"#,
            "Revoked",
        ),
        (400, r#"{"error":"invalid_grant"}"#, "Revoked"),
        (403, r#"{"error":"unauthorized_client","error_description":"refresh_token is invalid"}"#, "Revoked"),
        (401, r#"{"error":"access_denied","error_description":"Unauthorized"}"#, "Misconfigured"),
        (401, r#"{"error":"invalid_client"}"#, "Misconfigured"),
        (400, r#"{"error":"invalid_request"}"#, "Unavailable"),
        (429, "", "Unavailable"),
        (404, "<html>", "Unavailable"),
        (500, "<html>oops</html>", "Unknown"),
        (503, r#"{"error":"server_error"}"#, "Unknown"),
        (302, "", "Unknown"),
        (200, "<html>login</html>", "Unknown"),
        (200, r#"{"access_token":"","expires_in":1}"#, "Unknown"),
        (200, "[]", "Unknown"),
        (200, "", "Unknown"),
    ];
    for (status, body, kind) in table {
        let error = app().refresh(&*Scripted::always(status, body), &"R".into()).await.unwrap_err();
        assert!(format!("{error:?}").starts_with(kind), "{status} {body}: {error:?}");
    }
}

#[tokio::test]
async fn atlassians_words_are_kept_for_people() {
    let body = r#"{"error":"invalid_grant","error_description":"Unknown or invalid\n refresh token."}"#;
    let error = app().refresh(&*Scripted::always(403, body), &"R".into()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the grant no longer works: Unknown or invalid refresh token. (invalid_grant)"
    );
}

#[tokio::test]
async fn a_lost_answer_may_have_rotated_the_token() {
    for (not_sent, kind) in [(true, "Unavailable"), (false, "Unknown")] {
        let transport = Scripted::new(move |_| {
            let reason = "reset".to_owned();
            Err(if not_sent {
                TransportError::NotSent { reason }
            } else {
                TransportError::Unknown { reason }
            })
        });
        let error = app().refresh(&*transport, &"R".into()).await.unwrap_err();
        assert!(format!("{error:?}").starts_with(kind), "{error:?}");
    }
}

#[tokio::test]
async fn a_wait_is_passed_on() {
    let transport = Scripted::new(|_| {
        let mut answer = answer(429, "");
        answer.headers.push(("retry-after".into(), "9".into()));
        Ok(answer)
    });
    let error = app().refresh(&*transport, &"R".into()).await.unwrap_err();
    assert!(matches!(error, GrantError::Unavailable { wait: Some(wait) } if wait.as_secs() == 9));
}

#[tokio::test]
async fn only_jira_sites_are_listed_and_each_once() {
    let transport = Scripted::always(
        200,
        r#"[{"id":"c1","name":"Acme","url":"https://acme.atlassian.net","scopes":["read:jira-user"],"avatarUrl":"x"},
            {"id":"c1","name":"Acme","url":"https://acme.atlassian.net","scopes":["read:confluence-content.all"]},
            {"id":"c1","name":"Acme","url":"https://acme.atlassian.net","scopes":["write:jira-work","read:jira-user"]},
            {"id":"c2","name":"Docs","url":"https://docs.atlassian.net","scopes":["read:confluence-user"]}]"#,
    );
    let sites = app().accessible_resources(&*transport, &"A".into()).await.unwrap();
    assert_eq!(sites.len(), 1);
    assert_eq!(sites[0].cloud_id.as_str(), "c1");
    assert_eq!(sites[0].scopes, ["read:jira-user", "write:jira-work"]);
    assert_eq!(transport.lines(), ["GET /oauth/token/accessible-resources"]);
}

#[tokio::test]
async fn an_expired_token_lists_no_sites() {
    let transport = Scripted::always(401, r#"{"code":401,"message":"Unauthorized"}"#);
    let error = app().accessible_resources(&*transport, &"A".into()).await.unwrap_err();
    assert!(matches!(error, JiraError::Unauthorized));
}
