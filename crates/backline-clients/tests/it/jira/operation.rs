//! The table of the client's public operations, each as Backline uses it.

use super::answer;
use crate::recording::Answer;
use backline_clients::jira::{CreateIssue, Jira, JiraError, RemoteLink};
use backline_core::jira::adf::Doc;
use backline_core::jira::adf::build::{Builder, text};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::pin::Pin;

type Ended = Pin<Box<dyn Future<Output = Result<(), JiraError>>>>;

/// A call of one operation, under the name of its method.
pub struct Called {
    pub name: &'static str,
    pub run: Box<dyn FnOnce(Jira) -> Ended>,
}

/// The name comes from the method that is called, so the two cannot differ.
macro_rules! called {
    ($name:ident($($argument:expr),*)) => {
        $crate::jira::operation::Called {
            name: stringify!($name),
            run: Box::new(move |jira| Box::pin(async move { jira.$name($($argument),*).await.map(drop) })),
        }
    };
}
pub(super) use called;

pub struct Operation {
    pub called: Called,
    /// `METHOD template` below `/rest/api/3`.
    pub published: &'static str,
    pub answers: Vec<Answer>,
}

fn one(called: Called, published: &'static str, status: u16, body: Json) -> Operation {
    Operation { called, published, answers: vec![(status, body)] }
}

fn paged(called: Called, published: &'static str, key: &str, item: &Json) -> Operation {
    Operation { called, published, answers: answer::two_pages(key, item) }
}

pub fn create() -> CreateIssue {
    CreateIssue {
        fields: [
            ("project".into(), json!({"id": "10000"})),
            ("issuetype".into(), json!({"id": "10004"})),
            ("summary".into(), json!("A weakness")),
            ("description".into(), doc().to_json()),
        ]
        .into(),
        update: [(
            "issuelinks".into(),
            vec![json!({"add": {"type": {"id": "10000"}, "outwardIssue": {"id": "10002"}}})],
        )]
        .into(),
        properties: vec![("backline.link".to_owned(), json!({"nonce": "n"}))],
    }
}

pub fn doc() -> Doc {
    Builder::new().paragraph([text("Merged: "), text("o/r#1")]).doc()
}

pub fn link() -> RemoteLink {
    RemoteLink {
        global_id: "backline:pr:github.com/o/r/1".into(),
        relationship: "fixed by".into(),
        url: "https://github.com/o/r/pull/1".into(),
        title: "o/r#1 Fix".into(),
        summary: "merged".into(),
        resolved: true,
    }
}

pub fn operations() -> Vec<Operation> {
    let mut all = of_issues();
    all.extend(beside_issues());
    all.extend(of_projects());
    all.extend(of_webhooks());
    all
}

fn of_issues() -> Vec<Operation> {
    let created = json!({"id": "10001", "key": "SEC-1", "self": "https://a.example/rest/api/3/issue/10001"});
    let labels = || [("labels".into(), vec![json!({"add": "a"}), json!({"remove": "b"})])].into();
    let resolution = || [("resolution".into(), json!({"id": "10000"}))].into();
    let fields = || ["summary".into(), "customfield_10030".into()];
    vec![
        one(called!(create_issue(&create())), "POST /issue", 201, created.clone()),
        one(
            called!(create_issues(&[create()])),
            "POST /issue/bulk",
            201,
            json!({"issues": [created], "errors": []}),
        ),
        one(
            called!(edit_issue(&"10001".into(), &[("duedate".into(), Json::Null)].into(), &labels())),
            "PUT /issue/{issueIdOrKey}",
            204,
            Json::Null,
        ),
        one(
            called!(load_issue(&"10001".into(), &fields(), &["backline.link"])),
            "GET /issue/{issueIdOrKey}",
            200,
            answer::issue(),
        ),
        one(
            called!(bulk_fetch(&["10001".into(), "10002".into()], &fields(), &["backline.link"])),
            "POST /issue/bulkfetch",
            200,
            answer::issues(),
        ),
        one(
            called!(bulk_fetch_keys(&["SEC-1".into()], &fields(), &["backline.link"])),
            "POST /issue/bulkfetch",
            200,
            answer::issues(),
        ),
        one(
            called!(search("labels = \"backline-n\"", &fields(), Some("token"))),
            "POST /search/jql",
            200,
            answer::issues(),
        ),
        one(
            called!(search_with("project = SEC", &[], &["backline.subject"], None)),
            "POST /search/jql",
            200,
            answer::issues(),
        ),
        one(
            called!(transitions(&"10001".into())),
            "GET /issue/{issueIdOrKey}/transitions",
            200,
            answer::transitions(),
        ),
        one(
            called!(transition(&"10001".into(), &"31".into(), &resolution(), &labels())),
            "POST /issue/{issueIdOrKey}/transitions",
            204,
            Json::Null,
        ),
        one(
            called!(edit_fields(&"10001".into())),
            "GET /issue/{issueIdOrKey}/editmeta",
            200,
            json!({"fields": answer::fields_by_id()}),
        ),
    ]
}

