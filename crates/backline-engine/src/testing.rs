//! What the tests of several rooms begin with: a consent to a site, and a project that is connected there.

use backline_core::ids::{CloudId, ConnectedProjectId, ConnectionId, IssueTypeId, JiraProjectId};
use backline_core::jira::issue::{IssueType, JiraProject, Site};
use backline_core::mapping::ConnectedProject;
use backline_store::connection::{Connection, ConnectionKind, ConnectionStatus};
use backline_store::grant::Credentials;
use jiff::Timestamp;
use uuid::Uuid;

pub fn start() -> Timestamp {
    Timestamp::from_second(1_800_000_000).expect("a time")
}

/// A consent to a site; under an id of its own, as each consent comes.
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
        account: None,
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
