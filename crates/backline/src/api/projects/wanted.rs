//! A project as a request describes it, made whole by what Jira says of it now.

use crate::api::problem::Problem;
use crate::app::App;
use crate::web::projects::screen::{self, Screen, Target};
use backline_core::ids::ConnectionId;
use backline_core::mapping::rule::Rule;
use backline_core::mapping::{Mapping, propose};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// What [`super::show`] answers can be sent back; so can a key and a name.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Wanted {
    /// The project's own, or for a new one the connection in use, if left out.
    #[schema(value_type = Option<String>)]
    pub connection: Option<ConnectionId>,
    /// `"SEC"`, or an object with `id`.
    #[schema(value_type = Object)]
    pub project: Named,
    /// `"Bug"`, or an object with `id`.
    #[schema(value_type = Object)]
    pub issue_type: Named,
    /// Which vulnerabilities it takes; all if left out.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub rule: Rule,
    /// What Backline proposes if left out.
    #[schema(value_type = Option<Object>)]
    pub mapping: Option<Mapping>,
    /// Save even if some of the newest vulnerabilities would get no ticket.
    #[serde(default)]
    pub accept_blocked: bool,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Named {
    Word(String),
    Object { id: String },
}

impl Named {
    fn text(&self) -> &str {
        match self {
            Self::Word(text) | Self::Object { id: text } => text,
        }
    }
}

/// With everything that Jira says of it.
pub struct Whole {
    pub connection: ConnectionId,
    pub screen: Arc<Screen>,
    pub rule: Rule,
    pub mapping: Mapping,
    pub accepts_blocked: bool,
}

impl Wanted {
    /// Asks Jira afresh. `own` is the connection of a project that exists.
    pub async fn complete(self, app: &App, own: Option<ConnectionId>) -> Result<Whole, Problem> {
        let connection = match self.connection.or(own) {
            Some(id) => id,
            None => in_use(app).await?,
        };
        let project = self.project.text();
        let first = screen::load(app, Target { connection, project, issue_type: "" }, true).await?;
        let named = self.issue_type.text();
        let issue_type = first
            .issue_types
            .iter()
            .find(|kind| kind.id.as_str() == named || kind.name.eq_ignore_ascii_case(named))
            .ok_or_else(|| no_such_type(&first, named))?;
        let screen = if issue_type.id == first.issue_type.id {
            first.clone()
        } else {
            let target = Target { connection, project, issue_type: issue_type.id.as_str() };
            screen::load(app, target, true).await?
        };
        let mapping = self.mapping.unwrap_or_else(|| Mapping {
            version: 0,
            fields: propose::propose(&screen.fields),
            lifecycle: propose::lifecycle::propose(&screen.statuses, screen.resolution.as_ref()),
            closing: propose::closing::propose(screen.resolution.as_ref()),
            ..Mapping::default()
        });
        Ok(Whole { connection, screen, rule: self.rule, mapping, accepts_blocked: self.accept_blocked })
    }
}

/// The connection that Jira is asked through when a request names none.
pub async fn in_use(app: &App) -> Result<ConnectionId, Problem> {
    let connection = app.store.active_connection().await?.filter(|connection| connection.is_usable());
    connection.map(|connection| connection.id).ok_or_else(Problem::not_connected)
}

fn no_such_type(screen: &Screen, named: &str) -> Problem {
    let known: Vec<&str> = screen.issue_types.iter().map(|kind| kind.name.as_str()).collect();
    let named: String = named.chars().take(40).collect();
    Problem::invalid(
        format!("{} has no issue type “{named}”.", screen.project.key),
        format!("Use one of: {}.", known.join(", ")),
    )
}

#[cfg(test)]
mod tests {
    use super::Wanted;

    #[test]
    fn a_project_is_named_by_its_key_or_as_it_was_answered() {
        for (sent, project) in [
            (r#"{"project": "SEC", "issue_type": "Bug"}"#, "SEC"),
            (
                r#"{"project": {"id": "10000", "key": "SEC"}, "issue_type": {"id": "1"}, "tickets": {}}"#,
                "10000",
            ),
        ] {
            let wanted: Wanted = serde_json::from_str(sent).unwrap();
            assert_eq!(wanted.project.text(), project);
            assert!(wanted.mapping.is_none());
        }
    }
}
