//! The kinds of faults: what each does, with which parameters, for which row of the fault matrix.
//!
//! One table for three readers: [`super::check`] refuses what is not in it, the reference page prints it, and a
//! test holds it against the variants of [`super::Fault`].

/// What a value may be.
#[derive(Debug, Clone, Copy)]
pub enum Shape {
    /// A whole number in this range, both ends included.
    Number(u64, u64),
    /// A number from 0 to 1.
    Share,
    Text,
    /// A moment, as RFC 3339 writes it.
    Moment,
    OneOf(&'static [&'static str]),
    /// One of these numbers.
    Among(&'static [u64]),
    /// Seconds, or text as it shall stand in the header.
    Wait,
    /// An object whose values are texts.
    Texts,
    /// A list of texts.
    List,
    Any,
}

impl Shape {
    /// In words, for refusals and the reference.
    pub fn words(&self) -> String {
        match self {
            Self::Number(0, u64::MAX) => "a whole number".into(),
            Self::Number(least, u64::MAX) => format!("a whole number from {least}"),
            Self::Number(least, most) => format!("a whole number from {least} to {most}"),
            Self::Share => "a number from 0 to 1".into(),
            Self::Text => "a text".into(),
            Self::Moment => "a moment such as \"2026-11-03T10:00:00Z\"".into(),
            Self::OneOf(words) => {
                words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(", ")
            }
            Self::Among(numbers) => numbers.iter().map(u64::to_string).collect::<Vec<_>>().join(", "),
            Self::Wait => "seconds, or a text such as an HTTP date".into(),
            Self::Texts => "an object of texts".into(),
            Self::List => "a list of texts".into(),
            Self::Any => "any JSON".into(),
        }
    }
}

/// One parameter of a kind, or one key of an entry.
#[derive(Debug)]
pub struct Param {
    pub name: &'static str,
    pub shape: Shape,
    /// Absent: the parameter must be given.
    pub default: Option<&'static str>,
    pub says: &'static str,
}

#[derive(Debug)]
pub struct Kind {
    pub name: &'static str,
    /// Rows of the fault matrix that it serves.
    pub rows: &'static str,
    pub does: &'static str,
    pub params: &'static [Param],
    /// The value of `fault` in an entry.
    pub example: &'static str,
}

const fn needed(name: &'static str, shape: Shape, says: &'static str) -> Param {
    Param { name, shape, default: None, says }
}

const fn optional(name: &'static str, shape: Shape, default: &'static str, says: &'static str) -> Param {
    Param { name, shape, default: Some(default), says }
}

