//! The numbers and ids of system fields.

use super::FieldNo;

pub const SUMMARY: FieldNo = 1;
pub const ISSUE_TYPE: FieldNo = 2;
pub const PROJECT: FieldNo = 3;
pub const DESCRIPTION: FieldNo = 4;
pub const ENVIRONMENT: FieldNo = 5;
pub const PRIORITY: FieldNo = 6;
pub const LABELS: FieldNo = 7;
pub const COMPONENTS: FieldNo = 8;
pub const VERSIONS: FieldNo = 9;
pub const FIX_VERSIONS: FieldNo = 10;
pub const ASSIGNEE: FieldNo = 11;
pub const REPORTER: FieldNo = 12;
pub const DUE_DATE: FieldNo = 13;
pub const PARENT: FieldNo = 14;
pub const RESOLUTION: FieldNo = 15;
pub const SECURITY: FieldNo = 16;
pub const ISSUE_LINKS: FieldNo = 17;
pub const ATTACHMENT: FieldNo = 18;
pub const COMMENT: FieldNo = 19;
pub const TIME_TRACKING: FieldNo = 20;
pub const WORKLOG: FieldNo = 21;
pub const ISSUE_RESTRICTION: FieldNo = 22;

const IDS: [(FieldNo, &str); 22] = [
    (SUMMARY, "summary"),
    (ISSUE_TYPE, "issuetype"),
    (PROJECT, "project"),
    (DESCRIPTION, "description"),
    (ENVIRONMENT, "environment"),
    (PRIORITY, "priority"),
    (LABELS, "labels"),
    (COMPONENTS, "components"),
    (VERSIONS, "versions"),
    (FIX_VERSIONS, "fixVersions"),
    (ASSIGNEE, "assignee"),
    (REPORTER, "reporter"),
    (DUE_DATE, "duedate"),
    (PARENT, "parent"),
    (RESOLUTION, "resolution"),
    (SECURITY, "security"),
    (ISSUE_LINKS, "issuelinks"),
    (ATTACHMENT, "attachment"),
    (COMMENT, "comment"),
    (TIME_TRACKING, "timetracking"),
    (WORKLOG, "worklog"),
    (ISSUE_RESTRICTION, "issuerestriction"),
];

pub fn id_of(no: FieldNo) -> String {
    let system = IDS.iter().find(|(n, _)| *n == no);
    system.map_or_else(|| format!("customfield_{no}"), |(_, id)| (*id).to_owned())
}

pub fn no_of(id: &str) -> Option<FieldNo> {
    if let Some(no) = id.strip_prefix("customfield_") {
        // The numbers of system fields are the simulator's own and name no custom field.
        return no.parse().ok().filter(|no| IDS.iter().all(|(system, _)| system != no));
    }
    IDS.iter().find(|(_, name)| *name == id).map(|(no, _)| *no)
}

/// The name that the changelog uses for a field.
pub fn change_name(no: FieldNo, name: &str) -> String {
    match no {
        COMPONENTS => "Component".into(),
        VERSIONS => "Version".into(),
        FIX_VERSIONS => "Fix Version".into(),
        ISSUE_LINKS => "Link".into(),
        PARENT => "IssueParentAssociation".into(),
        _ if no < 10_000 => id_of(no),
        _ => name.to_owned(),
    }
}
