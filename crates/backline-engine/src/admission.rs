//! What is told of tickets that wait for approval.

use backline_core::mapping::ConnectedProject;
use backline_core::notice::Blocked;

/// Where tickets are approved.
pub const PAGE: &str = "/approvals";

/// Why a ticket is not made: one cause for all of a project.
pub fn held(project: &ConnectedProject, per_hour: u32) -> Blocked {
    let place = format!("{} / {}", project.project.key, project.issue_type.name);
    Blocked {
        cause: format!("approval:{}", project.id),
        what: format!("New tickets in {place} wait for your approval"),
        why: format!("More than {per_hour} would be made within an hour"),
        remedy: "Look at them and approve them, or change the project's rule so that it takes fewer"
            .to_owned(),
        page: PAGE.to_owned(),
    }
}
