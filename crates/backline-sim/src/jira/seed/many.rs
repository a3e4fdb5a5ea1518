//! Issues in any number, for tests of size: the same ones for the same seed, project and number.
//!
//! They are issues like any other: read, searched, edited, moved and deleted. Only the batch is kept in the
//! journal, so that a million of them are a few lines there; one that was changed is kept as every issue is.

use super::fields::{FOUND_IN, SEVERITY};
use super::lists::RESOLVED_DONE;
use crate::jira::config::{Category, Config, Id, TypeInProject};
use crate::jira::field::{ASSIGNEE, DESCRIPTION, FieldNo, LABELS, PRIORITY, REPORTER, RESOLUTION, SUMMARY};
use crate::jira::issue::Issue;
use crate::people::PEOPLE;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Issues of one project that were made together, with ids and numbers in a row.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Batch {
    pub project: Id,
    pub first_id: Id,
    pub first_number: u64,
    pub count: u64,
    pub seed: u64,
    /// When the newest was created.
    pub until_ms: i64,
    /// How much later than the one before it each was created.
    pub step_ms: i64,
}

/// The usual time between two of them, where that leaves room for older issues.
pub const STEP_MS: i64 = MINUTE_MS;
const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;
/// So many issues in a row share a label of their own.
const PER_LABEL: u64 = 20;

const WEAKNESSES: [&str; 8] = [
    "Out-of-bounds write",
    "SQL injection",
    "Use after free",
    "Path traversal",
    "Missing authorization",
    "Server-side request forgery",
    "Deserialization of untrusted data",
    "Hard-coded credentials",
];
const PACKAGES: [&str; 8] = [
    "openssl",
    "log4j-core",
    "commons-text",
    "jackson-databind",
    "libxml2",
    "zlib",
    "spring-web",
    "postgresql",
];

impl Batch {
    pub fn ids(&self) -> std::ops::Range<Id> {
        self.first_id..self.first_id + self.count
    }

    pub fn issue(&self, config: &Config, id: Id) -> Issue {
        let place = id - self.first_id;
        let number = self.first_number + place;
        let dice = Dice(self.seed ^ (self.project << 32) ^ number);
        let project = config.projects.get(&self.project).expect("a batch is made for a project that exists");
        let at = kind(config, &project.types);
        let workflow = at.and_then(|at| config.workflows.get(&at.workflow));
        // Half of them have not been begun; the others are spread over the board.
        let statuses = workflow.map_or(&[][..], |workflow| &workflow.statuses);
        let begun = if dice.roll("begun", 2) == 0 { 0 } else { dice.roll("status", statuses.len()) };
        let status = statuses.get(begun).copied().unwrap_or_default();
        let is_done = config.statuses.get(&status).is_some_and(|status| status.category == Category::Done);
        let created_ms = self.until_ms - (self.count - 1 - place) as i64 * self.step_ms;
        let moved_ms = (created_ms + dice.roll("moved", 30) as i64 * DAY_MS).min(self.until_ms);
        let updated_ms = if begun == 0 { created_ms } else { moved_ms };
        let author = PEOPLE[dice.roll("author", 3)].account_id;
        Issue {
            id,
            key: format!("{}-{number}", project.key),
            project: self.project,
            issue_type: at.map_or(0, |at| at.issue_type),
            status,
            creator: author.to_owned(),
            created_ms,
            updated_ms,
            resolved_ms: is_done.then_some(updated_ms),
            status_changed_ms: updated_ms,
            fields: values(config, at, number, is_done, author, dice).into_iter().collect(),
            ..Issue::default()
        }
    }
}

/// The issue type that the seeded ones have: "Bug" where the project has it.
fn kind<'a>(config: &Config, types: &'a [TypeInProject]) -> Option<&'a TypeInProject> {
    let of = |row: &TypeInProject| config.issue_types.get(&row.issue_type);
    let is_bug = |row: &&TypeInProject| of(row).is_some_and(|kind| kind.name == "Bug");
    types.iter().find(is_bug).or_else(|| types.iter().find(|row| of(row).is_some_and(|kind| kind.level == 0)))
}

fn values(
    config: &Config,
    at: Option<&TypeInProject>,
    number: u64,
    is_done: bool,
    author: &str,
    dice: Dice,
) -> Vec<(FieldNo, Value)> {
    let package = PACKAGES[dice.roll("package", PACKAGES.len())];
    let weakness = WEAKNESSES[dice.roll("weakness", WEAKNESSES.len())];
    let text = format!("{weakness} in {package}, seen in build {number}.");
    let paragraph = json!({"type": "paragraph", "content": [{"type": "text", "text": text}]});
    let document = json!({"type": "doc", "version": 1, "content": [paragraph]});
    let priority = config.priorities.get(dice.roll("priority", config.priorities.len()));
    let mut values: Vec<(FieldNo, Value)> = vec![
        (SUMMARY, format!("{weakness} in {package} ({number})").into()),
        (DESCRIPTION, document.to_string().into()),
        (PRIORITY, priority.map_or(config.default_priority, |row| row.id).into()),
        (LABELS, json!([package, format!("seeded-{}", number / PER_LABEL)])),
        (REPORTER, author.into()),
    ];
    if let Some(person) = PEOPLE[..3].get(dice.roll("assignee", 5)) {
        values.push((ASSIGNEE, person.account_id.into()));
    }
    if is_done {
        values.push((RESOLUTION, RESOLVED_DONE.into()));
    }
    let screen = at.and_then(|at| config.screens.get(&at.screen)).map_or(&[][..], Vec::as_slice);
    for field in [SEVERITY, FOUND_IN] {
        let options = config.fields.get(&field).map_or(&[][..], |field| &field.options);
        let open: Vec<Id> = options.iter().filter(|row| !row.is_disabled).map(|row| row.id).collect();
        if !open.is_empty() && screen.iter().any(|on_screen| on_screen.field == field) {
            values.push((field, open[dice.roll("option", open.len())].into()));
        }
    }
    values
}

/// A choice for each purpose that depends on nothing but its number.
#[derive(Clone, Copy)]
struct Dice(u64);

impl Dice {
    /// A number below `sides`; 0 when there is none.
    fn roll(self, purpose: &str, sides: usize) -> usize {
        // The finalizer of splitmix64: enough to scatter, and the same on every machine.
        // Source: <https://prng.di.unimi.it/splitmix64.c>
        let salt = purpose.bytes().fold(self.0, |salt, byte| salt.wrapping_mul(31).wrapping_add(byte.into()));
        let mut z = salt.wrapping_add(0x9e37_79b9_7f4a_7c15);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        (z % sides.max(1) as u64) as usize
    }
}
