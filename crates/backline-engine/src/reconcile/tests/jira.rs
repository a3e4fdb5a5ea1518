//! A Jira of one project that creates, reads and edits issues, and does one thing wrong when it is told to. Its
//! search knows nothing yet, as an index that lags.

use crate::testing;
use backline_clients::transport::{Method, Request, Response, Transport, TransportError};
use backline_core::jira::adf::Doc;
use serde_json::{Value as Json, json};
use std::sync::{Mutex, MutexGuard};

#[derive(Default)]
pub struct ScriptedJira {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// By number, from 1: its body as it was created, then edited.
    issues: Vec<Json>,
    seen: Vec<String>,
    bulks: Vec<usize>,
    token: String,
    exchanges: u32,
    next_create: Option<Wrong>,
    /// Bodies of comments, oldest first.
    comments: Vec<Json>,
    loses_answer_of_next_comment: bool,
    loses_answer_of_next_edit: bool,
    holds_next_edit: bool,
    /// Sent, and not carried out yet: the issue's number and its fields.
    held_edit: Option<(usize, Json)>,
    /// Fields of issue 1 as they were changed, each with who did it.
    changes: Vec<(String, &'static str)>,
    refuses_creates: bool,
    /// A summary that is refused.
    refused_summary: Option<String>,
    is_hidden: bool,
    /// The project that people moved the issues to.
    moved_to: Option<String>,
}

/// What happens to one create.
enum Wrong {
    AnswerLost,
    Lost,
    Refused,
    /// Made, and answered with another id and key.
    Misnamed(&'static str, &'static str),
    Meanwhile(Box<dyn FnOnce() + Send>),
}

impl ScriptedJira {
    pub fn lose_answer_of_next_create(&self) {
        self.state().next_create = Some(Wrong::AnswerLost);
    }

    pub fn lose_next_create(&self) {
        self.state().next_create = Some(Wrong::Lost);
    }

    pub fn lose_answer_of_next_edit(&self) {
        self.state().loses_answer_of_next_edit = true;
    }

    /// The next edit is carried out only when it is let go.
    pub fn hold_next_edit(&self) {
        self.state().holds_next_edit = true;
    }

    pub fn let_go(&self) {
        let mut state = self.state();
        let (number, fields) = state.held_edit.take().expect("an edit was held");
        state.set(number, &fields);
    }

    pub fn misname_next_create(&self, id: &'static str, key: &'static str) {
        self.state().next_create = Some(Wrong::Misnamed(id, key));
    }

    /// Somebody else makes an issue.
    pub fn add(&self, summary: &str) {
        self.state().issues.push(json!({"fields": {"summary": summary, "project": {"id": "10000"}}}));
    }

    pub fn refuse_next_create(&self) {
        self.state().next_create = Some(Wrong::Refused);
    }

    /// Until it is told otherwise.
    pub fn refuse_creates(&self, refuses: bool) {
        self.state().refuses_creates = refuses;
    }

    pub fn refuse_summary(&self, summary: &str) {
        self.state().refused_summary = Some(summary.to_owned());
    }

    /// How many elements each bulk create had.
    pub fn bulks(&self) -> Vec<usize> {
        self.state().bulks.clone()
    }

    /// The subjects that the issues were made for, by number.
    pub fn made_for(&self) -> Vec<String> {
        let of = |issue: &Json| issue["properties"][0]["value"]["subject"].as_str().map(str::to_owned);
        self.state().issues.iter().filter_map(of).collect()
    }

    /// Issues are deleted, or brought back.
    pub fn hide_issues(&self, is_hidden: bool) {
        self.state().is_hidden = is_hidden;
    }

    /// People move the issues to another project, where each keeps its number.
    pub fn move_issues(&self, project: &str) {
        self.state().moved_to = Some(project.to_owned());
    }

    pub fn during_next_create(&self, happens: impl FnOnce() + Send + 'static) {
        self.state().next_create = Some(Wrong::Meanwhile(Box::new(happens)));
    }

    /// `METHOD path` of each request, without the site.
    pub fn seen(&self) -> Vec<String> {
        self.state().seen.clone()
    }

    /// Creates that were sent, whatever became of them.
    pub fn creates(&self) -> usize {
        self.state().seen.iter().filter(|line| *line == "POST /issue").count()
    }

    pub fn issues(&self) -> usize {
        self.state().issues.len()
    }

    pub fn summary(&self, number: &str) -> String {
        let number: usize = number.parse().expect("a number");
        self.state().issues[number - 1]["fields"]["summary"].as_str().unwrap_or_default().to_owned()
    }

