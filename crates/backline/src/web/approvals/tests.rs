//! The page with tickets that wait in an application without a network.

use crate::app::App;
use crate::web::testing::{Answer, Browser, app, config};
use axum::http::StatusCode;
use backline_core::finding::{self, Limits};
use backline_core::ids::{
    CloudId, ConnectedProjectId, ConnectionId, IssueTypeId, JiraProjectId, RepositoryName,
};
use backline_core::jira::issue::{IssueType, JiraProject};
use backline_core::mapping::ConnectedProject;
use backline_core::notice::End;
use backline_core::sla::Policy;
use backline_store::reconcile::{Outcome, Verdict};
use backline_store::report::Upload;
use backline_store::work::{Lease, WorkKey};
use uuid::Uuid;

fn project() -> ConnectedProject {
    ConnectedProject {
        id: ConnectedProjectId(Uuid::from_u128(1)),
        connection: ConnectionId(Uuid::from_u128(2)),
        cloud_id: CloudId::from("cloud"),
        site_url: "https://acme.example".to_owned(),
        project: JiraProject {
            id: JiraProjectId::from("10000"),
            key: "SEC".to_owned(),
            name: "Security".to_owned(),
            type_key: "software".to_owned(),
            is_team_managed: false,
        },
        issue_type: IssueType { id: IssueTypeId::from("1"), name: "Bug".to_owned(), is_subtask: false },
        position: 0,
        rule: Default::default(),
        mapping: Default::default(),
    }
}

/// Two tickets wait where one an hour is made; also who is signed in, and the leases of the two.
async fn two_held() -> (App, Browser, Vec<Lease>) {
    let app = app(config("[sync]\ncreations_per_hour = 1\n")).await;
    let store = &app.store;
    store.save_project(project(), "ada", app.now()).await.unwrap();
    let found = ["CVE-2026-1", "CVE-2026-2"].map(|id| {
        serde_json::json!({"VulnerabilityID": id, "PkgName": "left-pad", "InstalledVersion": "1.0.0", "Severity": "HIGH"})
    });
    let report = serde_json::json!({
        "SchemaVersion": 2, "ArtifactName": ".", "ArtifactType": "filesystem",
        "Results": [{"Target": "package-lock.json", "Class": "lang-pkgs", "Type": "npm", "Vulnerabilities": found}],
    });
    let upload = Upload {
        repository: RepositoryName::from("acme/api"),
        git_ref: None,
        is_default_branch: true,
        scope: None,
        complete: None,
        sha256: String::new(),
        received_at: app.now(),
        actor: "a test".to_owned(),
    };
    let report = finding::read(report.to_string().as_bytes(), &Limits::default()).unwrap();
    store.ingest(report, upload, Policy::default(), app.now()).await.unwrap();
    let leases = store.lease("test", app.now(), 60_000, 100, &[]).await.unwrap();
    let leases: Vec<Lease> =
        leases.into_iter().filter(|lease| matches!(lease.key, WorkKey::Subject(_))).collect();
    for lease in &leases {
        let WorkKey::Subject(id) = lease.key else { unreachable!("they were picked") };
        store.admit_creates(&[(lease.clone(), id)], 0, app.now()).await.unwrap();
    }
    let browser = Browser::signed_in(app.clone()).await;
    (app, browser, leases)
}

fn shown(page: &Answer) -> String {
    let at = page.body.split("name=\"shown\" value=\"").nth(1).expect("a form that approves");
    at.split('"').next().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn more_than_an_hours_worth_is_asked_again_and_then_approved() {
    let (app, mut browser, _) = two_held().await;
    let page = browser.get("/approvals").await;
    assert!(page.body.contains("left-pad 1.0.0"), "{}", page.body);
    let (token, shown) = (page.token(), shown(&page));
    let asked = browser.post("/approvals", &[("csrf", &token), ("shown", &shown)]).await;
    assert!(asked.body.contains("Make 2 tickets in SEC / Bug?"), "{}", asked.body);
    assert!(app.store.list_batches(9).await.unwrap().is_empty());
    let sure = [("csrf", token.as_str()), ("shown", shown.as_str()), ("sure", "1")];
    assert_eq!(browser.post("/approvals", &sure).await.location(), "/approvals");
    assert_eq!(app.store.list_batches(9).await.unwrap()[0].tickets, 2);
}

#[tokio::test]
async fn what_changed_since_the_page_was_opened_is_not_approved() {
    let (app, mut browser, leases) = two_held().await;
    let page = browser.get("/approvals").await;
    let WorkKey::Subject(subject) = leases[0].key else { unreachable!("they were picked") };
    let resolved = Outcome { verdict: Verdict::Clear(End::Resolved), ..Outcome::new(subject) };
    app.store.finish_reconcile(&leases[0], resolved, app.now()).await.unwrap();
    let (token, shown) = (page.token(), shown(&page));
    let sure = [("csrf", token.as_str()), ("shown", shown.as_str()), ("sure", "1")];
    let refused = browser.post("/approvals", &sure).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    let said = "2 new tickets in SEC / Bug were shown, and 1 of them waits now.";
    assert!(refused.body.contains(said), "{}", refused.body);
    assert!(app.store.list_batches(9).await.unwrap().is_empty());
}
