//! Who acts on people's pages: one of the seeded people, remembered in a cookie. Nobody signs in.

use super::Choice;
use crate::history::ReadByPost;
use crate::people::{self, Account, Person, Role};
use axum::Form;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

const COOKIE: &str = "sim_person";

/// The person whom the browser acts as; Ada until another is chosen.
pub fn acting(headers: &HeaderMap) -> &'static Person {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let chosen = pairs.find(|(name, _)| *name == COOKIE);
    let person = chosen.and_then(|(_, id)| people::find(id));
    person.filter(|person| person.account == Account::Person).unwrap_or(people::ADA)
}

/// Everyone who can sign in, with what they may do.
pub fn choices(chosen: &Person) -> Vec<Choice> {
    let choice = |person: &Person| {
        let role = match person.role {
            Role::Admin => "administrator",
            Role::Member => "member",
            Role::Guest => "guest",
        };
        let label = format!("{}, {role}", person.name);
        Choice::new(person.account_id, label, person.account_id == chosen.account_id)
    };
    people::active().map(choice).collect()
}

#[derive(Debug, Deserialize)]
pub struct Chosen {
    account_id: String,
    #[serde(default)]
    back: String,
}

/// Acts as another person from here on. Nothing of the simulated world changes.
pub async fn choose(Form(form): Form<Chosen>) -> Response {
    let back = if is_local(&form.back) { form.back.as_str() } else { "/" };
    let mut response = Redirect::to(back).into_response();
    let person = people::find(&form.account_id).unwrap_or(people::ADA);
    let cookie = format!("{COOKIE}={}; Path=/; HttpOnly; SameSite=Lax", person.account_id);
    if let Ok(cookie) = cookie.parse() {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response.extensions_mut().insert(ReadByPost);
    response
}

/// Whether an address stays on this server. Browsers read `/\host` and `//host` as another one.
fn is_local(address: &str) -> bool {
    let is_plain = address.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    is_plain && address.starts_with('/') && !address.starts_with("//")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_back_stays_on_this_server() {
        assert!(is_local("/sites/acme/browse/SEC-1?comments=50"));
        for elsewhere in ["", "//a.example", "/\\a.example", "https://a.example", "/\t/a.example", "a"] {
            assert!(!is_local(elsewhere), "{elsewhere}");
        }
    }

    #[test]
    fn an_unknown_person_in_the_cookie_is_ada() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, "a=b; sim_person=nobody".parse().expect("a header"));
        assert_eq!(acting(&headers).name, people::ADA.name);
        headers.insert(
            header::COOKIE,
            format!("a=b; sim_person={}", people::PEOPLE[3].account_id).parse().expect("one"),
        );
        assert_eq!(acting(&headers).name, people::PEOPLE[3].name);
    }
}
