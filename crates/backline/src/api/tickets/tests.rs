use crate::api::tests::Client;
use crate::app::App;
use crate::web::testing::{Browser, app, config};
use axum::http::{Method, StatusCode};
use backline_core::ids::{CloudId, ConnectedProjectId, ConnectionId, IssueId, IssueKey, SubjectId};
use backline_core::jira::issue::{IssueType, JiraProject, Site};
use backline_core::mapping::ConnectedProject;
use backline_core::notice::End;
use backline_core::ticket::{Applied, Ticket};
use backline_store::api_token::TokenScope;
use backline_store::connection::{Connection, ConnectionKind, ConnectionStatus};
use backline_store::grant::Credentials;
use backline_store::reconcile::{Outcome, Verdict};
use backline_store::work::{Next, WorkKey};
use uuid::Uuid;

const REPORT: &[u8] = include_bytes!("../../../../../samples/trivy/pom.json");

async fn connect(app: &App, id: u128, site: &str) -> ConnectionId {
    let connection = Connection {
        id: ConnectionId(Uuid::from_u128(id)),
        kind: ConnectionKind::JiraApp,
        status: ConnectionStatus::Connected,
        site: Some(Site {
            cloud_id: CloudId::from(site),
            name: site.to_owned(),
            url: format!("https://{site}.atlassian.net"),
            scopes: Vec::new(),
        }),
        offered: Vec::new(),
        account: None,
        scopes: Vec::new(),
        epoch: 1,
        connected_at: app.now(),
        connected_by: "ada".to_owned(),
    };
    let tokens = Credentials::OAuth { access: "access".into(), refresh: "refresh".into() };
    app.store.create_connection(connection, tokens, None, app.now()).await.unwrap().id
}

/// Everything goes to SEC / Bug on acme; the report's vulnerabilities are found, and the first has its ticket.
async fn running() -> (App, Client, ConnectionId) {
    let app = app(config("")).await;
    let connection = connect(&app, 1, "acme").await;
    let project = ConnectedProject {
        id: ConnectedProjectId(Uuid::from_u128(1)),
        connection,
        cloud_id: CloudId::from("acme"),
        site_url: "https://acme.atlassian.net".to_owned(),
        project: JiraProject {
            id: "10000".into(),
            key: "SEC".to_owned(),
            name: "Security".to_owned(),
            type_key: "software".to_owned(),
            is_team_managed: false,
        },
        issue_type: IssueType { id: "1".into(), name: "Bug".to_owned(), is_subtask: false },
        position: 0,
        rule: Default::default(),
        mapping: Default::default(),
    };
    app.store.save_project(project, "ada", app.now()).await.unwrap();
    let client = Client::of(&app, &[TokenScope::Admin]).await;
    let (status, _) = client.send(Method::POST, "/reports?repository=acme/api", REPORT).await;
    assert_eq!(status, StatusCode::OK);
    pass_all(&app).await;
    (app, client, connection)
}

/// A pass over each that is due: the first of all gets its ticket, the others are refused nothing and get none.
async fn pass_all(app: &App) {
    for lease in app.store.lease("test", app.now(), 1_000, 100, &[]).await.unwrap() {
        let WorkKey::Subject(subject) = lease.key else { continue };
        let has_one = app.store.count_tickets().await.unwrap().tickets > 0;
        let ticket = Ticket {
            issue: IssueId::from("10001"),
            key: IssueKey::from("SEC-1"),
            status: None,
            applied: Applied::default(),
            created_at: app.now(),
            is_gone: false,
        };
        let outcome = Outcome {
            ticket: (!has_one).then_some(ticket),
            verdict: if has_one { Verdict::Unchanged } else { Verdict::Clear(End::Mended) },
            next: Next::OnChange,
            ..Outcome::new(subject)
        };
        app.store.finish_reconcile(&lease, outcome, app.now()).await.unwrap();
    }
}