pub const SERVICES: &[&str] = &["jira", "auth", "github", "gitlab", "slack"];
pub const METHODS: &[&str] = &["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];
/// Values of `RateLimit-Reason` that Jira documents, and the two limits of GitHub.
/// Source: <https://developer.atlassian.com/cloud/jira/platform/rate-limiting/>
pub const REASONS: &[&str] = &[
    "jira-quota-global-based",
    "jira-quota-tenant-based",
    "jira-burst-based",
    "jira-per-issue-on-write",
    "primary",
    "secondary",
];
const ANY_NUMBER: Shape = Shape::Number(0, u64::MAX);
const SERVER_ERROR: Shape = Shape::Number(500, 599);

/// The keys of an entry beside `match` and `fault`.
pub const TRIGGERS: &[Param] = &[
    optional("nth", Shape::Number(1, u64::MAX), "", "Only this matching request, counted from 1."),
    optional("times", Shape::Number(1, u64::MAX), "", "The first so many matching requests."),
    optional("after", ANY_NUMBER, "", "Every matching request after the first so many."),
    optional("at", Shape::Moment, "", "From this moment of the simulators' clock on."),
    optional("until", Shape::Moment, "", "Before this moment only."),
    optional("rate", Shape::Share, "1", "The share of those requests, drawn from the world's seed."),
];

/// The keys of `match`.
pub const MATCH: &[Param] = &[
    optional("service", Shape::OneOf(SERVICES), "every", "Which simulated service."),
    optional("method", Shape::OneOf(METHODS), "every", "In capitals or not."),
    optional(
        "path",
        Shape::Text,
        "every",
        "The whole path without its query; `*` is any characters, also `/`, and `?` one.",
    ),
];

const MS: Param = needed("ms", ANY_NUMBER, "Milliseconds of the simulators' clock.");

pub const KINDS: &[Kind] = &[
    Kind {
        name: "delay",
        rows: "F01",
        does: "The request is carried out and answered late, also when the client no longer waits.",
        params: &[MS],
        example: r#"{"kind": "delay", "ms": 40000}"#,
    },
    Kind {
        name: "reset",
        rows: "F02",
        does: "The connection is closed without an answer; nothing is done.",
        params: &[],
        example: r#"{"kind": "reset"}"#,
    },
    Kind {
        name: "reset_after_commit",
        rows: "F03, F18",
        does: "The request is carried out, then the connection is closed without an answer.",
        params: &[],
        example: r#"{"kind": "reset_after_commit"}"#,
    },
    Kind {
        name: "truncate",
        rows: "F04",
        does: "The request is carried out; the answer's body ends early although its length says more. \
               `\"truncate@5\"` is short for `n` 5.",
        params: &[needed("n", ANY_NUMBER, "Bytes of the body that arrive.")],
        example: r#"{"kind": "truncate", "n": 5}"#,
    },
    Kind {
        name: "garbage",
        rows: "F05",
        does: "The request is carried out and answered with its status and a body that is not the answer: cut JSON, \
               JSON of another shape, a login page, the answer with another issue's id, or nothing.",
        params: &[optional(
            "as",
            Shape::OneOf(&["broken", "json", "html", "foreign_id", "empty"]),
            "broken",
            "What stands there instead.",
        )],
        example: r#"{"kind": "garbage", "as": "foreign_id"}"#,
    },
    Kind {
        name: "late_commit",
        rows: "F06",
        does: "The connection is closed at once; the request is carried out later and is a second entry of history.",
        params: &[MS],
        example: r#"{"kind": "late_commit", "ms": 300000}"#,
    },
    Kind {
        name: "rate_limited",
        rows: "F07, F08",
        does: "Nothing is done; the service's own answer to too many requests, with its headers. Without \
               `retry_after` it does not say how long.",
        params: &[
            optional("retry_after", Shape::Wait, "no header", "How long to wait."),
            optional(
                "as",
                Shape::OneOf(&["seconds", "date"]),
                "seconds",
                "How seconds are written in the header.",
            ),
            optional("reason", Shape::OneOf(REASONS), "no header", "Which limit; the last two are GitHub's."),
            optional("status", Shape::Among(&[429, 403]), "429", "GitHub uses both."),
        ],
        example: r#"{"kind": "rate_limited", "retry_after": 30, "as": "date", "reason": "jira-burst-based"}"#,
    },
    Kind {
        name: "server_error",
        rows: "F09",
        does: "Nothing is done; an error of the server is answered.",
        params: &[optional("status", SERVER_ERROR, "503", "")],
        example: r#"{"kind": "server_error", "status": 502}"#,
    },
    Kind {
        name: "server_error_after_commit",
        rows: "F10",
        does: "The request is carried out and an error of the server is answered all the same.",
        params: &[optional("status", SERVER_ERROR, "503", "")],
        example: r#"{"kind": "server_error_after_commit", "status": 500}"#,
    },
    Kind {
        name: "html",
        rows: "F05",
        does: "Nothing is done; a web page is answered, as a proxy or a login wall does.",
        params: &[optional("status", Shape::Number(200, 599), "200", "")],
        example: r#"{"kind": "html", "status": 503}"#,
    },
    Kind {
        name: "field_errors",
        rows: "F11",
        does: "Nothing is done; 400 with a text for each field, as Jira refuses values.",
        params: &[
            needed("errors", Shape::Texts, "Text by field id."),
            optional("messages", Shape::List, "none", "Texts that name no field."),
        ],
        example: r#"{"kind": "field_errors", "errors": {"duedate": "Due date is required."}}"#,
    },
    Kind {
        name: "gone",
        rows: "F12",
        does: "Nothing is done; 410, the endpoint was taken away.",
        params: &[],
        example: r#"{"kind": "gone"}"#,
    },
    Kind {
        name: "expired_token",
        rows: "F13, F14, F15",
        does: "The access token of the request expires for good: this request and all later ones with it are \
               answered so, and a fresh token works. A request without an access token of Atlassian's is answered so once.",
        params: &[optional("status", Shape::Among(&[401, 403, 404]), "401", "How the gateway says it.")],
        example: r#"{"kind": "expired_token", "status": 404}"#,
    },
    Kind {
        name: "scope_mismatch",
        rows: "F16",
        does: "Nothing is done; the gateway's word that the token lacks a scope, which is a 401.",
        params: &[],
        example: r#"{"kind": "scope_mismatch"}"#,
    },
    Kind {
        name: "invalid_grant",
        rows: "F16, F17",
        does: "Nothing is done; the token endpoint's word that the grant is dead. To end a grant for good, use \
               `POST /_sim/accounts/revoke`.",
        params: &[optional(
            "error",
            Shape::OneOf(&["invalid_grant", "unauthorized_client"]),
            "invalid_grant",
            "",
        )],
        example: r#"{"kind": "invalid_grant"}"#,
    },
    Kind {
        name: "search_lag",
        rows: "F20",
        does: "A matching search sees the site as it was so long ago, whatever lag it has otherwise. What the index \
               has seen once it keeps.",
        params: &[MS],
        example: r#"{"kind": "search_lag", "ms": 600000}"#,
    },
    Kind {
        name: "act",
        rows: "F16, F17, F19, F23 to F29, F34",
        does: "Somebody else does something right before the request is carried out, or right after it and before \
               its answer. The request itself goes on. The act is an entry of history with its own actor.",
        params: &[
            optional("when", Shape::OneOf(&["before", "after"]), "before", ""),
            optional("method", Shape::OneOf(METHODS), "POST", ""),
            needed(
                "path",
                Shape::Text,
                "Below `/_sim/jira/`, `/_sim/accounts/`, `/sites/` or `/github/`; `{1}` is what the first `*` of the \
                 match caught, also in `body`.",
            ),
            optional("body", Shape::Any, "none", "JSON."),
            optional("as", Shape::Text, "Ada Admin, `dev-dana`", "Account id on a site, login on GitHub."),
        ],
        example: r#"{"kind": "act", "method": "PUT", "path": "/sites/acme/rest/api/3/issue/{2}", "body": {"fields": {"summary": "Mine"}}}"#,
    },
    Kind {
        name: "status",
        rows: "any",
        does: "Nothing is done; this answer is given.",
        params: &[
            needed("status", Shape::Number(200, 599), ""),
            optional("body", Shape::Any, "none", "A text as it is, anything else as JSON."),
            optional("headers", Shape::Texts, "none", ""),
        ],
        example: r#"{"kind": "status", "status": 422, "body": {"errorMessages": ["No."], "errors": {}}}"#,
    },
];
