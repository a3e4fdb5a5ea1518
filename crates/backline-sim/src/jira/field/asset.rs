//! An object of Assets, an element of `cmdb-object-cftype`: `{"workspaceId": "w", "id": "w:88", "objectId": "88"}`.
//!
//! Metadata lists none of them, and the simulator has no Assets to look one up in: every well-formed id is taken.
//!
//! Source: <https://support.atlassian.com/jira/kb/format-the-payload-to-update-assets-custom-fields-via-rest-api>

use super::{At, Kind, Wrong};
use crate::jira::config::Field;
use crate::jira::look::Look;
use serde_json::{Value, json};

pub struct Asset;

impl Kind for Asset {
    fn schema(&self) -> (&'static str, Option<&'static str>) {
        ("cmdb-object-field", None)
    }

    fn parse(&self, _: &Look, _: &Field, _: At, sent: &Value) -> Result<Value, Wrong> {
        if !sent.is_object() {
            return Err(Wrong::not_an_object());
        }
        let text = |name: &str| sent.get(name).and_then(Value::as_str);
        let parts = text("id").and_then(|id| id.split_once(':'));
        let parts = parts.or_else(|| text("workspaceId").zip(text("objectId")));
        match parts.filter(|(workspace, object)| !workspace.is_empty() && object.parse::<u64>().is_ok()) {
            Some((workspace, object)) => Ok(format!("{workspace}:{object}").into()),
            // The text is assumed.
            None => Err(Wrong::field("An Assets object needs 'workspaceId' and 'objectId', or 'id'.")),
        }
    }

    fn render(&self, _: &Look, _: &Field, stored: &Value) -> Value {
        let id = stored.as_str().unwrap_or_default();
        let (workspace, object) = id.split_once(':').unwrap_or_default();
        json!({"workspaceId": workspace, "id": id, "objectId": object})
    }

    fn text(&self, _: &Look, _: &Field, stored: &Value) -> String {
        stored.as_str().unwrap_or_default().to_owned()
    }
}
