//! The query of a list's address: what is filtered by, in a fixed order, without what is empty.

use crate::web::session::encoded;

/// A path and its query while it is put together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    path: &'static str,
    pairs: Vec<(&'static str, String)>,
}

impl Query {
    pub fn new(path: &'static str) -> Self {
        Self { path, pairs: Vec::new() }
    }

    /// Adds a value; an empty one is left out.
    #[must_use]
    pub fn and(mut self, name: &'static str, value: impl Into<String>) -> Self {
        let value = value.into();
        if !value.is_empty() {
            self.pairs.push((name, value));
        }
        self
    }

    /// The same with one name's values replaced; an empty value removes it.
    #[must_use]
    pub fn with(&self, name: &'static str, value: impl Into<String>) -> Self {
        let mut query = self.clone();
        query.pairs.retain(|(known, _)| *known != name);
        query.and(name, value)
    }

    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    pub fn url(&self) -> String {
        let mut url = self.path.to_owned();
        for (index, (name, value)) in self.pairs.iter().enumerate() {
            url.push(if index == 0 { '?' } else { '&' });
            url.push_str(name);
            url.push('=');
            url.push_str(&encoded(value));
        }
        url
    }
}

#[cfg(test)]
mod tests {
    use super::Query;

    #[test]
    fn values_cannot_end_a_query() {
        let query = Query::new("/v").and("q", "a&b=\"c").and("s", "").and("s", "x");
        assert_eq!(query.url(), "/v?q=a%26b%3D%22c&s=x");
        assert_eq!(query.with("q", "").url(), "/v?s=x");
        assert_eq!(query.with("after", "9").url(), "/v?q=a%26b%3D%22c&s=x&after=9");
        assert_eq!(Query::new("/v").url(), "/v");
    }
}
