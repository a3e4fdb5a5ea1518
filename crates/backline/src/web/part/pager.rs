//! The foot of a list: what is shown, and the way on.
//!
//! Lists continue from a row, not from a number, so a list knows its next page; the way back is the browser's
//! own, or the first page.

use crate::web::part::query::Query;

/// The name of the cursor in an address.
pub const AFTER: &str = "after";

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pager {
    /// "50 shown".
    pub text: String,
    pub first: Option<String>,
    pub next: Option<String>,
    /// The `id` that a page's rows are swapped into.
    pub target: &'static str,
}

impl Pager {
    /// `query` is the list's address without a cursor; `after` the cursor that this page began at.
    pub fn new(query: &Query, shown: usize, after: Option<&str>, next: Option<&str>) -> Self {
        Self {
            text: format!("{shown} shown"),
            first: after.map(|_| query.url()),
            next: next.map(|next| query.with(AFTER, next).url()),
            target: "#list",
        }
    }

    #[must_use]
    pub fn into_target(mut self, target: &'static str) -> Self {
        self.target = target;
        self
    }
}
