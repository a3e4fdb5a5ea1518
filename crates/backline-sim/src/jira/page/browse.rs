//! The page of one issue: what it holds, what happened to it, and the forms to change it.

use super::board::category;
use super::{call, form};
use crate::jira::Jira;
use crate::jira::adf;
use crate::jira::call::Call;
use crate::jira::config::Field;
use crate::jira::field::{DESCRIPTION, SUMMARY};
use crate::jira::issue::Issue;
use crate::jira::look::{Look, timestamp};
use crate::jira::view::{self, metadata};
use crate::jira::write::transition;
use crate::page::{self, escape};
use crate::people;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use serde_json::Value;
use std::sync::Arc;

pub async fn show(State(jira): State<Arc<Jira>>, Path((site, key)): Path<(String, String)>) -> Response {
    match call(&jira, &site) {
        Ok(call) => render(&call, &key, &[]).into_response(),
        Err(refusal) => refusal.into_response(),
    }
}

/// The page of an issue that does not exist.
pub type Missing = (StatusCode, Html<String>);

/// The page, with what went wrong above it.
pub fn render(call: &Call, key: &str, problems: &[String]) -> Result<Html<String>, Missing> {
    let state = call.site.read();
    let look = call.look(&state);
    let Some(issue) = look.find_issue(key) else {
        let body = "<div class=\"card narrow\"><h1>This issue does not exist</h1>\
            <p>It was deleted, or you may not see it.</p></div>";
        return Err((StatusCode::NOT_FOUND, page::layout("Not found", &[], body)));
    };
    let problems: String =
        problems.iter().map(|text| format!("<div class=\"card problem\">{}</div>", escape(text))).collect();
    let site = call.site.name.slug;
    let project = state.config.projects.get(&issue.project);
    let (name, project_key) = project.map_or(("", ""), |p| (p.name.as_str(), p.key.as_str()));
    let board = format!("/sites/{site}/jira/projects/{project_key}/board");
    let projects = format!("/sites/{site}/jira/projects");
    let body = format!(
        "{problems}<h1>{summary}</h1><div class=\"two\"><div>{description}{links}{comments}{history}</div>\
         <div>{status}{fields}{edit}{other}</div></div>",
        summary = escape(issue.text(SUMMARY)),
        description = description(issue, site),
        links = links(&look, issue, site),
        comments = comments(issue, site),
        history = history(issue),
        status = status(&look, issue, site),
        fields = fields(&look, issue),
        edit = edit(&look, issue, site),
        other = other(issue, site),
    );
    let crumbs = [(call.site.name.title, projects.as_str()), (name, board.as_str())];
    Ok(page::layout(&format!("{} {}", issue.key, issue.text(SUMMARY)), &crumbs, &body))
}

fn action(site: &str, issue: &Issue, verb: &str) -> String {
    format!("<form method=\"post\" action=\"/sites/{site}/browse/{}/{verb}\">", escape(&issue.key))
}

fn description(issue: &Issue, site: &str) -> String {
    format!(
        "<div class=\"card prose\"><h2>Description</h2>{}{}<label for=\"line\">Add a paragraph</label>\
         <input type=\"text\" id=\"line\" name=\"line\"><button>Add</button></form></div>",
        adf::html::of_document(issue.text(DESCRIPTION)),
        action(site, issue, "describe"),
    )
}

fn status(look: &Look, issue: &Issue, site: &str) -> String {
    let Some(status) = look.state.config.statuses.get(&issue.status) else { return String::new() };
    let at = view::at(issue);
    let mut forms = String::new();
    for offer in transition::offered(look, issue) {
        let inputs: String = offer
            .screen
            .iter()
            .flatten()
            .filter_map(|on_screen| {
                let field = look.state.config.fields.get(&on_screen.field)?;
                Some(form::input(look, field, on_screen, at, issue.fields.get(&field.no)))
            })
            .collect();
        forms.push_str(&format!(
            "{}<input type=\"hidden\" name=\"transition\" value=\"{}\">{inputs}<button>{}</button></form>",
            action(site, issue, "transition"),
            offer.id,
            escape(offer.name),
        ));
    }
    format!(
        "<div class=\"card\"><span class=\"soft\">{}</span> <span class=\"tag {}\">{}</span>{forms}</div>",
        escape(&issue.key),
        category(status.category),
        escape(status.name),
    )
}

