use super::*;
use crate::scripted::{Scripted, answer};

fn of(status: u16, body: &str, headers: &[(&str, &str)]) -> JiraError {
    let mut response = answer(status, body);
    response.headers = headers.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
    check(&response).unwrap_err()
}

/// The variant's name.
fn kind(error: &JiraError) -> String {
    let debug = format!("{error:?}");
    debug.split([' ', '{']).next().unwrap().to_owned()
}

#[test]
fn every_known_body_says_what_to_do_next() {
    let hidden =
        r#"{"errorMessages":["Issue does not exist or you do not have permission to see it."],"errors":{}}"#;
    let table = [
        (401, r#"{"code":401,"message":"Unauthorized"}"#, "Unauthorized"),
        (
            401,
            r#"{"message":"Client must be authenticated to access this resource.","status-code":401}"#,
            "Unauthorized",
        ),
        (401, "Basic authentication with passwords is deprecated.", "Unauthorized"),
        (401, "<html><body>Log in</body></html>", "Unauthorized"),
        (401, "", "Unauthorized"),
        (401, r#"{"code":401,"message":"Unauthorized; scope does not match"}"#, "ScopeMissing"),
        (403, r#"{"errorMessages":["The app is not installed on this instance."]}"#, "NotInstalled"),
        (403, r#"{"code":403,"message":"The app is not installed on this instance"}"#, "NotInstalled"),
        (
            403,
            r#"{"errorMessages":["You do not have permission to create issues."],"errors":{}}"#,
            "Forbidden",
        ),
        (403, "", "Forbidden"),
        (404, hidden, "Gone"),
        (404, "", "Gone"),
        (404, "XSRF check failed", "Gone"),
        (404, r#"{"code":404,"message":"Not Found"}"#, "NotInstalled"),
        (
            404,
            r#"{"type":"about:blank","title":"Not Found","status":404,"detail":"No endpoint GET /x."}"#,
            "Removed",
        ),
        (404, "<!DOCTYPE html><p>no</p>", "Garbled"),
        (405, r#"{"type":"about:blank","title":"Method Not Allowed","status":405}"#, "Removed"),
        (410, r#"{"errorMessages":["The requested API has been removed."],"errors":{}}"#, "Removed"),
        (409, r#"{"errorMessages":["conflict"],"errors":{}}"#, "Conflict"),
        (400, r#"{"errorMessages":["INVALID_INPUT"],"errors":{}}"#, "Refused"),
        (400, r#"{"errors":[{"message":"too many"}]}"#, "Refused"),
        (413, "", "Refused"),
        (422, r#"{"errorMessages":["workflow"]}"#, "Refused"),
        (429, "", "Throttled"),
        (500, r#"{"errorMessages":["Internal server error"]}"#, "Unavailable"),
        (502, "<html>bad gateway</html>", "Unavailable"),
        (408, "", "Unavailable"),
        (302, "", "Garbled"),
        (200, "<html>login</html>", "Garbled"),
    ];
    for (status, body, expected) in table {
        let error = of(status, body, &[]);
        assert_eq!(kind(&error), expected, "{status} {body}");
    }
}

#[test]
fn a_refusal_names_every_field_in_jiras_words() {
    let body = r#"{"errorMessages":["Field 'priority' is required"],
        "errors":{"summary":"You must specify a summary.","customfield_10032":{"message":"must be\na number"}},
        "httpStatusCode":{"empty":false,"present":true}}"#;
    let JiraError::Refused { fields } = of(400, body, &[]) else { panic!("not refused") };
    let said: Vec<(Option<&str>, &str)> =
        fields.iter().map(|p| (p.field.as_ref().map(FieldId::as_str), p.message.as_str())).collect();
    assert_eq!(
        said,
        [
            (Some("summary"), "You must specify a summary."),
            (Some("customfield_10032"), "must be a number"),
            (None, "Field 'priority' is required"),
        ]
    );
}

#[test]
fn a_refusal_always_has_a_sentence() {
    let table = [
        ("", "status 400 without a reason"),
        ("{}", "status 400 without a reason"),
        (r#"{"errorMessages":[],"errors":{}}"#, "status 400 without a reason"),
        ("<html>no</html>", "status 400 without a reason"),
        ("just words", "just words"),
        (r#""quoted words""#, "quoted words"),
        (r#"{"errorMessages":"not a list"}"#, "not a list"),
        (r#"{"title":"Bad Request","status":400,"detail":"query is required"}"#, "query is required"),
        (r#"{"code":400,"message":"gateway words"}"#, "gateway words"),
        (r#"[{"message":"x"}]"#, "status 400 without a reason"),
        ("\u{0}\u{1}", "status 400 without a reason"),
    ];
    for (body, sentence) in table {
        assert_eq!(of(400, body, &[]).to_string(), format!("jira refused: {sentence}"), "{body}");
    }
}

#[test]
fn a_throttle_says_how_long_and_what_it_covers() {
    let table = [
        ("jira-quota-global-based", ThrottleScope::Quota),
        ("jira-quota-tenant-based", ThrottleScope::Quota),
        ("jira-burst-based", ThrottleScope::Burst),
        ("jira-per-issue-on-write", ThrottleScope::Issue),
        ("something new", ThrottleScope::Unknown),
    ];
    for (reason, expected) in table {
        let error = of(429, "", &[("Retry-After", "5"), ("RateLimit-Reason", reason)]);
        let JiraError::Throttled { wait, scope } = error else { panic!("not throttled") };
        assert_eq!((wait, scope), (Some(Duration::from_secs(5)), expected));
    }
    let bare = of(429, "", &[]);
    assert!(matches!(bare, JiraError::Throttled { wait: None, scope: ThrottleScope::Unknown }));
}

#[test]
fn only_a_certain_failure_counts_as_not_done() {
    let unknown = [of(500, "", &[]), of(503, "", &[]), of(200, "<html>", &[]), of(302, "", &[])];
    assert!(unknown.iter().all(JiraError::effect_unknown));
    let certain = [of(429, "", &[]), of(400, "", &[]), of(401, "", &[]), of(404, "", &[]), of(409, "", &[])];
    assert!(!certain.iter().any(JiraError::effect_unknown));
    let lost = || TransportError::Unknown { reason: "reset".into() };
    assert!(unreachable(lost()).effect_unknown());
    assert!(unreachable(TransportError::Deadline { after: Duration::from_secs(30) }).effect_unknown());
    assert!(!unreachable(TransportError::NotSent { reason: "refused".into() }).effect_unknown());
}

#[tokio::test]
async fn a_dead_api_token_is_not_an_anonymous_reader() {
    let transport = Scripted::new(|_| {
        let mut answer = answer(200, r#"{"accountId":"a"}"#);
        answer.headers.push(("x-seraph-loginreason".into(), "AUTHENTICATED_FAILED".into()));
        Ok(answer)
    });
    let auth = crate::jira::Auth::Basic { email: "a@b".into(), token: "t".into() };
    let error = crate::jira::Jira::new(transport, "https://api", auth).myself().await.unwrap_err();
    assert!(matches!(error, JiraError::Unauthorized));
}

#[test]
fn bodies_in_any_encoding_say_what_they_can() {
    let body = |status, body: &[u8]| {
        let mut response = answer(status, "");
        response.body = body.to_vec();
        check(&response).unwrap_err().to_string()
    };
    let marked = b"\xef\xbb\xbf{\"errorMessages\":[\"marked\"],\"errors\":{}}";
    assert_eq!(body(400, marked), "jira refused: marked");
    assert_eq!(body(400, b"f\xfcr Latin-1"), "jira refused: f\u{fffd}r Latin-1");
    assert_eq!(body(400, b"\x1f\x8b\x08\x00\x01"), "jira refused: status 400 without a reason");
    let utf16: Vec<u8> = "{\"errors\":{}}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(body(400, &utf16), "jira refused: status 400 without a reason");
    assert_eq!(body(400, b"{\"errorMessages\":[\"cut of"), "jira refused: {\"errorMessages\":[\"cut of");
    assert!(matches!(of(200, "\u{feff}  <html>", &[]), JiraError::Garbled { is_html: true, .. }));
    assert!(body(403, b"<html>blocked</html>").contains("without Jira's own words"));
}

#[test]
fn a_scope_is_missing_only_where_the_gateway_says_so() {
    let jiras_own = r#"{"errorMessages":["Your telescope is not authenticated."],"errors":{}}"#;
    assert_eq!(kind(&of(401, jiras_own, &[])), "Unauthorized");
}

#[tokio::test]
async fn an_answer_that_repeats_the_credentials_is_cut() {
    let body =
        r#"{"errorMessages":["bad token secret-token-1"],"errors":{"a":"Basic YUBiOnNlY3JldC10b2tlbi0x!"}}"#;
    let auth = crate::jira::Auth::Basic { email: "a@b".into(), token: "secret-token-1".into() };
    let jira = crate::jira::Jira::new(Scripted::always(400, body), "https://api", auth);
    let error = jira.myself().await.unwrap_err();
    assert_eq!(error.to_string(), "jira refused: a: Basic [redacted]!; bad token [redacted]");
}
