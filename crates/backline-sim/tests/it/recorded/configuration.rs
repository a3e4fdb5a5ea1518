//! Metadata and lists.

use super::comparison::{Comparison, kind_of};
use super::{get, rows};
use crate::world::Caller;
use serde_json::{Value, json};

pub(super) async fn compare_metadata(ada: &Caller<'_>, comparison: &mut Comparison) {
    let types = get(ada, "issue/createmeta/SEC/issuetypes").await;
    comparison.whole("createmeta types", &["saral/createmeta_issuetypes.json"], &[types]);
    let mut answered = Vec::new();
    let mut page = Value::Null;
    for path in ["SEC/issuetypes/10001", "SEC/issuetypes/10004", "ALL/issuetypes/10006"] {
        page = get(ada, &format!("issue/createmeta/{path}?maxResults=200")).await;
        answered.extend(rows(&page["fields"]));
    }
    let screens = comparison.files(&["saral/createmeta_bug.json", "saral/createmeta_task.json"]);
    let recorded: Vec<Value> = screens.iter().flat_map(|screen| rows(&screen["fields"])).collect();
    comparison.fields("createmeta", &recorded, &answered);
    // Around the fields.
    let around = |mut page: Value| {
        page["fields"] = json!([]);
        page
    };
    let (one, other) = (around(screens[0].clone()), around(page));
    comparison.compare("createmeta", &[&one], &[&other]);
    let all = get(ada, "field").await;
    let (recorded, answered) = (comparison.files(&["saral/field.json"]), rows(&all));
    comparison.fields("field", &rows(&recorded[0]), &answered);
    let transitions = get(ada, "issue/SEC-2/transitions?expand=transitions.fields").await;
    let recorded = comparison.files(&["saral/transitions.json"]).remove(0);
    let bare = |list: &Value| -> Vec<Value> {
        let mut rows = rows(&list["transitions"]);
        rows.iter_mut().for_each(|row| row["fields"] = Value::Null);
        rows
    };
    let (one, other) = (bare(&recorded), bare(&transitions));
    comparison.compare("transitions", &one.iter().collect::<Vec<_>>(), &other.iter().collect::<Vec<_>>());
    let fields = |list: &Value| -> Vec<Value> {
        rows(&list["transitions"]).iter().flat_map(|row| rows(&row["fields"])).collect()
    };
    let mut answered = fields(&transitions);
    answered.extend(rows(&get(ada, "issue/SEC-2/editmeta").await["fields"]).into_iter().map(|mut field| {
        // A transition repeats the id, edit metadata need not.
        field["fieldId"] = "id".into();
        field
    }));
    let recorded: Vec<Value> =
        fields(&recorded).into_iter().filter(|field| kind_of(field) == "system resolution").collect();
    comparison.fields("transition", &recorded, &answered);
}

pub(super) async fn compare_lists(ada: &Caller<'_>, comparison: &mut Comparison) {
    for (endpoint, names, path) in [
        ("myself", &["saral/myself.json"][..], "myself"),
        ("versions", &["saral/versions.json"], "project/SEC/version?expand=issuesstatus"),
        ("configuration", &["saral/configuration.json"], "configuration"),
        ("comments", &["saral/comments.json"], "issue/SEC-2/comment"),
        ("priorities", &["go-jira/all_priorities.json"], "priority"),
        ("statuses", &["go-jira/all_statuses.json", "jirametrics/sample_statuses.json"], "status"),
        ("status categories", &["go-jira/all_statuscategories.json"], "statuscategory"),
        ("resolutions", &["go-jira/all_resolutions.json"], "resolution"),
        ("link types", &["go-jira/all_issuelinktypes.json"], "issueLinkType"),
        ("remote links", &["go-jira/remote_links.json"], "issue/SEC-2/remotelink"),
        ("project", &["go-jira/project.json"], "project/SEC"),
        ("component", &["go-jira/component_get.json"], "component/10000"),
    ] {
        let mut answered = get(ada, path).await;
        let mut recorded = comparison.files(names);
        // Names of roles are the site's own.
        for body in recorded.iter_mut().chain([&mut answered]) {
            if let Some(roles) = body.get_mut("roles") {
                *roles = rows(roles).into();
            }
        }
        if let Some(types) = answered.get("issueLinkTypes") {
            answered = types.clone();
        }
        // What a document holds is the writer's business.
        for body in recorded.iter_mut().chain([&mut answered]) {
            for comment in body.get_mut("comments").and_then(Value::as_array_mut).into_iter().flatten() {
                comment["body"] = comment["body"]["type"].clone();
            }
        }
        comparison.compare(endpoint, &recorded.iter().collect::<Vec<_>>(), &[&answered]);
    }
    let permissions = get(ada, "mypermissions?permissions=EDIT_ISSUES,CREATE_ISSUES&projectKey=SEC").await;
    let recorded = rows(&comparison.files(&["saral/mypermissions_basic.json"])[0]["permissions"]);
    let answered = rows(&permissions["permissions"]);
    comparison.compare(
        "permissions",
        &recorded.iter().collect::<Vec<_>>(),
        &answered.iter().collect::<Vec<_>>(),
    );
}
