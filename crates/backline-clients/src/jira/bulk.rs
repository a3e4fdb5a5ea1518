//! Creating many issues in one call, each of which stands for itself.
//!
//! Invariant: an answer that does not account for every element is no answer. Which issue came of which element is told
//! by order alone, so one too many or too few makes all of them uncertain.

use super::call::Call;
use super::issue::{CreateIssue, Created, body, created};
use super::{Jira, JiraError, error};
use crate::json;
use crate::transport::Response;
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};

/// The most issues of one call.
pub const CREATE_MAX: usize = 50;

/// What came of each element, in their order.
pub type EachCreated = Vec<Result<Created, JiraError>>;

impl Jira {
    /// Creates up to [`CREATE_MAX`] issues. An element that Jira refuses leaves the others alone.
    ///
    /// Not idempotent: after an error whose [effect is unknown](JiraError::effect_unknown), of the call or of one
    /// element, look for the marker before trying again.
    ///
    /// # Errors
    /// Of the whole call as of [`Jira::create_issue`]; of one element [`JiraError::Refused`] with its fields.
    ///
    /// Source: <https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-bulk-post>
    pub async fn create_issues(&self, creates: &[CreateIssue]) -> Result<EachCreated, JiraError> {
        let updates: Json = creates.iter().map(body).collect();
        let all = serde_json::Map::from_iter([("issueUpdates".to_owned(), updates)]);
        let call = Call::post(&["issue", "bulk"], Json::Object(all));
        let response = self.exchange(&call).await?;
        // 400 with the same body where every element was refused.
        if response.status == 400
            && let Some(each) = read(&response, creates.len()).filter(|each| each.iter().all(Result::is_err))
        {
            return Ok(each);
        }
        error::check(&response)?;
        match read(&response, creates.len()) {
            Some(each) if response.status == 201 => Ok(each),
            _ => Err(error::garbled("a bulk create that does not tell what came of each".to_owned())),
        }
    }
}

/// `None` where it does not account for each of `count` elements, once.
fn read(response: &Response, count: usize) -> Option<EachCreated> {
    let answer: Json = json::read(&response.body).ok()?;
    let mut refused: BTreeMap<usize, JiraError> = BTreeMap::new();
    for failed in answer["errors"].as_array().into_iter().flatten() {
        let number = usize::try_from(failed["failedElementNumber"].as_u64()?).ok()?;
        if number >= count || refused.insert(number, refusal(failed)).is_some() {
            return None;
        }
    }
    let made: Vec<Created> =
        answer["issues"].as_array().into_iter().flatten().map(created).collect::<Option<_>>()?;
    let ids: BTreeSet<&str> = made.iter().map(|made| made.id.as_str()).collect();
    if ids.len() != made.len() || made.len() + refused.len() != count {
        return None;
    }
    let mut made = made.into_iter();
    (0..count).map(|number| refused.remove(&number).map(Err).or_else(|| made.next().map(Ok))).collect()
}

/// What one element was answered, as if it had been sent alone.
fn refusal(failed: &Json) -> JiraError {
    let status = failed["status"].as_u64().and_then(|status| u16::try_from(status).ok()).unwrap_or(400);
    let body = failed["elementErrors"].to_string().into_bytes();
    error::classify(&Response { status, headers: Vec::new(), body })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jira::Auth;
    use crate::scripted::Scripted;
    use std::sync::Arc;

    async fn sent(transport: Arc<Scripted>, count: usize) -> Result<EachCreated, JiraError> {
        let jira = Jira::new(transport, "https://api/ex/jira/c", Auth::Bearer("token".into()));
        jira.create_issues(&vec![CreateIssue::default(); count]).await
    }

    fn told(each: EachCreated) -> Vec<String> {
        let tell = |one: Result<Created, JiraError>| match one {
            Ok(created) => created.key.to_string(),
            Err(error) => error.to_string(),
        };
        each.into_iter().map(tell).collect()
    }

    #[tokio::test]
    async fn each_element_has_what_came_of_it() {
        let transport = Scripted::always(
            201,
            r#"{"issues":[{"id":"10","key":"EX-1"},{"id":"11","key":"EX-2"}],"errors":[{"status":400,
                "elementErrors":{"errorMessages":[],"errors":{"duedate":"Not a date"}},"failedElementNumber":1}]}"#,
        );
        let each = sent(transport.clone(), 3).await.unwrap();
        assert!(
            matches!(&each[1], Err(JiraError::Refused { fields }) if fields[0].field == Some("duedate".into()))
        );
        assert_eq!(told(each), ["EX-1", "jira refused: duedate: Not a date", "EX-2"]);
        assert_eq!(transport.lines(), ["POST /ex/jira/c/rest/api/3/issue/bulk"]);
        assert_eq!(transport.last_json()["issueUpdates"].as_array().map(Vec::len), Some(3));
    }

    #[tokio::test]
    async fn all_may_be_refused_each_for_itself() {
        let transport = Scripted::always(
            400,
            r#"{"issues":[],"errors":[
                {"status":400,"elementErrors":{"errorMessages":["No project"],"errors":{}},"failedElementNumber":1},
                {"status":403,"elementErrors":{"errorMessages":["You may not"],"errors":{}},"failedElementNumber":0}]}"#,
        );
        let each = sent(transport, 2).await.unwrap();
        assert!(matches!(&each[0], Err(JiraError::Forbidden { .. })), "{each:?}");
        assert!(matches!(&each[1], Err(JiraError::Refused { .. })), "{each:?}");
    }

    #[tokio::test]
    async fn a_call_that_is_refused_as_a_whole_is_one_refusal() {
        let body = r#"{"errorMessages":["The 'issueUpdates' list must not be empty."],"errors":{}}"#;
        let error = sent(Scripted::always(400, body), 2).await.unwrap_err();
        assert!(matches!(error, JiraError::Refused { .. }), "{error}");
        let error = sent(Scripted::always(429, ""), 2).await.unwrap_err();
        assert!(matches!(error, JiraError::Throttled { .. }), "{error}");
    }

    #[tokio::test]
    async fn an_answer_that_does_not_account_for_each_leaves_all_uncertain() {
        let refused = r#"{"status":400,"elementErrors":{},"failedElementNumber":0}"#;
        for body in [
            r#"{"issues":[{"id":"10","key":"EX-1"}],"errors":[]}"#.to_owned(),
            r#"{"issues":[{"id":"10","key":"EX-1"},{"id":"10","key":"EX-1"}],"errors":[]}"#.to_owned(),
            r#"{"issues":[{"id":"10","key":"EX-1"},{"id":"11"}],"errors":[]}"#.to_owned(),
            format!(r#"{{"issues":[{{"id":"10","key":"EX-1"}}],"errors":[{refused},{refused}]}}"#),
            r#"{"issues":[{"id":"10","key":"EX-1"}],"errors":[{"status":400,"failedElementNumber":2}]}"#
                .to_owned(),
            r#"{"issues":[{"id":"10","key":"EX-1"}],"errors":[{"status":400}]}"#.to_owned(),
            "{}".to_owned(),
            "<html>".to_owned(),
        ] {
            let error = sent(Scripted::always(201, body.as_str()), 2).await.unwrap_err();
            assert!(error.effect_unknown(), "{body}");
        }
    }
}
