//! The world as it is on the first day. Ids are fixed, so that tests and notes can name them.

mod acme;
mod fields;
mod gallery;
mod gallery_fields;
mod globex;
mod lists;
pub mod many;
mod screens;
mod workflows;

use super::config::Config;

/// The configuration of the site with this name.
pub fn config(slug: &str, seed: u64) -> Config {
    let mut config = Config::default();
    lists::add(&mut config, seed);
    fields::add(&mut config);
    match slug {
        "acme" => acme::add(&mut config),
        _ => globex::add(&mut config),
    }
    config
}
