//! Users: one, many by id, search, and who can be assigned.

use super::{Answer, ok, page};
use crate::jira::call::{Call, Query};
use crate::jira::refusal::Refusal;
use crate::jira::route::{Route, USERS, full, partial};
use crate::people::{self, Address, PEOPLE, Person};
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
    // Real answers hold null for some accounts that are not there, others are left out; here all are null.
    let show = |id: &str| people::find(id).map_or(Value::Null, |_| look.user(id));
    let rows = ids.into_iter().map(show).collect();
    ok(page(&look, "user/bulk", &query, (10, 200), rows))
}

/// Whether each word of the text begins a word of the name, or the text the e-mail address.
fn is_named(person: &Person, text: &str) -> bool {
    let text = text.to_lowercase();
    let name = person.name.to_lowercase();
    let words: Vec<&str> = name.split_whitespace().collect();
    let by_name = text.split_whitespace().all(|part| words.iter().any(|word| word.starts_with(part)));
    by_name || person.address == Address::Shown && person.email.starts_with(&text)
}

/// Everybody of the site, in the order in which searches go through them.
fn everybody(call: &Call) -> impl Iterator<Item = &'static Person> {
    PEOPLE.iter().chain(people::crowd(call.site.crowd()))
}

/// The range that a page asks for, up to the thousandth.
fn window<'a>(query: &Query, people: impl Iterator<Item = &'a Person>) -> impl Iterator<Item = &'a Person> {
    let start = query.number("startAt", 0);
    let max = query.number("maxResults", 50).min(WINDOW);
    people.take(WINDOW).skip(start).take(max)
}

fn shown<'a>(call: &Call, people: impl Iterator<Item = &'a Person>) -> Answer {
    let state = call.site.read();
    let look = call.look(&state);
    ok(people.map(|person| look.user(person.account_id)).collect())
}

async fn search(call: Call, query: Query) -> Answer {
    let (text, id) = (query.one("query"), query.one("accountId"));
    if text.is_none() && id.is_none() {
        return Err(Refusal::bad("Either the 'query' or the 'accountId' parameter is required."));
    }
    if !call.look(&call.site.read()).may("USER_PICKER", None) {
        return ok(Value::Array(Vec::new()));
    }
    // Filtered first, and a range of what is left; deactivated people are not among them.
    let is_wanted = |person: &&Person| match id {
        Some(id) => person.account_id == id,
        None => is_named(person, text.unwrap_or_default()),
    };
    shown(&call, window(&query, everybody(&call).filter(|person| person.is_active()).filter(is_wanted)))
}

/// Looks at the first thousand users only; of those who match it takes the range that the page asks for, and of these the
/// ones that can be assigned. So a page may have fewer than were asked for, and some people are never found.
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
    let (text, id) = (query.one("query"), query.one("accountId"));
    if text.is_none() && id.is_none() {
        return Err(Refusal::bad("Either the 'query' or the 'accountId' parameter is required."));
    }
    let is_wanted = |person: &&Person| match id {
        Some(id) => person.account_id == id,
        None => is_named(person, text.unwrap_or_default()),
    };
    let range = window(&query, everybody(&call).take(WINDOW).filter(is_wanted));
    let may_be = |person: &Person| {
        person.is_assignable() && call.site.read().config.admin.is_assignable(person.account_id)
    };
    shown(&call, range.filter(|person| may_be(person)))
}

async fn all(call: Call, query: Query) -> Answer {
    let start = query.number("startAt", 0);
    let max = query.number("maxResults", 50).min(WINDOW);
    shown(&call, everybody(&call).skip(start).take(max))
}
