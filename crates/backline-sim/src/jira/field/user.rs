//! A person (`userpicker`, assignee, reporter), by account id.

use super::{ASSIGNEE, At, Kind, REPORTER, Reading, Wrong, id_in};
use crate::jira::config::Field;
use crate::jira::look::Look;
use crate::people;
use serde_json::Value;

pub struct User;

impl Kind for User {
    fn schema(&self) -> (&'static str, Option<&'static str>) {
        ("user", None)
    }

    fn complete_url(&self, look: &Look, field: &Field, at: At) -> Option<String> {
        Some(match field.no {
            ASSIGNEE => {
                let key = look.state.config.projects.get(&at.project)?.key.clone();
                look.rest(format_args!("user/assignable/search?project={key}&query="))
            }
            REPORTER => look.rest("user/recommend?context=Reporter&issueKey="),
            _ if field.custom.is_some_and(|custom| custom.ends_with(":people")) => {
                look.rest("user/search?query=")
            }
            no => format!(
                "{}/rest/api/1.0/users/picker?fieldName=customfield_{no}&fieldConfigId={}&projectId={}\
                 &showAvatar=true&query=",
                look.base,
                no + 100,
                at.project
            ),
        })
    }

    fn parse(&self, look: &Look, field: &Field, _: At, sent: &Value) -> Result<Value, Wrong> {
        if !sent.is_object() {
            return Err(Wrong::not_an_object());
        }
        let Some(id) = id_in(sent, "accountId").or_else(|| id_in(sent, "id")) else {
            return Err(Wrong::field("Specify a valid accountId."));
        };
        let admin = &look.state.config.admin;
        match people::find(&id) {
            Some(person)
                if field.no == ASSIGNEE && (!person.is_assignable() || !admin.is_assignable(&id)) =>
            {
                Err(Wrong::field(format!("User '{id}' cannot be assigned issues.")))
            }
            Some(_) if field.no == REPORTER && !admin.is_active(&id) => {
                Err(Wrong::field("The reporter specified is not a user."))
            }
            // Assumed: other user fields treat somebody deactivated as unknown.
            Some(_) if !admin.is_active(&id) => Err(Wrong::field(format!("User '{id}' does not exist."))),
            Some(person) => Ok(person.account_id.into()),
            None => Err(Wrong::field(format!("User '{id}' does not exist."))),
        }
    }

    fn reading(&self) -> Reading {
        Reading::Listed
    }

    fn render(&self, look: &Look, _: &Field, stored: &Value) -> Value {
        look.user(stored.as_str().unwrap_or_default())
    }

    fn text(&self, _: &Look, _: &Field, stored: &Value) -> String {
        let person = stored.as_str().and_then(people::find);
        person.map(|person| person.name.to_owned()).unwrap_or_default()
    }

    fn change_id(&self, stored: &Value) -> Option<String> {
        stored.as_str().map(str::to_owned)
    }
}
