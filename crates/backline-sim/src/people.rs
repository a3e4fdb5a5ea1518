//! The people of the simulated world, the same for accounts and for every site.
//!
//! Their ids have both forms that Atlassian gives, and they show their e-mail addresses or not in every way that an
//! answer can have. A crowd of further people can be let in, for searches that see a part of it.

use crate::ids;
use std::sync::LazyLock;

/// How much a person may do on a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Admin,
    Member,
    /// Browses, creates and comments; neither transitions nor chooses the reporter.
    Guest,
}

/// What an answer has of an e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Address {
    Shown,
    Absent,
    Null,
    Empty,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Account {
    Person,
    Deactivated,
    App,
}

#[derive(Debug, Clone, Copy)]
pub struct Person {
    pub account_id: &'static str,
    pub name: &'static str,
    /// What the person signs in with.
    pub email: &'static str,
    pub address: Address,
    pub role: Role,
    pub account: Account,
}

const fn person(
    account_id: &'static str,
    name: &'static str,
    email: &'static str,
    address: Address,
    role: Role,
) -> Person {
    Person { account_id, name, email, address, role, account: Account::Person }
}

pub const PEOPLE: [Person; 8] = [
    person("5b10ac8d82e05b22cc7d4ef5", "Ada Admin", "ada@acme.example", Address::Shown, Role::Admin),
    person(
        "712020:292a1f5e-7c1d-4a39-9c55-0b7e6f1c2d3a",
        "Dev Dana",
        "dana@acme.example",
        Address::Shown,
        Role::Member,
    ),
    person(
        "557058:8f3c52d1-4b0e-4a7e-8d0c-6f2b9e1a7c44",
        "Sam Security",
        "sam@acme.example",
        Address::Absent,
        Role::Member,
    ),
    person("5c4f2a9be9d1a73d2b6f8c01", "Pat Product", "pat@acme.example", Address::Shown, Role::Guest),
    person(
        "712020:61f0d6f4-93b1-4c0e-9a55-2f1b7a3e8d10",
        "Kim Quiet",
        "kim@acme.example",
        Address::Empty,
        Role::Member,
    ),
    person("5e9b1c2d3f4a5b6c7d8e9f01", "Lee Hidden", "lee@acme.example", Address::Null, Role::Member),
    Person {
        account: Account::Deactivated,
        ..person("5d2a7b8c9e0f1a2b3c4d5e6f", "Olga Gone", "olga@acme.example", Address::Absent, Role::Member)
    },
    Person {
        account: Account::App,
        ..person(
            "557058:f58131cb-b67d-43c7-b30d-6b58d40bd077",
            "Automation for Jira",
            "automation@acme.example",
            Address::Absent,
            Role::Member,
        )
    },
];

/// The most people that can be let in beside those above.
pub const CROWD_MAX: usize = 2_000;

static CROWD: LazyLock<Vec<Person>> = LazyLock::new(|| {
    let leak = |text: String| -> &'static str { Box::leak(text.into_boxed_str()) };
    let one = |n: usize| {
        let id = leak(format!("5f{}", &ids::hash(0, &["crowd", &n.to_string()])[..22]));
        let name = leak(format!("Visitor {n:04}"));
        let email = leak(format!("visitor{n:04}@acme.example"));
        person(id, name, email, Address::Absent, Role::Guest)
    };
    (1..=CROWD_MAX).map(one).collect()
});

/// So many people of the crowd, always the same.
pub fn crowd(size: usize) -> &'static [Person] {
    &CROWD[..size.min(CROWD_MAX)]
}

/// Somebody who is not signed in.
pub const ANONYMOUS: &Person = &person("", "Anonymous", "", Address::Absent, Role::Guest);

/// Who acts on people's pages.
pub const ADA: &Person = &PEOPLE[0];

pub fn find(account_id: &str) -> Option<&'static Person> {
    let known = PEOPLE.iter().find(|person| person.account_id == account_id);
    // Ids of the crowd begin in a way of their own, so that others need not be looked for there.
    let is_of_crowd = account_id.starts_with("5f") && account_id.len() == 24;
    known.or_else(|| CROWD.iter().find(|person| is_of_crowd && person.account_id == account_id))
}

/// People who can sign in.
pub fn active() -> impl Iterator<Item = &'static Person> {
    PEOPLE.iter().filter(|person| person.account == Account::Person)
}

impl Person {
    /// Whether issues may be assigned to the account: not to deactivated ones, not to apps.
    pub fn is_assignable(&self) -> bool {
        self.account == Account::Person
    }

    pub fn is_active(&self) -> bool {
        self.account != Account::Deactivated
    }
}

/// The API token with which this person signs in to sites.
pub fn api_token(seed: u64, person: &Person) -> String {
    format!("ATATT3xSim{}", &ids::hash(seed, &["api token", person.account_id])[..40])
}

/// The API token with scopes of this person: it opens the gateway and no site.
pub fn scoped_token(seed: u64, person: &Person) -> String {
    format!("ATATT3xSimScoped{}", &ids::hash(seed, &["scoped token", person.account_id])[..40])
}

/// One site of the organisation.
#[derive(Debug, Clone)]
pub struct SiteName {
    pub slug: &'static str,
    pub title: &'static str,
    pub cloud_id: String,
}

/// The site that stands first everywhere.
pub const MAIN_SITE: &str = "acme";

/// The sites of the seeded world.
pub fn sites(seed: u64) -> Vec<SiteName> {
    [(MAIN_SITE, "Acme"), ("globex", "Globex")]
        .map(|(slug, title)| SiteName { slug, title, cloud_id: ids::uuid(seed, &["cloud id", slug]) })
        .to_vec()
}
