//! Creating, editing and reading issues.
//!
//! Invariant: an issue is given back only under the id that was asked for, and a create without an id and a key in
//! its answer is not a create.

use super::call::Call;
use super::{Jira, JiraError, error, transition};
use crate::json::text;
use backline_core::ids::{FieldId, IssueId, IssueKey, JiraProjectId};
use backline_core::jira::issue::{Issue, Named};
use jiff::Timestamp;
use serde_json::{Map, Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};

/// The most issues of one bulk fetch.
const BULK_MAX: usize = 100;

/// The body of a create.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CreateIssue {
    /// In Jira's own shapes, `project` and `issuetype` among them.
    pub fields: BTreeMap<FieldId, Json>,
    /// Verbs for what is only ever added, such as links to issues; a field stands in one of the two.
    pub update: BTreeMap<FieldId, Vec<Json>>,
    /// Entity properties that are set together with the issue, the marker among them.
    pub properties: Vec<(String, Json)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Created {
    pub id: IssueId,
    pub key: IssueKey,
}

impl Jira {
    /// Creates one issue.
    ///
    /// Not idempotent, and Jira knows no idempotency key: after an error whose
    /// [effect is unknown](JiraError::effect_unknown) look for the marker before trying again.
    ///
    /// # Errors
    /// [`JiraError::Refused`] names the fields; [`JiraError::Garbled`] where the answer is no 201 with id and key.
    ///
    /// Source: <https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-post>
    pub async fn create_issue(&self, create: &CreateIssue) -> Result<Created, JiraError> {
        let answer = self.make(Call::post(&["issue"], body(create)), &[201]).await?;
        created(&answer)
            .ok_or_else(|| error::garbled("a create without the new issue's id and key".to_owned()))
    }

    /// Sets fields and applies update verbs (`{"add": …}`, `{"remove": …}`); a field stands in one of the two.
    ///
    /// Idempotent as long as the verbs are. Never changes the status.
    ///
    /// Source: <https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-issueidorkey-put>
    pub async fn edit_issue(
        &self,
        issue: &IssueId,
        fields: &BTreeMap<FieldId, Json>,
        update: &BTreeMap<FieldId, Vec<Json>>,
    ) -> Result<(), JiraError> {
        let mut body = Map::new();
        if !fields.is_empty() {
            body.insert("fields".to_owned(), json!(fields));
        }
        if !update.is_empty() {
            body.insert("update".to_owned(), json!(update));
        }
        self.write(Call::put(&["issue", issue.as_str()], Json::Object(body)), &[204]).await
    }

    /// One issue as it is now, our own last write included.
    ///
    /// # Errors
    /// [`JiraError::Gone`] where it is deleted or hidden from us.
    ///
    /// Source: <https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-issueidorkey-get>
    pub async fn load_issue(
        &self,
        issue: &IssueId,
        fields: &[FieldId],
        properties: &[&str],
    ) -> Result<Issue, JiraError> {
        let mut call = Call::get(&["issue", issue.as_str()]).with("fields", wanted(fields).join(","));
        if !properties.is_empty() {
            call = call.with("properties", properties.join(","));
        }
        let found = read(&self.load(call).await?, fields)?;
        if found.id != *issue {
            return Err(error::garbled(format!("issue {} where {issue} was asked for", found.id)));
        }
        Ok(found)
    }

    /// Many issues by id, a hundred a call, and those of `ids` that were not given back.
    ///
    /// A missing one is deleted, hidden from us, or left out because Jira failed on it: confirm with
    /// [`Jira::load_issue`] before acting on its absence. At most five `properties`.
    ///
    /// Source: <https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-bulkfetch-post>
    pub async fn bulk_fetch(
        &self,
        ids: &[IssueId],
        fields: &[FieldId],
        properties: &[&str],
    ) -> Result<(Vec<Issue>, Vec<IssueId>), JiraError> {
        let mut missing: BTreeSet<&IssueId> = ids.iter().collect();
        let unique: Vec<&str> = missing.iter().map(|id| id.as_str()).collect();
        let mut issues = self.fetch(&unique, fields, properties).await?;
        issues.retain(|issue| missing.remove(&issue.id));
        Ok((issues, missing.into_iter().cloned().collect()))
    }

