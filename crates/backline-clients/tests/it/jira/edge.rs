//! Calls with arguments at the edge of what the client may be given: hostile, empty, very many.

use super::operation::{Called, called, create, doc, link, none};
use backline_clients::jira::{CreateIssue, RemoteLink};
use backline_core::ids::{IssueId, IssueKey};
use serde_json::{Value as Json, json};

const HOSTILE: [&str; 8] =
    ["", ".", "..", "a/../b", "a?fields=*all#c", "a&b=c%2F", "712020:é +", "10001/comment"];

/// Names that try to leave their place in the address, at every place that takes one.
fn hostile(name: &'static str) -> Vec<Called> {
    vec![
        called!(load_issue(&name.into(), &[name.into()], &[name])),
        called!(edit_issue(&name.into(), &none(), &none())),
        called!(bulk_fetch(&[name.into()], &[name.into()], &[name])),
        called!(search(name, &[name.into()], Some(name))),
        called!(transitions(&name.into())),
        called!(transition(&name.into(), &name.into(), &none(), &none())),
        called!(edit_fields(&name.into())),
        called!(add_comment(&name.into(), &doc(), name)),
        called!(comments(&name.into())),
        called!(set_property(&name.into(), name, &json!(name))),
        called!(load_property(&name.into(), name)),
        called!(put_remote_link(&name.into(), &RemoteLink { title: name.into(), ..link() })),
        called!(assignable_users(&name.into(), name)),
        called!(permissions(&name.into())),
        called!(projects(name, u64::from(u32::MAX))),
        called!(load_project(name)),
        called!(issue_types(&name.into())),
        called!(create_fields(&name.into(), &name.into())),
        called!(statuses(&name.into(), &name.into())),
        called!(components(&name.into())),
        called!(versions(&name.into())),
        called!(label_suggestions(name)),
    ]
}

pub fn edges() -> Vec<Called> {
    let mut all: Vec<Called> = HOSTILE.into_iter().flat_map(hostile).collect();
    all.extend([
        called!(create_issue(&CreateIssue { properties: Vec::new(), ..create() })),
        called!(create_issue(&CreateIssue::default())),
        called!(bulk_fetch(&[], &[], &[])),
        called!(bulk_fetch(&many(250, IssueId), &[], &["a", "b", "c", "d", "e"])),
        called!(bulk_fetch_keys(&many(101, IssueKey), &[], &[])),
        called!(load_issue(&"10001".into(), &[], &[])),
        called!(search("project = SEC", &[], None)),
        called!(set_property(&"10001".into(), "k", &Json::Null)),
        called!(put_remote_link(&"10001".into(), &RemoteLink { resolved: false, ..empty_link() })),
        called!(put_remote_link(&"10001".into(), &RemoteLink { global_id: "é".repeat(255), ..link() })),
    ]);
    all
}

fn many<Id>(count: u32, id: fn(String) -> Id) -> Vec<Id> {
    (0..count).map(|n| id(n.to_string())).collect()
}

fn empty_link() -> RemoteLink {
    let empty = String::new;
    RemoteLink {
        global_id: empty(),
        relationship: empty(),
        url: empty(),
        title: empty(),
        summary: empty(),
        resolved: true,
    }
}
