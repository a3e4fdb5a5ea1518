//! Priorities, resolutions, statuses, issue types and the like, the same on both sites.

use crate::ids;
use crate::jira::config::{Category, Config, Group, Id, IssueType, LinkType, Named, Sprint, Status, Team};

pub const TO_DO: Id = 10_000;
pub const IN_PROGRESS: Id = 3;
pub const IN_REVIEW: Id = 10_001;
pub const DONE: Id = 10_002;

pub const TASK: Id = 10_001;
pub const STORY: Id = 10_002;
pub const EPIC: Id = 10_003;
pub const BUG: Id = 10_004;
pub const SUB_TASK: Id = 10_005;

pub const RESOLVED_DONE: Id = 10_000;
pub const INTERNAL_ONLY: Id = 10_000;

pub fn add(config: &mut Config, seed: u64) {
    let named = |id, name, description| Named { id, name, description };
    config.priorities = vec![
        named(1, "Highest", "This problem will block progress."),
        named(2, "High", "Serious problem that could block progress."),
        named(3, "Medium", "Has the potential to affect progress."),
        named(4, "Low", "Minor problem or easily worked around."),
        named(5, "Lowest", "Trivial problem with little or no impact on progress."),
    ];
    config.default_priority = 3;
    config.resolutions = vec![
        named(RESOLVED_DONE, "Done", "Work has been completed on this issue."),
        named(10_001, "Won't Do", "This issue won't be actioned."),
        named(10_002, "Duplicate", "The problem is a duplicate of an existing issue."),
        named(10_003, "Cannot Reproduce", "All attempts at reproducing this issue failed."),
    ];
    config.security_levels = vec![named(INTERNAL_ONLY, "Internal only", "Hidden from guests.")];
    config.groups = ["jira-users", "jira-administrators", "security-team"]
        .map(|name| Group { id: ids::uuid(seed, &["group", name]), name })
        .to_vec();
    config.teams =
        ["Payments", "Platform"].map(|name| Team { id: ids::uuid(seed, &["team", name]), name }).to_vec();
    config.organisations = vec![named(1, "Initech", ""), named(2, "Umbrella", "")];
    config.sprints = sprints();
    config.link_types = vec![
        LinkType { id: 10_000, name: "Blocks", inward: "is blocked by", outward: "blocks" },
        LinkType { id: 10_001, name: "Cloners", inward: "is cloned by", outward: "clones" },
        LinkType { id: 10_002, name: "Duplicate", inward: "is duplicated by", outward: "duplicates" },
        LinkType { id: 10_003, name: "Relates", inward: "relates to", outward: "relates to" },
    ];
    status(config, TO_DO, "To Do", Category::New, None);
    status(config, IN_PROGRESS, "In Progress", Category::Indeterminate, None);
    status(config, IN_REVIEW, "In Review", Category::Indeterminate, None);
    status(config, DONE, "Done", Category::Done, None);
    issue_type(config, TASK, "Task", "A task that needs to be done.", 0, None);
    issue_type(config, STORY, "Story", "Functionality expressed as a user goal.", 0, None);
    issue_type(config, EPIC, "Epic", "A big story that needs to be broken down.", 1, None);
    issue_type(config, BUG, "Bug", "A problem which impairs a function of the product.", 0, None);
    issue_type(config, SUB_TASK, "Sub-task", "A small piece of work that is part of another.", -1, None);
}

fn sprints() -> Vec<Sprint> {
    let sprint = |id, name, state, dates| Sprint { id, name, state, board: 1, goal: "Fewer findings", dates };
    vec![
        sprint(36, "Sprint 36", "closed", Some(("2026-10-05T07:00:00.000Z", "2026-10-19T07:00:00.000Z"))),
        sprint(37, "Sprint 37", "active", Some(("2026-10-19T07:00:00.000Z", "2026-11-02T07:00:00.000Z"))),
        sprint(38, "Sprint 38", "future", None),
    ]
}

pub fn status(config: &mut Config, id: Id, name: &'static str, category: Category, scope: Option<Id>) {
    config.statuses.insert(id, Status { id, name, category, scope });
}

pub fn issue_type(
    config: &mut Config,
    id: Id,
    name: &'static str,
    description: &'static str,
    level: i64,
    scope: Option<Id>,
) {
    config.issue_types.insert(id, IssueType { id, name, description, level, scope });
}
