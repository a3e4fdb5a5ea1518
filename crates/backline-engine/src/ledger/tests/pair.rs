//! A model and a database that are told the same, and whose answers are compared.
//!
//! What each side gives out as a token of its own is kept in pairs and not compared: the epoch and generation of a
//! lease, and the ids of notices. That an epoch rises with each lease of its key is demanded of both.

use super::call::{Call, blocked};
use super::world;
use crate::ledger::Ledger;
use crate::model::Model;
use crate::testing;
use backline_core::ids::{CloudId, ConnectedProjectId, ConnectionId, IntentId, NoticeId, SubjectId};
use backline_store::admission::{Approval, Each, Shown};
use backline_store::audit::AuditFilter;
use backline_store::connection::grant_cause;
use backline_store::grant::{Credentials, Grant};
use backline_store::intent::Begun;
use backline_store::notice::Notice;
use backline_store::ticket::TicketFilter;
use backline_store::timeline::TimelineFilter;
use backline_store::work::{Lease, Next, Pressing, WorkKey};
use backline_store::{Store, StoreError};
use jiff::{SignedDuration, Timestamp};
use secrecy::ExposeSecret;
use std::collections::BTreeMap;
use std::fmt::Debug;
use uuid::Uuid;

/// What one side and the other gave for the same call.
#[derive(Debug, Clone, Default)]
struct Both<T> {
    model: T,
    store: T,
}

pub struct Pair {
    pub now: Timestamp,
    /// As both last said.
    pub next_due_at: Option<Timestamp>,
    pub subjects: Vec<SubjectId>,
    /// The site of each.
    sites: Vec<&'static str>,
    /// All that were ever begun, with their subjects.
    pub intents: Vec<(IntentId, SubjectId)>,
    /// The kind of each answer, after the name of its call.
    pub reached: Vec<String>,
    connections: Vec<ConnectionId>,
    projects: Vec<ConnectedProjectId>,
    leases: Vec<Both<Lease>>,
    notices: Vec<Both<NoticeId>>,
    reads: Vec<Both<Grant>>,
    batches: Vec<Both<Uuid>>,
    /// What waited for approval, each time that it was looked at.
    shown: Vec<Shown>,
    /// The last of each key.
    epochs: BTreeMap<String, Both<i64>>,
    /// What was played so far, for whoever has to find a difference.
    played: Vec<String>,
    model: Model,
    store: Store,
}

impl Pair {
    pub async fn new(seed: u64) -> Self {
        let store = Store::fresh().await;
        let model = Model::new(store.instance());
        let now = testing::start();
        let (mut connections, mut projects) = (Vec::new(), Vec::new());
        for (number, site) in (1..).zip(world::SITES) {
            let consent = testing::consent(number.into(), site, now);
            let expires_at = Some(now + SignedDuration::from_hours(1));
            model.connect(consent.clone(), testing::tokens(site), expires_at, now);
            let kept = store.create_connection(consent, testing::tokens(site), expires_at, now).await;
            let kept = kept.expect("it is kept");
            connections.push(kept.id);
            let project = testing::project(&kept, number);
            projects.push(project.id);
            store.save_project(project, "ada", now).await.expect("it is saved");
            world::scan(&store, site).await;
        }
        let (mut subjects, mut sites) = (Vec::new(), Vec::new());
        let before = world::settle(&store).await;
        for lease in &before {
            let WorkKey::Subject(id) = lease.key else { continue };
            let facts = store.load_facts(id).await.expect("it can be read").expect("a subject");
            sites.extend(world::SITES.iter().find(|site| facts.subject.cloud_id.as_str() == **site));
            model.put_facts(facts);
            subjects.push(id);
        }
        model.mark_due(before.iter().map(world::was_due).collect()).await.expect("it is marked");
        assert_eq!((world::settle(&model).await.len(), subjects.len()), (before.len(), 6));
        Self {
            now,
            next_due_at: None,
            subjects,
            sites,
            intents: Vec::new(),
            reached: Vec::new(),
            connections,
            projects,
            leases: Vec::new(),
            notices: Vec::new(),
            reads: Vec::new(),
            batches: Vec::new(),
            shown: Vec::new(),
            epochs: BTreeMap::new(),
            played: vec![format!("seed {seed}")],
            model,
            store,
        }
    }

    pub fn leases(&self) -> usize {
        self.leases.len()
    }

    pub fn notices(&self) -> usize {
        self.notices.len()
    }

    pub fn reads(&self) -> usize {
        self.reads.len()
    }

    pub fn batches(&self) -> usize {
        self.batches.len()
    }

    pub fn shown(&self) -> usize {
        self.shown.len()
    }

