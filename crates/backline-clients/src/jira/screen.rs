//! What an issue's create and edit screens take.

use super::call::Call;
use super::{Jira, JiraError, field};
use backline_core::ids::{IssueId, IssueTypeId, JiraProjectId};
use backline_core::jira::field::FieldMeta;
use serde_json::Value as Json;

impl Jira {
    /// The fields of the create screen, in Jira's order, from all pages.
    ///
    /// Depends on the caller's permissions (the reporter shows only with Modify Reporter), so it is kept for one
    /// connection and not for a site. Switched-off options and archived versions are left out.
    ///
    /// # Errors
    /// [`JiraError::Gone`] where the project has no such issue type or is not visible.
    ///
    /// Source: <https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-createmeta-projectidorkey-issuetypes-issuetypeid-get>
    pub async fn create_fields(
        &self,
        project: &JiraProjectId,
        issue_type: &IssueTypeId,
    ) -> Result<Vec<FieldMeta>, JiraError> {
        let path = ["issue", "createmeta", project.as_str(), "issuetypes", issue_type.as_str()];
        // The last two names are those of older answers and of Data Center.
        let fields = self
            .load_all(&["fields", "results", "values"], |start_at| {
                Call::get(&path).with("startAt", start_at).with("maxResults", "200")
            })
            .await?;
        Ok(field::from_list(&fields))
    }

    /// The fields of an existing issue's edit screen. Editing itself also takes fields that are not on it.
    ///
    /// Source: <https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-issueidorkey-editmeta-get>
    pub async fn edit_fields(&self, issue: &IssueId) -> Result<Vec<FieldMeta>, JiraError> {
        let body: Json = self.load(Call::get(&["issue", issue.as_str(), "editmeta"])).await?;
        Ok(field::from_map(&body["fields"]))
    }
}
