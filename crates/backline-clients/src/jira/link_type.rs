//! How issues can be linked to each other.

use super::call::Call;
use super::{Jira, JiraError};
use crate::json::text;
use serde_json::Value as Json;

/// A type of link, with what each end is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkType {
    pub id: String,
    /// `blocks`: the issue that names the link stands before it.
    pub outward: String,
    /// `is blocked by`
    pub inward: String,
}

impl Jira {
    /// All of them.
    ///
    /// # Errors
    /// [`JiraError::Gone`] where linking is switched off.
    ///
    /// Source: <https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-link-types/#api-rest-api-3-issuelinktype-get>
    pub async fn link_types(&self) -> Result<Vec<LinkType>, JiraError> {
        let answer: Json = self.load(Call::get(&["issueLinkType"])).await?;
        let types = answer["issueLinkTypes"].as_array().into_iter().flatten();
        Ok(types
            .filter_map(|row| {
                let (outward, inward) = (text(&row["outward"])?, text(&row["inward"])?);
                Some(LinkType { id: text(&row["id"])?, outward, inward })
            })
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use super::LinkType;
    use crate::jira::{Auth, Jira, JiraError};
    use crate::scripted::Scripted;
    use serde_json::json;

    #[tokio::test]
    async fn a_type_without_names_is_left_out() {
        let answer = json!({"issueLinkTypes": [
            {"id": "10000", "name": "Blocks", "inward": "is blocked by", "outward": "blocks"},
            {"id": "10001", "name": "Half"},
        ]});
        let jira = |status, body: String| {
            Jira::new(Scripted::always(status, body), "https://api", Auth::Bearer("t".into()))
        };
        let blocks =
            LinkType { id: "10000".into(), outward: "blocks".into(), inward: "is blocked by".into() };
        assert_eq!(jira(200, answer.to_string()).link_types().await.unwrap(), [blocks]);
        let off = json!({"errorMessages": ["Issue linking is currently disabled."]}).to_string();
        assert!(matches!(jira(404, off).link_types().await, Err(JiraError::Gone)));
    }
}
