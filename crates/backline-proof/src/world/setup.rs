//! How a world begins: simulators, an empty store, a consent on the consent page, one project mapped as proposed.

use super::{Replica, SeededSecrets, Shared, World, acts};
use crate::agenda::{Agenda, SimulatedClock};
use crate::gate::{Carried, Gate, URL};
use crate::plan::Plan;
use crate::random::{Random, Stream};
use crate::sabotage::Switch;
use crate::story::What;
use anyhow::{Context as _, bail};
use backline_clients::oauth::OAuthApp;
use backline_clients::transport::{Method, Request, Response, Transport, TransportError};
use backline_core::ids::{ConnectionId, RepositoryName};
use backline_core::jira::field::{Choice, FieldMeta};
use backline_core::jira::kind;
use backline_core::mapping::propose;
use backline_core::mapping::rule::Rule;
use backline_core::mapping::source::Source;
use backline_core::mapping::{FieldMapping, Mapping, Owner};
use backline_core::sla::Policy;
use backline_engine::connect::{self, Callback, Completed};
use backline_engine::projects::{self, Draft};
use backline_engine::{Context, GitHubSettings, Settings, metadata};
use backline_sim::Options;
use backline_store::Store;
use backline_store::project::Reach;
use backline_store::work::{Due, Priority, WorkKey};
use jiff::Timestamp;
use serde_json::Value as Json;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Who consents to Backline's use of the site; people who change tickets are others.
pub const ACCOUNT: &str = "557058:8f3c52d1-4b0e-4a7e-8d0c-6f2b9e1a7c44";
pub const REPOSITORY: &str = "acme/payments-api";
const CALLBACK: &str = "http://backline.test/integrations/jira/callback";
const SESSION: &str = "a browser";
const START: &str = "2026-11-02T08:00:00Z";

impl World {
    /// Inside a Tokio runtime of one thread.
    pub async fn open(plan: Plan, switch: Option<Switch>) -> anyhow::Result<Self> {
        let start: Timestamp = START.parse().context("a moment")?;
        let agenda = Arc::new(Agenda::at(start));
        let options = Options {
            seed: plan.seed,
            virtual_start: Some(start),
            search_lag_ms: plan.setup.search_lag_ms,
            callback_urls: vec![CALLBACK.to_owned()],
            ..Options::default()
        };
        let sim = backline_sim::World::open(&options, URL)?;
        let settings = settings(&sim.info(), &plan, switch)?;
        let gate = Arc::new(Gate::open(sim));
        let shared = Arc::new(Shared::new(&plan, agenda.clone(), switch));
        let store = Store::in_memory().await?;
        let desk = Arc::new(Desk { gate: gate.clone(), shared: shared.clone() });
        let clock = Arc::new(SimulatedClock(agenda));
        let secrets = Arc::new(SeededSecrets(Mutex::new(Random::of(plan.seed, Stream::Secrets))));
        let desk = Context::new(store.clone(), desk, clock, secrets, settings.clone());
        let connection = consent(&desk, &gate, &shared).await?;
        connect_project(&desk, connection, switch).await?;
        let poll = WorkKey::PollGithub(RepositoryName::from(REPOSITORY));
        let reason = "the start".to_owned();
        store
            .mark_due(vec![Due { key: poll, site: None, at: start, priority: Priority::Update, reason }])
            .await?;
        let replicas = (0..plan.setup.replicas).map(|_| Replica::new(plan.setup.workers)).collect();
        let mut world = Self {
            schedule: Random::of(plan.seed, Stream::Schedule),
            people: acts::People::of(&gate.sim.info()),
            shared,
            gate,
            store,
            plan,
            settings,
            desk,
            connection,
            replicas,
            any: Arc::default(),
            is_stirred: true,
            sent_before: 0,
            acted: 0,
            start_ms: start.as_millisecond(),
        };
        world.put_acts();
        for replica in 0..world.replicas.len() {
            world.start(replica);
        }
        Ok(world)
    }

    /// What a process works with, over its own door.
    pub(super) fn context(&self, wire: Arc<dyn Transport>) -> Context {
        let (clock, chance) = (self.desk.clock.clone(), self.desk.randomness.clone());
        let context = Context::new(self.store.clone(), wire, clock, chance, self.settings.clone());
        match self.shared.switch {
            Some(Switch::DisconnectDoesNotWait) => context,
            _ => context.with_peers(),
        }
    }

    /// Somebody consents again.
    pub(super) async fn connect(&mut self) -> anyhow::Result<()> {
        self.connection = consent(&self.desk, &self.gate, &self.shared).await?;
        Ok(())
    }
}