fn of_webhooks() -> Vec<Operation> {
    let registered = json!({"webhookRegistrationResult": [{"createdWebhookId": 1000}]});
    let kept = json!({"values": [{
        "id": 1000, "jqlFilter": "project IN (SEC)", "events": ["jira:issue_updated"],
        "url": "https://backline.example/hooks/jira", "expirationDate": 1_790_000_000_000_i64,
    }], "isLast": true, "total": 1});
    vec![
        one(
            called!(register_webhook(
                "https://backline.example/hooks/jira",
                "project IN (SEC)",
                &["jira:issue_updated"]
            )),
            "POST /webhook",
            200,
            registered,
        ),
        one(called!(webhooks()), "GET /webhook", 200, kept),
        one(
            called!(refresh_webhook(1000)),
            "PUT /webhook/refresh",
            200,
            json!({"expirationDate": 1_790_000_000_000_i64}),
        ),
        one(called!(delete_webhooks(&[1000])), "DELETE /webhook", 202, Json::Null),
    ]
}

fn beside_issues() -> Vec<Operation> {
    let linked = json!({"id": 10000, "self": "https://a.example/rest/api/3/issue/10001/remotelink/10000"});
    vec![
        one(
            called!(add_comment(&"10001".into(), &doc(), "merged:1")),
            "POST /issue/{issueIdOrKey}/comment",
            201,
            answer::comment("1"),
        ),
        paged(
            called!(comments(&"10001".into())),
            "GET /issue/{issueIdOrKey}/comment",
            "comments",
            &answer::comment("1"),
        ),
        one(
            called!(last_changes(&"10001".into())),
            "GET /issue/{issueIdOrKey}/changelog",
            200,
            json!({"startAt": 0, "maxResults": 100, "total": 0, "isLast": true, "values": []}),
        ),
        one(
            called!(set_property(&"10001".into(), "backline.link", &json!({"nonce": "n"}))),
            "PUT /issue/{issueIdOrKey}/properties/{propertyKey}",
            201,
            Json::Null,
        ),
        one(
            called!(load_property(&"10001".into(), "backline.link")),
            "GET /issue/{issueIdOrKey}/properties/{propertyKey}",
            200,
            json!({"key": "backline.link", "value": {"nonce": "n"}}),
        ),
        one(
            called!(put_remote_link(&"10001".into(), &link())),
            "POST /issue/{issueIdOrKey}/remotelink",
            201,
            linked,
        ),
        one(
            called!(link_issues("10002", &"10009".into(), &"10001".into())),
            "POST /issueLink",
            201,
            json!({}),
        ),
    ]
}

fn of_projects() -> Vec<Operation> {
    let named = |id: &str, name: &str| json!([{"id": id, "name": name}]);
    let suggestions = json!({"results": [{"value": "security", "displayName": "<b>sec</b>urity"}]});
    vec![
        one(called!(myself()), "GET /myself", 200, answer::person()),
        one(called!(server_info()), "GET /serverInfo", 200, answer::server_info()),
        one(
            called!(assignable_users(&"10000".into(), "ann")),
            "GET /user/assignable/search",
            200,
            json!([answer::person()]),
        ),
        one(called!(users("ann")), "GET /user/search", 200, json!([answer::person()])),
        one(
            called!(people(&["5b10ac8d82e05b22cc7d4ef5".into()])),
            "GET /user/bulk",
            200,
            json!({"startAt": 0, "maxResults": 50, "total": 1, "isLast": true, "values": [answer::person()]}),
        ),
        one(
            called!(link_types()),
            "GET /issueLinkType",
            200,
            json!({"issueLinkTypes": [
                {"id": "10000", "name": "Blocks", "inward": "is blocked by", "outward": "blocks"}
            ]}),
        ),
        one(
            called!(groups("sec")),
            "GET /groups/picker",
            200,
            json!({"header": "Showing 1 of 1 matching groups", "total": 1, "groups": [{"name": "security"}]}),
        ),
        one(called!(permissions(&"10000".into())), "GET /mypermissions", 200, answer::permissions()),
        paged(called!(projects("sec", 50)), "GET /project/search", "values", &answer::project()),
        one(called!(load_project("SEC")), "GET /project/{projectIdOrKey}", 200, answer::project()),
        one(called!(resolution_field()), "GET /resolution", 200, named("10000", "Done")),
        paged(
            called!(issue_types(&"10000".into())),
            "GET /issue/createmeta/{projectIdOrKey}/issuetypes",
            "issueTypes",
            &answer::issue_type(),
        ),
        paged(
            called!(create_fields(&"10000".into(), &"10004".into())),
            "GET /issue/createmeta/{projectIdOrKey}/issuetypes/{issueTypeId}",
            "fields",
            &answer::field(),
        ),
        one(
            called!(statuses(&"10000".into(), &"10004".into())),
            "GET /project/{projectIdOrKey}/statuses",
            200,
            answer::statuses(),
        ),
        one(
            called!(components(&"10000".into())),
            "GET /project/{projectIdOrKey}/components",
            200,
            named("1", "api"),
        ),
        one(
            called!(versions(&"10000".into())),
            "GET /project/{projectIdOrKey}/versions",
            200,
            named("1", "1.0"),
        ),
        one(called!(label_suggestions("sec")), "GET /jql/autocompletedata/suggestions", 200, suggestions),
    ]
}

/// No fields and no verbs.
pub fn none<K, V>() -> BTreeMap<K, V> {
    BTreeMap::new()
}