fn fields(look: &Look, issue: &Issue) -> String {
    let mut rows = String::new();
    let mut row = |name: &str, html: String| {
        rows.push_str(&format!("<dt>{}</dt><dd>{html}</dd>", escape(name)));
    };
    let issue_type = look.state.config.issue_types.get(&issue.issue_type);
    row("Type", escape(issue_type.map(|issue_type| issue_type.name).unwrap_or_default()));
    let shown = |field: &&Field| !matches!(field.no, SUMMARY | DESCRIPTION);
    for field in look.state.config.fields.values().filter(shown) {
        if let Some(stored) = issue.fields.get(&field.no) {
            let is_rich = field.custom.is_some_and(|kind| kind.ends_with(":textarea"));
            let html = match (is_rich, stored) {
                (true, Value::String(document)) => adf::html::of_document(document),
                _ => escape(&field.kind.text(look, field, stored)),
            };
            row(field.name, html);
        }
    }
    let name = |account_id: &str| people::find(account_id).map(|person| person.name).unwrap_or("Former user");
    row("Creator", escape(name(&issue.creator)));
    row("Created", timestamp(issue.created_ms));
    row("Updated", timestamp(issue.updated_ms));
    if let Some(ms) = issue.resolved_ms {
        row("Resolved", timestamp(ms));
    }
    format!("<div class=\"card\"><h2>Details</h2><dl>{rows}</dl></div>")
}

fn edit(look: &Look, issue: &Issue, site: &str) -> String {
    let at = view::at(issue);
    let inputs: String = metadata::create_screen(look, at)
        .into_iter()
        .map(|(field, on_screen)| form::input(look, field, on_screen, at, issue.fields.get(&field.no)))
        .collect();
    format!(
        "<details class=\"card\"><summary>Edit</summary>{}{inputs}\
         <button class=\"primary\">Save</button></form></details>",
        action(site, issue, "edit"),
    )
}

fn links(look: &Look, issue: &Issue, site: &str) -> String {
    let mut rows = String::new();
    for link in &issue.remote_links {
        let text = |pointer: &str| link.object.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
        let is_resolved = link.object.pointer("/status/resolved") == Some(&Value::Bool(true));
        let class = if is_resolved { " class=\"struck\"" } else { "" };
        let url = text("/url");
        let href = if url.starts_with("http") { url } else { "#" };
        rows.push_str(&format!(
            "<li><span class=\"soft\">{}</span> <a{class} href=\"{}\">{}</a> {}</li>",
            escape(link.relationship.as_deref().unwrap_or("links to")),
            escape(href),
            escape(text("/title")),
            escape(text("/summary")),
        ));
    }
    for link in issue.links.iter().filter_map(|id| look.state.links.get(id)) {
        let types = &look.state.config.link_types;
        let Some(link_type) = types.iter().find(|row| row.id == link.link_type) else { continue };
        let (word, other) = if link.inward == issue.id {
            (link_type.outward, link.outward)
        } else {
            (link_type.inward, link.inward)
        };
        let Some(other) = look.state.issue(other) else { continue };
        rows.push_str(&format!(
            "<li><span class=\"soft\">{word}</span> <a href=\"/sites/{site}/browse/{key}\">{key} {}</a></li>",
            escape(other.text(SUMMARY)),
            key = escape(&other.key),
        ));
    }
    if rows.is_empty() {
        return String::new();
    }
    format!("<div class=\"card\"><h2>Links</h2><ul>{rows}</ul></div>")
}

fn comments(issue: &Issue, site: &str) -> String {
    let rows: String = issue
        .comments
        .iter()
        .map(|comment| {
            let author = people::find(&comment.author).map(|person| person.name).unwrap_or("Former user");
            format!(
                "<div class=\"prose\"><strong>{author}</strong> <span class=\"soft\">{}</span>{}</div>",
                timestamp(comment.created_ms),
                adf::html::of_document(&comment.body),
            )
        })
        .collect();
    format!(
        "<div class=\"card\"><h2>Comments</h2>{rows}{}<label for=\"comment\">Comment as Ada Admin</label>\
         <textarea id=\"comment\" name=\"comment\" rows=\"3\"></textarea><button>Comment</button></form></div>",
        action(site, issue, "comment"),
    )
}

fn history(issue: &Issue) -> String {
    let mut rows = String::new();
    for change in issue.changes.iter().rev() {
        let author = people::find(&change.author).map(|person| person.name).unwrap_or("Former user");
        for item in &change.items {
            rows.push_str(&format!(
                "<tr><td class=\"soft\">{}</td><td>{author}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
                timestamp(change.at_ms),
                escape(&item.field),
                escape(item.from_text.as_deref().unwrap_or("none")),
                escape(item.to_text.as_deref().unwrap_or("none")),
            ));
        }
    }
    format!(
        "<details class=\"card\"><summary>History</summary><table><tr><th>When</th><th>Who</th><th>Field</th>\
         <th>From</th><th>To</th></tr>{rows}</table></details>"
    )
}

fn other(issue: &Issue, site: &str) -> String {
    format!(
        "<details class=\"card\"><summary>Move or delete</summary>{}<label for=\"project\">Move to project</label>\
         <input type=\"text\" id=\"project\" name=\"project\"><button>Move</button></form>{}\
         <button class=\"danger\">Delete</button></form></details>",
        action(site, issue, "move"),
        action(site, issue, "delete"),
    )
}
