//! Groups of people, by name.

use super::call::Call;
use super::{Jira, JiraError};
use crate::json::text;
use backline_core::jira::field::Choice;
use serde_json::Value as Json;

impl Jira {
    /// At most 50 groups whose name has this in it; their id is their name.
    ///
    /// Source: <https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-groups/#api-rest-api-3-groups-picker-get>
    pub async fn groups(&self, query: &str) -> Result<Vec<Choice>, JiraError> {
        let call = Call::get(&["groups", "picker"]).with("query", query).with("maxResults", "50");
        let answer: Json = self.load(call).await?;
        let groups = answer["groups"].as_array().into_iter().flatten();
        Ok(groups
            .filter_map(|group| text(&group["name"]))
            .map(|name| Choice::new(name.clone(), name))
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use crate::jira::{Auth, Jira};
    use crate::scripted::Scripted;
    use backline_core::jira::field::Choice;
    use serde_json::json;

    #[tokio::test]
    async fn a_group_without_a_name_is_left_out() {
        let answer =
            json!({"total": 2, "groups": [{"name": "security", "groupId": "g1"}, {"groupId": "g2"}]});
        let jira =
            Jira::new(Scripted::always(200, answer.to_string()), "https://api", Auth::Bearer("t".into()));
        assert_eq!(jira.groups("sec").await.unwrap(), [Choice::new("security", "security")]);
    }
}