    /// The place of the batch that a lease is of.
    pub fn batch_of(&self, lease: usize) -> Option<usize> {
        match self.leases[lease].model.key {
            WorkKey::Batch(id) => self.batches.iter().position(|batch| batch.model == id),
            _ => None,
        }
    }

    pub fn subject_of(&self, lease: usize) -> Option<SubjectId> {
        match self.leases[lease].model.key {
            WorkKey::Subject(id) => Some(id),
            _ => None,
        }
    }

    fn site_of(&self, subject: SubjectId) -> &'static str {
        let place = self.subjects.iter().position(|id| *id == subject).expect("one of them");
        self.sites[place]
    }

    pub fn is_probe(&self, lease: usize) -> bool {
        matches!(self.leases[lease].model.key, WorkKey::Probe(_))
    }

    pub fn intents_of(&self, subject: SubjectId) -> Vec<IntentId> {
        self.intents.iter().filter(|(_, of)| *of == subject).map(|(id, _)| *id).collect()
    }

    /// A word that was not used before.
    pub fn word(&self) -> String {
        self.played.len().to_string()
    }

    pub async fn play(&mut self, call: Call) {
        let played = format!("{call:?}");
        self.played.push(format!("{} {played}", self.now));
        let answer = match call {
            Call::Advance { to } => {
                self.now = to;
                return;
            }
            Call::Mark(due) => {
                let store = self.store.mark_due(due.clone()).await;
                self.same(self.model.mark_due(due).await, store)
            }
            Call::Lease { owner, lease_ms, limit, excluded } => {
                self.lease(owner, lease_ms, limit, &excluded).await;
                "done"
            }
            Call::Pressing { owner, limit, least, at } => {
                let pressing = Pressing { least, at: at.as_deref() };
                let model = self.model.lease_pressing(owner, self.now, 4_000, limit, &[], pressing).await;
                let store = self.store.lease_pressing(owner, self.now, 4_000, limit, &[], pressing).await;
                self.took(model.expect("leases"), store.expect("leases")).await;
                "done"
            }
            Call::Alike { lease, project, limit } => {
                let (lease, project) = (self.leases[lease].clone(), self.projects[project]);
                let store = self.store.lease_alike(&lease.store, project, self.now, 4_000, limit).await;
                let model = self.model.lease_alike(&lease.model, project, self.now, 4_000, limit).await;
                let answer = self.same(
                    model.as_ref().map(Vec::len).map_err(Clone::clone),
                    store.as_ref().map(Vec::len).map_err(Clone::clone),
                );
                match self.took(model.expect("leases"), store.expect("leases")).await {
                    0 => answer,
                    _ => "took some",
                }
            }
            Call::Finish { lease, next } => {
                let lease = &self.leases[lease];
                let store = self.store.finish(&lease.store, next).await;
                self.same(self.model.finish(&lease.model, next).await, store)
            }
            Call::Extend { lease, lease_ms } => {
                let lease = &self.leases[lease];
                let store = self.store.extend(&lease.store, self.now, lease_ms).await;
                self.same(self.model.extend(&lease.model, self.now, lease_ms).await, store)
            }
            Call::Begin { lease, intent, failed } => {
                let lease = &self.leases[lease];
                let store = self.store.begin_intent(&lease.store, &intent, &failed).await;
                let answer = self.same(self.model.begin_intent(&lease.model, &intent, &failed).await, store);
                self.intents.push((intent.id, intent.subject));
                self.same_subject(intent.subject).await;
                answer
            }
            Call::Admit { asked, per_hour } => {
                let of = |side: fn(&Both<Lease>) -> &Lease| -> Vec<(Lease, SubjectId)> {
                    asked.iter().map(|(lease, id)| (side(&self.leases[*lease]).clone(), *id)).collect()
                };
                let (store, model) = (of(|both| &both.store), of(|both| &both.model));
                let store = self.store.admit_creates(&store, per_hour, self.now).await.map(each);
                self.same(self.model.admit_creates(&model, per_hour, self.now).await.map(each), store)
            }
            Call::Creates { begun, is_limited } => {
                let of = |side: fn(&Both<Lease>) -> &Lease| -> Vec<Begun> {
                    let begun = begun.iter().map(|(lease, intent, failed)| Begun {
                        lease: side(&self.leases[*lease]).clone(),
                        intent: intent.clone(),
                        failed: failed.clone(),
                    });
                    begun.collect()
                };
                let (store, model) = (of(|both| &both.store), of(|both| &both.model));
                let store = self.store.begin_creates(&store, is_limited, self.now).await.map(each);
                let model = self.model.begin_creates(&model, is_limited, self.now).await.map(each);
                let answer = self.same(model, store);
                for (_, intent, _) in begun {
                    self.intents.push((intent.id, intent.subject));
                    self.same_subject(intent.subject).await;
                }
                answer
            }
            Call::Approve { shown } => {
                let shown = self.shown[shown];
                let store =
                    self.store.approve_shown(shown, "ada", self.now).await.expect("it can be written");
                let model = self.model.approve(shown, self.now);
                match (model, store) {
                    (Ok(model), Approval::Given(store)) => {
                        assert_eq!(store.tickets, shown.tickets);
                        self.batches.push(Both { model, store: store.id });
                        "given"
                    }
                    (Err(model), Approval::Differs { waiting }) => {
                        self.same(Ok(model), Ok(waiting));
                        "differs"
                    }
                    (model, store) => panic!("{model:?} and {store:?} after\n{}", self.played.join("\n")),
                }
            }
            Call::Undo { batch } => {
                let batch = self.batches[batch].clone();
                let store = self.store.undo_batch(batch.store, "ada", self.now).await;
                self.same(self.model.undo(batch.model, "ada", self.now), store)
            }
            Call::Carry { lease, limit } => self.carry(lease, limit).await,
            Call::Record { lease, outcome } => {
                let lease = &self.leases[lease];
                let (subject, outcome) = (outcome.subject, *outcome);
                let store = self.store.finish_reconcile(&lease.store, outcome.clone(), self.now).await;
                let model = self.model.finish_reconcile(&lease.model, outcome, self.now).await;
                let answer = self.same(model, store);
                self.same_subject(subject).await;
                answer
            }
            Call::Probe { lease, next } => {
                let lease = &self.leases[lease];
                let id = |lease: &Lease| match lease.key {
                    WorkKey::Probe(id) => id,
                    _ => unreachable!("it is drawn for probes alone"),
                };
                let store = self.store.finish_probe(&lease.store, id(&lease.store), next, self.now).await;
                let model = self.model.finish_probe(&lease.model, id(&lease.model), next, self.now).await;
                self.same(model, store)
            }
            Call::Told { notice, is_over } => {
                let notice = self.notices[notice].clone();
                let store = self.store.notice_told(notice.store, is_over, self.now).await;
                self.same(self.model.notice_told(notice.model, is_over, self.now).await, store)
            }
            Call::BreakLeases => {
                let store = self.store.break_all_leases().await;
                self.same(Ok(self.model.break_all_leases()), store)
            }
            Call::Touch(subjects) => {
                for site in world::SITES {
                    let mut of_site = subjects.clone();
                    of_site.retain(|id| self.site_of(*id) == site);
                    self.model.touch(&of_site, self.now);
                    self.store
                        .touch(site.into(), of_site, "changed in Jira", self.now)
                        .await
                        .expect("it is marked");
                }
                for subject in subjects {
                    self.same_subject(subject).await;
                }
                "done"
            }
            call => self.play_grant(call).await,
        };
        let name = played.split([' ', '(']).next().unwrap_or_default();
        self.reached.push(format!("{name} {answer}"));
        let held = self.store.held_creates().await;
        self.shown.extend(held.iter().flatten().map(|held| held.shown));
        self.same(Ok(self.model.held_creates()), held);
        let store = self.store.next_due_at().await;
        self.next_due_at = store.as_ref().ok().copied().flatten();
        self.same(self.model.next_due_at().await, store);
    }

    async fn play_grant(&mut self, call: Call) -> &'static str {
        let expires_at = Some(self.now + SignedDuration::from_hours(1));
        let answer = match call {
            Call::ReadGrant { connection } => {
                self.read_grant(self.connections[connection]).await;
                "done"
            }
            Call::BeginRefresh { read, owner } => {
                let read = &self.reads[read].model;
                let (id, version) = (read.connection, read.version);
                let store = self.store.begin_refresh(id, version, owner, self.now, 4_000).await;
                self.same(self.model.begin_refresh(id, version, owner, self.now, 4_000).await, store)
            }
            Call::EndRefresh { read, owner } => {
                let read = &self.reads[read].model;
                let (id, version) = (read.connection, read.version);
                let store = self.store.end_refresh(id, version, owner).await;
                self.same(self.model.end_refresh(id, version, owner).await, store)
            }
            Call::Renew { read, word } => {
                let (read, tokens) = (&self.reads[read], testing::tokens(&word));
                let store = self.store.store_grant(&read.store, tokens.clone(), expires_at).await;
                self.same(self.model.store_grant(&read.model, tokens, expires_at).await, store)
            }
            Call::Lose { read } => {
                let read = &self.reads[read];
                let notice = blocked(&grant_cause(read.model.connection));
                let store = self.store.lose_grant(&read.store, "revoked", notice.clone(), self.now).await;
                self.same(self.model.lose_grant(&read.model, "revoked", notice, self.now).await, store)
            }
            Call::Connect { site, word } => {
                let consent = testing::consent(1_000 + self.played.len() as u128, site, self.now);
                let tokens = testing::tokens(&word);
                let model = self.model.connect(consent.clone(), tokens.clone(), expires_at, self.now);
                let store = self.store.create_connection(consent, tokens, expires_at, self.now).await;
                self.same(Ok(model), store)
            }
            Call::Disconnect { connection } => {
                let id = self.connections[connection];
                let store = self.store.disconnect(id, "ada", self.now).await;
                self.same(self.model.disconnect(id, self.now), store)
            }
            other => unreachable!("{other:?} is no call about a grant"),
        };
        for id in self.connections.clone() {
            self.read_grant(id).await;
        }
        answer
    }

    async fn carry(&mut self, lease: usize, limit: u64) -> &'static str {
        let place = self.batch_of(lease).expect("it is drawn for batches alone");
        let (lease, batch) = (self.leases[lease].clone(), self.batches[place].clone());
        let store = self.store.carry_batch(&lease.store, batch.store, limit, self.now).await;
        let all = self.store.list_tickets(&TicketFilter::default(), None, 1_000).await.expect("tickets").rows;
        for row in &all {
            let (id, key) = (row.subject.id, &row.subject.group_key);
            if self.subjects.contains(&id) {
                continue;
            }
            let before = all.iter().find(|other| {
                other.subject.group_key == *key && other.subject.generation + 1 == row.subject.generation
            });
            self.model.name_successor(before.expect("it takes the place of one").subject.id, id);
            self.subjects.push(id);
        }
        let answer =
            self.same(self.model.carry_batch(&lease.model, batch.model, limit, self.now).await, store);
        for id in self.subjects.clone() {
            self.same_subject(id).await;
        }
        answer
    }

    async fn read_grant(&mut self, id: ConnectionId) {
        let store = self.store.load_connection(id).await;
        self.same(self.model.load_connection(id).await, store);
        let store = self.store.load_grant(id).await.expect("it can be read");
        let model = self.model.load_grant(id).await.expect("it can be read");
        self.same(Ok(model.as_ref().map(plain)), Ok(store.as_ref().map(plain)));
        if let (Some(model), Some(store)) = (model, store) {
            self.reads.push(Both { model, store });
        }
    }

    async fn lease(&mut self, owner: &str, lease_ms: u32, limit: usize, excluded: &[CloudId]) -> usize {
        let model = self.model.lease(owner, self.now, lease_ms, limit, excluded).await.expect("leases");
        let store = self.store.lease(owner, self.now, lease_ms, limit, excluded).await.expect("leases");
        self.took(model, store).await
    }

    async fn took(&mut self, model: Vec<Lease>, store: Vec<Lease>) -> usize {
        let count = model.len();
        for pair in model.iter().zip(&store) {
            self.same_notice(pair.0, pair.1).await;
        }
        let named = |leases: &[Lease]| leases.iter().map(|lease| self.named(lease)).collect::<Vec<_>>();
        self.same(Ok(named(&model)), Ok(named(&store)));
        for (model, store) in model.into_iter().zip(store) {
            let key = self.named(&model).0;
            let epochs = self.epochs.entry(key).or_default();
            let (known, given) = (epochs.clone(), Both { model: model.epoch, store: store.epoch });
            assert!(
                known.model < given.model && known.store < given.store,
                "an epoch came round: {known:?} {given:?}"
            );
            *epochs = given;
            self.leases.push(Both { model, store });
        }
        count
    }

    /// A lease without its tokens; the key of a notice by its place among the pairs.
    fn named(&self, lease: &Lease) -> (String, Lease) {
        let mut key = lease.key.to_string();
        if let WorkKey::Batch(id) = lease.key {
            let place = self.batches.iter().position(|both| both.model == id || both.store == id);
            key = format!("batch {place:?}");
        }
        if let WorkKey::Notice(id) | WorkKey::Probe(id) = lease.key {
            let kind = key.split(':').next().unwrap_or_default();
            key = format!(
                "{kind} {:?}",
                self.notices.iter().position(|both| both.model == id || both.store == id)
            );
        }
        let key_of_all = WorkKey::Subject(SubjectId(Uuid::nil()));
        (key, Lease { key: key_of_all, epoch: 0, generation: 0, ..lease.clone() })
    }

    async fn same_notice(&mut self, model: &Lease, store: &Lease) {
        if let (
            WorkKey::Notice(model) | WorkKey::Probe(model),
            WorkKey::Notice(store) | WorkKey::Probe(store),
        ) = (&model.key, &store.key)
        {
            if !self.notices.iter().any(|both| both.model == *model && both.store == *store) {
                self.notices.push(Both { model: *model, store: *store });
            }
            let unnamed =
                |notice: Option<Notice>| notice.map(|notice| Notice { id: NoticeId(Uuid::nil()), ..notice });
            let model = self.model.load_notice(*model).await.map(unnamed);
            let store = self.store.load_notice(*store).await.map(unnamed);
            self.same(model, store);
        }
    }

    async fn same_subject(&self, id: SubjectId) {
        let store = self.store.load_facts(id).await;
        self.same(self.model.load_facts(id).await, store);
        let store = self.store.open_intents(id).await;
        self.same(self.model.open_intents(id).await, store);
    }

    /// Compares all that is left, and works off whatever may still be due.
    pub async fn drain(&mut self) {
        self.played.push("the end".to_owned());
        for id in self.subjects.clone() {
            self.same_subject(id).await;
            let row = self.store.load_ticket_row(id).await.expect("it can be read").expect("a subject");
            for key in ["SEC", "OPS"] {
                let store = self.store.highest_number(&row.subject, key).await;
                self.same(self.model.highest_number(&row.subject, key).await, store);
            }
            self.same(Ok(self.model.blocked(id)), Ok(row.blocked));
            let of_subject = TimelineFilter { subject: Some(id), ..TimelineFilter::default() };
            let mut told = self.store.list_timeline(&of_subject, None, 1_000).await.expect("entries").rows;
            told.reverse();
            self.same(Ok(self.model.timeline(id)), Ok(told));
        }
        self.same(Ok(self.model.audited()), self.audited().await);
        self.now += SignedDuration::from_hours(1);
        let first = self.leases.len();
        while self.lease("last", 60_000, 3, &[]).await > 0 {}
        for place in first..self.leases.len() {
            self.play(Call::Finish { lease: place, next: Next::Done }).await;
        }
    }

    /// The intents that have a row in the audit, in the order of their ids; without those that were never kept, of
    /// which no pass tells anything.
    async fn audited(&self) -> Result<Vec<IntentId>, StoreError> {
        let rows = self.store.export_audit(&AuditFilter::default(), 0, 10_000, self.now).await?;
        let found = self.store.verify_audit(None, None).await?;
        assert!(found.is_intact(), "{found:?}");
        let mut kept = self.model.audited();
        for subject in &self.subjects {
            kept.extend(self.model.open_intents(*subject).await?.into_iter().map(|intent| intent.id));
        }
        let told = rows.into_iter().filter_map(|row| row.entry.intent);
        let mut intents: Vec<IntentId> = told.filter(|intent| kept.contains(intent)).collect();
        intents.sort();
        Ok(intents)
    }

    /// Demands equal answers; tells of what kind they were.
    #[track_caller]
    fn same<T: PartialEq + Debug>(
        &self,
        model: Result<T, StoreError>,
        store: Result<T, StoreError>,
    ) -> &'static str {
        let (model, store) = (model.map_err(|error| kind(&error)), store.map_err(|error| kind(&error)));
        assert!(
            model == store,
            "the answers differ\n model: {model:#?}\n store: {store:#?}\nafter\n{}",
            self.played.join("\n")
        );
        model.err().unwrap_or("done")
    }
}

/// The answers of several, to be compared.
fn each(answers: Each<bool>) -> Vec<Result<bool, &'static str>> {
    answers.into_iter().map(|answer| answer.map_err(|error| kind(&error))).collect()
}

/// What a caller branches on. Nothing else may happen to either.
fn kind(error: &StoreError) -> &'static str {
    match error {
        StoreError::Fenced => "fenced",
        StoreError::Conflict(_) => "conflict",
        StoreError::Missing(_) => "missing",
        other => panic!("unexpected: {other:?}"),
    }
}

/// A grant with its secrets, to be compared.
fn plain(grant: &Grant) -> (String, Option<Timestamp>, i64, i64, Option<Timestamp>) {
    let secret = match &grant.credentials {
        Credentials::OAuth { access, refresh } => {
            format!("{} {}", access.expose_secret(), refresh.expose_secret())
        }
        Credentials::ApiToken { email, token } => format!("{email} {}", token.expose_secret()),
    };
    (secret, grant.expires_at, grant.version, grant.epoch, grant.refresh_started_at)
}
