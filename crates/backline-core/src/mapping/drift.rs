//! What Jira says of a project's fields otherwise than when its mapping was saved, in words.

use super::source::Source;
use super::{ConnectedProject, FieldMapping, doctor};
use crate::ids::FieldId;
use crate::jira::field::{Choice, FieldMeta};
use crate::jira::kind;
use serde::{Deserialize, Serialize};

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    pub field: FieldId,
    /// A sentence: "'Team' became mandatory on SEC / Bug".
    pub what: String,
    /// New tickets are refused until the mapping or Jira is mended.
    pub breaks: bool,
}

/// Compares what is mapped with the create screen as it is now, in the screen's order.
pub fn compare(project: &ConnectedProject, screen: &[FieldMeta]) -> Vec<Change> {
    let place = project.place();
    let problems = doctor::check(screen, &project.mapping);
    let breaks = |id: &FieldId| problems.iter().any(|problem| problem.field.as_ref() == Some(id));
    let mapped = |id: &FieldId| project.mapping.fields.iter().find(|mapping| mapping.field.id == *id);
    let mut changes = Vec::new();
    let mut say = |field: &FieldMeta, what: String| {
        changes.push(Change { field: field.id.clone(), what, breaks: breaks(&field.id) });
    };
    for field in screen.iter().filter(|field| !kind::is_sent_by_backline(field)) {
        match mapped(&field.id) {
            Some(mapping) => {
                differences(mapping, field, &place).into_iter().for_each(|what| say(field, what))
            }
            None if breaks(&field.id) => say(field, format!("'{}' became mandatory on {place}", field.name)),
            None => {}
        }
    }
    for mapping in &project.mapping.fields {
        if !screen.iter().any(|field| field.id == mapping.field.id) {
            say(
                &mapping.field,
                format!("'{}' is no longer on the create screen of {place}", mapping.field.name),
            );
        }
    }
    changes
}

fn differences(mapping: &FieldMapping, now: &FieldMeta, place: &str) -> Vec<String> {
    let before = &mapping.field;
    let name = &now.name;
    let mut found = Vec::new();
    if before.name != now.name {
        found.push(format!("'{}' is called '{name}' now", before.name));
    }
    match (before.is_mandatory(), now.is_mandatory()) {
        (false, true) => found.push(format!("'{name}' became mandatory on {place}")),
        (true, false) => found.push(format!("'{name}' is no longer mandatory on {place}")),
        _ => {}
    }
    match (kind::of(before), kind::of(now)) {
        (Ok(_), Err(reason)) => found.push(format!("'{name}' cannot be set any more: {reason}")),
        (Ok(before), Ok(now)) if before.title() != now.title() => {
            found.push(format!("'{name}' is of another kind now: {}", now.title()));
        }
        _ => {}
    }
    found.extend(chosen(&mapping.source).into_iter().filter_map(|choice| {
        kind::choice::still_offered(before, choice).ok()?;
        let why = kind::choice::still_offered(now, choice).err()?;
        Some(why.replace("Jira does not offer", "Jira no longer offers"))
    }));
    found
}

/// What a source takes from Jira's list.
fn chosen(source: &Source) -> Vec<&Choice> {
    match source {
        Source::Jira { choices } => choices.iter().collect(),
        Source::Backline { values, default, .. } => {
            let mut all: Vec<&Choice> = values.values().chain(default).collect();
            all.sort();
            all.dedup();
            all
        }
        Source::Manual { .. } => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Change, compare};
    use crate::ids::{CloudId, ConnectedProjectId, ConnectionId};
    use crate::jira::field::{Choice, FieldMeta, Schema};
    use crate::jira::issue::{IssueType, JiraProject};
    use crate::mapping::rule::Rule;
    use crate::mapping::source::Source;
    use crate::mapping::{ConnectedProject, FieldMapping, Mapping, Owner};
    use uuid::Uuid;

    fn meta(id: &str, allowed: Option<&[&str]>) -> FieldMeta {
        let choice = |(at, label): (usize, &&str)| Choice::new((at + 1).to_string(), *label);
        FieldMeta {
            id: id.into(),
            name: id.to_owned(),
            is_required: false,
            has_default: false,
            schema: Some(Schema {
                kind: if allowed.is_some() { "option" } else { "string" }.to_owned(),
                system: Some(id.to_owned()),
                ..Schema::default()
            }),
            operations: vec!["set".to_owned()],
            allowed: allowed.map(|labels| labels.iter().enumerate().map(choice).collect()),
        }
    }

    /// A summary and a team.
    fn project() -> ConnectedProject {
        let field = |field: FieldMeta, source| FieldMapping { field, source, owner: Owner::Shared };
        let title = Source::Manual { text: "{{ title }}".to_owned() };
        let payments = Source::Jira { choices: vec![Choice::new("2", "Payments")] };
        ConnectedProject {
            id: ConnectedProjectId(Uuid::nil()),
            connection: ConnectionId(Uuid::nil()),
            cloud_id: CloudId::from("c"),
            site_url: String::new(),
            project: JiraProject {
                id: "1".into(),
                key: "SEC".into(),
                name: "Security".into(),
                type_key: "software".into(),
                is_team_managed: false,
            },
            issue_type: IssueType { id: "1".into(), name: "Bug".into(), is_subtask: false },
            position: 0,
            rule: Rule::default(),
            mapping: Mapping {
                fields: vec![
                    field(meta("summary", None), title),
                    field(meta("Team", Some(&["Platform", "Payments"])), payments),
                ],
                ..Mapping::default()
            },
        }
    }

    fn said(screen: &[FieldMeta]) -> Vec<(String, bool)> {
        let said = |change: Change| (change.what, change.breaks);
        compare(&project(), screen).into_iter().map(said).collect()
    }

    #[test]
    fn nothing_is_said_of_what_is_as_it_was() {
        let screen =
            [meta("summary", None), meta("Team", Some(&["Platform", "Payments", "New"])), meta("Note", None)];
        assert_eq!(said(&screen), []);
    }

    #[test]
    fn each_difference_is_told_with_whether_it_breaks() {
        let summary = || meta("summary", None);
        let gone = [summary(), meta("Team", Some(&["Platform"]))];
        assert_eq!(said(&gone), [("Jira no longer offers 'Payments' for Team".to_owned(), true)]);
        let off = [summary()];
        assert_eq!(said(&off), [("'Team' is no longer on the create screen of SEC / Bug".to_owned(), true)]);
        let note = FieldMeta { is_required: true, ..meta("Note", None) };
        let demanded = [summary(), meta("Team", Some(&["Platform", "Payments"])), note];
        assert_eq!(said(&demanded), [("'Note' became mandatory on SEC / Bug".to_owned(), true)]);
        let named = FieldMeta {
            name: "Squad".to_owned(),
            is_required: true,
            ..meta("Team", Some(&["a", "Payments"]))
        };
        assert_eq!(
            said(&[summary(), named]),
            [
                ("'Team' is called 'Squad' now".to_owned(), false),
                ("'Squad' became mandatory on SEC / Bug".to_owned(), false)
            ]
        );
    }
}
