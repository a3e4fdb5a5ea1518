//! The acts of people and administrators that a test can ask for, each with an example that works in the seeded world.

use std::fmt::Write;

#[derive(Debug)]
pub struct ActRow {
    pub path: &'static str,
    pub rows: &'static str,
    pub does: &'static str,
    /// Bodies, in an order in which each is accepted. `SEC-1` is an issue of the project SEC.
    pub examples: &'static [&'static str],
}

pub const ACTS: &[ActRow] = &[
    ActRow {
        path: "/_sim/accounts/expire",
        rows: "F13 to F15",
        does: "Every access token of a person expires now and is answered with `as` (401, 403, 404). Refresh tokens live on.",
        examples: &["{}", r#"{"account_id": "5b10ac8d82e05b22cc7d4ef5", "as": 404}"#],
    },
    ActRow {
        path: "/_sim/accounts/scopes",
        rows: "F16",
        does: "A person's grant loses scopes; tokens that were given out reach less at once.",
        examples: &[r#"{"remove": ["write:jira-work"]}"#],
    },
    ActRow {
        path: "/_sim/accounts/revoke",
        rows: "F17",
        does: "A person removes the app's access: refreshing answers `invalid_grant`, access tokens 401.",
        examples: &["{}"],
    },
    ActRow {
        path: "/_sim/accounts/uninstall",
        rows: "F19",
        does: "A site's administrator takes the app off; the gateway says 403 and the site is no accessible resource.",
        examples: &[r#"{"cloud_id": "…"}"#],
    },
    ActRow {
        path: "/_sim/accounts/site",
        rows: "F19",
        does: "A site is `suspended`, `removed` or `active` again, or gets another name (part of its address) or title. \
               The cloud id stays and a former name goes on leading to it. Assumed: a suspended site answers 503 and a page.",
        examples: &[
            r#"{"site": "globex", "to": "suspended"}"#,
            r#"{"site": "globex", "to": "removed"}"#,
            r#"{"site": "globex", "to": "active", "name": "globex-corp", "title": "Globex Corporation"}"#,
        ],
    },
    ActRow {
        path: "/_sim/jira/move",
        rows: "F24",
        does: "An issue goes to another project and gets a new key.",
        examples: &[r#"{"issue": "SEC-1", "project": "WEB"}"#],
    },
    ActRow {
        path: "/_sim/jira/clone",
        rows: "F34",
        does: "An issue is cloned, with its labels and without its properties. Answers the clone's id and key.",
        examples: &[r#"{"issue": "SEC-1"}"#],
    },
    ActRow {
        path: "/_sim/jira/archive",
        rows: "F25",
        does: "An issue is archived, or restored with `archived` false. Assumed: it can be read by id and not changed (403), \
               and no search finds it.",
        examples: &[r#"{"issue": "SEC-1"}"#, r#"{"issue": "SEC-1", "archived": false}"#],
    },
    ActRow {
        path: "/_sim/jira/project",
        rows: "F24, F25",
        does: "A project is `archived`, `trashed` or `live` again, or gets another key and name. In the trash it is as if \
               it did not exist, with its issues.",
        examples: &[
            r#"{"project": "WEB", "to": "archived"}"#,
            r#"{"project": "WEB", "to": "trashed"}"#,
            r#"{"project": "WEB", "to": "live"}"#,
            r#"{"project": "WEB", "key": "SITE", "name": "Web site"}"#,
        ],
    },
    ActRow {
        path: "/_sim/jira/transition",
        rows: "F26",
        does: "A transition (id or name) is `gone` or `offered` again, `renamed`, `requires` or `no_longer_requires` a field on its \
               screen, is `validated` by a rule that no metadata shows, or `not_validated`. Types that share the workflow \
               share the change.",
        examples: &[
            r#"{"project": "SEC", "transition": "11", "to": "gone"}"#,
            r#"{"project": "SEC", "transition": "11", "to": "offered"}"#,
            r#"{"project": "SEC", "transition": "51", "to": "renamed", "name": "Close"}"#,
            r#"{"project": "SEC", "transition": "21", "to": "requires", "field": "duedate"}"#,
            r#"{"project": "SEC", "transition": "21", "to": "no_longer_requires", "field": "duedate"}"#,
            r#"{"project": "SEC", "transition": "51", "to": "validated", "text": "Name the release.", "field": "fixVersions"}"#,
            r#"{"project": "SEC", "transition": "51", "to": "not_validated"}"#,
        ],
    },
    ActRow {
        path: "/_sim/jira/screen",
        rows: "F27",
        does: "A field of a create screen becomes `required` or `optional`, or goes `off_screen`.",
        examples: &[
            r#"{"project": "SEC", "issue_type": "Bug", "field": "duedate", "to": "required"}"#,
            r#"{"project": "SEC", "issue_type": "Bug", "field": "duedate", "to": "optional"}"#,
        ],
    },
    ActRow {
        path: "/_sim/jira/option",
        rows: "F27",
        does: "An option (id or value) of a field is `removed`, `disabled`, `renamed` or `offered` again.",
        examples: &[
            r#"{"field": "customfield_10030", "option": "Sev 4", "to": "removed"}"#,
            r#"{"field": "customfield_10030", "option": "10103", "to": "offered"}"#,
            r#"{"field": "customfield_10030", "option": "Sev 3", "to": "disabled"}"#,
            r#"{"field": "customfield_10030", "option": "Sev 2", "to": "renamed", "name": "Severe"}"#,
        ],
    },
    ActRow {
        path: "/_sim/jira/user",
        rows: "F28",
        does: "A person is deactivated (`active` false: cannot sign in or be assigned) or no longer `assignable`.",
        examples: &[r#"{"account_id": "5c4f2a9be9d1a73d2b6f8c01", "active": false, "assignable": false}"#],
    },
    ActRow {
        path: "/_sim/jira/permission",
        rows: "F29",
        does: "A person loses (`held` false) or regains a permission, in one project or everywhere.",
        examples: &[
            r#"{"permission": "EDIT_ISSUES", "held": false}"#,
            r#"{"permission": "EDIT_ISSUES", "held": true}"#,
            r#"{"account_id": "5b10ac8d82e05b22cc7d4ef5", "permission": "CREATE_ISSUES", "project": "SEC", "held": false}"#,
        ],
    },
    ActRow {
        path: "/_sim/jira/webhooks",
        rows: "F21, F22",
        does: "What becomes of deliveries of webhooks from now on: shares of them (0 to 1) are sent twice (`double`) or never \
               (`drop`), they are late by a time from a range (`delay_ms`), every second one is overtaken (`reorder`), the \
               `nth` since then has a fault of its own (`drop`, `double`, `delay`, `reorder`). `retry_ms` is the range of the \
               wait before an attempt is repeated; with `app_owner` only what that account registered is delivered. `DELETE` \
               ends it; `GET` answers each delivery with its attempts, with `settle=true` once nothing is due; \
               `POST …/webhooks/{id}/again` sends one once more.",
        examples: &[
            r#"{"double": 0.1, "drop": 0.05, "delay_ms": [0, 30000], "reorder": true}"#,
            r#"{"nth": [{"nth": 1, "fault": "drop"}, {"nth": 3, "fault": "delay", "ms": 60000}]}"#,
        ],
    },
    ActRow {
        path: "/_sim/jira/archived",
        rows: "F25",
        does: "Archived issues cannot (`visible` false) or can be read by their keys. Which of both real sites do is not published.",
        examples: &[r#"{"visible": false}"#, r#"{"visible": true}"#],
    },
];

pub fn write(page: &mut String) {
    page.push_str(
        "## Acts of people and administrators\n\n`POST` with a JSON body; `site` is `acme` and the person Ada Admin where left out. What people do by \
         the API itself (edit, comment, transition, delete, remove a label or a property) is asked of the API with a \
         person's token, which `/_sim/info` names. Any of them can stand in a plan as the kind `act`. Changes are kept over \
         restarts. F30 to F33 concern Backline's own process, disk, clock and \
         database, not the outside.\n",
    );
    for ActRow { path, rows, does, examples } in ACTS {
        let examples = examples.iter().map(|example| format!("{example}\n")).collect::<String>();
        write!(page, "\n#### `{path}` ({rows})\n\n{does}\n\n```json\n{examples}```\n")
            .expect("writing to a string cannot fail");
    }
    page.push('\n');
}
