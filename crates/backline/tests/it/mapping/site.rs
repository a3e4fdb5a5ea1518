//! The field gallery of the simulated site, with vulnerabilities to fill its fields from.

use backline_clients::jira::{Auth, CreateIssue, Created, Jira, JiraError};
use backline_clients::transport::web::{RESPONSE_BYTES_MAX, WebOptions, WebTransport};
use backline_core::finding::{self, Limits};
use backline_core::ids::{FieldId, IssueId, RepositoryName, VulnerabilityId, VulnerabilityKey};
use backline_core::jira::field::{Choice, FieldMeta};
use backline_core::jira::kind::{Lookup, issue_links};
use backline_core::mapping::read::View;
use backline_core::ticket::plan::Fields;
use backline_core::vulnerability::Vulnerability;
use backline_core::vulnerability::track::{Birth, first};
use backline_sim::{Options, Sim};
use jiff::{Timestamp, ToSpan};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use uuid::Uuid;

/// The project "Field gallery" and its issue type "Everything".
const PROJECT: &str = "10200";
const EVERYTHING: &str = "10006";

pub struct Site {
    pub sim: Sim,
    pub jira: Jira,
    /// Of the create screen.
    pub fields: Vec<FieldMeta>,
}

impl Site {
    pub async fn start() -> Self {
        let sim = Sim::start(Options::default()).await.expect("the simulators start");
        let options = WebOptions {
            user_agent: "backline-test".into(),
            allowed_hosts: vec![sim.address().to_string()],
            response_bytes_max: RESPONSE_BYTES_MAX,
        };
        let transport = Arc::new(WebTransport::new(options).expect("a transport"));
        let info = sim.info();
        let text =
            |pointer: &str| info.pointer(pointer).and_then(Json::as_str).expect("of the info").to_owned();
        let auth = Auth::Basic { email: text("/jira/email"), token: text("/jira/token").into() };
        let jira = Jira::new(transport, text("/jira/site"), auth);
        let mut site = Self { sim, jira, fields: Vec::new() };
        site.fields = site.screen().await;
        site
    }

    /// The create screen as it is now.
    pub async fn screen(&self) -> Vec<FieldMeta> {
        self.jira.create_fields(&PROJECT.into(), &EVERYTHING.into()).await.expect("a screen")
    }

    /// Creates an issue with these fields beside its summary.
    pub async fn create(&self, values: Fields) -> Result<IssueId, JiraError> {
        let update = verbs(&values);
        let mut fields = values.json;
        fields.insert("project".into(), json!({"id": PROJECT}));
        fields.insert("issuetype".into(), json!({"id": EVERYTHING}));
        fields.entry("summary".into()).or_insert_with(|| json!("one of many"));
        let created = self.jira.create_issue(&CreateIssue { fields, update, properties: Vec::new() }).await?;
        Ok(created.id)
    }

    pub async fn value(&self, issue: &IssueId, field: &FieldId) -> Json {
        let issue = self.jira.load_issue(issue, std::slice::from_ref(field), &[]).await.expect("the issue");
        issue.fields.get(field).cloned().unwrap_or_default()
    }

    /// A value that the field's own list or its search offers.
    pub async fn choices(&self, field: &FieldMeta, lookup: Lookup) -> Vec<Choice> {
        let people = |people: Vec<backline_core::jira::issue::Person>| {
            people.into_iter().map(|one| Choice::new(one.account_id.to_string(), one.display_name)).collect()
        };
        match lookup {
            Lookup::Nowhere => Vec::new(),
            Lookup::Listed => field.allowed.clone().unwrap_or_default(),
            Lookup::Assignable => {
                people(self.jira.assignable_users(&PROJECT.into(), "").await.expect("people"))
            }
            Lookup::People => people(self.jira.users("a").await.expect("people")),
            Lookup::Groups => self.jira.groups("").await.expect("groups"),
            Lookup::Projects => {
                let (projects, _) = self.jira.projects("", 0).await.expect("projects");
                projects.into_iter().map(|one| Choice::new(one.id.to_string(), one.key.to_string())).collect()
            }
            Lookup::Issues => vec![Choice::new(self.epic().await.id.to_string(), "an epic")],
            Lookup::Links => {
                let issue = self.epic().await.id.to_string();
                let types = self.jira.link_types().await.expect("types of links");
                let ends = ["outward", "inward"];
                let of = |end: &str| issue_links::element(&types[0].id, end, &issue);
                ends.iter().map(|end| Choice::new(of(end), format!("{end} an epic"))).collect()
            }
            Lookup::Labels => vec![Choice::new("security", "security")],
        }
    }

    /// Something that may stand above an issue.
    pub async fn epic(&self) -> Created {
        let types = self.jira.issue_types(&PROJECT.into()).await.expect("issue types");
        let epic = types.iter().find(|kind| kind.name == "Epic").expect("the gallery has epics");
        let fields = BTreeMap::from([
            ("project".into(), json!({"id": PROJECT})),
            ("issuetype".into(), json!({"id": epic.id})),
            ("summary".into(), json!("above")),
        ]);
        self.jira.create_issue(&CreateIssue { fields, ..CreateIssue::default() }).await.expect("an epic")
    }
}

/// The verbs of a call.
pub fn verbs(fields: &Fields) -> BTreeMap<FieldId, Vec<Json>> {
    let list = |(id, verbs): (&FieldId, &Json)| (id.clone(), verbs.as_array().expect("a list").clone());
    fields.update.iter().map(list).collect()
}

/// What real scanners found, each with a date until which it is to be fixed.
pub fn vulnerabilities() -> Vec<Vulnerability> {
    const REPORT: &[u8] = include_bytes!("../../../../../samples/trivy/pom.json");
    let report = finding::read(REPORT, &Limits::default()).expect("a report");
    let seen_at: Timestamp = "2026-03-02T10:00:00Z".parse().expect("a moment");
    let of = |(at, finding): (usize, &finding::Finding)| {
        let birth = Birth {
            id: VulnerabilityId(Uuid::from_u128(at as u128 + 1)),
            key: VulnerabilityKey::from(format!("k{at}").as_str()),
            repository: RepositoryName::from("acme/payments-api"),
            scanner: "trivy".to_owned(),
            seen_at,
            due_at: Some(seen_at + 336.hours()),
        };
        first(birth, finding)
    };
    report.findings.iter().enumerate().map(of).collect()
}

pub fn view(vulnerability: &Vulnerability) -> View<'_> {
    View { vulnerability, pull_requests: &[], public_url: "https://backline.example" }
}
