//! Search by JQL. The old search is gone, as on a real site.

use super::{Answer, ok, read_by_post, written};
use crate::ids;
use crate::jira::call::{Body, Call, Query};
use crate::jira::config::Id;
use crate::jira::jql::{self, Cursor, Place};
use crate::jira::refusal::Refusal;
use crate::jira::route::{READ, Route, full, partial};
use crate::jira::view::{Extras, View, Wanted};
use axum::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde_json::{Value, json};

const MAX_WITH_FIELDS: usize = 100;
const MAX_IDS: usize = 5_000;
const RECONCILE_MAX: usize = 50;
/// A page token works for seven days.
const TOKEN_MS: i64 = 7 * 24 * 60 * 60 * 1_000;
const DIALECT: &str = "a part of JQL: common fields, AND, OR, NOT, ORDER BY";

pub fn routes() -> Vec<Route> {
    vec![
        partial("GET", "/search/jql", READ, DIALECT, by_query),
        partial("POST", "/search/jql", READ, DIALECT, by_body),
        partial("POST", "/search/approximate-count", READ, DIALECT, count),
        full("GET", "/search", READ, gone),
        full("POST", "/search", READ, gone_by_post),
    ]
}

/// What a search asks for, from a query string or a body.
#[derive(Debug, Default)]
struct Ask {
    jql: String,
    fields: Vec<String>,
    max: Option<usize>,
    token: Option<String>,
    reconcile: Vec<Id>,
    extras: Extras,
}

async fn by_query(call: Call, query: Query) -> Answer {
    let ask = Ask {
        jql: query.one("jql").unwrap_or_default().to_owned(),
        fields: query.list("fields").into_iter().map(str::to_owned).collect(),
        max: query.one("maxResults").and_then(|max| max.parse().ok()),
        token: query.one("nextPageToken").filter(|token| !token.is_empty()).map(str::to_owned),
        reconcile: query.list("reconcileIssues").into_iter().filter_map(|id| id.parse().ok()).collect(),
        extras: Extras::from_query(&query),
    };
    answer(&call, ask)
}

async fn by_body(call: Call, Body(body): Body) -> Answer {
    read_by_post(read(&body).and_then(|ask| answer(&call, ask)))
}

fn read(body: &Value) -> Result<Ask, Refusal> {
    let list = |name: &str| -> Vec<String> {
        match body.get(name) {
            Some(Value::String(text)) => text.split(',').map(|part| part.trim().to_owned()).collect(),
            Some(Value::Array(values)) => {
                values.iter().filter_map(Value::as_str).map(str::to_owned).collect()
            }
            _ => Vec::new(),
        }
    };
    let reconcile = body.get("reconcileIssues").and_then(Value::as_array).into_iter().flatten();
    let reconcile: Option<Vec<Id>> = reconcile.map(Value::as_u64).collect();
    Ok(Ask {
        jql: body.get("jql").and_then(Value::as_str).unwrap_or_default().to_owned(),
        fields: list("fields"),
        max: body.get("maxResults").and_then(Value::as_u64).map(|max| max as usize),
        token: body.get("nextPageToken").and_then(Value::as_str).map(str::to_owned),
        reconcile: reconcile.ok_or_else(|| Refusal::bad("'reconcileIssues' must hold numeric issue ids."))?,
        extras: Extras { expand: list("expand"), properties: list("properties") },
    })
}

fn answer(call: &Call, ask: Ask) -> Answer {
    let query = jql::parse(&ask.jql)?;
    let asked = ask.max.unwrap_or(50);
    if !(1..=MAX_IDS).contains(&asked) {
        let text = format!("The value for 'maxResults' must be between 1 and {MAX_IDS}.");
        return Err(Refusal::bad(text));
    }
    if ask.reconcile.len() > RECONCILE_MAX {
        let text = format!("'reconcileIssues' must hold at most {RECONCILE_MAX} issues.");
        return Err(Refusal::bad(text));
    }
    let wanted = Wanted::new(ask.fields.iter().map(String::as_str), "id");
    let is_id_only = wanted.is_id_only() && ask.extras.properties.is_empty();
    let max = if is_id_only { asked } else { asked.min(MAX_WITH_FIELDS) };
    let now_ms = call.site.clock.now_ms();
    let from = ask.token.as_deref().map(|token| read_token(token, &ask.jql, now_ms)).transpose()?;
    let state = call.site.read_index();
    let look = call.look(&state);
    let found = jql::search(&look, &query, from, max, &ask.reconcile, now_ms);
    call.site.note_examined(found.examined);
    let issues = found.ids.iter().filter_map(|id| state.issue(*id));
    let issues = issues.map(|issue| View { look, issue, wanted: &wanted, extras: &ask.extras });
    let page = Page {
        issues: issues.collect(),
        is_last: found.next.is_none(),
        next_page_token: found.next.map(|next| token(&ask.jql, next, now_ms)),
    };
    written(&page, page.issues.len())
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Page<'a> {
    issues: Vec<View<'a>>,
    is_last: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_page_token: Option<String>,
}

fn token(jql: &str, next: Cursor, now_ms: i64) -> String {
    let next = match next {
        Cursor::Skip(count) => format!("skip:{count}"),
        Cursor::After(Place(major, minor)) => format!("after:{major}:{minor}"),
    };
    URL_SAFE_NO_PAD.encode(format!("{next} {now_ms} {}", ids::hash(0, &[jql])))
}

fn read_token(token: &str, jql: &str, now_ms: i64) -> Result<Cursor, Refusal> {
    let parts = || {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(token).ok()?).ok()?;
        let (next, rest) = text.split_once(' ')?;
        let (made_ms, hash) = rest.split_once(' ')?;
        let is_fresh = now_ms - made_ms.parse::<i64>().ok()? <= TOKEN_MS;
        if !is_fresh || hash != ids::hash(0, &[jql]) {
            return None;
        }
        match next.split_once(':')? {
            ("skip", count) => Some(Cursor::Skip(count.parse().ok()?)),
            ("after", place) => {
                let (major, minor) = place.split_once(':')?;
                Some(Cursor::After(Place(major.parse().ok()?, minor.parse().ok()?)))
            }
            _ => None,
        }
    };
    parts().ok_or_else(|| Refusal::bad("The nextPageToken is invalid or has expired."))
}

async fn count(call: Call, Body(body): Body) -> Answer {
    let text = body.get("jql").and_then(Value::as_str).unwrap_or_default();
    let counted = jql::parse(text).and_then(|query| {
        let state = call.site.read_index();
        let (count, examined) = jql::count(&call.look(&state), &query, call.site.clock.now_ms());
        call.site.note_examined(examined);
        ok(json!({"count": count}))
    });
    read_by_post(counted)
}

async fn gone() -> Answer {
    let text = "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API. \
        A full migration guideline is available at https://developer.atlassian.com/changelog/#CHANGE-2046";
    Err(Refusal::message(StatusCode::GONE, text))
}

async fn gone_by_post() -> Answer {
    read_by_post(gone().await)
}
