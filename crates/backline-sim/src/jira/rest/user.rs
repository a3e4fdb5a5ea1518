//! Users: one, many by id, search, and who can be assigned.

use super::{Answer, ok, page};
use crate::jira::call::{Call, Query};
use crate::jira::refusal::Refusal;
use crate::jira::route::{Route, USERS, full, partial};
use crate::people::{self, PEOPLE, Person};
use axum::http::StatusCode;
use serde_json::Value;

/// User searches look at so many users only, and so may find fewer than asked for.
const WINDOW: usize = 1_000;

pub fn routes() -> Vec<Route> {
    vec![
        full("GET", "/user", USERS, show),
        full("GET", "/user/bulk", USERS, bulk),
        partial("GET", "/user/search", USERS, "property", search),
        partial("GET", "/user/assignable/search", USERS, "actionDescriptorId", assignable),
        full("GET", "/users/search", USERS, all),
    ]
}

async fn show(call: Call, query: Query) -> Answer {
    let id = query.one("accountId").unwrap_or_default();
    people::find(id).ok_or_else(|| {
        Refusal::message(
            StatusCode::NOT_FOUND,
            "Specified user does not exist or you do not have required permissions",
        )
    })?;
    let state = call.site.read();
    ok(call.look(&state).user(id))
}

async fn bulk(call: Call, query: Query) -> Answer {
    let ids = query.all("accountId");
    if ids.is_empty() {
        return Err(Refusal::bad("At least one account id is required."));
    }
    let state = call.site.read();
    let look = call.look(&state);
    let rows = ids.into_iter().filter(|id| people::find(id).is_some()).map(|id| look.user(id)).collect();
    ok(page(&look, "user/bulk", &query, (10, 200), rows))
}

/// Whether each word of the text begins a word of the name, or the text the e-mail address.
fn is_named(person: &Person, text: &str) -> bool {
    let text = text.to_lowercase();
    let name = person.name.to_lowercase();
    let words: Vec<&str> = name.split_whitespace().collect();
    let by_name = text.split_whitespace().all(|part| words.iter().any(|word| word.starts_with(part)));
    by_name || person.shows_email && person.email.starts_with(&text)
}

fn rows<'a>(call: &Call, query: &Query, people: impl Iterator<Item = &'a Person>) -> Answer {
    let state = call.site.read();
    let look = call.look(&state);
    let start = query.number("startAt", 0);
    let max = query.number("maxResults", 50).min(WINDOW);
    ok(people.take(WINDOW).skip(start).take(max).map(|person| look.user(person.account_id)).collect())
}

async fn search(call: Call, query: Query) -> Answer {
    let (text, id) = (query.one("query"), query.one("accountId"));
    if text.is_none() && id.is_none() {
        return Err(Refusal::bad("Either the 'query' or the 'accountId' parameter is required."));
    }
    if !call.look(&call.site.read()).may("USER_PICKER", None) {
        return ok(Value::Array(Vec::new()));
    }
    let is_wanted = |person: &&Person| match id {
        Some(id) => person.account_id == id,
        None => is_named(person, text.unwrap_or_default()),
    };
    rows(&call, &query, PEOPLE.iter().filter(is_wanted))
}

async fn assignable(call: Call, query: Query) -> Answer {
    {
        let state = call.site.read();
        match (query.one("project"), query.one("issueKey").or(query.one("issueId"))) {
            (Some(key), _) => drop(state.config.find_project(key).ok_or_else(|| Refusal::no_project(key))?),
            (None, Some(key)) => drop(call.look(&state).find_issue(key).ok_or_else(Refusal::no_issue)?),
            (None, None) => {
                return Err(Refusal::bad("Either the 'project' or the 'issueKey' parameter is required."));
            }
        }
    }
    let (text, id) = (query.one("query").unwrap_or_default(), query.one("accountId"));
    let is_wanted = |person: &&Person| match id {
        Some(id) => person.account_id == id,
        None => is_named(person, text),
    };
    let may_be = |person: &&Person| call.site.read().config.admin.is_assignable(person.account_id);
    let people: Vec<&Person> = PEOPLE.iter().filter(may_be).filter(is_wanted).collect();
    rows(&call, &query, people.into_iter())
}

async fn all(call: Call, query: Query) -> Answer {
    rows(&call, &query, PEOPLE.iter())
}
