//! Fields that Jira or another product keeps by itself. They stand on screens, even with the operation `set`, and a
//! value that is sent for one is refused. What can be read is what a real site shows of an issue that nothing has
//! happened to.

use super::{At, Kind, Wrong};
use crate::jira::config::Field;
use crate::jira::issue::Issue;
use crate::jira::look::Look;
use serde_json::{Value, json};

/// The type, the items of an array, and what is read.
pub struct Managed(&'static str, Option<&'static str>, Kept);

enum Kept {
    Nothing,
    /// `gh-lexo-rank`: a text that sorts as the board does.
    Rank,
    /// A summary of what development tools know: nothing.
    Development,
    Restriction,
}

pub const RANK: Managed = Managed("any", None, Kept::Rank);
pub const DEVELOPMENT: Managed = Managed("any", None, Kept::Development);
pub const VULNERABILITY: Managed = Managed("any", None, Kept::Nothing);
pub const DESIGN: Managed = Managed("array", Some("design.field.name"), Kept::Nothing);
pub const PARENT_LINK: Managed = Managed("any", None, Kept::Nothing);
pub const IMPORT_ID: Managed = Managed("number", None, Kept::Nothing);
/// How the platform API takes a request type is not known, so it takes none.
pub const REQUEST_TYPE: Managed = Managed("sd-customerrequesttype", None, Kept::Nothing);
pub const APPROVALS: Managed = Managed("sd-approvals", None, Kept::Nothing);
pub const SLA: Managed = Managed("sd-servicelevelagreement", None, Kept::Nothing);
/// Of team-managed projects, in place of a security level. Its shape on write is not known.
pub const RESTRICTION: Managed = Managed("issuerestriction", None, Kept::Restriction);

impl Kind for Managed {
    fn schema(&self) -> (&'static str, Option<&'static str>) {
        (self.0, self.1)
    }

    fn parse(&self, _: &Look, field: &Field, _: At, _: &Value) -> Result<Value, Wrong> {
        Err(Wrong::cannot_be_set(&field.id()))
    }

    fn render(&self, _: &Look, _: &Field, stored: &Value) -> Value {
        stored.clone()
    }

    fn text(&self, _: &Look, _: &Field, _: &Value) -> String {
        String::new()
    }

    fn is_managed(&self) -> bool {
        true
    }

    fn kept(&self, issue: &Issue) -> Option<Value> {
        match self.2 {
            Kept::Nothing => None,
            Kept::Rank => Some(format!("0|i{:06}:", issue.id % 1_000_000).into()),
            Kept::Development => Some("{}".into()),
            Kept::Restriction => Some(json!({"issuerestrictions": {}, "shouldDisplay": true})),
        }
    }
}
