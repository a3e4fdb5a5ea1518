//! Links between two issues.

use super::call::Call;
use super::{Jira, JiraError};
use backline_core::ids::IssueId;
use serde_json::json;

impl Jira {
    /// Links two issues: `from` *outward* `to`, as in "SEC-9 duplicates SEC-1". Idempotent: one that is there already
    /// stays one.
    ///
    /// # Errors
    /// [`JiraError::Gone`] where linking is switched off or one of them is not seen, [`JiraError::Forbidden`] without
    /// the Link permission.
    ///
    /// Source: <https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-links/#api-rest-api-3-issuelink-post>
    pub async fn link_issues(&self, kind: &str, from: &IssueId, to: &IssueId) -> Result<(), JiraError> {
        let body = json!({
            "type": {"id": kind},
            "inwardIssue": {"id": from},
            "outwardIssue": {"id": to},
        });
        self.write(Call::post(&["issueLink"], body), &[201]).await
    }
}

#[cfg(test)]
mod tests {
    use crate::jira::{Auth, Jira, JiraError};
    use crate::scripted::Scripted;

    #[tokio::test]
    async fn the_first_is_what_the_outward_word_is_said_of() {
        let transport = Scripted::always(201, "");
        let jira = Jira::new(transport.clone(), "https://api", Auth::Bearer("t".into()));
        jira.link_issues("10002", &"9".into(), &"1".into()).await.unwrap();
        let sent = transport.last_json();
        assert_eq!((&sent["inwardIssue"]["id"], &sent["outwardIssue"]["id"]), (&"9".into(), &"1".into()));
        let off = Jira::new(Scripted::always(404, "{}"), "https://api", Auth::Bearer("t".into()));
        assert!(matches!(off.link_issues("1", &"9".into(), &"1".into()).await, Err(JiraError::Gone)));
    }
}
