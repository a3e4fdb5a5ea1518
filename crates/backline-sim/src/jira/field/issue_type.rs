//! The issue type, which create metadata lists with one value and no operations.

use super::{At, Kind, Wrong};
use crate::jira::config::Field;
use crate::jira::look::Look;
use serde_json::Value;

pub struct OfType;

impl Kind for OfType {
    fn schema(&self) -> (&'static str, Option<&'static str>) {
        ("issuetype", None)
    }

    fn operations(&self) -> &'static [&'static str] {
        &[]
    }

    fn allowed(&self, look: &Look, _: &Field, at: At) -> Option<Vec<Value>> {
        let issue_type = look.state.config.issue_types.get(&at.issue_type)?;
        Some(vec![look.issue_type(issue_type)])
    }

    fn parse(&self, _: &Look, _: &Field, _: At, _: &Value) -> Result<Value, Wrong> {
        Err(Wrong::field("The issue type selected is invalid."))
    }

    fn render(&self, look: &Look, _: &Field, stored: &Value) -> Value {
        let issue_type = stored.as_u64().and_then(|id| look.state.config.issue_types.get(&id));
        issue_type.map_or(Value::Null, |issue_type| look.issue_type(issue_type))
    }

    fn text(&self, look: &Look, _: &Field, stored: &Value) -> String {
        let issue_type = stored.as_u64().and_then(|id| look.state.config.issue_types.get(&id));
        issue_type.map(|issue_type| issue_type.name.to_owned()).unwrap_or_default()
    }
}
