//! Fields that stand for things beside the issue: links, attachments, comments, work. No value is stored for them; the
//! verb `add` in `update` makes the thing.

use super::{At, Kind, Wrong};
use crate::jira::config::Field;
use crate::jira::look::Look;
use serde_json::{Value, json};

pub enum Satellite {
    IssueLinks,
    Attachment,
    Comment,
    Worklog,
}

impl Kind for Satellite {
    fn schema(&self) -> (&'static str, Option<&'static str>) {
        match self {
            Self::IssueLinks => ("array", Some("issuelinks")),
            Self::Attachment => ("array", Some("attachment")),
            Self::Comment => ("comments-page", None),
            Self::Worklog => ("array", Some("worklog")),
        }
    }

    fn operations(&self) -> &'static [&'static str] {
        match self {
            Self::IssueLinks => &["add", "copy"],
            Self::Attachment => &["set", "copy"],
            Self::Comment => &["add", "edit", "remove"],
            Self::Worklog => &["add"],
        }
    }

    fn complete_url(&self, look: &Look, _: &Field, _: At) -> Option<String> {
        match self {
            Self::IssueLinks => Some(look.rest(
                "issue/picker?currentProjectId=&showSubTaskParent=true&showSubTasks=true&currentIssueKey=null&query=",
            )),
            _ => None,
        }
    }

    fn parse(&self, _: &Look, field: &Field, _: At, _: &Value) -> Result<Value, Wrong> {
        Err(Wrong::cannot_be_set(&field.id()))
    }

    fn render(&self, _: &Look, _: &Field, _: &Value) -> Value {
        json!([])
    }

    fn text(&self, _: &Look, _: &Field, _: &Value) -> String {
        String::new()
    }

    fn empty(&self) -> Value {
        json!([])
    }
}
