//! Moving an issue through its workflow.

use super::call::Call;
use super::{Jira, JiraError, error, field};
use crate::json::{first_text, text};
use backline_core::ids::{FieldId, IssueId, StatusId, TransitionId};
use backline_core::jira::workflow::{Category, Status, Transition};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

impl Jira {
    /// The transitions open to us from the issue's present status, with the fields of their screens.
    ///
    /// Empty without the permission to transition. What a workflow's validators want does not show here: such a
    /// refusal comes with the transition itself.
    ///
    /// Source: <https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-issueidorkey-transitions-get>
    pub async fn transitions(&self, issue: &IssueId) -> Result<Vec<Transition>, JiraError> {
        let call = Call::get(&["issue", issue.as_str(), "transitions"]).with("expand", "transitions.fields");
        let body: Json = self.load(call).await?;
        let list =
            body["transitions"].as_array().ok_or_else(|| error::garbled("no transitions".to_owned()))?;
        let open: Vec<&Json> = list.iter().filter(|entry| entry["isAvailable"] != false).collect();
        // One that leads nowhere cannot be taken; the others still can.
        let transitions: Vec<Transition> = open.iter().filter_map(|entry| read(entry)).collect();
        if transitions.is_empty() && !open.is_empty() {
            return Err(error::garbled("no transition with an id and a status".to_owned()));
        }
        Ok(transitions)
    }

    /// Moves an issue through one workflow transition.
    ///
    /// `fields` and `update` hold only what the transition's screen takes; without a screen both are empty.
    /// Not idempotent: from any other status Jira answers 400, and a looping transition runs again. Observe first.
    ///
    /// # Errors
    /// [`JiraError::Refused`] names what the screen or a validator rejected.
    ///
    /// Source: <https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-issueidorkey-transitions-post>
    pub async fn transition(
        &self,
        issue: &IssueId,
        transition: &TransitionId,
        fields: &BTreeMap<FieldId, Json>,
        update: &BTreeMap<FieldId, Vec<Json>>,
    ) -> Result<(), JiraError> {
        let mut body = json!({"transition": {"id": transition}});
        if !fields.is_empty() {
            body["fields"] = json!(fields);
        }
        if !update.is_empty() {
            body["update"] = json!(update);
        }
        self.write(Call::post(&["issue", issue.as_str(), "transitions"], body), &[204]).await
    }
}

fn read(entry: &Json) -> Option<Transition> {
    let id = text(&entry["id"])?;
    Some(Transition {
        name: first_text(entry, &["name"]).unwrap_or_else(|| id.clone()),
        id: TransitionId(id),
        to: status(&entry["to"])?,
        has_screen: entry["hasScreen"] == true,
        fields: field::from_map(&entry["fields"]),
    })
}

/// A status, as it stands in issues, transitions and project lists.
pub(super) fn status(status: &Json) -> Option<Status> {
    let id = text(&status["id"])?;
    Some(Status {
        name: first_text(status, &["name"]).unwrap_or_else(|| id.clone()),
        id: StatusId(id),
        category: Category::from_key(status["statusCategory"]["key"].as_str().unwrap_or_default()),
    })
}

#[cfg(test)]
mod tests;
