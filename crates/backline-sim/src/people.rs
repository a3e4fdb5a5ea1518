//! The people of the simulated world, the same for accounts and for every site.
//!
//! Their ids have both forms that Atlassian gives, and one of them hides the e-mail address.

use crate::ids;

/// How much a person may do on a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Admin,
    Member,
    /// Browses, creates and comments; neither transitions nor chooses the reporter.
    Guest,
}

#[derive(Debug, Clone, Copy)]
pub struct Person {
    pub account_id: &'static str,
    pub name: &'static str,
    /// What the person signs in with.
    pub email: &'static str,
    /// Whether sites may show the e-mail address.
    pub shows_email: bool,
    pub role: Role,
}

pub const PEOPLE: [Person; 4] = [
    Person {
        account_id: "5b10ac8d82e05b22cc7d4ef5",
        name: "Ada Admin",
        email: "ada@acme.example",
        shows_email: true,
        role: Role::Admin,
    },
    Person {
        account_id: "712020:292a1f5e-7c1d-4a39-9c55-0b7e6f1c2d3a",
        name: "Dev Dana",
        email: "dana@acme.example",
        shows_email: true,
        role: Role::Member,
    },
    Person {
        account_id: "557058:8f3c52d1-4b0e-4a7e-8d0c-6f2b9e1a7c44",
        name: "Sam Security",
        email: "sam@acme.example",
        shows_email: false,
        role: Role::Member,
    },
    Person {
        account_id: "5c4f2a9be9d1a73d2b6f8c01",
        name: "Pat Product",
        email: "pat@acme.example",
        shows_email: true,
        role: Role::Guest,
    },
];

/// Who acts on people's pages.
pub const ADA: &Person = &PEOPLE[0];

pub fn find(account_id: &str) -> Option<&'static Person> {
    PEOPLE.iter().find(|person| person.account_id == account_id)
}

pub fn find_by_email(email: &str) -> Option<&'static Person> {
    PEOPLE.iter().find(|person| person.email.eq_ignore_ascii_case(email))
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
