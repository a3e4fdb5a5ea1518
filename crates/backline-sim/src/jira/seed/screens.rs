//! The create screens.

use super::fields::*;
use crate::jira::config::{Config, Id, ScreenField};
use crate::jira::field::*;
use crate::people;
use serde_json::Value;

pub const BUG_SCREEN: Id = 1;
pub const TASK_SCREEN: Id = 2;
pub const STORY_SCREEN: Id = 3;
pub const EPIC_SCREEN: Id = 4;
pub const SUB_TASK_SCREEN: Id = 5;
pub const TEAM_SCREEN: Id = 6;
pub const TEAM_SUBTASK_SCREEN: Id = 7;

pub fn add(config: &mut Config) {
    let priority = config.default_priority.into();
    let company = |extra: &[ScreenField]| {
        let mut screen = vec![
            required(PROJECT),
            required(ISSUE_TYPE),
            required(SUMMARY),
            optional(DESCRIPTION),
            with_default(PRIORITY, false, Value::clone(&priority)),
            optional(LABELS),
            optional(ASSIGNEE),
            // The default is whoever creates; this value stands for it in the metadata.
            with_default(REPORTER, true, people::ADA.account_id.into()),
            optional(DUE_DATE),
            optional(ISSUE_LINKS),
            optional(ATTACHMENT),
        ];
        screen.extend_from_slice(extra);
        screen
    };
    let releases = [optional(COMPONENTS), optional(VERSIONS), optional(FIX_VERSIONS), optional(ENVIRONMENT)];
    let bug = [
        required(SEVERITY),
        required(FOUND_IN),
        optional(TEAM_NOTES),
        optional(AFFECTED_SERVICE),
        optional(BUSINESS_IMPACT),
        optional(DETECTED_ON),
        optional(CVSS_SCORE),
        optional(SECURITY_OWNER),
        optional(PARENT),
    ];
    config.screens.insert(BUG_SCREEN, company(&[&releases[..], &bug].concat()));
    let task = [
        EXPOSURE,
        COMPLIANCE,
        REGION,
        ADVISORY,
        DETECTED_AT,
        REVIEWERS,
        TAGS,
        INTRODUCED_IN,
        AFFECTED_RELEASES,
        OWNING_PROJECT,
        RESPONSIBLE_GROUP,
        SECURITY,
        PARENT,
    ]
    .map(optional);
    config.screens.insert(TASK_SCREEN, company(&[&releases[..], &task].concat()));
    config.screens.insert(STORY_SCREEN, company(&[optional(FIX_VERSIONS), optional(PARENT)]));
    config.screens.insert(EPIC_SCREEN, company(&[optional(EPIC_NAME)]));
    config.screens.insert(SUB_TASK_SCREEN, company(&[required(PARENT)]));
    let team = vec![
        required(PROJECT),
        required(ISSUE_TYPE),
        required(SUMMARY),
        optional(DESCRIPTION),
        optional(LABELS),
        optional(ASSIGNEE),
        with_default(REPORTER, true, people::ADA.account_id.into()),
        optional(DUE_DATE),
        with_default(PRIORITY, false, priority),
        optional(ATTACHMENT),
        optional(ISSUE_LINKS),
        optional(ISSUE_RESTRICTION),
    ];
    let severity = [optional(TEAM_SEVERITY), optional(TEAM_STORY_POINTS)];
    config.screens.insert(TEAM_SCREEN, [&team[..], &severity, &[optional(PARENT)]].concat());
    config.screens.insert(TEAM_SUBTASK_SCREEN, [&team[..], &[required(PARENT)]].concat());
}

pub fn required(field: FieldNo) -> ScreenField {
    ScreenField { field, is_required: true, default: None }
}

pub fn optional(field: FieldNo) -> ScreenField {
    ScreenField { field, is_required: false, default: None }
}

pub fn with_default(field: FieldNo, is_required: bool, default: Value) -> ScreenField {
    ScreenField { field, is_required, default: Some(default) }
}
