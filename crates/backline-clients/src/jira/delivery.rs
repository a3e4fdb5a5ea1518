//! What Jira delivers to a webhook, and whether it is Jira's.
//!
//! A delivery is a hint: it names the issue to look at, and nothing else of it is believed.
//!
//! Invariant: the token is checked before anything of the body is read, takes HS256 alone, and is never passed by an
//! empty secret.
//!
//! Source: <https://developer.atlassian.com/cloud/jira/platform/webhooks/>, and for HS256 with the client secret
//! <https://community.developer.atlassian.com/t/71132913031>

use crate::json::text;
use crate::secret::Secret;
use backline_core::ids::IssueId;
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::Value as Json;

/// Clocks differ by this much.
const LEEWAY_S: i64 = 60;

/// What a delivery is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivered {
    /// `jira:issue_updated` and the like.
    pub event: String,
    /// `None` where the event is about no issue.
    pub issue: Option<IssueId>,
    /// The numbers of the webhooks that it was sent for.
    pub webhooks: Vec<i64>,
}

/// Checks `Authorization: Bearer <JWT>` as an app's secret signs it. Of the claims only the times are looked at, where
/// they are there: no others are documented.
pub fn verify_token(secret: &Secret<String>, header: &str, now: Timestamp) -> bool {
    let Some((scheme, token)) = header.trim().split_once(' ') else { return false };
    if secret.expose().is_empty() || !matches!(scheme.to_ascii_lowercase().as_str(), "bearer" | "jwt") {
        return false;
    }
    let mut rules = Validation::new(Algorithm::HS256);
    rules.required_spec_claims.clear();
    rules.validate_aud = false;
    // Held against the time that is handed in, below.
    rules.validate_exp = false;
    let key = DecodingKey::from_secret(secret.expose().as_bytes());
    let Ok(read) = jsonwebtoken::decode::<Json>(token.trim(), &key, &rules) else { return false };
    let second = |claim: &str| read.claims[claim].as_f64().map(|second| second as i64);
    let now = now.as_second();
    second("exp").is_none_or(|end| now <= end.saturating_add(LEEWAY_S))
        && second("nbf").is_none_or(|begin| now >= begin.saturating_sub(LEEWAY_S))
}

/// Reads what it is about; `None` for what is no delivery at all. What is missing is left out: issues are absent from
/// some events, and items may be added to any.
pub fn read(body: &[u8]) -> Option<Delivered> {
    let body: Json = serde_json::from_slice(body).ok()?;
    let event = text(&body["webhookEvent"])?;
    let webhooks =
        body["matchedWebhookIds"].as_array().into_iter().flatten().filter_map(Json::as_i64).collect();
    Some(Delivered { event, issue: text(&body["issue"]["id"]).map(IssueId), webhooks })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jsonwebtoken::{EncodingKey, Header, encode};
    use serde_json::json;

    const NOW: i64 = 1_790_000_000;

    fn passes(secret: &str, header: &str) -> bool {
        verify_token(&secret.into(), header, Timestamp::from_second(NOW).unwrap())
    }

    fn signed(secret: &str, algorithm: Algorithm, claims: Json) -> String {
        let key = EncodingKey::from_secret(secret.as_bytes());
        format!("Bearer {}", encode(&Header::new(algorithm), &claims, &key).unwrap())
    }

    #[test]
    fn a_token_of_the_apps_secret_passes_while_it_lasts() {
        for claims in [json!({}), json!({"iss": "x", "exp": NOW + 60, "nbf": NOW}), json!({"exp": NOW - 59})]
        {
            assert!(passes("word", &signed("word", Algorithm::HS256, claims)));
        }
        for claims in [json!({"exp": NOW - 61}), json!({"nbf": NOW + 61})] {
            assert!(!passes("word", &signed("word", Algorithm::HS256, claims)));
        }
    }

    #[test]
    fn anything_else_fails() {
        let good = signed("word", Algorithm::HS256, json!({}));
        assert!(!passes("another", &good));
        assert!(!passes("", &signed("", Algorithm::HS256, json!({}))), "an empty secret signs nothing");
        assert!(!passes("word", &signed("word", Algorithm::HS512, json!({}))));
        assert!(!passes("word", good.trim_start_matches("Bearer ")));
        // {"alg":"none"}.{}. without a signature.
        assert!(!passes("word", "Bearer eyJhbGciOiJub25lIn0.e30."));
        for header in ["", "Bearer", "Bearer a.b.c", "Basic YTpi"] {
            assert!(!passes("word", header), "{header}");
        }
    }

    #[test]
    fn what_is_missing_is_left_out() {
        let whole = json!({"webhookEvent": "jira:issue_updated", "issue": {"id": "99291", "key": "A-1"}, "matchedWebhookIds": [1000], "new": {}});
        let read = |body: Json| read(body.to_string().as_bytes());
        let expected = Delivered {
            event: "jira:issue_updated".to_owned(),
            issue: Some(IssueId::new("99291")),
            webhooks: vec![1000],
        };
        assert_eq!(read(whole), Some(expected));
        let bare = read(json!({"webhookEvent": "comment_created"})).unwrap();
        assert_eq!((bare.issue, bare.webhooks), (None, Vec::new()));
        for other in [json!([]), json!({"issue": {"id": "1"}}), json!(null)] {
            assert_eq!(read(other), None);
        }
        assert_eq!(super::read(b"<html>"), None);
    }
}
