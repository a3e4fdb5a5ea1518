//! Finding issues by JQL.
//!
//! The index lags behind writes by seconds to minutes: what is not found may still be there.

use super::call::Call;
use super::{Jira, JiraError, error, issue};
use crate::json::text;
use backline_core::ids::FieldId;
use backline_core::jira::issue::Issue;
use serde_json::{Value as Json, json};

/// One page of found issues.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchPage {
    pub issues: Vec<Issue>,
    /// The token of the next page; `None` after the last.
    pub next: Option<String>,
}

impl Jira {
    /// One page of at most 100 issues. `page` is the token that the page before gave, for the same `jql`.
    ///
    /// `jql` must be bounded by some condition; texts in it go through [`super::jql::quote`].
    ///
    /// Source: <https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-search/#api-rest-api-3-search-jql-post>
    pub async fn search(
        &self,
        jql: &str,
        fields: &[FieldId],
        page: Option<&str>,
    ) -> Result<SearchPage, JiraError> {
        self.search_with(jql, fields, &[], page).await
    }

    /// The same with entity properties, at most five.
    pub async fn search_with(
        &self,
        jql: &str,
        fields: &[FieldId],
        properties: &[&str],
        page: Option<&str>,
    ) -> Result<SearchPage, JiraError> {
        let mut body = json!({"jql": jql, "fields": issue::wanted(fields), "maxResults": 100});
        if !properties.is_empty() {
            body["properties"] = json!(properties);
        }
        if let Some(token) = page {
            body["nextPageToken"] = json!(token);
        }
        let answer: Json = self.load(Call::post(&["search", "jql"], body)).await?;
        let issues = issue::read_list(&answer, fields)?;
        let is_last = answer["isLast"] == true;
        let next = text(&answer["nextPageToken"]).filter(|_| !is_last);
        if next.is_some() && next.as_deref() == page {
            return Err(error::garbled("a page that is followed by itself".to_owned()));
        }
        Ok(SearchPage { issues, next })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jira::Auth;
    use crate::scripted::Scripted;

    #[tokio::test]
    async fn a_page_that_is_followed_by_itself_is_no_page() {
        let answer = json!({"issues": [], "nextPageToken": "t1", "isLast": false});
        let jira =
            Jira::new(Scripted::always(200, answer.to_string()), "https://api", Auth::Bearer("t".into()));
        assert!(jira.search("labels = backline", &[], None).await.is_ok());
        let again = jira.search("labels = backline", &[], Some("t1")).await;
        assert!(matches!(again, Err(JiraError::Garbled { .. })));
    }

    #[tokio::test]
    async fn the_last_page_has_no_next() {
        for (answer, next) in [
            (json!({"issues": [], "nextPageToken": "t2", "isLast": false}), Some("t2")),
            (json!({"issues": [], "nextPageToken": "t2"}), Some("t2")),
            (json!({"issues": [], "isLast": true}), None),
            (json!({"issues": [], "nextPageToken": null}), None),
        ] {
            let transport = Scripted::always(200, answer.to_string());
            let jira = Jira::new(transport.clone(), "https://api", Auth::Bearer("t".into()));
            let page = jira.search("labels = backline", &["summary".into()], Some("t1")).await.unwrap();
            assert_eq!(page.next.as_deref(), next);
            assert_eq!(
                transport.last_json(),
                json!({"jql": "labels = backline", "fields": ["project", "status", "resolution", "updated", "summary"], "maxResults": 100, "nextPageToken": "t1"})
            );
        }
    }
}
