//! Lists that come in pages.
//!
//! Invariant: a list ends on Jira's own word, its count or an empty page, never on a short page; one that does not
//! end is an error and not a cut list.

use super::call::Call;
use super::{Jira, JiraError, error};
use crate::json;
use serde_json::Value as Json;

const PAGES_MAX: usize = 50;

/// One page of an offset list.
pub(super) struct Page {
    pub(super) items: Vec<Json>,
    /// Where the next page starts; `None` after the last.
    pub(super) next: Option<u64>,
}

/// Reads a page whose items stand under the first of `keys` that is an array, or that is itself an array.
pub(super) fn read(mut body: Json, keys: &[&str], start_at: u64) -> Result<Page, JiraError> {
    if let Json::Array(items) = body {
        return Ok(Page { items, next: None });
    }
    let items = keys
        .iter()
        .find_map(|key| match body.get_mut(*key).map(Json::take) {
            Some(Json::Array(items)) => Some(items),
            _ => None,
        })
        .ok_or_else(|| error::garbled(format!("no list named {}", keys.join(" or "))))?;
    let end = start_at.saturating_add(items.len() as u64);
    let total = json::text(&body["total"]).and_then(|total| total.parse::<u64>().ok());
    let is_last = items.is_empty() || body["isLast"] == true || total.is_some_and(|total| end >= total);
    Ok(Page { items, next: (!is_last).then_some(end) })
}

impl Jira {
    /// All items of a list; `call` makes the request for the page that starts at an offset.
    pub(super) async fn load_all(
        &self,
        keys: &[&str],
        call: impl Fn(&str) -> Call + Send + Sync,
    ) -> Result<Vec<Json>, JiraError> {
        let mut items = Vec::new();
        let mut start_at = 0;
        for _ in 0..PAGES_MAX {
            let body: Json = self.load(call(&start_at.to_string())).await?;
            let page = read(body, keys, start_at)?;
            items.extend(page.items);
            match page.next {
                Some(next) => start_at = next,
                None => return Ok(items),
            }
        }
        Err(error::garbled(format!("a list that does not end after {PAGES_MAX} pages")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(body: Json, next: Option<u64>) {
        let page = read(body.clone(), &["fields", "values"], 50).unwrap();
        assert_eq!(page.next, next, "{body}");
    }

    #[test]
    fn a_list_ends_on_jiras_word_and_not_on_a_short_page() {
        check(json!({"fields": [1, 2], "maxResults": 50}), Some(52));
        check(json!({"fields": [1, 2], "total": 52}), None);
        check(json!({"fields": [1, 2], "total": 53}), Some(52));
        check(json!({"values": [1, 2], "isLast": true}), None);
        check(json!({"values": [1, 2], "isLast": false}), Some(52));
        check(json!({"values": [], "isLast": false}), None);
        check(json!([1, 2]), None);
    }

    #[test]
    fn a_page_without_its_list_is_not_an_empty_list() {
        assert!(read(json!({"other": []}), &["fields"], 0).is_err());
        assert!(read(json!("words"), &["fields"], 0).is_err());
    }
}