#[tokio::test]
async fn while_jira_is_disconnected_everything_waits_and_says_so_everywhere() {
    let (app, client, connection) = running().await;
    let (_, listed) = client.get("/tickets?state=in_sync").await;
    let ticket = &listed["tickets"][0];
    assert_eq!((&ticket["key"], &ticket["status"]), (&"SEC-1".into(), &serde_json::Value::Null));
    assert_eq!(ticket["is_status_read"], false);

    app.store.disconnect(connection, "ada", app.now()).await.unwrap();
    let (_, listed) = client.get("/tickets").await;
    let tickets = listed["tickets"].as_array().unwrap();
    assert!(tickets.len() > 1);
    for ticket in tickets {
        assert_eq!(
            (&ticket["state"], &ticket["reason"]),
            (&"waiting".into(), &"Jira is disconnected".into())
        );
    }
    let (_, plan) = client.get("/plan").await;
    assert_eq!(plan["subjects"].as_array().unwrap().len(), tickets.len());
    assert_eq!(plan["subjects"][0]["reason"], "Jira is disconnected");
    let (_, projects) = client.get("/projects").await;
    let project = &projects["projects"][0];
    assert_eq!(
        (&project["held_up"], &project["tickets"]["in_sync"]),
        (&"Jira is disconnected".into(), &0.into())
    );

    let mut browser = Browser::signed_in(app.clone()).await;
    let list = browser.get("/tickets").await.body;
    assert!(list.contains("Jira is disconnected") && !list.contains("In sync</span>"), "{list}");
    let overview = browser.get("/").await.body;
    assert!(overview.contains(&format!("0 in sync, {} waiting", tickets.len())), "{overview}");

    connect(&app, 2, "globex").await;
    let why = "SEC belongs to acme, which is not connected";
    assert_eq!(client.get("/tickets").await.1["tickets"][0]["reason"], why);
    let health = browser.get("/integrations/jira/projects").await.body;
    assert!(health.contains(why), "{health}");

    connect(&app, 3, "acme").await;
    assert_eq!(client.get("/projects").await.1["projects"][0]["held_up"], serde_json::Value::Null);
}

#[tokio::test]
async fn a_ticket_is_unlinked_by_an_admin_and_its_place_is_taken() {
    let (app, client, _) = running().await;
    let id = client.get("/tickets?state=in_sync").await.1["tickets"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("/tickets/{id}/unlink");
    let reader = Client::of(&app, &[TokenScope::Read]).await;
    assert_eq!(reader.send(Method::POST, &path, "").await.0, StatusCode::FORBIDDEN);
    let (status, answer) = client.send(Method::POST, &path, "").await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    assert_eq!(
        (&answer["unlinked"]["key"], &answer["unlinked"]["state"]),
        (&"SEC-1".into(), &"unlinked".into())
    );
    assert_eq!(
        (&answer["next"]["key"], &answer["next"]["state"]),
        (&serde_json::Value::Null, &"waiting".into())
    );
    let (status, problem) = client.send(Method::POST, &path, "").await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &"not_linked".into()));
    let nobody = SubjectId(Uuid::from_u128(99));
    assert_eq!(
        client.send(Method::POST, &format!("/tickets/{nobody}/unlink"), "").await.0,
        StatusCode::NOT_FOUND
    );
    let timeline = client.get(&format!("/tickets/{id}")).await.1["timeline"].to_string();
    assert!(timeline.contains("Unlinked SEC-1"), "{timeline}");
}

#[tokio::test]
async fn a_ticket_is_unlinked_on_its_page_with_a_form_of_that_page() {
    let (app, client, _) = running().await;
    let id = client.get("/tickets?state=in_sync").await.1["tickets"][0]["id"].as_str().unwrap().to_owned();
    let mut browser = Browser::signed_in(app.clone()).await;
    let page = browser.get(&format!("/tickets?t={id}")).await;
    let path = format!("/tickets/{id}/unlink");
    assert!(page.body.contains(&format!("action=\"{path}\"")), "{}", page.body);
    assert_eq!(browser.post(&path, &[]).await.status, StatusCode::FORBIDDEN);
    let answer = browser.post(&path, &[("csrf", &page.token())]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let next = answer.location().to_owned();
    assert!(next.starts_with("/tickets?t=") && !next.contains(&id), "{next}");
    let page = browser.get(&next).await.body;
    assert!(page.contains("Takes the place of SEC-1") && page.contains("sec@acme.example"), "{page}");
    let old = browser.get(&format!("/tickets?t={id}")).await.body;
    assert!(old.contains("It was unlinked") && !old.contains(&path) && !old.contains("/retry\""), "{old}");
}
