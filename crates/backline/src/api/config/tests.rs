use crate::api::tests::Client;
use crate::app::App;
use crate::web::testing::{Browser, app, config};
use axum::http::{Method, StatusCode};
use backline_core::ids::{CloudId, ConnectedProjectId, ConnectionId};
use backline_core::jira::issue::{IssueType, JiraProject};
use backline_core::mapping::ConnectedProject;
use backline_core::severity::Severity;
use backline_store::api_token::TokenScope;
use uuid::Uuid;

/// SEC / Bug in two versions, of which the second takes only what is critical; Jira is not connected.
async fn saved() -> (App, Client, ConnectedProject) {
    let app = app(config("")).await;
    let project = ConnectedProject {
        id: ConnectedProjectId(Uuid::from_u128(1)),
        connection: ConnectionId(Uuid::from_u128(1)),
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
    let mut second = app.store.save_project(project, "ada", app.now()).await.unwrap();
    second.rule.severities = vec![Severity::Critical];
    let second = app.store.save_project(second, "<b>grace</b>", app.now()).await.unwrap();
    let client = Client::of(&app, &[TokenScope::Admin]).await;
    (app, client, second)
}

async fn exported(app: &App) -> String {
    backline_engine::configuration::export(&app.store.list_projects().await.unwrap())
}

#[tokio::test]
async fn what_is_exported_is_no_difference_even_without_jira() {
    let (app, client, _) = saved().await;
    let text = exported(&app).await;
    let read = client.send_with(Method::GET, "/config", &[], "").await;
    assert_eq!(
        (read.status, &read.headers["content-type"]),
        (StatusCode::OK, &"application/toml".parse().unwrap())
    );
    let (status, found) = client.send(Method::POST, "/config/diff", text.clone()).await;
    assert_eq!((status, &found["differs"]), (StatusCode::OK, &false.into()), "{found}");
    assert_eq!(found["projects"][0]["fate"], "unchanged");
    assert_eq!(found["etag"], read.headers["etag"].to_str().unwrap());
    let (status, applied) = client.send(Method::PUT, "/config", text.clone()).await;
    assert_eq!((status, &applied["applied"]), (StatusCode::OK, &0.into()), "{applied}");
    let (status, problem) = client.send(Method::PUT, "/config", text.replace("critical", "high")).await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &"jira_not_connected".into()), "{problem}");
}

#[tokio::test]
async fn a_file_that_is_wrong_changes_nothing_and_names_its_line() {
    let (app, client, project) = saved().await;
    let text = exported(&app).await;
    let wrong = text.replace("critical", "critcal");
    let line = wrong.lines().position(|line| line.contains("critcal")).unwrap() + 1;
    let (status, problem) = client.send(Method::PUT, "/config", wrong.clone()).await;
    assert_eq!((status.as_u16(), &problem["code"]), (422, &"config_refused".into()), "{problem}");
    assert_eq!(problem["place"], format!("line {line}"));
    let (status, found) = client.send(Method::POST, "/config/diff", wrong).await;
    assert_eq!((status, &found["problems"][0]["line"]), (StatusCode::OK, &line.into()), "{found}");
    let twice = format!("{text}{}", text.split_once("format = 1\n").unwrap().1);
    let (_, problem) = client.send(Method::PUT, "/config", twice).await;
    assert!(problem.to_string().contains("stands in the file twice"), "{problem}");
    assert_eq!(app.store.list_projects().await.unwrap(), [project]);
}

#[tokio::test]
async fn a_project_that_is_not_named_stays_unless_it_is_told_to_go() {
    let (app, client, _) = saved().await;
    let empty = "format = 1\n";
    let (_, found) = client.send(Method::POST, "/config/diff", empty).await;
    assert_eq!((&found["differs"], &found["projects"][0]["fate"]), (&false.into(), &"left_alone".into()));
    let stale = [("if-match", "\"of another state\"")];
    let answer = client.send_with(Method::PUT, "/config?prune=true", &stale, empty).await;
    assert_eq!(answer.status, StatusCode::PRECONDITION_FAILED);
    let (status, applied) = client.send(Method::PUT, "/config?prune=true", empty).await;
    assert_eq!((status, &applied["projects"][0]["fate"]), (StatusCode::OK, &"deleted".into()), "{applied}");
    assert!(app.store.list_projects().await.unwrap().is_empty());
}

#[tokio::test]
async fn versions_say_who_changed_what() {
    let (_, client, project) = saved().await;
    let path = format!("/projects/{}/versions", project.id);
    let (_, listed) = client.get(&path).await;
    let said: Vec<String> = listed["versions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| format!("{} {} {} {}", one["version"], one["is_live"], one["saved_by"], one["changes"]))
        .collect();
    assert_eq!(
        said,
        [
            r#"2 true "<b>grace</b>" [{"about":"Severities","what":"Critical, was every severity"}]"#,
            r#"1 false "ada" null"#,
        ]
    );
    assert_eq!(client.get(&format!("{path}?before=2")).await.1["versions"].as_array().map(Vec::len), Some(1));
    let (_, first) = client.get(&format!("{path}/1")).await;
    assert_eq!(
        (&first["project"]["mapping"]["version"], &first["since"][0]["about"]),
        (&1.into(), &"Severities".into())
    );
    for wrong in ["7", "0", "x", "4294967295"] {
        assert_eq!(client.get(&format!("{path}/{wrong}")).await.0, StatusCode::NOT_FOUND, "{wrong}");
    }
    // The way back asks Jira first, and there is none.
    let (status, problem) = client.send(Method::POST, &format!("{path}/1/restore"), "").await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &"jira_not_connected".into()), "{problem}");
}

#[tokio::test]
async fn the_page_of_versions_shows_them_and_says_why_there_is_no_way_back() {
    let (app, _, project) = saved().await;
    let mut browser = Browser::signed_in(app).await;
    let path = format!("/integrations/jira/projects/{}/versions", project.id);
    let page = browser.get(&path).await;
    assert!(page.body.contains("<b>Severities</b>: Critical, was every severity"), "{}", page.body);
    assert!(page.body.contains("&#60;b&#62;grace&#60;/b&#62;") && page.body.contains("The first one"));
    let form = [("csrf", page.token()), ("live", "2".to_owned()), ("tickets", "all".to_owned())];
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let refused = browser.post(&format!("{path}/1/restore"), &form).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.body);
    let stale = [form[0], ("live", "1")];
    assert_eq!(browser.post(&format!("{path}/1/restore"), &stale).await.status, StatusCode::CONFLICT);
}
