//! Comments, each with a property that says which of ours it is.

use super::call::Call;
use super::{Jira, JiraError, error, page};
use crate::json::text;
use backline_core::ids::IssueId;
use backline_core::jira::adf::Doc;
use serde_json::{Value as Json, json};

/// The comment property that holds our key.
const PROPERTY: &str = "backline.comment";
const PAGES_MAX: usize = 10;

impl Jira {
    /// Adds a comment that carries `key`, by which [`Jira::comments`] finds it again; gives its id.
    ///
    /// Not idempotent: after an unknown effect look for the key first.
    ///
    /// Source: <https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-comments/#api-rest-api-3-issue-issueidorkey-comment-post>
    pub async fn add_comment(&self, issue: &IssueId, body: &Doc, key: &str) -> Result<String, JiraError> {
        let body = json!({
            "body": body.to_json(),
            "properties": [{"key": PROPERTY, "value": {"key": key}}],
        });
        let answer = self.make(Call::post(&["issue", issue.as_str(), "comment"], body), &[201]).await?;
        text(&answer["id"]).ok_or_else(|| error::garbled("a comment without an id".to_owned()))
    }

    /// The newest thousand comments, newest first: id, and our key where the comment is ours.
    ///
    /// Source: <https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-comments/#api-rest-api-3-issue-issueidorkey-comment-get>
    pub async fn comments(&self, issue: &IssueId) -> Result<Vec<(String, Option<String>)>, JiraError> {
        let mut comments = Vec::new();
        let mut start_at = 0;
        for _ in 0..PAGES_MAX {
            let call = Call::get(&["issue", issue.as_str(), "comment"])
                .with("orderBy", "-created")
                .with("expand", "properties")
                .with("startAt", start_at.to_string())
                .with("maxResults", "100");
            let page = page::read(self.load(call).await?, &["comments"], start_at)?;
            comments
                .extend(page.items.iter().filter_map(|comment| Some((text(&comment["id"])?, key(comment)))));
            match page.next {
                Some(next) => start_at = next,
                None => break,
            }
        }
        Ok(comments)
    }
}

fn key(comment: &Json) -> Option<String> {
    let properties = comment["properties"].as_array()?;
    properties
        .iter()
        .find(|property| property["key"] == PROPERTY)
        .and_then(|property| text(&property["value"]["key"]))
}

#[cfg(test)]
mod tests {
    use crate::jira::{Auth, Jira};
    use crate::scripted::Scripted;
    use backline_core::jira::adf::build::{Builder, text};
    use serde_json::json;

    fn jira(transport: &std::sync::Arc<Scripted>) -> Jira {
        Jira::new(transport.clone(), "https://api/ex/jira/c", Auth::Bearer("t".into()))
    }

    #[tokio::test]
    async fn a_comment_is_found_again_by_its_key() {
        let transport = Scripted::always(
            200,
            json!({"startAt": 0, "maxResults": 100, "total": 3, "comments": [
                {"id": "3", "properties": [{"key": "sd.public.comment", "value": {}}, {"key": "backline.comment", "value": {"key": "k"}}]},
                {"id": 2, "properties": []},
                {"id": "1"},
            ]})
            .to_string(),
        );
        let comments = jira(&transport).comments(&"10".into()).await.unwrap();
        assert_eq!(comments, [("3".into(), Some("k".into())), ("2".into(), None), ("1".into(), None)]);
        assert_eq!(
            transport.lines(),
            [
                "GET /ex/jira/c/rest/api/3/issue/10/comment?orderBy=-created&expand=properties&startAt=0&maxResults=100"
            ]
        );
    }

    #[tokio::test]
    async fn a_comment_is_sent_as_a_document_with_its_key() {
        let transport = Scripted::always(201, r#"{"id":"7"}"#);
        let doc = Builder::new().paragraph([text("hi")]).doc();
        assert_eq!(jira(&transport).add_comment(&"10".into(), &doc, "k").await.unwrap(), "7");
        let sent = transport.last_json();
        assert_eq!(sent["body"]["type"], "doc");
        assert_eq!(sent["properties"], json!([{"key": "backline.comment", "value": {"key": "k"}}]));
    }
}
