//! The site "acme": SEC with many fields, PAY managed by its team, WEB, and enough others to page through.

use super::lists::{BUG, EPIC, INTERNAL_ONLY, STORY, SUB_TASK, TASK, issue_type, status};
use super::screens::*;
use super::workflows::{self, PLAIN, REVIEWED};
use crate::jira::config::{Category, Component, Config, Id, Project, TypeInProject, Version};
use crate::people::{ADA, PEOPLE};

const SEC: Id = 10_000;
const PAY: Id = 10_001;
const WEB: Id = 10_002;
const FIRST_SMALL: Id = 10_010;
const PAY_WORKFLOW: Id = 3;

/// What the small projects are about; each word makes three of them.
const SUBJECTS: [(&str, &str); 19] = [
    ("ACC", "Accounts"),
    ("API", "Public API"),
    ("BIL", "Billing"),
    ("CAT", "Catalogue"),
    ("DAT", "Data platform"),
    ("DES", "Design system"),
    ("FRD", "Fraud"),
    ("HR", "People operations"),
    ("INF", "Infrastructure"),
    ("LEG", "Legal"),
    ("LOG", "Logistics"),
    ("MKT", "Marketing"),
    ("MOB", "Mobile"),
    ("OBS", "Observability"),
    ("QA", "Quality"),
    ("REP", "Reporting"),
    ("SRC", "Search"),
    ("SUP", "Support"),
    ("TRN", "Training"),
];

pub fn add(config: &mut Config) {
    super::screens::add(config);
    workflows::add(config);
    add_sec(config);
    add_pay(config);
    super::gallery::add(config);
    config.add_project(project(WEB, "WEB", "Website", plain_types()));
    for (n, (key, name)) in SUBJECTS.iter().enumerate() {
        for (m, suffix) in ["", "2", "3"].iter().enumerate() {
            let id = FIRST_SMALL + 3 * n as Id + m as Id;
            let name = if m == 0 { (*name).to_owned() } else { format!("{name}, team {suffix}") };
            config.add_project(project(id, &format!("{key}{suffix}"), &name, plain_types()));
        }
    }
}

fn add_sec(config: &mut Config) {
    let rows = [
        (BUG, BUG_SCREEN),
        (TASK, TASK_SCREEN),
        (STORY, STORY_SCREEN),
        (EPIC, EPIC_SCREEN),
        (SUB_TASK, SUB_TASK_SCREEN),
    ];
    let mut sec = project(SEC, "SEC", "Security backlog", types(REVIEWED, rows));
    sec.lead = PEOPLE[2].account_id;
    sec.security_levels = vec![INTERNAL_ONLY];
    config.add_project(sec);
    for (id, name) in [(10_000, "payments"), (10_001, "web"), (10_002, "infra")] {
        let component = Component { id, project: SEC, name: name.into(), ..Component::default() };
        config.components.insert(id, component);
    }
    for (id, name, is_released, is_archived) in
        [(10_000, "0.9", true, true), (10_001, "1.0", true, false), (10_002, "1.1", false, false)]
    {
        let release_date = is_released.then(|| "2026-03-27".to_owned());
        let version = Version {
            id,
            project: SEC,
            name: name.into(),
            description: is_released.then(|| "What went out in spring.".to_owned()),
            is_archived,
            is_released,
            start_date: is_released.then(|| "2026-01-05".to_owned()),
            release_date,
            sequence: None,
        };
        config.versions.insert(id, version);
    }
}

/// A team-managed project owns its issue types and statuses: the same names as elsewhere, other ids.
fn add_pay(config: &mut Config) {
    super::fields::add_team(config, PAY);
    let statuses = [10_100, 10_101, 10_102];
    status(config, statuses[0], "To Do", Category::New, Some(PAY));
    status(config, statuses[1], "In Progress", Category::Indeterminate, Some(PAY));
    status(config, statuses[2], "Done", Category::Done, Some(PAY));
    config.workflows.insert(PAY_WORKFLOW, workflows::plain(statuses, [11, 21, 31]));
    for (id, name, level) in
        [(10_101, "Task", 0), (10_102, "Bug", 0), (10_103, "Story", 0), (10_105, "Subtask", -1)]
    {
        issue_type(config, id, name, "", level, Some(PAY));
    }
    let rows =
        [(10_101, TEAM_SCREEN), (10_102, TEAM_SCREEN), (10_103, TEAM_SCREEN), (10_105, TEAM_SUBTASK_SCREEN)];
    let mut pay = project(PAY, "PAY", "Payments", types(PAY_WORKFLOW, rows));
    pay.is_team_managed = true;
    config.add_project(pay);
}

/// The screen and workflow of each shared issue type, in a plain company-managed project.
pub fn plain_types() -> Vec<TypeInProject> {
    types(PLAIN, [(TASK, STORY_SCREEN), (STORY, STORY_SCREEN), (BUG, STORY_SCREEN), (EPIC, EPIC_SCREEN)])
}

pub fn types<const N: usize>(workflow: Id, rows: [(Id, Id); N]) -> Vec<TypeInProject> {
    rows.map(|(issue_type, screen)| TypeInProject { issue_type, screen, workflow }).to_vec()
}

pub fn project(id: Id, key: &str, name: &str, types: Vec<TypeInProject>) -> Project {
    Project {
        id,
        key: key.to_owned(),
        name: name.to_owned(),
        is_team_managed: false,
        lead: ADA.account_id,
        types,
        security_levels: Vec::new(),
        type_key: "software",
        is_lead_assigned: false,
    }
}
