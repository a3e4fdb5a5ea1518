//! What the tests of several rooms begin with: settings, a consent to a site, and a project that is connected there.

pub mod github;
pub mod random;

use crate::clock::Randomness;
use crate::context::Settings;
use backline_clients::oauth::OAuthApp;
use backline_core::ids::{CloudId, ConnectedProjectId, ConnectionId, IssueTypeId, JiraProjectId};
use backline_core::jira::issue::{IssueType, JiraProject, Person, Site};
use backline_core::mapping::ConnectedProject;
use backline_core::sla::Policy;
use backline_store::connection::{Connection, ConnectionKind, ConnectionStatus};
use backline_store::grant::Credentials;
use jiff::Timestamp;
use std::time::Duration;
use uuid::Uuid;

pub fn start() -> Timestamp {
    Timestamp::from_second(1_800_000_000).expect("a time")
}

/// A consent to a site; under an id of its own, as each consent comes.
/// The account whose consent it is.
pub const ACCOUNT: &str = "account-of-backline";

pub fn consent(id: u128, site: &str, now: Timestamp) -> Connection {
    Connection {
        id: ConnectionId(Uuid::from_u128(id)),
        kind: ConnectionKind::JiraApp,
        status: ConnectionStatus::Connected,
        site: Some(Site {
            cloud_id: CloudId::from(site),
            name: site.to_owned(),
            url: format!("https://{site}.example"),
            scopes: Vec::new(),
        }),
        offered: Vec::new(),
        account: Some(Person { account_id: ACCOUNT.into(), display_name: "Backline".to_owned() }),
        scopes: Vec::new(),
        epoch: 1,
        connected_at: now,
        connected_by: "ada@acme.example".to_owned(),
    }
}

pub fn tokens(word: &str) -> Credentials {
    Credentials::OAuth { access: format!("access-{word}").into(), refresh: format!("refresh-{word}").into() }
}

/// SEC / Bug on the connection's site; takes what is found in the site's repositories, and maps nothing.
pub fn project(connection: &Connection, number: u32) -> ConnectedProject {
    let site = connection.site.as_ref().expect("a site was chosen");
    let mut project = ConnectedProject {
        id: ConnectedProjectId(Uuid::from_u128(100 + u128::from(number))),
        connection: connection.id,
        cloud_id: site.cloud_id.clone(),
        site_url: site.url.clone(),
        project: JiraProject {
            id: JiraProjectId::new(format!("1000{number}")),
            key: "SEC".to_owned(),
            name: "Security".to_owned(),
            type_key: "software".to_owned(),
            is_team_managed: false,
        },
        issue_type: IssueType { id: IssueTypeId::from("1"), name: "Bug".to_owned(), is_subtask: false },
        position: number,
        rule: Default::default(),
        mapping: Default::default(),
    };
    project.rule.repositories = vec![format!("{}/*", site.name)];
    project
}

/// Everything at addresses that do not exist, and no GitHub.
pub fn settings() -> Settings {
    Settings {
        public_url: "https://backline.example".to_owned(),
        atlassian: Some(OAuthApp {
            client_id: "app".to_owned(),
            client_secret: "secret".into(),
            authorize_url: "https://auth.example/authorize".to_owned(),
            token_url: "https://auth.example/oauth/token".to_owned(),
            api_url: "https://api.example".to_owned(),
            redirect_uri: "https://backline.example/callback".to_owned(),
            scopes: Vec::new(),
        }),
        jira_gateway: "https://api.example".to_owned(),
        jira_sites: Vec::new(),
        settle: Duration::from_secs(600),
        jira_poll: Duration::from_secs(60),
        github_poll: Duration::from_secs(60),
        metadata_every: Duration::from_secs(3_600),
        creations_per_hour: None,
        workers: 2,
        github: None,
        sla: Policy::default(),
        slack_webhook: None,
    }
}

/// Nothing in a pass needs chance.
pub struct NoChance;

impl Randomness for NoChance {
    fn bytes(&self) -> [u8; 32] {
        unreachable!("nothing here draws")
    }
}
