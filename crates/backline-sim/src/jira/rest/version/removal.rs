//! The end of a version: merged into another, or deleted with or without one that takes its issues.

use super::super::{Answer, no_content};
use super::{absent, find, owned};
use crate::jira::call::{Body, Call, Query};
use crate::jira::config::Id;
use crate::jira::field::{FIX_VERSIONS, VERSIONS, id_in};
use crate::jira::refusal::Refusal;
use crate::jira::webhook::{self, VersionEvent};
use crate::jira::write::replace;
use crate::journal::Batch;
use axum::extract::Path;

pub async fn merge(call: Call, Path((id, into)): Path<(String, String)>) -> Answer {
    let into = remove(&call, &id, Some(&into), Some(&into))?;
    if into.is_none() { Err(absent()) } else { no_content() }
}

pub async fn delete(call: Call, Path(id): Path<String>, query: Query) -> Answer {
    remove(&call, &id, query.one("moveFixIssuesTo"), query.one("moveAffectedIssuesTo"))?;
    no_content()
}

pub async fn swap(call: Call, Path(id): Path<String>, Body(body): Body) -> Answer {
    let instead = |name: &str| id_in(&body, name);
    remove(&call, &id, instead("moveFixIssuesTo").as_deref(), instead("moveAffectedIssuesTo").as_deref())?;
    no_content()
}

/// Deletes a version; its issues get those that are given instead. Gives the one that it was merged into.
fn remove(call: &Call, id: &str, fixed: Option<&str>, affected: Option<&str>) -> Result<Option<Id>, Refusal> {
    let mut state = call.site.write();
    let version = owned(call, &state, id)?;
    let instead = |wanted: Option<&str>| -> Result<Option<Id>, Refusal> {
        let Some(wanted) = wanted else { return Ok(None) };
        let other = find(&state, wanted)?;
        let is_fit = other.project == version.project && other.id != version.id;
        if is_fit {
            Ok(Some(other.id))
        } else {
            Err(Refusal::bad("The version to move issues to is invalid."))
        }
    };
    let (fixed, affected) = (instead(fixed)?, instead(affected)?);
    let mut batch = Batch::default();
    replace::run(call, &mut state, version.project, FIX_VERSIONS, version.id, fixed, &mut batch);
    replace::run(call, &mut state, version.project, VERSIONS, version.id, affected, &mut batch);
    let into = fixed.filter(|_| fixed == affected);
    let event = into.map_or(VersionEvent::Deleted, |into| VersionEvent::Merged { into });
    webhook::tell_of_version(call, &mut state, &version, event, &mut batch);
    // Those of the first day come back with every start, so their end is kept.
    batch.put("version gone", version.id, &true);
    batch.delete("version", version.id);
    state.config.change().versions.remove(&version.id);
    state.keep_counters(&mut batch);
    state.commit(&batch);
    Ok(into)
}