    pub fn lose_answer_of_next_comment(&self) {
        self.state().loses_answer_of_next_comment = true;
    }

    /// A person writes over a field.
    pub fn edit(&self, number: usize, field: &str, value: Json) {
        let mut state = self.state();
        state.issues[number - 1]["fields"][field] = value;
        state.changes.push((field.to_owned(), "ada"));
    }

    /// What the comments say, oldest first.
    pub fn comments(&self) -> Vec<String> {
        let said = |comment: &Json| Doc::from_json(&comment["body"]).plain_text().trim().to_owned();
        self.state().comments.iter().map(said).collect()
    }

    /// What the last request was authorised with.
    pub fn last_token(&self) -> String {
        self.state().token.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no panic while the state is held")
    }
}

impl State {
    fn set(&mut self, number: usize, fields: &Json) {
        for (field, value) in fields.as_object().expect("an edit sets fields") {
            self.issues[number - 1]["fields"][field] = value.clone();
            self.changes.push((field.clone(), testing::ACCOUNT));
        }
    }

    fn list_changes(&self) -> Json {
        let change = |(field, author): &(String, &str)| json!({"author": {"accountId": author}, "items": [{"fieldId": field}]});
        let changes: Vec<Json> = self.changes.iter().map(change).collect();
        json!({"startAt": 0, "maxResults": 100, "total": changes.len(), "values": changes})
    }

    fn create(&mut self, body: Json) -> Result<Response, TransportError> {
        let wrong = if self.refuses_creates { Some(Wrong::Refused) } else { self.next_create.take() };
        let lost = || TransportError::Unknown { reason: "the connection broke".to_owned() };
        match wrong {
            Some(Wrong::Lost) => return Err(lost()),
            Some(Wrong::Refused) => {
                return Ok(answer(400, json!({"errorMessages": [], "errors": {"summary": "too short"}})));
            }
            _ => self.issues.push(body),
        }
        let number = self.issues.len();
        match wrong {
            Some(Wrong::AnswerLost) => return Err(lost()),
            Some(Wrong::Misnamed(id, key)) => return Ok(answer(201, json!({"id": id, "key": key}))),
            Some(Wrong::Meanwhile(happens)) => happens(),
            _ => {}
        }
        Ok(answer(201, json!({"id": number.to_string(), "key": format!("SEC-{number}")})))
    }

    fn create_many(&mut self, body: &Json) -> Result<Response, TransportError> {
        let updates = body["issueUpdates"].as_array().expect("a list of creates");
        self.bulks.push(updates.len());
        let lost = || TransportError::Unknown { reason: "the connection broke".to_owned() };
        let wrong = self.next_create.take();
        if matches!(wrong, Some(Wrong::Lost)) {
            return Err(lost());
        }
        let (mut issues, mut errors) = (Vec::new(), Vec::new());
        for (number, update) in updates.iter().enumerate() {
            let summary = update["fields"]["summary"].as_str();
            if self.refuses_creates || summary.is_some() && summary == self.refused_summary.as_deref() {
                let said = json!({"errorMessages": [], "errors": {"summary": "too short"}});
                errors.push(json!({"status": 400, "elementErrors": said, "failedElementNumber": number}));
                continue;
            }
            self.issues.push(update.clone());
            let number = self.issues.len();
            issues.push(json!({"id": number.to_string(), "key": format!("SEC-{number}")}));
        }
        match wrong {
            Some(Wrong::AnswerLost) => return Err(lost()),
            Some(Wrong::Meanwhile(happens)) => happens(),
            _ => {}
        }
        let status = if issues.is_empty() { 400 } else { 201 };
        Ok(answer(status, json!({"issues": issues, "errors": errors})))
    }

    fn comment(&mut self, body: Json) -> Result<Response, TransportError> {
        self.comments.push(body);
        if std::mem::take(&mut self.loses_answer_of_next_comment) {
            return Err(TransportError::Unknown { reason: "the connection broke".to_owned() });
        }
        Ok(answer(201, json!({"id": self.comments.len().to_string()})))
    }

    fn list_comments(&self) -> Json {
        let comment = |(number, body): (usize, &Json)| json!({"id": number.to_string(), "properties": body["properties"]});
        let comments: Vec<Json> = self.comments.iter().enumerate().map(comment).rev().collect();
        json!({"startAt": 0, "maxResults": 100, "total": comments.len(), "comments": comments})
    }

