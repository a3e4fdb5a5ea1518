//! The parent: an epic of a standard issue, a standard issue of a sub-task. Stored as an issue id.

use super::{At, Kind, SUMMARY, Wrong, id_in};
use crate::jira::config::Field;
use crate::jira::look::Look;
use serde_json::Value;

pub struct Parent;

impl Kind for Parent {
    fn schema(&self) -> (&'static str, Option<&'static str>) {
        ("issuelink", None)
    }

    fn parse(&self, look: &Look, _: &Field, at: At, sent: &Value) -> Result<Value, Wrong> {
        let wanted = id_in(sent, "id").or_else(|| id_in(sent, "key"));
        let parent = wanted.and_then(|wanted| look.state.find_issue(&wanted));
        let Some(parent) = parent else { return Err(Wrong::field("Could not find issue by id or key.")) };
        let config = &look.state.config;
        let level = |id| config.issue_types.get(&id).map_or(0, |issue_type| issue_type.level);
        let is_child_subtask = level(at.issue_type) < 0;
        if is_child_subtask && parent.project != at.project {
            return Err(Wrong::field("Sub-tasks must be created in the same project as the parent."));
        }
        let is_team_managed = config.projects.get(&at.project).is_some_and(|project| project.is_team_managed);
        let is_fitting = if is_child_subtask || !is_team_managed {
            level(parent.issue_type) == level(at.issue_type) + 1
        } else {
            level(parent.issue_type) >= 0 && parent.project == at.project
        };
        if !is_fitting {
            let text = "Given parent work item does not belong to appropriate hierarchy.";
            return Err(Wrong::field(text));
        }
        Ok(parent.id.into())
    }

    fn render(&self, look: &Look, _: &Field, stored: &Value) -> Value {
        let parent = stored.as_u64().and_then(|id| look.state.issue(id));
        parent.map_or(Value::Null, |parent| look.linked_issue(parent))
    }

    fn text(&self, look: &Look, _: &Field, stored: &Value) -> String {
        let parent = stored.as_u64().and_then(|id| look.state.issue(id));
        parent.map(|parent| format!("{} {}", parent.key, parent.text(SUMMARY))).unwrap_or_default()
    }
}
