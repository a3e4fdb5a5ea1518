//! Projects and what they offer: issue types, statuses, components, versions, labels, permissions.

use super::call::Call;
use super::{Jira, JiraError, error, field, page, transition};
use crate::json::{first_text, text};
use backline_core::ids::{FieldId, IssueTypeId, JiraProjectId};
use backline_core::jira::field::{Choice, FieldMeta, Schema};
use backline_core::jira::issue::{IssueType, JiraProject};
use backline_core::jira::workflow::Status;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// What Backline does in a project. One unknown name fails the whole call, so these are the documented ones.
const PERMISSIONS: &str = "BROWSE_PROJECTS,CREATE_ISSUES,EDIT_ISSUES,TRANSITION_ISSUES,ADD_COMMENTS,LINK_ISSUES,\
                           ASSIGN_ISSUES,MODIFY_REPORTER";

impl Jira {
    /// Which of the permissions that Backline uses the caller has in the project, by permission key.
    ///
    /// Source: <https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-permissions/#api-rest-api-3-mypermissions-get>
    pub async fn permissions(&self, project: &JiraProjectId) -> Result<BTreeMap<String, bool>, JiraError> {
        let call = Call::get(&["mypermissions"])
            .with("permissions", PERMISSIONS)
            .with("projectId", project.as_str());
        let body: Json = self.load(call).await?;
        let entries =
            body["permissions"].as_object().ok_or_else(|| error::garbled("no permissions".to_owned()))?;
        Ok(entries.iter().map(|(key, entry)| (key.clone(), entry["havePermission"] == true)).collect())
    }

    /// A page of the projects in which the caller may create issues, by key, and where the next page starts.
    ///
    /// `query` matches key or name; empty means all.
    ///
    /// Source: <https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-projects/#api-rest-api-3-project-search-get>
    pub async fn projects(
        &self,
        query: &str,
        start_at: u64,
    ) -> Result<(Vec<JiraProject>, Option<u64>), JiraError> {
        let mut call = Call::get(&["project", "search"])
            .with("startAt", start_at.to_string())
            .with("maxResults", "50")
            .with("orderBy", "key")
            .with("action", "create");
        if !query.is_empty() {
            call = call.with("query", query);
        }
        let page = page::read(self.load(call).await?, &["values"], start_at)?;
        Ok((page.items.iter().filter_map(project).collect(), page.next))
    }

    /// A project by id or key.
    pub async fn load_project(&self, id_or_key: &str) -> Result<JiraProject, JiraError> {
        let body: Json = self.load(Call::get(&["project", id_or_key])).await?;
        let found = project(&body).ok_or_else(|| error::garbled("a project without id or key".to_owned()))?;
        // A key may be an older one of the same project; an id is never another's.
        if id_or_key.bytes().all(|byte| byte.is_ascii_digit()) && found.id.as_str() != id_or_key {
            return Err(error::garbled(format!("project {} where {id_or_key} was asked for", found.id)));
        }
        Ok(found)
    }

    /// The resolution field as the screens of closing transitions usually show it, with what can be chosen.
    ///
    /// Source: <https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-resolutions/>
    pub async fn resolution_field(&self) -> Result<FieldMeta, JiraError> {
        let schema =
            Schema { kind: "resolution".into(), system: Some("resolution".into()), ..Schema::default() };
        Ok(FieldMeta {
            id: FieldId::new("resolution"),
            name: "Resolution".to_owned(),
            is_required: true,
            has_default: false,
            schema: Some(schema),
            operations: vec!["set".to_owned()],
            allowed: Some(self.choices(&["resolution"]).await?),
        })
    }

    /// The issue types that can be created in the project, from all pages.
    ///
    /// Source: <https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-createmeta-projectidorkey-issuetypes-get>
    pub async fn issue_types(&self, project: &JiraProjectId) -> Result<Vec<IssueType>, JiraError> {
        let path = ["issue", "createmeta", project.as_str(), "issuetypes"];
        // The later names are those of older answers and of Data Center.
        let types = self
            .load_all(&["issueTypes", "createMetaIssueType", "results", "values"], |start_at| {
                Call::get(&path).with("startAt", start_at).with("maxResults", "200")
            })
            .await?;
        Ok(types.iter().filter_map(issue_type).collect())
    }

    /// The statuses of the issue type's workflow; empty where the project has no such type.
    ///
    /// Source: <https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-projects/#api-rest-api-3-project-projectidorkey-statuses-get>
    pub async fn statuses(
        &self,
        project: &JiraProjectId,
        issue_type: &IssueTypeId,
    ) -> Result<Vec<Status>, JiraError> {
        let types: Vec<Json> = self.load(Call::get(&["project", project.as_str(), "statuses"])).await?;
        let mine = types.iter().find(|entry| text(&entry["id"]).as_deref() == Some(issue_type.as_str()));
        let statuses = mine.and_then(|entry| entry["statuses"].as_array()).into_iter().flatten();
        Ok(statuses.filter_map(transition::status).collect())
    }

    pub async fn components(&self, project: &JiraProjectId) -> Result<Vec<Choice>, JiraError> {
        self.choices(&["project", project.as_str(), "components"]).await
    }

    /// Without archived ones, which cannot be set.
    pub async fn versions(&self, project: &JiraProjectId) -> Result<Vec<Choice>, JiraError> {
        self.choices(&["project", project.as_str(), "versions"]).await
    }

    /// Labels in use that begin so.
    ///
    /// Source: <https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-jql/#api-rest-api-3-jql-autocompletedata-suggestions-get>
    pub async fn label_suggestions(&self, query: &str) -> Result<Vec<String>, JiraError> {
        let call = Call::get(&["jql", "autocompletedata", "suggestions"])
            .with("fieldName", "labels")
            .with("fieldValue", query);
        let body: Json = self.load(call).await?;
        let results = body["results"].as_array().into_iter().flatten();
        // Jira quotes a value where JQL would need it.
        Ok(results
            .filter_map(|result| text(&result["value"]))
            .map(|value| value.trim_matches('"').to_owned())
            .collect())
    }

    async fn choices(&self, path: &[&str]) -> Result<Vec<Choice>, JiraError> {
        let items: Vec<Json> = self.load(Call::get(path)).await?;
        Ok(items.iter().filter_map(field::choice).collect())
    }
}

fn project(project: &Json) -> Option<JiraProject> {
    let key = text(&project["key"])?;
    Some(JiraProject {
        id: JiraProjectId(text(&project["id"])?),
        name: first_text(project, &["name"]).unwrap_or_else(|| key.clone()),
        key,
        type_key: first_text(project, &["projectTypeKey"]).unwrap_or_default(),
        is_team_managed: project["style"] == "next-gen" || project["simplified"] == true,
    })
}

fn issue_type(entry: &Json) -> Option<IssueType> {
    let id = text(&entry["id"])?;
    Some(IssueType {
        name: first_text(entry, &["name"]).unwrap_or_else(|| id.clone()),
        id: IssueTypeId(id),
        is_subtask: entry["subtask"] == true,
    })
}

#[cfg(test)]
mod tests;
