//! What of GitHub's REST API is simulated, and what beside it a client of pull requests might ask for.
//!
//! A test asks the router for every row, so that the table promises nothing that is not there.

mod hook;
mod issue;
mod missing;
mod pull;
mod repository;

use crate::coverage::{Endpoint, Support};

const DOCS: &str = "https://docs.github.com/en/rest";

/// Method, path below `/github/api/v3`, how complete, and the anchor below GitHub's reference.
type Row = (&'static str, &'static str, Support, &'static str);

pub fn endpoints() -> Vec<Endpoint> {
    let rows = [repository::ROWS, pull::ROWS, issue::ROWS, hook::ROWS, missing::ROWS];
    let rows = rows.into_iter().flatten().map(|(method, path, support, anchor)| Endpoint {
        service: "github",
        method,
        path: format!("/github/api/v3{path}"),
        support: *support,
        source: format!("{DOCS}/{anchor}"),
    });
    let graphql = Endpoint {
        service: "github",
        method: "POST",
        path: "/github/api/graphql".into(),
        support: Support::Partial("everything but making a pull request a draft and ready again"),
        source: "https://docs.github.com/en/graphql/reference/mutations#convertpullrequesttodraft".into(),
    };
    rows.chain([graphql]).collect()
}
