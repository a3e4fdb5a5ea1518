//! One subject of one connected project, a model that keeps it, and a Jira that is connected.

use super::jira::ScriptedJira;
use crate::clock::{Clock, VirtualClock, later};
use crate::context::Context;
use crate::ledger::Ledger;
use crate::model::Model;
use crate::testing::{self, NoChance};
use crate::worker::drain;
use backline_core::finding::{Kind, Location};
use backline_core::ids::{ConnectionId, RepositoryName, SubjectId, VulnerabilityId, VulnerabilityKey};
use backline_core::jira::field::{FieldMeta, Schema};
use backline_core::mapping::source::Source;
use backline_core::mapping::{FieldMapping, Mapping, Owner};
use backline_core::severity::{Rating, Severity};
use backline_core::ticket::{Facts, Subject};
use backline_core::vulnerability::{Status, Vulnerability};
use backline_store::Store;
use backline_store::notice::Notice;
use backline_store::work::{Due, Priority, WorkKey};
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

pub struct World {
    pub cx: Context,
    pub model: Arc<Model>,
    pub jira: Arc<ScriptedJira>,
    pub clock: Arc<VirtualClock>,
    pub subject: SubjectId,
    pub connection: ConnectionId,
}

impl World {
    pub async fn new() -> Self {
        Self::with(1).await
    }

    /// With so many subjects; `subject` is the first of them.
    pub async fn with(count: u128) -> Self {
        let model = Arc::new(Model::new("a-test"));
        let jira = Arc::new(ScriptedJira::default());
        let clock = Arc::new(VirtualClock::at(testing::start()));
        let consent = testing::consent(1, "acme", testing::start());
        let expires_at = Some(later(testing::start(), Duration::from_secs(3_600)));
        let connected = model.connect(consent, testing::tokens("0"), expires_at, testing::start());
        let mut project = testing::project(&connected, 1);
        project.mapping = mapping(1, "Words");
        for number in 1..=count {
            let subject = Subject {
                id: SubjectId(Uuid::from_u128(number)),
                cloud_id: project.cloud_id.clone(),
                project: project.project.id.clone(),
                group_key: format!("vulnerability:{number}"),
                generation: 1,
            };
            model.put_facts(Facts {
                subject,
                project: Some(project.clone()),
                vulnerabilities: vec![vulnerability()],
                pull_requests: Vec::new(),
                ticket: None,
                learned: Vec::new(),
                stale: 0,
            });
        }
        let id = SubjectId(Uuid::from_u128(1));
        // What is not the loop's stays in a database, and these tests ask nothing of it.
        let store = Store::fresh().await;
        let cx = Context::new(store, jira.clone(), clock.clone(), Arc::new(NoChance), testing::settings());
        let cx = cx.with_ledger(model.clone());
        Self { cx, model, jira, clock, subject: id, connection: connected.id }
    }

    pub async fn mark(&self) {
        self.mark_all(&[self.subject]).await;
    }

    pub async fn mark_all(&self, subjects: &[SubjectId]) {
        let due = subjects.iter().map(|subject| Due {
            key: WorkKey::Subject(*subject),
            site: None,
            at: self.cx.clock.now(),
            priority: Priority::Update,
            reason: "a test".to_owned(),
        });
        self.model.mark_due(due.collect()).await.expect("it is marked");
    }

    /// A pass after somebody saved a mapping.
    pub async fn remap(&self, version: u32, summary: &str) {
        let mut facts = self.facts().await;
        facts.project.as_mut().expect("it is connected").mapping = mapping(version, summary);
        self.model.put_facts(facts);
        self.run().await;
    }

    /// Marks the subject and works off what is due.
    pub async fn run(&self) {
        self.mark().await;
        drain(&self.cx, "a").await.expect("the queue can be read");
    }

    /// What kinds of things come back by themselves within a month.
    pub async fn waiting(&self) -> Vec<String> {
        let then = later(self.clock.now(), Duration::from_secs(30 * 24 * 60 * 60));
        let leases = self.model.lease("nobody", then, 1, 100, &[]).await.expect("the queue can be read");
        let kinds =
            leases.iter().filter_map(|lease| Some(lease.key.to_string().split_once(':')?.0.to_owned()));
        kinds.collect()
    }

    /// The newest failure.
    pub fn notice(&self) -> Notice {
        self.model.notices().pop().expect("something failed")
    }

    pub async fn facts(&self) -> Facts {
        self.facts_of(self.subject).await
    }

    pub async fn facts_of(&self, subject: SubjectId) -> Facts {
        self.model.load_facts(subject).await.expect("it can be read").expect("a subject of the test")
    }
}

/// The summary alone, in these words.
pub fn mapping(version: u32, summary: &str) -> Mapping {
    let field = FieldMeta {
        id: "summary".into(),
        name: "Summary".to_owned(),
        is_required: true,
        has_default: false,
        schema: Some(Schema {
            kind: "string".to_owned(),
            system: Some("summary".to_owned()),
            ..Schema::default()
        }),
        operations: vec!["set".to_owned()],
        allowed: None,
    };
    let source = Source::Manual { text: summary.to_owned() };
    let fields = vec![FieldMapping { field, source, owner: Owner::Shared }];
    Mapping { version, fields, takes_labels: true, ..Mapping::default() }
}

fn vulnerability() -> Vulnerability {
    Vulnerability {
        id: VulnerabilityId(Uuid::from_u128(1)),
        key: VulnerabilityKey::from("1"),
        repository: RepositoryName::from("acme/api"),
        kind: Kind::Package,
        status: Status::Open,
        title: "Weakness".to_owned(),
        description: String::new(),
        rating: Rating {
            severity: Severity::High,
            source: "nvd".to_owned(),
            word: "HIGH".to_owned(),
            score: None,
            vector: None,
        },
        identifiers: Vec::new(),
        cwes: Vec::new(),
        package: None,
        location: Location::default(),
        rule: None,
        remedy: None,
        references: Vec::new(),
        scanners: Vec::new(),
        detected_at: testing::start(),
        due_at: None,
        last_seen_at: testing::start(),
        resolved: None,
        reopened_count: 0,
        reopened_at: None,
        dismissed: None,
    }
}
