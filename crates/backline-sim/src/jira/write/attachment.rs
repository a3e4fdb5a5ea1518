//! Files at issues.

use super::diff;
use crate::jira::call::Call;
use crate::jira::config::Id;
use crate::jira::issue::{Attachment, ChangeItem};
use crate::jira::refusal::Refusal;
use crate::jira::state::{Counted, State};
use crate::jira::webhook::{self, Event};
use crate::journal::Batch;
use axum::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// A file that comes with a request.
pub struct NewFile {
    pub filename: String,
    pub mime: String,
    pub content: Vec<u8>,
}

/// Adds files to an issue, each with an entry in the changelog as Jira makes it.
pub fn add(call: &Call, state: &mut State, key: &str, files: Vec<NewFile>) -> Result<Vec<Id>, Refusal> {
    let look = call.look(state);
    let mut issue = look.issue_to_change(key)?.clone();
    if !look.may("CREATE_ATTACHMENTS", Some(issue.project)) {
        let text = "You do not have permission to create attachments for this issue.";
        return Err(Refusal::message(StatusCode::FORBIDDEN, text));
    }
    let now_ms = call.site.clock.now_ms();
    let author = call.person.account_id;
    let mut batch = Batch::default();
    let (mut ids, mut changes) = (Vec::new(), Vec::new());
    for file in files {
        let attachment = Attachment {
            id: state.draw(Counted::Attachment),
            issue: issue.id,
            filename: file.filename,
            mime: file.mime,
            size: file.content.len(),
            author: author.to_owned(),
            created_ms: now_ms,
            content: STANDARD.encode(file.content),
        };
        batch.put("attachment", attachment.id, &attachment);
        issue.attachments.push(attachment.id);
        ids.push(attachment.id);
        let item = item(None, Some(&attachment));
        changes.extend(diff::record(state, &mut issue, vec![item], author, now_ms, &mut batch));
        state.attachments.insert(attachment.id, attachment);
    }
    let id = issue.id;
    state.put_issue(issue, now_ms, &mut batch);
    for change in changes {
        webhook::tell(call, state, id, &Event::Updated(change), &mut batch);
    }
    state.commit(&batch);
    Ok(ids)
}

pub fn delete(call: &Call, state: &mut State, id: Id) -> Result<(), Refusal> {
    let gone = state.attachments.get(&id).ok_or_else(|| absent(id))?;
    let look = call.look(state);
    let mut issue = look.issue_to_change(&gone.issue.to_string())?.clone();
    let is_own = gone.author == call.person.account_id;
    let may = |key: &str| look.may(key, Some(issue.project));
    let may = may("DELETE_ALL_ATTACHMENTS") || is_own && may("DELETE_OWN_ATTACHMENTS");
    if !may {
        let text = "You do not have permission to delete attachments of this issue.";
        return Err(Refusal::message(StatusCode::FORBIDDEN, text));
    }
    let now_ms = call.site.clock.now_ms();
    let mut batch = Batch::default();
    let item = item(Some(gone), None);
    issue.attachments.retain(|other| *other != id);
    let change = diff::record(state, &mut issue, vec![item], call.person.account_id, now_ms, &mut batch);
    batch.delete("attachment", id);
    state.attachments.remove(&id);
    state.keep_counters(&mut batch);
    let of_issue = issue.id;
    state.put_issue(issue, now_ms, &mut batch);
    if let Some(change) = change {
        webhook::tell(call, state, of_issue, &Event::Updated(change), &mut batch);
    }
    state.commit(&batch);
    Ok(())
}

pub fn absent(id: impl std::fmt::Display) -> Refusal {
    let text = format!("The attachment with id '{id}' does not exist");
    Refusal::message(StatusCode::NOT_FOUND, text)
}

fn item(from: Option<&Attachment>, to: Option<&Attachment>) -> ChangeItem {
    let id = |attachment: Option<&Attachment>| attachment.map(|attachment| attachment.id.to_string());
    let name = |attachment: Option<&Attachment>| attachment.map(|attachment| attachment.filename.clone());
    ChangeItem {
        field: "Attachment".into(),
        field_id: "attachment".into(),
        is_custom: false,
        from: id(from),
        from_text: name(from),
        to: id(to),
        to_text: name(to),
    }
}
