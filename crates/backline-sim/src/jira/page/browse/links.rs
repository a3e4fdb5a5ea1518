//! What an issue is linked to: pages elsewhere and other issues.

use super::board::{self, Badge};
use crate::jira::config::{Config, Id};
use crate::jira::field::SUMMARY;
use crate::jira::issue::Issue;
use crate::jira::look::Look;
use crate::page::Choice;
use serde_json::Value;

/// A remote link.
pub struct WebLine {
    pub relationship: String,
    pub title: String,
    pub summary: String,
    /// Absent where the address is none that a browser may be sent to.
    pub href: Option<String>,
    pub is_resolved: bool,
}

pub struct IssueLine {
    pub id: Id,
    pub relationship: String,
    pub key: String,
    pub summary: String,
    pub status: Badge,
}

pub fn web(issue: &Issue) -> Vec<WebLine> {
    let lines = issue.remote_links.iter().map(|link| {
        let text = |pointer: &str| {
            link.object.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        let is_web = |url: &String| url.starts_with("https://") || url.starts_with("http://");
        WebLine {
            relationship: link.relationship.clone().unwrap_or_else(|| "links to".to_owned()),
            title: text("/title"),
            summary: text("/summary"),
            href: Some(text("/url")).filter(is_web),
            is_resolved: link.object.pointer("/status/resolved") == Some(&Value::Bool(true)),
        }
    });
    lines.collect()
}

pub fn issues(look: &Look, issue: &Issue) -> Vec<IssueLine> {
    let config = &look.state.config;
    let links = issue.links.iter().filter_map(|id| look.state.links.get(id));
    let lines = links.filter_map(|link| {
        let link_type = config.link_types.iter().find(|row| row.id == link.link_type)?;
        let (word, other) = if link.inward == issue.id {
            (link_type.outward, link.outward)
        } else {
            (link_type.inward, link.inward)
        };
        let other = look.state.issue(other).filter(|other| look.sees(other))?;
        Some(IssueLine {
            id: link.id,
            relationship: word.to_owned(),
            key: other.key.clone(),
            summary: other.text(SUMMARY).to_owned(),
            status: board::status(config, other.status),
        })
    });
    lines.collect()
}

/// Both directions of each type. The value is the type's id and the end at which the other issue stands.
pub fn types(config: &Config) -> Vec<Choice> {
    let mut choices = Vec::new();
    for row in &config.link_types {
        choices.push(Choice::new(format!("{}/outward", row.id), row.outward, false));
        if row.inward != row.outward {
            choices.push(Choice::new(format!("{}/inward", row.id), row.inward, false));
        }
    }
    choices
}
