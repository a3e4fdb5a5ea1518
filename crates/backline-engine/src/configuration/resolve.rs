//! Finds in Jira what an entry of the file speaks of: site, project, issue type, and each part of its mapping.

use super::problem;
use crate::context::Context;
use crate::failure::Failure;
use crate::metadata;
use crate::projects::Target;
use backline_clients::jira::JiraError;
use backline_core::ids::ConnectionId;
use backline_core::jira::issue::{IssueType, JiraProject, Site};
use backline_core::mapping::ConnectedProject;
use backline_core::mapping::doctor::MappingProblem;
use backline_core::mapping::portable::{Entry, Fitted, Named, Surroundings, find, fit};
use backline_store::connection::Connection;

/// An entry with everything that it names.
#[derive(Debug)]
pub struct Resolved {
    pub connection: ConnectionId,
    pub site: Site,
    pub project: JiraProject,
    pub issue_type: IssueType,
    pub target: Target,
    pub fitted: Fitted,
}

impl Resolved {
    /// Whether a connected project is for the same place in Jira.
    pub fn is_of(&self, known: &ConnectedProject) -> bool {
        known.cloud_id == self.site.cloud_id
            && known.project.id == self.project.id
            && known.issue_type.id == self.issue_type.id
    }
}

/// Asks Jira. `known` is the project that the entry is already known to speak of.
///
/// # Errors
/// As asking fails; what is not there is answered as a problem.
pub async fn resolve(
    cx: &Context,
    entry: &Entry,
    known: Option<&ConnectedProject>,
) -> Result<Result<Resolved, MappingProblem>, Failure> {
    let (connection, site, is_same_site) = site(cx, &entry.site, known).await?;
    let id = connection.id;
    let project = match project(cx, id, &entry.project, is_same_site).await? {
        Ok(project) => project,
        Err(why) => {
            let what = format!("The project “{}” was not found on {}", entry.project.shown(), site.url);
            let remedy = "Name a project in which the connected account may create issues";
            return Ok(Err(problem("project", what, &why, remedy)));
        }
    };
    let types = metadata::issue_types(cx, id, &project.id).await?;
    let types: Vec<IssueType> = types.into_iter().filter(|kind| !kind.is_subtask).collect();
    let key = |kind: &IssueType| (kind.id.to_string(), kind.name.clone());
    let issue_type = match find(&entry.issue_type, &types, is_same_site, key) {
        Ok(found) => found.clone(),
        Err(why) => {
            let what = format!("{} has no issue type “{}”", project.key, entry.issue_type.shown());
            let names: Vec<&str> = types.iter().map(|kind| kind.name.as_str()).collect();
            return Ok(Err(problem("issue_type", what, &why, &format!("Use one of: {}", names.join(", ")))));
        }
    };
    let target = Target::read(cx, id, &project.id, &issue_type.id).await?;
    let around = Surroundings {
        fields: &target.fields,
        statuses: &target.statuses,
        resolution: Some(&target.resolution),
        is_same_site,
    };
    let fitted = fit(entry, around);
    Ok(Ok(Resolved { connection: id, site, project, issue_type, target, fitted }))
}

/// The connected site that is meant, and whether ids of the file mean something there. A file of another site is
/// for the one that is connected here.
async fn site(
    cx: &Context,
    wanted: &Named,
    known: Option<&ConnectedProject>,
) -> Result<(Connection, Site, bool), Failure> {
    let usable: Vec<(Connection, Site)> = cx
        .store
        .list_connections()
        .await?
        .into_iter()
        .filter(Connection::is_usable)
        .filter_map(|connection| connection.site.clone().map(|site| (connection, site)))
        .collect();
    let is_named = |site: &Site| match &wanted.id {
        Some(id) => site.cloud_id.as_str() == id,
        None => wanted
            .name
            .as_ref()
            .is_some_and(|url| site.url.trim_end_matches('/') == url.trim_end_matches('/')),
    };
    let own =
        |(connection, _): &&(Connection, Site)| known.is_some_and(|known| known.connection == connection.id);
    let meant = usable.iter().find(|(_, site)| is_named(site));
    let (connection, site) = meant
        .or_else(|| usable.iter().find(own))
        .or_else(|| usable.first())
        .cloned()
        .ok_or(Failure::Disconnected)?;
    // Without a site the ids are those of the one that is connected.
    let is_same_site = meant.is_some() || *wanted == Named::default();
    Ok((connection, site, is_same_site))
}

async fn project(
    cx: &Context,
    connection: ConnectionId,
    wanted: &Named,
    is_same_site: bool,
) -> Result<Result<JiraProject, String>, Failure> {
    let ask = async |word: Option<&String>| match word {
        None => Ok(None),
        Some(word) => match metadata::project(cx, connection, word).await {
            Ok(project) => Ok(Some(project)),
            Err(Failure::Jira(JiraError::Gone)) => Ok(None),
            Err(failure) => Err(failure),
        },
    };
    let by_id = if is_same_site { ask(wanted.id.as_ref()).await? } else { None };
    if let Some(found) = by_id {
        let named = wanted.name.as_ref().filter(|key| !key.eq_ignore_ascii_case(&found.key));
        return Ok(match ask(named).await? {
            // A key that is another project's was changed, and its id forgotten.
            Some(other) if other.id != found.id => Err(format!(
                "{} has the id {}, and {} is {}: mend one of the two, or leave the id out",
                other.key, other.id, found.id, found.key
            )),
            _ => Ok(found),
        });
    }
    let found = ask(wanted.name.as_ref()).await?;
    Ok(found.ok_or_else(|| "Jira shows no such project to the connected account".to_owned()))
}
