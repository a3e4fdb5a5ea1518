//! Comments: reading one from a request, adding, changing and deleting it.

use crate::jira::call::Call;
use crate::jira::config::Id;
use crate::jira::field::{Wrong, accept_rich, id_in};
use crate::jira::issue::{Comment, Issue};
use crate::jira::look::Look;
use crate::jira::refusal::{Problems, Refusal};
use crate::jira::state::{Counted, State, below};
use crate::jira::webhook::{self, Event, Flow};
use crate::journal::Batch;
use serde_json::Value;

#[derive(Debug)]
pub struct NewComment {
    /// Serialized ADF; absent when the request leaves the body as it is.
    body: Option<String>,
    visibility: Option<Value>,
    properties: Vec<Value>,
}

/// Reads a comment from `{"body": …, "visibility"?, "properties"?}`.
pub fn read(look: &Look, sent: &Value) -> Result<NewComment, Wrong> {
    let body = match sent.get("body") {
        None | Some(Value::Null) => return Err(Wrong::field("Comment body can not be empty!")),
        Some(Value::String(text)) if look.version == 2 && text.trim().is_empty() => {
            return Err(Wrong::field("Comment body can not be empty!"));
        }
        Some(body) => accept_rich(look.version, body)?,
    };
    let visibility = sent.get("visibility").filter(|visibility| !visibility.is_null()).cloned();
    if visibility.as_ref().is_some_and(|v| v.get("value").is_some() && v.get("identifier").is_some()) {
        return Err(Wrong::field("Only one of 'value' and 'identifier' can be given for the visibility."));
    }
    let properties = sent.get("properties").and_then(Value::as_array).cloned().unwrap_or_default();
    Ok(NewComment { body: Some(body), visibility, properties })
}

/// A comment that the verbs `edit` and `remove` of an edit name.
#[derive(Debug)]
pub struct Change {
    id: Id,
    /// Absent: the comment goes.
    body: Option<NewComment>,
}

/// Reads `{"id": …}` with the body of an edit, and looks whether the viewer may do it.
pub fn read_change(look: &Look, issue: Option<&Issue>, verb: &str, sent: &Value) -> Result<Change, Wrong> {
    let wanted = id_in(sent, "id").unwrap_or_default();
    let found = issue.and_then(|issue| issue.comments.iter().find(|row| row.id.to_string() == wanted));
    let comment =
        found.ok_or_else(|| Wrong::field(format!("Can not find a comment for the id: {wanted}.")))?;
    let (name, body) = match verb {
        "edit" => ("EDIT", Some(read(look, sent)?)),
        _ => ("DELETE", None),
    };
    let project = issue.map_or(0, |issue| issue.project);
    if !may(look, project, comment, name) {
        return Err(Wrong::field(NOT_ALLOWED));
    }
    Ok(Change { id: comment.id, body })
}

impl Change {
    /// Changes an issue that the caller is about to store; gives what is to be told of it.
    pub fn apply(self, issue: &mut Issue, author: &str, now_ms: i64, batch: &mut Batch) -> Option<Event> {
        issue.updated_ms = now_ms;
        let at = issue.comments.iter().position(|comment| comment.id == self.id)?;
        let Some(new) = self.body else {
            batch.delete("comment", below(issue.id, self.id));
            return Some(Event::CommentDeleted(issue.comments.remove(at), Flow::Primary));
        };
        let comment = &mut issue.comments[at];
        write_over(comment, new, author, now_ms);
        batch.put("comment", below(issue.id, comment.id), comment);
        Some(Event::CommentUpdated(comment.clone()))
    }
}

/// Sending only a body keeps the visibility.
fn write_over(comment: &mut Comment, new: NewComment, author: &str, now_ms: i64) {
    if let Some(body) = new.body {
        comment.body = body;
    }
    if new.visibility.is_some() {
        comment.visibility = new.visibility;
    }
    comment.update_author = author.to_owned();
    comment.updated_ms = now_ms;
}

/// Adds a comment to an issue that the caller is about to store.
pub fn add(
    state: &mut State,
    issue: &mut Issue,
    new: NewComment,
    author: &str,
    now_ms: i64,
    batch: &mut Batch,
) -> Comment {
    let comment = Comment {
        id: state.draw(Counted::Comment),
        author: author.to_owned(),
        update_author: author.to_owned(),
        body: new.body.unwrap_or_default(),
        created_ms: now_ms,
        updated_ms: now_ms,
        visibility: new.visibility,
        properties: new.properties,
    };
    batch.put("comment", below(issue.id, comment.id), &comment);
    issue.comments.push(comment.clone());
    issue.updated_ms = now_ms;
    comment
}