fn settings(info: &Json, plan: &Plan, switch: Option<Switch>) -> anyhow::Result<Settings> {
    let text = |pointer: &str| info.pointer(pointer).and_then(Json::as_str).map(str::to_owned);
    let text = |pointer: &str| text(pointer).with_context(|| format!("{pointer} in the simulators' info"));
    let settle = if switch == Some(Switch::NoSettle) { 0 } else { plan.setup.settle_s };
    Ok(Settings {
        // Jira's cloud calls encrypted addresses only, so there is no webhook: changes are asked for.
        public_url: "http://backline.test".to_owned(),
        atlassian: Some(OAuthApp {
            client_id: text("/oauth/client_id")?,
            client_secret: text("/oauth/client_secret")?.as_str().into(),
            authorize_url: text("/oauth/authorize_url")?,
            token_url: text("/oauth/token_url")?,
            api_url: text("/oauth/api_url")?,
            redirect_uri: CALLBACK.to_owned(),
            scopes: connect::SCOPES.iter().map(|scope| (*scope).to_owned()).collect(),
        }),
        jira_gateway: text("/oauth/api_url")?,
        jira_sites: Vec::new(),
        settle: Duration::from_secs(settle),
        jira_poll: Duration::from_secs(180),
        github_poll: Duration::from_secs(180),
        metadata_every: Duration::from_secs(3_600),
        creations_per_hour: plan.setup.cap,
        workers: plan.setup.workers,
        github: Some(GitHubSettings {
            api_url: text("/github/api")?,
            token: text("/github/backline_token")?.as_str().into(),
            webhook_secret: None,
            repositories: vec![REPOSITORY.to_owned()],
        }),
        sla: Policy::default(),
        slack_webhook: None,
    })
}

/// Walks through the consent page as a browser would.
async fn consent(desk: &Context, gate: &Gate, shared: &Shared) -> anyhow::Result<ConnectionId> {
    let address = connect::begin(desk, SESSION, "ada").await?;
    let asked = address.split_once('?').context("the address says what is asked for")?.1;
    let cloud_id =
        gate.sim.info().pointer("/jira/cloud_id").and_then(Json::as_str).unwrap_or_default().to_owned();
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(form_urlencoded::parse(asked.as_bytes()));
    form.append_pair("account_id", ACCOUNT)
        .append_pair("cloud_id", &cloud_id)
        .append_pair("decision", "accept");
    let mut request = Request::new(Method::Post, format!("{URL}/auth/authorize"))
        .header("content-type", "application/x-www-form-urlencoded");
    request.body = Some(form.finish().into_bytes());
    let Carried { answer, entries, .. } = gate.carry(&request, None).await;
    shared.tell(What::Acted { who: "consent".to_owned(), entries, pair: None });
    let Ok(answer) = answer else { bail!("the consent page does not answer") };
    let back = answer.header("location").context("the consent page leads back")?.to_owned();
    let query = back.split_once('?').context("the way back carries something")?.1.to_owned();
    let value = |name: &str| {
        let mut pairs = form_urlencoded::parse(query.as_bytes());
        pairs.find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
    };
    let callback = Callback {
        code: value("code"),
        state: value("state"),
        error: value("error"),
        error_description: None,
    };
    let id = match connect::complete(desk, SESSION, callback).await? {
        Completed::Connected(id) => id,
        Completed::ChooseSite(id, sites) => {
            let site = sites.first().context("a site is offered")?;
            connect::choose_site(desk, id, &site.cloud_id).await?
        }
    };
    shared.tell(What::Connected);
    Ok(id)
}

async fn connect_project(
    desk: &Context,
    connection: ConnectionId,
    switch: Option<Switch>,
) -> anyhow::Result<()> {
    let project = metadata::project(desk, connection, "SEC").await?;
    let types = metadata::issue_types(desk, connection, &project.id).await?;
    let issue_type = types.into_iter().find(|kind| kind.name == "Bug").context("SEC has bugs")?;
    let fields = metadata::create_fields(desk, connection, &project.id, &issue_type.id).await?;
    let statuses = metadata::statuses(desk, connection, &project.id, &issue_type.id).await?;
    let resolution = metadata::resolutions(desk, connection).await?;
    let draft = Draft {
        accepts_blocked: true,
        id: None,
        connection,
        project,
        issue_type,
        rule: Rule::default(),
        mapping: Mapping {
            version: 0,
            fields: mapping(&fields, switch),
            lifecycle: propose::lifecycle::propose(&statuses, Some(&resolution)),
            closing: propose::closing::propose(Some(&resolution)),
            ..Mapping::default()
        },
        author: "ada".to_owned(),
    };
    projects::save(desk, draft, Reach::AllTickets).await?;
    Ok(())
}

/// The proposal, and the first of Jira's own values for what is mandatory besides.
fn mapping(fields: &[FieldMeta], switch: Option<Switch>) -> Vec<FieldMapping> {
    let mut mapped = propose::propose(fields);
    for field in fields.iter().filter(|field| field.is_mandatory() && !kind::is_sent_by_backline(field)) {
        if mapped.iter().any(|known| known.field.id == field.id) {
            continue;
        }
        let first: Option<Choice> = field.allowed.as_ref().and_then(|allowed| allowed.first().cloned());
        if let Some(choice) = first {
            let source = Source::Jira { choices: vec![choice] };
            mapped.push(FieldMapping { field: field.clone(), source, owner: Owner::Once });
        }
    }
    if switch == Some(Switch::OverwritesPeople) {
        mapped.iter_mut().for_each(|mapping| mapping.owner = Owner::Backline);
    }
    mapped
}

/// The way to the simulators from a desk: at once, and nothing goes wrong on it.
struct Desk {
    gate: Arc<Gate>,
    shared: Arc<Shared>,
}

#[async_trait::async_trait]
impl Transport for Desk {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let Carried { answer, entries, pair } = self.gate.carry(&request, None).await;
        self.shared.tell(What::Acted { who: "desk".to_owned(), entries, pair });
        answer.map_err(TransportError::from)
    }
}
