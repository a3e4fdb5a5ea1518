//! Why Jira was not connected or did not answer, each with a next step.

use crate::web::error::{Four, PageError};
use axum::http::StatusCode;
use backline_clients::jira::JiraError;
use backline_engine::connect::ConnectError;
use backline_engine::failure::Failure;
use std::borrow::Cow;

const OVERVIEW: &str = "/integrations/jira";
const UNCHANGED: &str = "Your rules, mappings and tickets are unchanged. No token was stored.";

/// The page of a consent that came to nothing; its one button leads to where it is mended or begun again.
pub fn page(error: ConnectError) -> PageError {
    let button = match error {
        ConnectError::StateUsed => "Look at the connection",
        ConnectError::NotConfigured => "Enter them",
        _ => "Start again",
    };
    let (status, title, what, why, remedy) = match error {
        ConnectError::Store(error) => return error.into(),
        ConnectError::NotConfigured => (
            StatusCode::CONFLICT,
            "Jira cannot be connected yet",
            "Backline has no OAuth app to ask with.".into(),
            "Neither the configuration nor the first-run setup gave a client id and secret.".into(),
            "Enter them on the next page, then connect.".into(),
        ),
        ConnectError::Denied => (
            StatusCode::BAD_REQUEST,
            "Jira was not connected",
            Cow::from("Atlassian returned “access denied”."),
            Cow::from("Cancel was chosen on the consent page, or the site blocks third-party apps."),
            Cow::from(
                "Start again and choose Accept. If Accept is greyed out, ask a site admin to allow the app.",
            ),
        ),
        ConnectError::StateUnknown => (
            StatusCode::BAD_REQUEST,
            "This return is not known here",
            "Backline was handed an answer from Atlassian that it did not ask for.".into(),
            "The address was typed, copied or made up; no consent with this state was begun here.".into(),
            "Start again from here.".into(),
        ),
        ConnectError::StateUsed => (
            StatusCode::BAD_REQUEST,
            "This return was used before",
            "The same answer from Atlassian came a second time.".into(),
            "The page was reloaded or the address opened again. Each consent is taken once.".into(),
            "Look at the connection; if it is not there, start again.".into(),
        ),
        ConnectError::StateExpired => (
            StatusCode::BAD_REQUEST,
            "The consent took too long",
            "The answer from Atlassian came after more than 10 minutes.".into(),
            "Backline accepts each consent within 10 minutes, so that an old address is worth nothing."
                .into(),
            "Start again. Nothing needs to be undone at Atlassian.".into(),
        ),
        ConnectError::StateForeign => (
            StatusCode::BAD_REQUEST,
            "This consent was begun elsewhere",
            "The answer from Atlassian does not belong to this browser’s session.".into(),
            "It was begun in another browser, or before you signed in or out.".into(),
            "Sign in and start again in this browser.".into(),
        ),
        ConnectError::NoSite => (
            StatusCode::BAD_REQUEST,
            "No Jira site was granted",
            "The consent covers no Jira Cloud site that Backline could use.".into(),
            "No site was chosen on the consent page, or the account has none with Jira.".into(),
            "Start again and choose the site that holds your projects.".into(),
        ),
        ConnectError::MissingScope(scopes) => (
            StatusCode::BAD_REQUEST,
            "A permission is missing",
            format!("Atlassian did not grant {}.", scopes.join(", ")).into(),
            "The app’s registration in Atlassian’s developer console lacks that scope.".into(),
            "Add it there under Permissions, then start again.".into(),
        ),
        ConnectError::CodeRefused(detail) => (
            StatusCode::BAD_REQUEST,
            "Atlassian refused the code",
            "Atlassian did not exchange the consent for access.".into(),
            if detail.is_empty() {
                "It gave no reason.".into()
            } else {
                format!("It says: {detail}.").into()
            },
            "Start again. Check that the callback address there is this server’s, to the letter.".into(),
        ),
        ConnectError::WrongSecret => (
            StatusCode::BAD_GATEWAY,
            "Atlassian refused the app",
            "Atlassian did not accept Backline’s client id and secret.".into(),
            "They were mistyped, or the secret was renewed in the developer console.".into(),
            "Enter the current ones, then start again.".into(),
        ),
        ConnectError::Unavailable(detail) => (
            StatusCode::BAD_GATEWAY,
            "Atlassian could not be reached",
            "Backline got no usable answer from Atlassian.".into(),
            if detail.is_empty() {
                "It gave no reason.".into()
            } else {
                format!("It said: {detail}.").into()
            },
            "Wait a moment and start again.".into(),
        ),
    };
    PageError::new(
        status,
        Four {
            title: title.into(),
            what,
            why,
            remedy,
            kept: UNCHANGED.into(),
            button: (OVERVIEW.into(), button.into()),
        },
    )
}

/// What a page says in place of something that had to be asked of Jira.
pub fn explain(failure: &Failure) -> Four {
    let (why, remedy, button): (Cow<'static, str>, &'static str, (&'static str, &'static str)) = match failure
    {
        Failure::Disconnected => {
            ("No site is connected.".into(), "Connect Jira first.", (OVERVIEW, "Go to Jira (App)"))
        }
        Failure::GrantLost => (
            "Atlassian no longer accepts the consent that was given.".into(),
            "Connect Jira again; everything goes on from there.",
            (OVERVIEW, "Connect again"),
        ),
        Failure::Jira(JiraError::Throttled { wait, .. }) => (
            match wait {
                Some(wait) => {
                    format!("Jira asks to wait {} s because many requests were sent.", wait.as_secs())
                }
                None => "Jira asks to wait because many requests were sent.".to_owned(),
            }
            .into(),
            "Wait that long and try again.",
            ("", "Try again"),
        ),
        Failure::Jira(JiraError::Forbidden { message }) => (
            format!("Jira says: {message}.").into(),
            "Give the account that connected the permission in Jira, or connect with another one.",
            (OVERVIEW, "Go to Jira (App)"),
        ),
        Failure::Jira(JiraError::ScopeMissing { detail }) => (
            format!("The consent does not cover it: {detail}.").into(),
            "Connect again and accept every permission.",
            (OVERVIEW, "Connect again"),
        ),
        Failure::Jira(JiraError::NotInstalled) => (
            "The app is not allowed on this site any more.".into(),
            "Ask a site admin to allow it under Connected apps.",
            ("", "Try again"),
        ),
        Failure::Jira(JiraError::Gone) => (
            "The project or issue type does not exist, or the account that connected may not see it.".into(),
            "Choose another one.",
            ("/integrations/jira/projects/new", "Choose a project"),
        ),
        other => (
            format!("Jira or the way there failed: {other}.").into(),
            "Try again in a moment.",
            ("", "Try again"),
        ),
    };
    Four {
        title: "Jira could not be read".into(),
        what: "Backline could not read what this page needs from Jira.".into(),
        why,
        remedy: remedy.into(),
        kept: "Saved mappings and tickets are unchanged.".into(),
        button: (button.0.into(), button.1.into()),
    }
}

/// A whole page that says so.
pub fn failed(failure: Failure) -> PageError {
    match failure {
        Failure::Store(error) => error.into(),
        failure => PageError::new(StatusCode::BAD_GATEWAY, explain(&failure)),
    }
}
