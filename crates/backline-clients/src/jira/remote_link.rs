//! Links from an issue to something outside Jira, such as a pull request.
//!
//! Invariant: a link is always sent whole, since Jira empties what an update leaves out.

use super::call::Call;
use super::{Jira, JiraError, error};
use crate::json::text;
use backline_core::ids::IssueId;
use serde_json::{Value as Json, json};

/// A link by its `global_id`, which is ours and stable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoteLink {
    /// At most 255 characters; empty on a link of someone else that has none.
    pub global_id: String,
    /// How the issue relates to it: `fixed by`.
    pub relationship: String,
    pub url: String,
    pub title: String,
    pub summary: String,
    /// Strikes the link through.
    pub resolved: bool,
}

impl Jira {
    /// Makes the link or updates the one with its `global_id`; gives Jira's id of it. Idempotent.
    ///
    /// # Errors
    /// [`JiraError::Forbidden`] without the Link permission or where linking is switched off.
    ///
    /// Source: <https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-remote-links/#api-rest-api-3-issue-issueidorkey-remotelink-post>
    pub async fn put_remote_link(&self, issue: &IssueId, link: &RemoteLink) -> Result<String, JiraError> {
        let body = json!({
            "globalId": link.global_id,
            "application": {"type": "com.backline", "name": "Backline"},
            "relationship": link.relationship,
            "object": {
                "url": link.url,
                "title": link.title,
                "summary": link.summary,
                "status": {"resolved": link.resolved, "icon": {}},
            },
        });
        let call = Call::post(&["issue", issue.as_str(), "remotelink"], body);
        let answer = self.make(call, &[200, 201]).await?;
        text(&answer["id"]).ok_or_else(|| error::garbled("a remote link without an id".to_owned()))
    }

    /// All links of an issue, other people's included.
    pub async fn remote_links(&self, issue: &IssueId) -> Result<Vec<RemoteLink>, JiraError> {
        let links: Vec<Json> = self.load(Call::get(&["issue", issue.as_str(), "remotelink"])).await?;
        Ok(links.iter().map(read).collect())
    }
}

fn read(link: &Json) -> RemoteLink {
    let words = |json: &Json| json.as_str().unwrap_or_default().to_owned();
    let object = &link["object"];
    RemoteLink {
        global_id: words(&link["globalId"]),
        relationship: words(&link["relationship"]),
        url: words(&object["url"]),
        title: words(&object["title"]),
        summary: words(&object["summary"]),
        resolved: object["status"]["resolved"] == true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jira::Auth;
    use crate::scripted::Scripted;

    fn link() -> RemoteLink {
        RemoteLink {
            global_id: "backline:pr:github.com/o/r/12".into(),
            relationship: "fixed by".into(),
            url: "https://github.com/o/r/pull/12".into(),
            title: "o/r#12 Fix".into(),
            summary: "open".into(),
            resolved: true,
        }
    }

    #[tokio::test]
    async fn what_is_sent_is_what_is_read_back() {
        let transport = Scripted::always(201, r#"{"id":10000,"self":"x"}"#);
        let jira = Jira::new(transport.clone(), "https://api", Auth::Bearer("t".into()));
        assert_eq!(jira.put_remote_link(&"1".into(), &link()).await.unwrap(), "10000");
        assert_eq!(read(&transport.last_json()), link());
    }
}
