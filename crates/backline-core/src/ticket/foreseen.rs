//! What a mapping would write to the fields of a ticket, if Jira still holds what was written last.
//!
//! Told without asking Jira, so that thousands of tickets can be counted before a mapping is saved; the plan of one
//! ticket, for which Jira is read, may hold less: a person may have changed a field that nobody has looked at since.

use super::desired::{Desired, Wanted};
use super::merge::{Decision, merge};
use super::plan::fields::field;
use super::{Facts, Ticket};

/// The names of the fields that would be written, in the mapping's order; empty without a ticket.
pub fn fields(facts: &Facts, desired: &Desired) -> Vec<String> {
    let Some(ticket) = facts.ticket.as_ref().filter(|ticket| !ticket.is_gone) else { return Vec::new() };
    let is_written = |wanted: &&Wanted| is_written(ticket, wanted);
    desired.fields.iter().filter(is_written).map(|wanted| wanted.field.name.clone()).collect()
}

fn is_written(ticket: &Ticket, wanted: &Wanted) -> bool {
    let applied = ticket.applied.fields.get(&wanted.field.id);
    matches!(merge(field(ticket, wanted, applied)), Decision::Set { .. } | Decision::Change { .. })
}

#[cfg(test)]
mod tests {
    use super::is_written;
    use crate::ids::FieldId;
    use crate::jira::field::FieldMeta;
    use crate::jira::value::Value;
    use crate::mapping::Owner;
    use crate::ticket::desired::Wanted;
    use crate::ticket::{Applied, Ticket};
    use jiff::Timestamp;
    use std::collections::BTreeMap;

    fn ticket(priority: Option<&str>) -> Ticket {
        let fields = priority.map(|id| (FieldId::from("priority"), Value::Choice(id.to_owned())));
        Ticket {
            issue: "1".into(),
            key: "SEC-1".into(),
            status: None,
            applied: Applied { fields: BTreeMap::from_iter(fields), ..Applied::default() },
            created_at: Timestamp::UNIX_EPOCH,
            is_gone: false,
        }
    }

    fn wanted(id: &str, owner: Owner) -> Wanted {
        let field = FieldMeta {
            id: "priority".into(),
            name: "Priority".to_owned(),
            is_required: false,
            has_default: false,
            schema: None,
            operations: Vec::new(),
            allowed: None,
        };
        Wanted { field, value: Value::Choice(id.to_owned()), owner }
    }

    #[test]
    fn what_differs_from_what_was_written_is_written() {
        assert!(is_written(&ticket(Some("1")), &wanted("2", Owner::Shared)));
        assert!(
            is_written(&ticket(None), &wanted("2", Owner::Shared)),
            "a field that is mapped now is filled"
        );
        assert!(!is_written(&ticket(Some("2")), &wanted("2", Owner::Shared)));
        assert!(!is_written(&ticket(Some("1")), &wanted("2", Owner::Once)), "set once is set");
    }

    #[test]
    fn what_a_person_has_is_left_to_them() {
        let mut theirs = ticket(Some("1"));
        theirs.applied.yielded.insert("priority".into());
        assert!(!is_written(&theirs, &wanted("2", Owner::Shared)));
        assert!(is_written(&theirs, &wanted("2", Owner::Backline)));
    }
}
