//! Who has changed an issue.

use super::call::Call;
use super::{Jira, JiraError, page};
use crate::json::text;
use backline_core::ids::{AccountId, FieldId, IssueId};
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// Changes of one page; as many of the latest are read.
const PAGE: u64 = 100;

impl Jira {
    /// Who changed each field last, of at least the latest hundred changes.
    ///
    /// Jira gives the oldest first, so that the end of a long history takes a second call.
    ///
    /// Source: <https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-issueidorkey-changelog-get>
    pub async fn last_changes(&self, issue: &IssueId) -> Result<BTreeMap<FieldId, AccountId>, JiraError> {
        let call = |start_at: u64| {
            Call::get(&["issue", issue.as_str(), "changelog"])
                .with("startAt", start_at.to_string())
                .with("maxResults", PAGE.to_string())
        };
        let first: Json = self.load(call(0)).await?;
        let total = first["total"].as_u64().unwrap_or_default();
        let mut changes = page::read(first, &["values"], 0)?.items;
        if total > PAGE {
            let start_at = total - PAGE;
            changes.extend(page::read(self.load(call(start_at)).await?, &["values"], start_at)?.items);
        }
        Ok(latest(&changes))
    }
}

/// Later ones stand over earlier ones. Nobody is named where Jira names nobody: an account that is gone.
fn latest(changes: &[Json]) -> BTreeMap<FieldId, AccountId> {
    let mut latest = BTreeMap::new();
    for change in changes {
        let author = text(&change["author"]["accountId"]).map(AccountId::new);
        for item in change["items"].as_array().into_iter().flatten() {
            // Older changes name the field alone, which for Jira's own is its id.
            let Some(field) = text(&item["fieldId"]).or_else(|| text(&item["field"])) else { continue };
            match author.clone() {
                Some(author) => drop(latest.insert(FieldId::new(field), author)),
                None => drop(latest.remove(&FieldId::new(field))),
            }
        }
    }
    latest
}

#[cfg(test)]
mod tests {
    use crate::jira::{Auth, Jira};
    use crate::scripted::{Scripted, answer};
    use backline_core::ids::{AccountId, FieldId};
    use serde_json::{Value as Json, json};

    fn change(author: Option<&str>, field: &str) -> Json {
        let author = author.map(|id| json!({"accountId": id}));
        json!({"id": "1", "author": author, "items": [{"field": "Summary", "fieldId": field}]})
    }

    #[tokio::test]
    async fn the_last_who_changed_a_field_is_named_also_at_the_end_of_a_long_history() {
        let transport = Scripted::new(|request| {
            let changes = match request.url.contains("startAt=0&") {
                true => vec![change(Some("ada"), "summary"), change(Some("ada"), "status")],
                false => vec![
                    change(Some("bob"), "summary"),
                    change(None, "status"),
                    json!({"id": "2", "author": {"accountId": "bob"}, "items": [{"field": "duedate"}, {}]}),
                ],
            };
            let start_at = if request.url.contains("startAt=0&") { 0 } else { 50 };
            let page = json!({"startAt": start_at, "maxResults": 100, "total": 150, "values": changes});
            Ok(answer(200, page.to_string()))
        });
        let jira = Jira::new(transport.clone(), "https://api", Auth::Bearer("t".into()));
        let latest = jira.last_changes(&"10001".into()).await.unwrap();
        let bob = AccountId::from("bob");
        let wanted = [(FieldId::new("duedate"), bob.clone()), (FieldId::new("summary"), bob)];
        assert_eq!(latest, wanted.into());
        assert_eq!(transport.lines().len(), 2);
    }
}
