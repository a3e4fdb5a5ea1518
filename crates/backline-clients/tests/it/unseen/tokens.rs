//! Any answer of Atlassian's accounts: a pair that was given, or a reason; and never a success without a token.

use super::answers::{Parrot, is_readable};
use super::any::json;
use super::{check, now};
use backline_clients::oauth::{GrantError, OAuthApp};
use backline_clients::tenant;
use proptest::collection::vec;
use proptest::prelude::*;

fn app() -> OAuthApp {
    OAuthApp {
        client_id: "app".to_owned(),
        client_secret: "client-secret".into(),
        authorize_url: "https://auth.example/authorize".to_owned(),
        token_url: "https://auth.example/oauth/token".to_owned(),
        api_url: "https://api.example".to_owned(),
        redirect_uri: "https://backline.example/callback".to_owned(),
        scopes: Vec::new(),
    }
}

fn bodies() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        4 => json().prop_map(|json| json.to_string().into_bytes()),
        4 => (json(), json(), json(), json()).prop_map(|(access, refresh, expires_in, scope)| {
            let body = serde_json::json!({
                "access_token": access, "refresh_token": refresh, "expires_in": expires_in, "scope": scope,
            });
            body.to_string().into_bytes()
        }),
        1 => vec(any::<u8>(), 0..100),
    ]
}

#[test]
fn any_answer_of_the_token_endpoint_is_a_pair_or_a_reason() {
    let statuses = prop_oneof![4 => Just(200_u16), 1 => 200_u16..600];
    check((statuses, bodies()), |(status, body)| {
        match now(app().refresh(&*Parrot::new(status, Vec::new(), body), &"refresh-token".into())) {
            Ok(pair) => {
                prop_assert!((200..300).contains(&status) && !pair.access.expose().is_empty());
                prop_assert!(pair.refresh.is_none_or(|refresh| !refresh.expose().is_empty()));
            }
            Err(GrantError::Revoked { .. }) => prop_assert!(status >= 300),
            // A 2xx that is not understood may have rotated the token.
            Err(error) => {
                prop_assert!(status >= 300 || matches!(error, GrantError::Unknown { .. }), "{error:?}");
                prop_assert!(!error.to_string().chars().any(char::is_control));
            }
        }
        Ok(())
    });
}

#[test]
fn any_list_of_sites_is_read_or_refused() {
    check(prop_oneof![json(), vec(json(), 0..5).prop_map(serde_json::Value::Array)], |body| {
        let parrot = Parrot::new(200, Vec::new(), body.to_string().into_bytes());
        match now(app().accessible_resources(&*parrot, &"access-token".into())) {
            Ok(sites) => {
                let mut ids: Vec<&str> = sites.iter().map(|site| site.cloud_id.as_str()).collect();
                ids.sort_unstable();
                let count = ids.len();
                ids.dedup();
                prop_assert_eq!(ids.len(), count, "a site is listed twice");
            }
            Err(error) => prop_assert!(is_readable(&error)),
        }
        if let Err(error) = now(tenant::cloud_id(&*parrot, "https://acme.example")) {
            prop_assert!(is_readable(&error));
        }
        Ok(())
    });
}
