//! The fields of both sites: Jira's own and the custom ones of the seeded projects.

use crate::jira::config::{Config, Field, Id, OptionRow};
use crate::jira::field::{self, FieldNo, Kind};

pub const EPIC_NAME: FieldNo = 10_011;
pub const SEVERITY: FieldNo = 10_030;
pub const FOUND_IN: FieldNo = 10_031;
pub const TEAM_NOTES: FieldNo = 10_032;
pub const AFFECTED_SERVICE: FieldNo = 10_033;
pub const BUSINESS_IMPACT: FieldNo = 10_034;
pub const DETECTED_ON: FieldNo = 10_035;
pub const CVSS_SCORE: FieldNo = 10_036;
pub const SECURITY_OWNER: FieldNo = 10_037;
pub const EXPOSURE: FieldNo = 10_040;
pub const COMPLIANCE: FieldNo = 10_041;
pub const REGION: FieldNo = 10_042;
pub const ADVISORY: FieldNo = 10_043;
pub const DETECTED_AT: FieldNo = 10_044;
pub const REVIEWERS: FieldNo = 10_045;
pub const TAGS: FieldNo = 10_046;
pub const INTRODUCED_IN: FieldNo = 10_047;
pub const AFFECTED_RELEASES: FieldNo = 10_048;
pub const OWNING_PROJECT: FieldNo = 10_049;
pub const RESPONSIBLE_GROUP: FieldNo = 10_050;
/// Of the team-managed project: the name of a field that others have too.
pub const TEAM_SEVERITY: FieldNo = 10_060;
pub const TEAM_STORY_POINTS: FieldNo = 10_061;

macro_rules! custom_type {
    ($name:literal) => {
        concat!("com.atlassian.jira.plugin.system.customfieldtypes:", $name)
    };
}
pub(super) use custom_type;

pub fn add(config: &mut Config) {
    add_system(config);
    let mut custom = |no, name, custom: &'static str, kind: &'static dyn Kind, options: Vec<OptionRow>| {
        config.add_field(Field { no, name, kind, custom: Some(custom), options, context: None });
    };
    let none = Vec::new;
    custom(EPIC_NAME, "Epic Name", "com.pyxis.greenhopper.jira:gh-epic-label", &field::Text, none());
    let severities = options(10_100, &["Sev 1", "Sev 2", "Sev 3", "Sev 4"]);
    custom(SEVERITY, "Severity", custom_type!("select"), &field::Choice, severities);
    let mut environments = options(10_110, &["Production", "Staging", "Development", "Mainframe"]);
    environments[3].is_disabled = true;
    custom(FOUND_IN, "Found in environment", custom_type!("select"), &field::Choice, environments);
    custom(TEAM_NOTES, "Team notes", custom_type!("textarea"), &field::Rich, none());
    let services = options(10_120, &["Checkout", "Ledger", "Identity", "Notifications"]);
    custom(
        AFFECTED_SERVICE,
        "Affected service",
        custom_type!("multiselect"),
        &field::List(&field::Choice),
        services,
    );
    custom(BUSINESS_IMPACT, "Business impact", custom_type!("textfield"), &field::Text, none());
    custom(DETECTED_ON, "Detected on", custom_type!("datepicker"), &field::Date, none());
    custom(CVSS_SCORE, "CVSS score", custom_type!("float"), &field::Number, none());
    custom(SECURITY_OWNER, "Security owner", custom_type!("userpicker"), &field::User, none());
    let exposures = options(10_130, &["Internet", "Partner network", "Internal"]);
    custom(EXPOSURE, "Exposure", custom_type!("radiobuttons"), &field::Choice, exposures);
    let rules = options(10_140, &["PCI DSS", "SOC 2", "ISO 27001"]);
    custom(COMPLIANCE, "Compliance", custom_type!("multicheckboxes"), &field::List(&field::Choice), rules);
    custom(REGION, "Region", custom_type!("cascadingselect"), &field::Cascading, regions());
    custom(ADVISORY, "Advisory", custom_type!("url"), &field::Link, none());
    custom(DETECTED_AT, "Detected at", custom_type!("datetime"), &field::DateTime, none());
    let people = custom_type!("multiuserpicker");
    custom(REVIEWERS, "Reviewers", people, &field::List(&field::User), none());
    custom(TAGS, "Tags", custom_type!("labels"), &field::List(&field::Label), none());
    custom(INTRODUCED_IN, "Introduced in", custom_type!("version"), &field::InVersion, none());
    let versions = custom_type!("multiversion");
    custom(AFFECTED_RELEASES, "Affected releases", versions, &field::List(&field::InVersion), none());
    custom(OWNING_PROJECT, "Owning project", custom_type!("project"), &field::InProject, none());
    custom(RESPONSIBLE_GROUP, "Responsible group", custom_type!("grouppicker"), &field::InGroup, none());
}

