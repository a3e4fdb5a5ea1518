//! Webhooks that an app registers for itself: five an app and person on a site, for thirty days each.
//!
//! Source: <https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-webhooks/>

use super::call::Call;
use super::{Jira, JiraError, error, issue};
use crate::json::text;
use jiff::Timestamp;
use serde_json::{Value as Json, json};

/// One that Jira keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    pub id: i64,
    pub url: String,
    pub filter: String,
    /// `None` where Jira does not tell.
    pub expires_at: Option<Timestamp>,
}

impl Jira {
    /// Registers one; answers its number. `filter` is JQL of the subset that webhooks take.
    ///
    /// # Errors
    /// [`JiraError::Refused`] in Jira's own words: it answers 200 to those too.
    pub async fn register_webhook(&self, url: &str, filter: &str, events: &[&str]) -> Result<i64, JiraError> {
        let body = json!({"url": url, "webhooks": [{"jqlFilter": filter, "events": events}]});
        let answer: Json = self.load(Call::post(&["webhook"], body)).await?;
        let result = &answer["webhookRegistrationResult"][0];
        if let Some(id) = result["createdWebhookId"].as_i64() {
            return Ok(id);
        }
        let told: Vec<String> = result["errors"].as_array().into_iter().flatten().filter_map(text).collect();
        match told.is_empty() {
            true => Err(error::garbled("a registration without its number".to_owned())),
            false => {
                let fields = told.into_iter().map(|message| super::FieldProblem { field: None, message });
                Err(JiraError::Refused { fields: fields.collect() })
            }
        }
    }

    /// Those of this app and person, at most a hundred: there can be five.
    pub async fn webhooks(&self) -> Result<Vec<Webhook>, JiraError> {
        let answer: Json = self.load(Call::get(&["webhook"]).with("maxResults", "100")).await?;
        let list =
            answer["values"].as_array().ok_or_else(|| error::garbled("no list of webhooks".to_owned()))?;
        let read = list.iter().filter_map(|one| {
            Some(Webhook {
                id: one["id"].as_i64()?,
                url: text(&one["url"]).unwrap_or_default(),
                filter: text(&one["jqlFilter"]).unwrap_or_default(),
                expires_at: expiry(&one["expirationDate"]),
            })
        });
        Ok(read.collect())
    }

    /// Has Jira keep one for thirty more days; answers until when. A number that it does not know is passed over.
    pub async fn refresh_webhook(&self, id: i64) -> Result<Option<Timestamp>, JiraError> {
        let answer: Json = self.load(Call::put(&["webhook", "refresh"], json!({"webhookIds": [id]}))).await?;
        Ok(expiry(&answer["expirationDate"]))
    }

    /// Deletes some; those that are not there are no error.
    pub async fn delete_webhooks(&self, ids: &[i64]) -> Result<(), JiraError> {
        self.write(Call::delete(&["webhook"], json!({"webhookIds": ids})), &[202]).await
    }
}

/// Documented as a number of milliseconds, and shown in its example as text.
fn expiry(value: &Json) -> Option<Timestamp> {
    match value.as_i64() {
        Some(ms) => Timestamp::from_millisecond(ms).ok(),
        None => issue::moment(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jira::Auth;
    use crate::scripted::Scripted;

    fn jira(answer: Json) -> Jira {
        Jira::new(Scripted::always(200, answer.to_string()), "https://api", Auth::Bearer("t".into()))
    }

    #[tokio::test]
    async fn a_registration_is_one_only_with_its_number() {
        let taken = json!({"webhookRegistrationResult": [{"createdWebhookId": 1000}]});
        let events = ["jira:issue_updated"];
        assert_eq!(jira(taken).register_webhook("https://b", "project = SEC", &events).await.unwrap(), 1000);
        let refused =
            json!({"webhookRegistrationResult": [{"errors": ["The clause watchCount is unsupported"]}]});
        let error = jira(refused).register_webhook("https://b", "watchCount = 1", &events).await.unwrap_err();
        assert!(matches!(error, JiraError::Refused { fields } if fields[0].message.contains("watchCount")));
        let nothing = jira(json!({})).register_webhook("https://b", "project = SEC", &events).await;
        assert!(matches!(nothing, Err(JiraError::Garbled { .. })));
    }

    #[tokio::test]
    async fn an_expiry_is_read_as_a_number_and_as_text() {
        let at: Timestamp = "2019-06-01T12:42:30Z".parse().unwrap();
        for told in [json!(at.as_millisecond()), json!("2019-06-01T12:42:30.000+0000")] {
            let answer = json!({"expirationDate": told});
            assert_eq!(jira(answer).refresh_webhook(1).await.unwrap(), Some(at));
        }
    }
}
