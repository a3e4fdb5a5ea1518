//! Links from an issue to something outside Jira, such as a pull request.
//!
//! Invariant: a link is always sent whole, since Jira empties what an update leaves out.

use super::call::Call;
use super::{Jira, JiraError, error};
use crate::json::text;
use backline_core::ids::IssueId;
use serde_json::json;

/// A link by its `global_id`, which is ours and stable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoteLink {
    /// At most 255 characters.
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
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jira::Auth;
    use crate::scripted::Scripted;

    #[tokio::test]
    async fn a_link_is_sent_whole() {
        let transport = Scripted::always(201, r#"{"id":10000,"self":"x"}"#);
        let jira = Jira::new(transport.clone(), "https://api", Auth::Bearer("t".into()));
        let link = RemoteLink {
            global_id: "backline:pr:github.com/o/r/12".into(),
            relationship: "fixed by".into(),
            url: "https://github.com/o/r/pull/12".into(),
            title: "o/r#12 Fix".into(),
            summary: "open".into(),
            resolved: true,
        };
        assert_eq!(jira.put_remote_link(&"1".into(), &link).await.unwrap(), "10000");
        let object = json!({
            "url": link.url, "title": link.title, "summary": link.summary,
            "status": {"resolved": true, "icon": {}},
        });
        let sent = json!({
            "globalId": link.global_id, "application": {"type": "com.backline", "name": "Backline"},
            "relationship": link.relationship, "object": object,
        });
        assert_eq!(transport.last_json(), sent);
    }
}
