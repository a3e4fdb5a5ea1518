//! The Epic Link of company-managed projects (`gh-epic-link`): another name for a parent that is an epic.
//!
//! Nothing is stored for it. Jira mirrors it and the field `parent`, whichever of both was written.

use super::{At, FieldNo, Kind, PARENT, Parent, Wrong};
use crate::jira::config::{Field, Id};
use crate::jira::look::Look;
use serde_json::{Value, json};

pub struct EpicLink;

fn epic<'a>(look: &Look<'a>, stored: &Value) -> Option<&'a crate::jira::issue::Issue> {
    let parent = stored.as_u64().and_then(|id| look.state.issue(id))?;
    let is_epic = |id: Id| look.state.config.issue_types.get(&id).is_some_and(|kind| kind.level == 1);
    is_epic(parent.issue_type).then_some(parent)
}

impl Kind for EpicLink {
    fn schema(&self) -> (&'static str, Option<&'static str>) {
        ("any", None)
    }

    fn parse(&self, look: &Look, field: &Field, at: At, sent: &Value) -> Result<Value, Wrong> {
        let key = sent.as_str().ok_or_else(Wrong::not_a_string)?;
        let parent = Parent.parse(look, field, at, &json!({"key": key}))?;
        // The text is assumed.
        epic(look, &parent).ok_or_else(|| Wrong::field(format!("Issue '{key}' is not an epic.")))?;
        Ok(parent)
    }

    fn render(&self, look: &Look, _: &Field, stored: &Value) -> Value {
        epic(look, stored).map_or(Value::Null, |epic| epic.key.clone().into())
    }

    fn text(&self, look: &Look, _: &Field, stored: &Value) -> String {
        epic(look, stored).map(|epic| epic.key.clone()).unwrap_or_default()
    }

    fn stands_for(&self) -> Option<FieldNo> {
        Some(PARENT)
    }
}