/// The fields that a team-managed project has for itself.
pub fn add_team(config: &mut Config, project: Id) {
    let mut add = |no, name, custom: &'static str, kind: &'static dyn Kind, options| {
        config.add_field(Field { no, name, kind, custom: Some(custom), options, context: Some(project) });
    };
    let severities = options(10_180, &["Critical", "Moderate"]);
    add(TEAM_SEVERITY, "Severity", custom_type!("select"), &field::Choice, severities);
    let points = "com.pyxis.greenhopper.jira:jsw-story-points";
    add(TEAM_STORY_POINTS, "Story point estimate", points, &field::Number, Vec::new());
    if let Some(restriction) = config.fields.get_mut(&field::ISSUE_RESTRICTION) {
        restriction.context = Some(project);
    }
}

fn add_system(config: &mut Config) {
    let system: [(FieldNo, &'static str, &'static dyn Kind); 22] = [
        (field::SUMMARY, "Summary", &field::Summary),
        (field::ISSUE_TYPE, "Issue Type", &field::OfType),
        (field::PROJECT, "Project", &field::InProject),
        (field::DESCRIPTION, "Description", &field::Rich),
        (field::ENVIRONMENT, "Environment", &field::Rich),
        (field::PRIORITY, "Priority", &field::Pick::Priority),
        (field::LABELS, "Labels", &field::List(&field::Label)),
        (field::COMPONENTS, "Components", &field::List(&field::InComponent)),
        (field::VERSIONS, "Affects versions", &field::List(&field::InVersion)),
        (field::FIX_VERSIONS, "Fix versions", &field::List(&field::InVersion)),
        (field::ASSIGNEE, "Assignee", &field::User),
        (field::REPORTER, "Reporter", &field::User),
        (field::DUE_DATE, "Due date", &field::Date),
        (field::PARENT, "Parent", &field::Parent),
        (field::RESOLUTION, "Resolution", &field::Pick::Resolution),
        (field::SECURITY, "Security Level", &field::Pick::Security),
        (field::ISSUE_LINKS, "Linked Issues", &field::Satellite::IssueLinks),
        (field::ATTACHMENT, "Attachment", &field::Satellite::Attachment),
        (field::COMMENT, "Comment", &field::Satellite::Comment),
        (field::TIME_TRACKING, "Time tracking", &field::TimeTracking),
        (field::WORKLOG, "Log Work", &field::Satellite::Worklog),
        (field::ISSUE_RESTRICTION, "Restrict to", &field::RESTRICTION),
    ];
    for (no, name, kind) in system {
        config.add_field(Field { no, name, kind, custom: None, options: Vec::new(), context: None });
    }
}

/// Options with ids that count up from `first`.
pub fn options(first: Id, values: &[&'static str]) -> Vec<OptionRow> {
    let rows = values.iter().zip(first..);
    rows.map(|(value, id)| OptionRow { id, value, is_disabled: false, children: Vec::new() }).collect()
}

pub fn regions() -> Vec<OptionRow> {
    let mut regions = options(10_150, &["Europe", "Americas"]);
    regions[0].children = options(10_160, &["Frankfurt", "Dublin"]);
    regions[1].children = options(10_170, &["Virginia", "São Paulo"]);
    regions
}
