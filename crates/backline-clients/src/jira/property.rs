//! Entity properties of an issue: JSON of ours that people do not see.

use super::call::Call;
use super::{Jira, JiraError, error};
use backline_core::ids::IssueId;
use serde_json::Value as Json;

impl Jira {
    /// Sets a property; at most 32,768 characters of JSON, a key of at most 255. Idempotent.
    ///
    /// Source: <https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-properties/#api-rest-api-3-issue-issueidorkey-properties-propertykey-put>
    pub async fn set_property(&self, issue: &IssueId, key: &str, value: &Json) -> Result<(), JiraError> {
        let call = Call::put(&["issue", issue.as_str(), "properties", key], value.clone());
        self.write(call, &[200, 201]).await
    }

    /// A property's value.
    ///
    /// # Errors
    /// [`JiraError::Gone`] where the property or the issue is not there: the two look alike.
    pub async fn load_property(&self, issue: &IssueId, key: &str) -> Result<Json, JiraError> {
        let mut body: Json = self.load(Call::get(&["issue", issue.as_str(), "properties", key])).await?;
        let value = body.get_mut("value").map(Json::take);
        value.ok_or_else(|| error::garbled("a property without a value".to_owned()))
    }
}