    fn read(&self, wanted: &Json) -> Json {
        let wanted = wanted["issueIdsOrKeys"].as_array().cloned().unwrap_or_default();
        let issues = (1..).zip(&self.issues).filter_map(|(number, issue)| {
            let project = self.moved_to.as_deref().unwrap_or("SEC");
            let (id, key) = (number.to_string(), format!("{project}-{number}"));
            let is_wanted = wanted.iter().any(|name| *name == json!(id) || *name == json!(key));
            (is_wanted && !self.is_hidden).then(|| {
                let properties = issue["properties"].as_array().into_iter().flatten();
                let properties: serde_json::Map<String, Json> = properties
                    .map(|property| {
                        (property["key"].as_str().unwrap_or_default().to_owned(), property["value"].clone())
                    })
                    .collect();
                let mut fields = issue["fields"].clone();
                fields["status"] = json!({"id": "1", "name": "To do", "statusCategory": {"key": "new"}});
                json!({"id": id, "key": key, "fields": fields, "properties": properties})
            })
        });
        json!({"issues": issues.collect::<Vec<_>>()})
    }
}

#[async_trait::async_trait]
impl Transport for ScriptedJira {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let mut state = self.state();
        let body: Json =
            request.body.as_deref().and_then(|body| serde_json::from_slice(body).ok()).unwrap_or_default();
        let method = request.method.as_str();
        let Some((_, path)) = request.url.split_once("/rest/api/3") else {
            state.seen.push(format!("{method} token"));
            state.exchanges += 1;
            let number = state.exchanges;
            return Ok(answer(
                200,
                json!({"access_token": format!("access-{number}"), "refresh_token": format!("refresh-{number}"),
                    "expires_in": 3600, "scope": "read:jira-work"}),
            ));
        };
        state.seen.push(format!("{method} {path}"));
        let authorization = request.headers.iter().find(|(name, _)| name == "authorization");
        state.token = authorization.map(|(_, value)| value.clone()).unwrap_or_default();
        match (request.method, path) {
            (Method::Post, "/issue") => state.create(body),
            (Method::Post, "/issue/bulk") => state.create_many(&body),
            (Method::Post, "/issue/bulkfetch") => Ok(answer(200, state.read(&body))),
            (Method::Post, "/search/jql") => Ok(answer(200, json!({"issues": [], "isLast": true}))),
            (Method::Post, "/issue/1/comment") => state.comment(body),
            (Method::Get, path) if path.starts_with("/issue/1/comment?") => {
                Ok(answer(200, state.list_comments()))
            }
            (Method::Post, "/issue/1/remotelink") => Ok(answer(201, json!({"id": 1}))),
            (Method::Get, _) if state.is_hidden => {
                let said = "Issue does not exist or you do not have permission to see it.";
                Ok(answer(404, json!({"errorMessages": [said], "errors": {}})))
            }
            // What became of the fields cannot be told; the refusal itself is reason enough.
            (Method::Get, path) if path.starts_with("/issue/createmeta/") => {
                Ok(answer(404, json!({"errorMessages": [], "errors": {}})))
            }
            (Method::Get, path) if path.starts_with("/issue/1/changelog?") => {
                Ok(answer(200, state.list_changes()))
            }
            (Method::Get, path) if path.starts_with("/issue/1?") => {
                let found = state.read(&json!({"issueIdsOrKeys": ["1"]}));
                Ok(answer(200, found["issues"][0].clone()))
            }
            (Method::Put, path) => {
                let number: usize = path.trim_start_matches("/issue/").parse().expect("an issue by its id");
                if std::mem::take(&mut state.holds_next_edit) {
                    state.held_edit = Some((number, body["fields"].clone()));
                    return Err(TransportError::Unknown { reason: "the connection broke".to_owned() });
                }
                let summary = body["fields"]["summary"].as_str();
                if summary.is_some() && summary == state.refused_summary.as_deref() {
                    let errors = json!({"summary": "Not this one."});
                    return Ok(answer(400, json!({"errorMessages": [], "errors": errors})));
                }
                state.set(number, &body["fields"]);
                if std::mem::take(&mut state.loses_answer_of_next_edit) {
                    return Err(TransportError::Unknown { reason: "the connection broke".to_owned() });
                }
                Ok(answer(204, json!(null)))
            }
            (_, path) => panic!("nothing is scripted for {method} {path}"),
        }
    }
}

fn answer(status: u16, body: Json) -> Response {
    Response { status, headers: Vec::new(), body: body.to_string().into_bytes() }
}