    /// Many issues by key; keys that name nothing are left out, and a moved issue comes with its new key.
    ///
    /// Assumed to see an issue that was created a moment ago, unlike [`Jira::search`].
    pub async fn bulk_fetch_keys(
        &self,
        keys: &[IssueKey],
        fields: &[FieldId],
        properties: &[&str],
    ) -> Result<Vec<Issue>, JiraError> {
        let keys: Vec<&str> = keys.iter().map(IssueKey::as_str).collect();
        self.fetch(&keys, fields, properties).await
    }

    async fn fetch(
        &self,
        names: &[&str],
        fields: &[FieldId],
        properties: &[&str],
    ) -> Result<Vec<Issue>, JiraError> {
        let mut issues = Vec::new();
        for names in names.chunks(BULK_MAX) {
            let mut body = json!({"issueIdsOrKeys": names, "fields": wanted(fields)});
            if !properties.is_empty() {
                body["properties"] = json!(properties);
            }
            let answer: Json = self.load(Call::post(&["issue", "bulkfetch"], body)).await?;
            issues.extend(read_list(&answer, fields)?);
        }
        Ok(issues)
    }
}

pub(super) fn body(create: &CreateIssue) -> Json {
    let fields = create.fields.iter().map(|(id, value)| (id.to_string(), value.clone()));
    let mut body = json!({"fields": null});
    body["fields"] = Json::Object(fields.collect());
    if !create.update.is_empty() {
        body["update"] = json!(create.update);
    }
    if !create.properties.is_empty() {
        let properties = create.properties.iter().map(|(key, value)| json!({"key": key, "value": value}));
        body["properties"] = properties.collect();
    }
    body
}

/// An id is a number, and a key ends in one: other words are not about an issue.
pub(super) fn created(answer: &Json) -> Option<Created> {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (id, key) = (text(&answer["id"])?, text(&answer["key"])?);
    let is_key =
        key.rsplit_once('-').is_some_and(|(project, number)| !project.is_empty() && is_number(number));
    (is_number(&id) && is_key).then_some(Created { id: IssueId(id), key: IssueKey(key) })
}

/// The fields to ask for: without project and status no issue can be read, and how it was closed, and when it was
/// changed, belongs to every look.
pub(super) fn wanted(fields: &[FieldId]) -> Vec<&str> {
    let mut names = vec!["project", "status", "resolution", "updated"];
    for field in fields {
        if !names.contains(&field.as_str()) {
            names.push(field.as_str());
        }
    }
    names
}

/// The issues under `issues`.
pub(super) fn read_list(answer: &Json, fields: &[FieldId]) -> Result<Vec<Issue>, JiraError> {
    let list = answer["issues"].as_array().ok_or_else(|| error::garbled("no list of issues".to_owned()))?;
    list.iter().map(|issue| read(issue, fields)).collect()
}

fn read(issue: &Json, fields: &[FieldId]) -> Result<Issue, JiraError> {
    let known = || {
        let project = text(&issue["fields"]["project"]["id"])?;
        let status = transition::status(&issue["fields"]["status"])?;
        Some((text(&issue["id"])?, text(&issue["key"])?, project, status))
    };
    let (id, key, project, status) =
        known().ok_or_else(|| error::garbled("an issue without id, key, project or status".to_owned()))?;
    Ok(Issue {
        id: IssueId(id),
        key: IssueKey(key),
        project: JiraProjectId(project),
        status,
        resolution: named(&issue["fields"]["resolution"]),
        updated_at: moment(&issue["fields"]["updated"]),
        fields: fields.iter().map(|field| (field.clone(), issue["fields"][field.as_str()].clone())).collect(),
        properties: properties(&issue["properties"]),
    })
}

/// What an object of Jira's is called; `None` for null, and where it has no id.
fn named(object: &Json) -> Option<Named> {
    let id = text(&object["id"])?;
    Some(Named { name: text(&object["name"]).unwrap_or_else(|| id.clone()), id })
}

/// A time as Jira writes it: `2026-03-01T09:00:00.000+0000`.
pub fn moment(value: &Json) -> Option<Timestamp> {
    let text = value.as_str()?;
    text.parse().ok().or_else(|| Timestamp::strptime("%Y-%m-%dT%H:%M:%S%.f%z", text).ok())
}

fn properties(properties: &Json) -> BTreeMap<String, Json> {
    let properties = properties.as_object().into_iter().flatten();
    properties.map(|(key, value)| (key.clone(), value.clone())).collect()
}

#[cfg(test)]
mod tests;
