//! A connected project's mapping as it fits another project or issue type: the editor starts with what fits, and
//! names what does not. Nothing is saved.

use super::screen::Screen;
use crate::app::App;
use backline_core::ids::ConnectionId;
use backline_core::mapping::ConnectedProject;
use backline_core::mapping::portable::{Entry, Fitted, Surroundings, fit};
use backline_store::StoreError;

/// The rule is not copied: of two with one rule, only the first would ever get any vulnerability.
pub async fn onto(
    app: &App,
    project: &ConnectedProject,
    connection: ConnectionId,
    screen: &Screen,
) -> Result<Fitted, StoreError> {
    let there = app.store.load_connection(connection).await?.and_then(|connection| connection.site);
    let around = Surroundings {
        fields: &screen.fields,
        statuses: &screen.statuses,
        resolution: screen.resolution.as_ref(),
        is_same_site: there.is_some_and(|site| site.cloud_id == project.cloud_id),
    };
    Ok(fit(&Entry::of(project), around))
}

/// The issue type of the same name, where there is one.
pub fn issue_type<'s>(project: &ConnectedProject, screen: &'s Screen) -> &'s str {
    let name = &project.issue_type.name;
    let same = screen.issue_types.iter().find(|kind| kind.name.eq_ignore_ascii_case(name));
    same.unwrap_or(&screen.issue_type).id.as_str()
}
