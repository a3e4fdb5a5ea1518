//! People, by account id, and the server that they use.

use super::call::Call;
use super::{Jira, JiraError, error};
use crate::json::{first_text, text};
use backline_core::ids::{AccountId, JiraProjectId};
use backline_core::jira::issue::Person;
use serde::Deserialize;
use serde_json::Value as Json;

/// What a site says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServerInfo {
    /// `https://acme.atlassian.net`
    pub base_url: String,
    /// `Cloud`; `Server` and `DataCenter` are other products with other APIs.
    #[serde(default)]
    pub deployment_type: String,
}

impl Jira {
    /// Whose grant or token this is; the account behind our own writes.
    ///
    /// Source: <https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-myself/#api-rest-api-3-myself-get>
    pub async fn myself(&self) -> Result<Person, JiraError> {
        let body: Json = self.load(Call::get(&["myself"])).await?;
        read(&body).ok_or_else(|| error::garbled("an account without an id".to_owned()))
    }

    /// What kind of Jira answers, and where people reach it.
    ///
    /// Source: <https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-server-info/#api-rest-api-3-serverinfo-get>
    pub async fn server_info(&self) -> Result<ServerInfo, JiraError> {
        self.load(Call::get(&["serverInfo"])).await
    }

    /// At most 50 people to whom issues of the project can be assigned and whose name begins so.
    ///
    /// Jira looks at the first thousand people only, so a longer query may find one that a shorter did not.
    ///
    /// Source: <https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-user-search/#api-rest-api-3-user-assignable-search-get>
    pub async fn assignable_users(
        &self,
        project: &JiraProjectId,
        query: &str,
    ) -> Result<Vec<Person>, JiraError> {
        let call = Call::get(&["user", "assignable", "search"])
            .with("project", project.as_str())
            .with("query", query)
            .with("maxResults", "50");
        Ok(people(&self.load::<Vec<Json>>(call).await?))
    }

    /// At most 50 people of the site whose name begins so. Apps' accounts are left out.
    ///
    /// Source: <https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-user-search/#api-rest-api-3-user-search-get>
    pub async fn users(&self, query: &str) -> Result<Vec<Person>, JiraError> {
        let call = Call::get(&["user", "search"]).with("query", query).with("maxResults", "50");
        let users: Vec<Json> = self.load(call).await?;
        let users: Vec<Json> = users.into_iter().filter(|user| user["accountType"] != "app").collect();
        Ok(people(&users))
    }
}

impl Jira {
    /// Those of `ids` who have an active account here; the others are deactivated, deleted or unknown.
    ///
    /// Source: <https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-users/#api-rest-api-3-user-bulk-get>
    pub async fn people(&self, ids: &[AccountId]) -> Result<Vec<Person>, JiraError> {
        let mut found = Vec::new();
        for ids in ids.chunks(IDS_MAX) {
            // Ten are given unless more are asked for.
            let mut call = Call::get(&["user", "bulk"]).with("maxResults", IDS_MAX.to_string());
            for id in ids {
                call = call.with("accountId", id.as_str());
            }
            let answer: Json = self.load(call).await?;
            let users =
                answer["values"].as_array().ok_or_else(|| error::garbled("no list of people".to_owned()))?;
            found.extend(people(users));
        }
        found.retain(|person| ids.contains(&person.account_id));
        Ok(found)
    }
}

/// Ids in one address, which stays under the limits of proxies.
const IDS_MAX: usize = 50;

fn people(users: &[Json]) -> Vec<Person> {
    users.iter().filter(|user| user["active"] != false).filter_map(read).collect()
}

fn read(user: &Json) -> Option<Person> {
    let id = text(&user["accountId"])?;
    let display_name = first_text(user, &["displayName"]).unwrap_or_else(|| id.clone());
    Some(Person { account_id: AccountId(id), display_name })
}

#[cfg(test)]
mod tests {
    use crate::jira::{Auth, Jira};
    use crate::scripted::Scripted;
    use serde_json::json;

    #[tokio::test]
    async fn people_who_left_are_not_among_those_asked_for() {
        let values = json!([
            {"accountId": "5b10", "displayName": "Ada", "active": true},
            {"accountId": "5b11", "displayName": "Former user", "active": false},
            null,
            {"accountId": "another", "displayName": "Not asked for", "active": true},
        ]);
        let transport = Scripted::always(200, json!({"values": values, "isLast": true}).to_string());
        let jira = Jira::new(transport.clone(), "https://api", Auth::Bearer("t".into()));
        let found = jira.people(&["5b10".into(), "5b11".into(), "gone".into()]).await.unwrap();
        assert_eq!(found.iter().map(|person| person.account_id.as_str()).collect::<Vec<_>>(), ["5b10"]);
        let asked = "maxResults=50&accountId=5b10&accountId=5b11&accountId=gone";
        assert_eq!(transport.lines(), [format!("GET /rest/api/3/user/bulk?{asked}")]);
    }
}