/// Adds a comment to a stored issue.
pub fn create(
    call: &Call,
    state: &mut State,
    id_or_key: &str,
    body: &Value,
) -> Result<(Id, Comment), Refusal> {
    let look = call.look(state);
    let mut issue = look.issue_to_change(id_or_key)?.clone();
    let new = read(&look, body).map_err(refuse)?;
    if !look.may("ADD_COMMENTS", Some(issue.project)) {
        return Err(Refusal::bad("You do not have the permission to comment on this issue."));
    }
    let (now_ms, mut batch) = (call.site.clock.now_ms(), Batch::default());
    let comment = add(state, &mut issue, new, call.person.account_id, now_ms, &mut batch);
    let id = issue.id;
    state.put_issue(issue, now_ms, &mut batch);
    webhook::tell(call, state, id, &Event::CommentCreated(comment.clone()), &mut batch);
    state.commit(&batch);
    Ok((id, comment))
}

/// Writes a comment over.
pub fn update(
    call: &Call,
    state: &mut State,
    id_or_key: &str,
    comment_id: &str,
    body: &Value,
) -> Result<Comment, Refusal> {
    let look = call.look(state);
    let mut issue = look.issue_to_change(id_or_key)?.clone();
    let new = read(&look, body).map_err(refuse)?;
    let now_ms = call.site.clock.now_ms();
    let at = issue.project;
    let comment = find_mut(&mut issue, comment_id)?;
    may_change(&look, at, comment, "EDIT")?;
    write_over(comment, new, call.person.account_id, now_ms);
    let comment = comment.clone();
    let mut batch = Batch::default();
    batch.put("comment", below(issue.id, comment.id), &comment);
    issue.updated_ms = now_ms;
    let id = issue.id;
    state.put_issue(issue, now_ms, &mut batch);
    webhook::tell(call, state, id, &Event::CommentUpdated(comment.clone()), &mut batch);
    state.commit(&batch);
    Ok(comment)
}

pub fn delete(call: &Call, state: &mut State, id_or_key: &str, comment_id: &str) -> Result<(), Refusal> {
    let look = call.look(state);
    let mut issue = look.issue_to_change(id_or_key)?.clone();
    let now_ms = call.site.clock.now_ms();
    let at = issue.project;
    let comment = find_mut(&mut issue, comment_id)?;
    may_change(&look, at, comment, "DELETE")?;
    let gone = comment.clone();
    issue.comments.retain(|comment| comment.id != gone.id);
    issue.updated_ms = now_ms;
    let mut batch = Batch::default();
    let id = issue.id;
    batch.delete("comment", below(id, gone.id));
    state.put_issue(issue, now_ms, &mut batch);
    webhook::tell(call, state, id, &Event::CommentDeleted(gone, Flow::Primary), &mut batch);
    state.commit(&batch);
    Ok(())
}

fn find_mut<'a>(issue: &'a mut Issue, comment_id: &str) -> Result<&'a mut Comment, Refusal> {
    let found = issue.comments.iter_mut().find(|comment| comment.id.to_string() == comment_id);
    found.ok_or_else(|| {
        let text = format!("Can not find a comment for the id: {comment_id}.");
        Refusal::message(axum::http::StatusCode::NOT_FOUND, text)
    })
}

/// A missing permission on a comment is a 400 in Jira.
fn may_change(look: &Look, project: Id, comment: &Comment, verb: &str) -> Result<(), Refusal> {
    if may(look, project, comment, verb) { Ok(()) } else { Err(Refusal::bad(NOT_ALLOWED)) }
}

const NOT_ALLOWED: &str = "You do not have the permission to change this comment.";

/// Whether the viewer may `EDIT` or `DELETE` a comment.
pub fn may(look: &Look, project: Id, comment: &Comment, verb: &str) -> bool {
    let is_own = comment.author == look.viewer.account_id;
    look.may(&format!("{verb}_ALL_COMMENTS"), Some(project))
        || is_own && look.may(&format!("{verb}_OWN_COMMENTS"), Some(project))
}

fn refuse(wrong: Wrong) -> Refusal {
    match wrong {
        Wrong::Field(text) => Refusal::field("comment", text),
        Wrong::Message(text) => {
            let mut problems = Problems::default();
            problems.message(text);
            problems.into_refusal()
        }
    }
}
