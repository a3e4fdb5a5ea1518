//! A choice from one of the site's lists: priority, resolution, security level.

use super::{At, Kind, Reading, Wrong, id_in};
use crate::jira::config::{Field, Named};
use crate::jira::look::Look;
use serde_json::Value;

pub enum Pick {
    Priority,
    Resolution,
    Security,
}

impl Pick {
    fn rows<'a>(&self, look: &Look<'a>) -> &'a [Named] {
        let config = &look.state.config;
        match self {
            Self::Priority => &config.priorities,
            Self::Resolution => &config.resolutions,
            Self::Security => &config.security_levels,
        }
    }

    fn offered<'a>(&self, look: &Look<'a>, at: At) -> Vec<&'a Named> {
        let levels = look.state.config.projects.get(&at.project).map(|project| &project.security_levels);
        let is_offered = |row: &&Named| match self {
            Self::Security => levels.is_some_and(|levels| levels.contains(&row.id)),
            _ => true,
        };
        self.rows(look).iter().filter(is_offered).collect()
    }

    fn show(&self, look: &Look, row: &Named) -> Value {
        match self {
            Self::Priority => look.priority_ref(row),
            Self::Resolution => look.resolution(row),
            Self::Security => look.security_level(row),
        }
    }

    fn word(&self) -> &'static str {
        match self {
            Self::Priority => "priority",
            Self::Resolution => "resolution",
            Self::Security => "security level",
        }
    }
}

impl Kind for Pick {
    fn schema(&self) -> (&'static str, Option<&'static str>) {
        match self {
            Self::Priority => ("priority", None),
            Self::Resolution => ("resolution", None),
            Self::Security => ("securitylevel", None),
        }
    }

    fn allowed(&self, look: &Look, _: &Field, at: At) -> Option<Vec<Value>> {
        Some(self.offered(look, at).into_iter().map(|row| self.show(look, row)).collect())
    }

    fn parse(&self, look: &Look, _: &Field, at: At, sent: &Value) -> Result<Value, Wrong> {
        if !sent.is_object() {
            return Err(Wrong::not_an_object());
        }
        let offered = self.offered(look, at);
        let word = self.word();
        if let Some(id) = id_in(sent, "id") {
            let row = offered.iter().find(|row| row.id.to_string() == id);
            let row = row.ok_or_else(|| Wrong::field(format!("The {word} selected is invalid.")))?;
            return Ok(row.id.into());
        }
        let Some(name) = sent.get("name").and_then(Value::as_str) else {
            return Err(Wrong::field(format!("Specify the {word} (id or name) in the string format")));
        };
        let row = offered.iter().find(|row| row.name == name);
        let row = row.ok_or_else(|| Wrong::field(format!("The {word} selected is invalid.")))?;
        Ok(row.id.into())
    }

    fn reading(&self) -> Reading {
        Reading::Listed
    }

    fn render(&self, look: &Look, _: &Field, stored: &Value) -> Value {
        let row = self.rows(look).iter().find(|row| Some(row.id) == stored.as_u64());
        row.map_or(Value::Null, |row| self.show(look, row))
    }

    fn text(&self, look: &Look, _: &Field, stored: &Value) -> String {
        let row = self.rows(look).iter().find(|row| Some(row.id) == stored.as_u64());
        row.map(|row| row.name.to_owned()).unwrap_or_default()
    }
}
