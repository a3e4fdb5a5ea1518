//! What saving would do to the tickets that are there, shown before it is done: the form goes along hidden, and one
//! of two buttons sends it again.

use crate::app::App;
use crate::web::error::PageError;
use crate::web::form::{Fields, TOKEN_FIELD};
use crate::web::layout::{Layout, Nav};
use crate::web::session::Session;
use crate::web::tickets::plan::{View, unread};
use askama::Template;
use backline_core::mapping::ConnectedProject;
use backline_core::mapping::changes::{Change, changes};
use backline_engine::projects::Foreseen;

#[derive(Template)]
#[template(path = "projects/foresee.html")]
pub struct Page {
    layout: Layout,
    name: String,
    action: String,
    live: u32,
    /// Every field of the form that was sent, but the wish to save and the session's token.
    hidden: Vec<(String, String)>,
    changes: Vec<Change>,
    tickets: u64,
    counted: usize,
    /// There are more than were counted.
    is_partial: bool,
    edited: usize,
    fields: Vec<(String, usize)>,
    samples: Vec<Sample>,
}

struct Sample {
    href: String,
    key: String,
    plan: View,
}

/// `known` is what is live, `project` what would be saved.
pub async fn page(
    app: &App,
    session: &Session,
    form: &Fields,
    (known, project): (&ConnectedProject, &ConnectedProject),
    seen: Foreseen,
) -> Result<Page, PageError> {
    let layout = Layout::load(app, session, Nav::Integrations, "Before saving").await?;
    let above = [("Integration Hub", "/integrations"), ("Jira (App)", super::LIST)];
    let samples = seen.samples.into_iter().map(|sample| {
        let (key, plan) = match sample.planned {
            Ok(Some((facts, plan))) => {
                let key = facts.ticket.as_ref().map(|ticket| ticket.key.to_string());
                (key, View::of(&facts, plan))
            }
            Ok(None) => (None, View::None("Jira did not answer in time.".to_owned())),
            Err(failure) => (None, View::None(unread(&failure))),
        };
        let href = format!("/tickets?t={}", sample.subject);
        Sample { href, key: key.unwrap_or_else(|| "A ticket".to_owned()), plan }
    });
    Ok(Page {
        layout: layout.under(&above),
        name: project.place(),
        action: format!("{}/{}", super::LIST, known.id),
        live: known.mapping.version,
        hidden: hidden(form),
        changes: changes(known, project),
        tickets: seen.tickets,
        counted: seen.counted,
        is_partial: (seen.counted as u64) < seen.tickets,
        edited: seen.edited,
        fields: seen.fields,
        samples: samples.collect(),
    })
}

fn hidden(form: &Fields) -> Vec<(String, String)> {
    form.pairs()
        .filter(|(name, _)| !matches!(*name, "do" | "tickets" | TOKEN_FIELD))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::hidden;
    use crate::web::form::Fields;

    #[test]
    fn the_form_goes_along_to_the_letter() {
        let sent =
            [("csrf", "t"), ("do", "save"), ("f.a.value", "1"), ("f.a.value", "2"), ("f.b.value", " x ")];
        let form = Fields::from_pairs(sent.map(|(name, value)| (name.to_owned(), value.to_owned())));
        let kept: Vec<_> = hidden(&form).into_iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(kept, ["f.a.value=1", "f.a.value=2", "f.b.value= x "]);
    }
}
