//! What the tests of several aggregates begin with: a report, a project, a pull request, and their small
//! histories.

use crate::connection::{Connection, ConnectionKind, ConnectionStatus};
use crate::grant::Credentials;
use crate::report::{Ingested, Upload};
use crate::store::Store;
use crate::work::{Lease, WorkKey};
use backline_core::finding::{Finding, Format, Identity, Kind, Location, Package, Report};
use backline_core::ids::{
    CloudId, ConnectedProjectId, ConnectionId, IssueId, IssueKey, IssueTypeId, JiraProjectId, RepositoryName,
};
use backline_core::jira::issue::{IssueType, JiraProject, Site};
use backline_core::mapping::ConnectedProject;
use backline_core::pull_request::{PullRequest, State};
use backline_core::severity::{Rating, Severity};
use backline_core::sla::Policy;
use backline_core::ticket::{Applied, Ticket};
use jiff::Timestamp;
use uuid::Uuid;

pub const REPOSITORY: &str = "acme/api";

pub fn day(day: u32) -> Timestamp {
    format!("2026-03-{day:02}T09:00:00Z").parse().expect("a day of March")
}

pub fn finding(advisory: &str, aliases: &[&str], severity: Severity, version: &str) -> Finding {
    Finding {
        kind: Kind::Package,
        identity: Identity::Package {
            advisory: advisory.to_owned(),
            package: "pkg:npm/left-pad".to_owned(),
            place: "package-lock.json".to_owned(),
        },
        title: format!("Weakness {advisory}"),
        description: String::new(),
        rating: Rating {
            severity,
            source: "nvd".into(),
            word: severity.word().into(),
            score: None,
            vector: None,
        },
        identifiers: aliases.iter().map(|alias| (*alias).to_owned()).collect(),
        cwes: Vec::new(),
        package: Some(Package {
            ecosystem: "npm".into(),
            name: "left-pad".into(),
            version: version.to_owned(),
            purl: None,
            fixed_versions: Vec::new(),
        }),
        location: Location { path: Some("package-lock.json".into()), ..Location::default() },
        rule: None,
        remedy: None,
        references: Vec::new(),
    }
}

pub fn one(advisory: &str) -> Finding {
    finding(advisory, &[advisory], Severity::High, "1.0.0")
}

pub fn report(scanner: &str, findings: Vec<Finding>) -> Report {
    Report {
        format: Format::Trivy,
        scanner: scanner.to_owned(),
        scanner_version: None,
        target: Some("api".to_owned()),
        scan_kind: "fs".to_owned(),
        scanned_at: None,
        is_complete: true,
        rows: findings.len(),
        findings,
        merged: 0,
        skipped: Vec::new(),
        problems: Vec::new(),
    }
}

/// Takes a report in on a day; its bytes stand for its findings.
pub async fn take(store: &Store, report: Report, on: u32, complete: Option<bool>) -> Ingested {
    let upload = Upload {
        repository: RepositoryName::from(REPOSITORY),
        git_ref: None,
        is_default_branch: true,
        scope: None,
        complete,
        sha256: format!("{:?}", report.findings),
        received_at: day(on),
        actor: "a test".to_owned(),
    };
    store.ingest(report, upload, Policy::default(), day(on)).await.expect("it is taken")
}

/// Somebody consents to a site, under an id of its own.
pub async fn connect(store: &Store, id: u128, site: &str, on: u32) -> Connection {
    let connection = Connection {
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
        connected_at: day(on),
        connected_by: "ada".to_owned(),
    };
    let tokens = Credentials::OAuth { access: "access".into(), refresh: "refresh".into() };
    store.create_connection(connection, tokens, None, day(on)).await.expect("it is kept")
}

/// A store whose project's site is connected.
pub async fn connected() -> Store {
    let store = Store::fresh().await;
    connect_project(&store).await;
    store
}

/// Connects the project and its site.
pub async fn connect_project(store: &Store) {
    connect(store, 2, "cloud", 1).await;
    store.save_project(project(), "ada", day(1)).await.expect("it is saved");
}

/// Takes everything into SEC / Bug.
pub fn project() -> ConnectedProject {
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

/// A pull request of the repository's default branch; merged on `merged_on` where it is merged.
pub fn pull_request(number: u64, state: State, merged_on: Option<u32>) -> PullRequest {
    PullRequest {
        repository: RepositoryName::from(REPOSITORY),
        number,
        url: format!("https://github.example/{REPOSITORY}/pull/{number}"),
        title: "Update left-pad".to_owned(),
        body: String::new(),
        state,
        is_draft: false,
        branch: "deps/left_pad".to_owned(),
        base: "main".to_owned(),
        targets_default_branch: true,
        author: "ada".to_owned(),
        author_is_bot: false,
        head_sha: "0".repeat(40),
        commit_messages: Vec::new(),
        merged_at: merged_on.map(day),
        updated_at: day(1),
    }
}

pub fn ticket(number: u64) -> Ticket {
    Ticket {
        issue: IssueId::from(format!("{}", 10_000 + number).as_str()),
        key: IssueKey::from(format!("SEC-{number}").as_str()),
        status: None,
        applied: Applied::default(),
        created_at: day(1),
        is_gone: false,
    }
}

/// Takes every subject that is due.
pub async fn lease_subjects(store: &Store, on: u32) -> Vec<Lease> {
    let leases = store.lease("test", day(on), 1_000, 100, &[]).await.expect("leases");
    leases.into_iter().filter(|lease| matches!(lease.key, WorkKey::Subject(_))).collect()
}
