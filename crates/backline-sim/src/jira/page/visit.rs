//! Someone's visit to a site's page: who it is and where, the frame around each page, and pages that say no.

use crate::jira::Jira;
use crate::jira::call::Call;
use crate::jira::refusal::Refusal;
use crate::page::{self, Choice, Note, person};
use crate::people::Role;
use askama::Template;
use axum::extract::{FromRequestParts, Path};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A person's call, in version 3 of the API.
pub struct Visit {
    pub call: Call,
    here: String,
}

impl FromRequestParts<Arc<Jira>> for Visit {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, jira: &Arc<Jira>) -> Result<Self, Response> {
        let path = Path::<BTreeMap<String, String>>::from_request_parts(parts, jira).await;
        let Path(path) = path.map_err(IntoResponse::into_response)?;
        let slug = path.get("site").map(String::as_str).unwrap_or_default();
        let Some(site) = jira.site_by_slug(slug) else { return Err(no_site()) };
        let person = person::acting(&parts.headers);
        // Where a form was posted there is no page to come back to.
        let here = match parts.method.as_str() {
            "GET" => parts.uri.path_and_query().map_or("/", |here| here.as_str()).to_owned(),
            _ => format!("/sites/{slug}"),
        };
        Ok(Self { call: Call { site, person, client_id: None, scopes: None, version: 3 }, here })
    }
}

fn no_site() -> Response {
    let texts = ["No site has this name.".to_owned()];
    let links = [("All sites".to_owned(), "/sites".to_owned())];
    page::html(
        StatusCode::NOT_FOUND,
        &Note { title: "This site does not exist", texts: &texts, links: &links },
    )
}

/// What stands around every page of a site.
#[derive(Debug)]
pub struct Frame {
    pub site: String,
    pub title: String,
    pub person: &'static str,
    pub people: Vec<Choice>,
    /// Where choosing another person leads back to.
    pub here: String,
}

impl Frame {
    /// Where issues are, for their keys to follow.
    pub fn browse(&self) -> String {
        format!("/sites/{}/browse", self.site)
    }
}

impl Visit {
    pub fn frame(&self) -> Frame {
        let name = &self.call.site.name;
        Frame {
            site: name.slug.to_owned(),
            title: name.title.to_owned(),
            person: self.call.person.name,
            people: person::choices(self.call.person),
            here: self.here.clone(),
        }
    }

    /// Whether numbers of issues may be told: to a guest they would tell of issues that a security level hides.
    pub fn counts(&self) -> bool {
        self.call.person.role != Role::Guest
    }

    /// An address on this site.
    pub fn to(&self, path: &str) -> String {
        format!("/sites/{}{path}", self.call.site.name.slug)
    }

    pub fn redirect(&self, path: &str) -> Response {
        Redirect::to(&self.to(path)).into_response()
    }

    /// The answer, or the page that says why there is none.
    pub fn answer(&self, answer: Result<Response, Refusal>) -> Response {
        answer.unwrap_or_else(|refusal| self.refused(&refusal))
    }

    /// Any other address below a site: a real one may have it, so it is admitted, as everywhere.
    pub fn unknown(&self) -> Response {
        let text = "The simulated Jira has no page with this address.";
        self.refused(&Refusal::message(StatusCode::NOT_IMPLEMENTED, text))
    }

    fn refused(&self, refusal: &Refusal) -> Response {
        let title = match refusal.status() {
            StatusCode::NOT_FOUND => "This is not here",
            StatusCode::FORBIDDEN => "You may not do this",
            StatusCode::NOT_IMPLEMENTED => "This page is not simulated",
            _ => "That was not done",
        };
        let page = RefusalPage { frame: self.frame(), title, texts: refusal.texts() };
        page::html(refusal.status(), &page)
    }
}

#[derive(Template)]
#[template(path = "jira/refusal.html")]
struct RefusalPage {
    frame: Frame,
    title: &'static str,
    texts: Vec<String>,
}
