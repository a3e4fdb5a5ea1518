//! How answers look: status and JSON, and lists cut into pages with a `Link` header.

use super::error::Refusal;
use super::request::Base;
use axum::Json;
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::Value;

pub type Answer = Result<Response, Refusal>;

const PER_PAGE_DEFAULT: usize = 30;
const PER_PAGE_MAX: usize = 100;

pub fn ok(body: Value) -> Response {
    Json(body).into_response()
}

pub fn created(body: Value) -> Response {
    (StatusCode::CREATED, Json(body)).into_response()
}

pub fn no_content() -> Response {
    StatusCode::NO_CONTENT.into_response()
}

/// Numbers arrive as text; what is not a number counts as absent, as on GitHub.
#[derive(Debug, Default, Deserialize)]
pub struct Paging {
    per_page: Option<String>,
    page: Option<String>,
}

impl Paging {
    pub fn size(&self) -> usize {
        let asked = self.per_page.as_deref().and_then(|text| text.parse().ok());
        asked.filter(|size| *size > 0).unwrap_or(PER_PAGE_DEFAULT).min(PER_PAGE_MAX)
    }

    fn number(&self) -> usize {
        self.page.as_deref().and_then(|text| text.parse().ok()).filter(|page| *page > 0).unwrap_or(1)
    }

    /// Which of `total` items stand on the asked page.
    pub fn range(&self, total: usize) -> std::ops::Range<usize> {
        let start = (self.number() - 1).saturating_mul(self.size()).min(total);
        start..start.saturating_add(self.size()).min(total)
    }

    /// Cuts `items` and says where the neighbours are; only the items of the page are rendered.
    pub fn answer<T>(&self, base: &Base, uri: &Uri, items: &[T], render: impl Fn(&T) -> Value) -> Response {
        let page: Vec<Value> = items[self.range(items.len())].iter().map(render).collect();
        self.wrap(base, uri, items.len(), Value::Array(page))
    }

    pub fn wrap(&self, base: &Base, uri: &Uri, total: usize, body: Value) -> Response {
        let mut response = ok(body);
        let (here, last) = (self.number(), total.div_ceil(self.size()).max(1));
        let mut links = Vec::new();
        if here > 1 {
            links.push(("prev", (here - 1).min(last)));
        }
        if here < last {
            links.extend([("next", here + 1), ("last", last)]);
        }
        if here > 1 {
            links.push(("first", 1));
        }
        let links: Vec<String> = links
            .into_iter()
            .map(|(rel, page)| {
                format!("<{}>; rel=\"{rel}\"", with_query(base, uri, "page", &page.to_string()))
            })
            .collect();
        if !links.is_empty()
            && let Ok(value) = HeaderValue::from_str(&links.join(", "))
        {
            response.headers_mut().insert(header::LINK, value);
        }
        response
    }
}

/// The address of this request with one query parameter replaced.
pub fn with_query(base: &Base, uri: &Uri, name: &str, value: &str) -> String {
    let prefix = format!("{name}=");
    let others =
        uri.query().unwrap_or("").split('&').filter(|part| !part.is_empty() && !part.starts_with(&prefix));
    let query: Vec<&str> = others.collect();
    let joint = if query.is_empty() { "" } else { "&" };
    format!("{}{}?{}{joint}{prefix}{value}", base.0, uri.path(), query.join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links(query: &str, total: usize) -> String {
        let uri: Uri = format!("/list?{query}").parse().unwrap();
        let paging = axum::extract::Query::<Paging>::try_from_uri(&uri).unwrap().0;
        let response =
            paging.answer(&Base("http://sim".to_owned()), &uri, &vec![(); total], |()| Value::Null);
        response
            .headers()
            .get(header::LINK)
            .map(|value| value.to_str().unwrap().to_owned())
            .unwrap_or_default()
    }

    #[test]
    fn one_page_has_no_links() {
        assert_eq!(links("state=all", 30), "");
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
}
