//! Lists cut into pages, with the neighbours in a `Link` header.
//!
//! Source: <https://docs.github.com/rest/using-the-rest-api/using-pagination-in-the-rest-api>

use super::answer::ok;
use super::request::Base;
use axum::extract::{FromRequestParts, OriginalUri, Query};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Uri, header};
use axum::response::Response;
use serde::Deserialize;
use serde_json::Value;
use std::convert::Infallible;

const PER_PAGE_DEFAULT: usize = 30;
const PER_PAGE_MAX: usize = 100;

/// Numbers arrive as text; what is not a number counts as absent, as on GitHub.
#[derive(Debug, Default, Deserialize)]
struct Asked {
    per_page: Option<String>,
    page: Option<String>,
}

/// Which page of a list is asked for, and under which address.
#[derive(Debug)]
pub struct Paging {
    /// Items on a page.
    pub size: usize,
    number: usize,
    base: Base,
    uri: Uri,
}

impl<S: Send + Sync> FromRequestParts<S> for Paging {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let base = Base::from_request_parts(parts, state).await?;
        let OriginalUri(uri) = OriginalUri::from_request_parts(parts, state).await?;
        Ok(Self::new(base, uri))
    }
}

impl Paging {
    fn new(base: Base, uri: Uri) -> Self {
        let Query(asked) = Query::<Asked>::try_from_uri(&uri).unwrap_or_default();
        let number = |text: Option<String>| text?.parse().ok().filter(|number| *number > 0);
        let size = number(asked.per_page).unwrap_or(PER_PAGE_DEFAULT).min(PER_PAGE_MAX);
        Self { size, number: number(asked.page).unwrap_or(1), base, uri }
    }

    /// Cuts `items` and says where the neighbours are; only the items of the page are rendered.
    pub fn answer<T>(&self, items: &[T], render: impl Fn(&T) -> Value) -> Response {
        let start = (self.number - 1).saturating_mul(self.size).min(items.len());
        let page = &items[start..start.saturating_add(self.size).min(items.len())];
        let mut links = Vec::new();
        let (here, last) = (self.number, items.len().div_ceil(self.size).max(1));
        if here > 1 {
            links.push(("prev", (here - 1).min(last)));
        }
        if here < last {
            links.extend([("next", here + 1), ("last", last)]);
        }
        if here > 1 {
            links.push(("first", 1));
        }
        let links = links.into_iter().map(|(rel, page)| (rel, "page", page as u64));
        self.linked(ok(page.iter().map(render).collect()), links)
    }

    /// The same for a list that is cut by a cursor: `next` is the one of the page behind this one.
    pub fn answer_by_cursor(&self, page: Value, next: Option<u64>) -> Response {
        self.linked(ok(page), next.map(|cursor| ("next", "cursor", cursor)).into_iter())
    }

    /// With links to this address, in each of which one query parameter is replaced.
    fn linked(
        &self,
        mut response: Response,
        links: impl Iterator<Item = (&'static str, &'static str, u64)>,
    ) -> Response {
        let link = |(rel, name, value)| format!("<{}>; rel=\"{rel}\"", self.with_query(name, value));
        let links: Vec<String> = links.map(link).collect();
        if !links.is_empty()
            && let Ok(value) = HeaderValue::from_str(&links.join(", "))
        {
            response.headers_mut().insert(header::LINK, value);
        }
        response
    }

    fn with_query(&self, name: &str, value: u64) -> String {
        let prefix = format!("{name}=");
        let query = self.uri.query().unwrap_or("").split('&');
        let others: Vec<&str> = query.filter(|part| !part.is_empty() && !part.starts_with(&prefix)).collect();
        let joint = if others.is_empty() { "" } else { "&" };
        format!("{}{}?{}{joint}{prefix}{value}", self.base.0, self.uri.path(), others.join("&"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paging(query: &str) -> Paging {
        Paging::new(Base("http://sim".to_owned()), format!("/list?{query}").parse().unwrap())
    }

    fn link(response: &Response) -> &str {
        response.headers().get(header::LINK).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    fn links(query: &str, total: usize) -> String {
        link(&paging(query).answer(&vec![(); total], |()| Value::Null)).to_owned()
    }

    #[test]
    fn one_page_has_no_links() {
        assert_eq!(links("state=all", 30), "");
        assert_eq!(links("per_page=many&page=0", 30), "", "what is no number of a page counts as absent");
    }

    #[test]
    fn links_keep_the_other_parameters() {
        assert_eq!(
            links("state=all&page=2&per_page=1", 3),
            "<http://sim/list?state=all&per_page=1&page=1>; rel=\"prev\", \
             <http://sim/list?state=all&per_page=1&page=3>; rel=\"next\", \
             <http://sim/list?state=all&per_page=1&page=3>; rel=\"last\", \
             <http://sim/list?state=all&per_page=1&page=1>; rel=\"first\""
        );
    }
    #[test]
    fn a_cursor_takes_the_place_of_the_last_one() {
        let paging = paging("cursor=9&per_page=1");
        let next = paging.answer_by_cursor(Value::Null, Some(7));
        assert_eq!(link(&next), "<http://sim/list?per_page=1&cursor=7>; rel=\"next\"");
        assert_eq!(link(&paging.answer_by_cursor(Value::Null, None)), "");
    }
}
