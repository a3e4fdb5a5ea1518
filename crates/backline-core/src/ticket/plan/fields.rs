//! The one edit of a plan: every field that differs, merged with what people did.

use super::{Fields, Kept, Operation, Plan, Planned};
use crate::ids::FieldId;
use crate::jira::issue::Issue;
use crate::jira::kind::{self, Kind};
use crate::jira::value::Value;
use crate::mapping::Owner;
use crate::ticket::Ticket;
use crate::ticket::desired::{Desired, Wanted};
use crate::ticket::merge::{self, Decision, Field};
use crate::ticket::news::news;
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};

/// Times that a field is written again within a day after somebody changed it back.
const OVERRULED_MAX: usize = 3;

pub fn plan(ticket: &Ticket, desired: &Desired, issue: &Issue, plan: &mut Plan) {
    let mut fields = Fields::default();
    let mut reasons = Vec::new();
    let mut told = Vec::new();
    for wanted in &desired.fields {
        let id = &wanted.field.id;
        let kind = kind::of(&wanted.field).expect("the value was composed by its kind");
        let observed = issue.fields.get(id).and_then(|json| kind.read(json));
        let field = field(ticket, wanted, observed.as_ref());
        note_theirs(id, field, &mut plan.theirs);
        match merge::merge(field) {
            Decision::Keep { rule: rule @ "taken over by a person" } => {
                plan.kept.push(kept(wanted, rule, None));
                told.extend(news(&ticket.applied, wanted));
            }
            Decision::Keep { .. } => {
                plan.settled.insert(id.clone(), wanted.value.clone());
            }
            Decision::Yield { rule } => {
                plan.kept.push(kept(wanted, rule, Some(id.clone())));
                told.extend(news(&ticket.applied, wanted));
            }
            Decision::Set { .. } if is_contested(ticket, id) => {
                plan.kept.push(kept(wanted, "contested", None))
            }
            Decision::Set { rule, value } => {
                reasons.push(format!("{} ({rule})", wanted.field.name));
                fields.write(kind, id, &value, &wanted.value);
            }
            Decision::Change { add, .. } if kind.only_adds() && add.is_empty() => {
                plan.settled.insert(id.clone(), wanted.value.clone());
            }
            Decision::Change { rule, add, remove } => {
                reasons.push(format!("{} ({rule})", wanted.field.name));
                fields.update.insert(id.clone(), verbs(kind, &add, &remove));
                fields.applied.insert(id.clone(), wanted.value.clone());
            }
        }
    }
    if !fields.is_empty() {
        let reason = format!("differs: {}", reasons.join(", "));
        plan.operations.push(Planned { operation: Operation::Edit(fields), rule: "differs", reason });
    }
    for news in told {
        let (key, body) = (news.key.clone(), news.body());
        plan.operations.push(Planned {
            operation: Operation::Comment { key, body, tells: Some(news.tells) },
            rule: "facts changed",
            reason: news.words,
        });
    }
}

/// Somebody changes it back as often as we write it: it is left so for a day.
fn is_contested(ticket: &Ticket, id: &FieldId) -> bool {
    ticket.applied.overruled.get(id).is_some_and(|times| times.len() >= OVERRULED_MAX)
}

/// What is known of a wanted field, for the merge.
pub fn field<'f>(ticket: &'f Ticket, wanted: &'f Wanted, observed: Option<&'f Value>) -> Field<'f> {
    let id = &wanted.field.id;
    let only_adds = kind::of(&wanted.field).is_ok_and(Kind::only_adds);
    let owner = if only_adds && wanted.owner != Owner::Once { Owner::Add } else { wanted.owner };
    Field {
        owner,
        is_yielded: ticket.applied.yielded.contains(id),
        applied: ticket.applied.fields.get(id),
        theirs: ticket.applied.theirs.get(id),
        observed,
        desired: &wanted.value,
    }
}

/// Notes which of the wanted elements of a set are there by people.
pub fn note_theirs(id: &FieldId, field: Field<'_>, noted: &mut BTreeMap<FieldId, BTreeSet<String>>) {
    let theirs = merge::theirs(field);
    if field.theirs.is_some() || !theirs.is_empty() {
        noted.insert(id.clone(), theirs);
    }
}

pub fn kept(wanted: &Wanted, rule: &'static str, yielded: Option<FieldId>) -> Kept {
    Kept { what: wanted.field.name.clone(), rule, yielded }
}

pub fn verbs(kind: &dyn Kind, add: &BTreeSet<String>, remove: &BTreeSet<String>) -> Json {
    let verb = |word: &str, element: &String| {
        let element = kind.write_element(element).expect("a set's kind writes elements");
        json!({word: element})
    };
    let remove = remove.iter().filter(|_| !kind.only_adds());
    add.iter().map(|e| verb("add", e)).chain(remove.map(|e| verb("remove", e))).collect()
}

/// What a field's value says in a few words, for plans and timelines.
pub fn in_words(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Rich(doc) => doc.plain_text().split_whitespace().take(12).collect::<Vec<_>>().join(" "),
        Value::Choice(id) | Value::User(id) => id.clone(),
        Value::Choices(set) | Value::Words(set) => set.iter().cloned().collect::<Vec<_>>().join(", "),
        Value::Nested { parent, child: Some(child) } => format!("{parent} / {child}"),
        Value::Nested { parent, child: None } => parent.clone(),
        Value::Moment(at) => at.to_string(),
        Value::Object(object) => object.to_string(),
        Value::Date(date) => date.to_string(),
        Value::Number(number) => number.to_string(),
    }
}
