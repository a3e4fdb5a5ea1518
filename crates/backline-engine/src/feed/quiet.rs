//! Which changed issues still hold what they should: our own writes come back as changes too.

use super::{Seen, names};
use crate::context::Context;
use crate::failure::Failure;
use crate::metadata::ask;
use backline_core::ids::{ConnectionId, FieldId, IssueId, SubjectId};
use backline_core::jira::issue::Issue;
use backline_core::ticket::Facts;
use backline_core::ticket::desired::desired;
use backline_core::ticket::plan::{plan, wants_transitions};
use backline_store::stale::Known;
use std::collections::{BTreeMap, BTreeSet};

/// Those that a pass is to look at, and those that need none, each with its newest change.
pub(super) async fn tell_apart(
    cx: &Context,
    id: ConnectionId,
    news: &[Known],
) -> Result<(Vec<SubjectId>, Vec<Seen>), Failure> {
    if news.is_empty() {
        return Ok((Vec::new(), Vec::new()));
    }
    let mut facts = BTreeMap::new();
    let mut fields = BTreeSet::new();
    for known in news {
        if let Some(found) = cx.ledger.load_facts(known.subject).await? {
            let mapped = found.project.iter().flat_map(|project| &project.mapping.fields);
            fields.extend(mapped.map(|mapping| mapping.field.id.clone()));
            facts.insert(known.issue.clone(), found);
        }
    }
    let (names, fields): (Vec<_>, Vec<FieldId>) = (names(news), fields.into_iter().collect());
    let (issues, missing) = ask(cx, id, |jira| {
        let (names, fields) = (names.clone(), fields.clone());
        async move { jira.bulk_fetch(&names, &fields, &[]).await }
    })
    .await?;
    let stale =
        |issue: &IssueId| news.iter().find(|known| known.issue == *issue).map_or(0, |known| known.stale);
    let mut loud: Vec<SubjectId> = Vec::new();
    let mut quiet = Vec::new();
    for issue in issues {
        let Some(facts) = facts.get(&issue.id) else { continue };
        match issue.updated_at.filter(|_| is_as_it_should_be(cx, facts, &issue)) {
            // Facts and issue were read after the ticket was known to be stale by so much.
            Some(updated_at) => quiet.push((facts.subject.id, stale(&issue.id), updated_at)),
            None => loud.push(facts.subject.id),
        }
    }
    loud.extend(missing.iter().filter_map(|issue| facts.get(issue)).map(|facts| facts.subject.id));
    Ok((loud, quiet))
}

/// Whether a pass would find nothing to do and nothing to note.
fn is_as_it_should_be(cx: &Context, facts: &Facts, issue: &Issue) -> bool {
    let (Some(ticket), Some(wanted)) = (&facts.ticket, desired(facts, &cx.settings().public_url)) else {
        return true;
    };
    let stands = ticket.status.as_ref() == Some(&issue.status) && ticket.key == issue.key && !ticket.is_gone;
    if !stands || wants_transitions(facts, &wanted, issue) {
        return false;
    }
    let planned = plan(facts, &wanted, Some((issue, &[])));
    planned.operations.is_empty()
        && planned.closing.is_none()
        && planned.blocked.is_none()
        && planned.kept.iter().all(|kept| kept.yielded.is_none())
}
