//! An operation of a plan in the words of a page.

use backline_core::ids::FieldId;
use backline_core::jira::field::FieldMeta;
use backline_core::jira::value::Value;
use backline_core::ticket::Facts;
use backline_core::ticket::plan::fields::in_words;
use backline_core::ticket::plan::{Fields, Operation};

pub fn operation(operation: &Operation) -> String {
    match operation {
        Operation::Create(_) => "Create the ticket".to_owned(),
        Operation::Transition { name, to, .. } => format!("Move to {} by “{name}”", to.name),
        Operation::Edit(_) => "Edit its fields".to_owned(),
        Operation::Comment { body, .. } => format!("Comment: {}", body.plain_text().trim()),
        Operation::Link(link) => format!("Link {}", link.title),
    }
}

/// Each field that is written, by the name that people know, with what it would hold.
pub fn values(facts: &Facts, operation: &Operation) -> Vec<(String, String)> {
    let fields: &Fields = match operation {
        Operation::Create(fields) | Operation::Transition { fields, .. } | Operation::Edit(fields) => fields,
        Operation::Comment { .. } | Operation::Link(_) => return Vec::new(),
    };
    let value = |(id, value): (&FieldId, &Value)| match find(facts, id) {
        Some(field) => (field.name.clone(), labelled(field, value)),
        None => (id.to_string(), in_words(value)),
    };
    fields.applied.iter().map(value).collect()
}

fn find<'f>(facts: &'f Facts, id: &FieldId) -> Option<&'f FieldMeta> {
    let mapping = &facts.project.as_ref()?.mapping;
    let of_steps = mapping.lifecycle.0.values().flat_map(|step| &step.fields);
    mapping.fields.iter().chain(of_steps).map(|mapping| &mapping.field).find(|field| field.id == *id)
}

/// A chosen option by its label instead of its id.
fn labelled(field: &FieldMeta, value: &Value) -> String {
    let label = |id: &String| {
        let choices = field.allowed.iter().flatten();
        let mut all = choices.flat_map(|choice| std::iter::once(choice).chain(&choice.children));
        all.find(|choice| choice.id == *id).map_or_else(|| id.clone(), |choice| choice.label.clone())
    };
    match value {
        Value::Choice(id) => label(id),
        Value::Choices(ids) => ids.iter().map(label).collect::<Vec<_>>().join(", "),
        other => in_words(other),
    }
}
