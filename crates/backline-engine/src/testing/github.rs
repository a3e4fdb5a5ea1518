//! A GitHub of a few repositories whose pull requests people and bots write, and the loop beside it, with a Jira that
//! gives out keys and nothing else.

use super::NoChance;
use crate::clock::{Clock, VirtualClock};
use crate::context::{Context, GitHubSettings};
use crate::ingest::{self, Request as Upload};
use crate::pass::{Pass, adopt};
use crate::{poll, pull_request, routing};
use backline_clients::transport::{Method, Request, Response, Transport, TransportError};
use backline_core::ids::{IssueId, IssueKey, SubjectId};
use backline_core::remediation::reference;
use backline_store::reconcile::Outcome;
use backline_store::work::{Due, Lease, Next, Priority, WorkKey};
use backline_store::{Store, StoreError};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

/// The loop on a database in memory.
pub struct Followed {
    pub cx: Context,
    pub github: Arc<ScriptedGitHub>,
    pub clock: Arc<VirtualClock>,
}

impl Followed {
    pub async fn new(repositories: &[&str]) -> Self {
        let github = Arc::new(ScriptedGitHub::default());
        let clock = Arc::new(VirtualClock::at(super::start()));
        let store = Store::fresh().await;
        let mut settings = super::settings();
        settings.github = Some(followed(repositories));
        let cx = Context::new(store, github.clone(), clock.clone(), Arc::new(NoChance), settings);
        Self { cx, github, clock }
    }

    /// An operator writes another list of repositories.
    pub fn list(&self, repositories: &[&str]) {
        let mut settings = self.cx.settings().as_ref().clone();
        settings.github = Some(followed(repositories));
        self.cx.replace_settings(settings);
    }

    pub async fn mark(&self, key: WorkKey) {
        let due = Due {
            key,
            site: None,
            at: self.cx.clock.now(),
            priority: Priority::Check,
            reason: "a test".to_owned(),
        };
        self.cx.store.mark_due(vec![due]).await.expect("it is marked");
    }

    pub async fn poll(&self, repository: &str) {
        self.mark(WorkKey::PollGithub(repository.into())).await;
        self.work().await;
    }

    pub async fn follow(&self, repository: &str, number: u64) {
        self.mark(WorkKey::PullRequest { repository: repository.into(), number }).await;
        self.work().await;
    }

    /// Works off everything that is due, one at a time. Where a ticket is wanted there is one, numbered from SEC-1.
    pub async fn work(&self) {
        while let Some(lease) = self.lease().await {
            let done = match &lease.key {
                WorkKey::Subject(id) => self.make_ticket(*id, &lease).await,
                WorkKey::Project(id) => routing::route(&self.cx, *id, &lease).await,
                WorkKey::PollGithub(repository) => poll::poll(&self.cx, repository, &lease).await,
                WorkKey::PullRequest { repository, number } => {
                    pull_request::follow(&self.cx, repository, *number, &lease).await
                }
                _ => self.cx.store.finish(&lease, Next::Done).await,
            };
            done.expect("it is recorded");
        }
    }

    pub async fn lease(&self) -> Option<Lease> {
        let leases = self.cx.store.lease("a", self.clock.now(), 60_000, 1, &[]).await;
        leases.expect("the queue can be read").pop()
    }

    /// Connects SEC / Bug, which takes what is found in every repository of acme.
    pub async fn connect(&self) {
        let now = self.clock.now();
        let consent = super::consent(1, "acme", now);
        let store = &self.cx.store;
        let connection = store.create_connection(consent, super::tokens("0"), None, now).await;
        let project = super::project(&connection.expect("it is kept"), 1);
        store.save_project(project, "ada@acme.example", now).await.expect("it is saved");
        self.work().await;
    }

    /// A scan of a repository finds these in one package each.
    pub async fn import(&self, repository: &str, advisories: &[&str]) {
        let row = |id: &&str| {
            json!({"VulnerabilityID": id, "PkgName": format!("of-{id}"), "InstalledVersion": "1.0.0",
                "Severity": "HIGH", "Title": format!("Weakness {id}")})
        };
        let rows: Vec<Json> = advisories.iter().map(row).collect();
        let report = json!({"SchemaVersion": 2, "ArtifactName": ".", "ArtifactType": "filesystem",
            "Results": [{"Target": "package-lock.json", "Class": "lang-pkgs", "Type": "npm", "Vulnerabilities": rows}]});
        let request = Upload {
            repository: repository.into(),
            git_ref: None,
            scope: None,
            complete: None,
            format: None,
            actor: "a test".to_owned(),
        };
        ingest::ingest(&self.cx, report.to_string().into_bytes(), request).await.expect("it is taken");
        self.work().await;
    }

    async fn make_ticket(&self, id: SubjectId, lease: &Lease) -> Result<(), StoreError> {
        let store = &self.cx.store;
        let facts = store.load_facts(id).await?.expect("a subject of the test");
        if facts.ticket.is_some() {
            return store.finish(lease, Next::Done).await;
        }
        let number = store.count_tickets().await?.tickets + 1;
        let (issue, key) = (IssueId(format!("{number}")), IssueKey(format!("SEC-{number}")));
        let mut pass = Pass::new(&self.cx, lease, facts);
        adopt(&mut pass, issue, key, BTreeMap::new(), 1, self.clock.now(), None);
        let outcome = Outcome { ticket: pass.changed_ticket(), due: pass.due, ..Outcome::new(id) };
        store.finish_reconcile(lease, outcome, self.clock.now()).await
    }
}

fn followed(repositories: &[&str]) -> GitHubSettings {
    GitHubSettings {
        api_url: "https://github.example".to_owned(),
        token: "token".into(),
        webhook_secret: Some("word".into()),
        repositories: repositories.iter().map(|name| (*name).to_owned()).collect(),
    }
}

#[derive(Default)]
pub struct ScriptedGitHub {
    state: Mutex<State>,
}

struct State {
    default_branch: String,
    pulls: BTreeMap<(String, u64), Pull>,
    /// By id, from 1; `None` where it was deleted.
    comments: Vec<Option<String>>,
    seen: Vec<String>,
    changes: i64,
    throws_away: bool,
}

impl Default for State {
    fn default() -> Self {
        Self {
            default_branch: "main".to_owned(),
            pulls: BTreeMap::new(),
            comments: Vec::new(),
            seen: Vec::new(),
            changes: 0,
            throws_away: false,
        }
    }
}

#[derive(Clone)]
struct Pull {
    title: String,
    body: String,
    branch: String,
    state: &'static str,
    updated: i64,
}

impl ScriptedGitHub {
    pub fn open(&self, repository: &str, number: u64, title: &str) {
        let mut state = self.state();
        let (title, branch) = (title.to_owned(), format!("fix-{number}"));
        let pull = Pull { title, body: "Words.".to_owned(), branch, state: "open", updated: 0 };
        state.pulls.insert((repository.to_owned(), number), pull);
        state.touch(repository, number);
    }

    pub fn retitle(&self, repository: &str, number: u64, title: &str) {
        let mut state = self.state();
        state.pull(repository, number).title = title.to_owned();
        state.touch(repository, number);
    }

    /// A person or a bot writes the description over.
    pub fn describe(&self, repository: &str, number: u64, body: &str) {
        let mut state = self.state();
        state.pull(repository, number).body = body.to_owned();
        state.touch(repository, number);
    }

    /// From now on a bot takes our block out of every description as soon as it is written.
    pub fn throw_away(&self, throws_away: bool) {
        self.state().throws_away = throws_away;
    }

    pub fn rename_default_branch(&self, branch: &str) {
        self.state().default_branch = branch.to_owned();
    }

    pub fn body(&self, repository: &str, number: u64) -> String {
        self.state().pull(repository, number).body.clone()
    }

    /// Those that are there.
    pub fn comments(&self) -> Vec<String> {
        self.state().comments.iter().flatten().cloned().collect()
    }

    /// `METHOD path` of each request since the last time that this was asked.
    pub fn seen(&self) -> Vec<String> {
        std::mem::take(&mut self.state().seen)
    }

    /// How many of them wrote a description.
    pub fn writes(&self) -> usize {
        self.seen().iter().filter(|line| line.starts_with("PATCH /repos") && line.contains("/pulls/")).count()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no panic while the state is held")
    }
}

impl State {
    fn pull(&mut self, repository: &str, number: u64) -> &mut Pull {
        self.pulls.get_mut(&(repository.to_owned(), number)).expect("a pull request of the test")
    }

    fn touch(&mut self, repository: &str, number: u64) {
        self.changes += 1;
        self.pull(repository, number).updated = self.changes;
    }

    fn list(&self, repository: &str, page: usize) -> Json {
        let mut pulls: Vec<_> = self.pulls.iter().filter(|((of, _), _)| of == repository).collect();
        pulls.sort_by_key(|(_, pull)| std::cmp::Reverse(pull.updated));
        let page = pulls.into_iter().skip((page - 1) * 100).take(100);
        page.map(|((_, number), pull)| {
            json!({"number": number, "updated_at": at(pull.updated), "state": pull.state, "merged_at": null})
        })
        .collect()
    }

    fn show(&mut self, repository: &str, number: u64) -> Json {
        let base = json!({"id": 1, "full_name": repository, "default_branch": self.default_branch});
        let branch = self.default_branch.clone();
        let pull = self.pull(repository, number);
        json!({
            "number": number, "html_url": "", "title": pull.title, "body": pull.body, "state": pull.state,
            "draft": false, "merged": false, "merged_at": null, "updated_at": at(pull.updated),
            "head": {"ref": pull.branch, "sha": "abc", "repo": null},
            "base": {"ref": branch, "sha": "def", "repo": base},
            "user": {"login": "dana", "type": "User"},
        })
    }

    fn write(&mut self, repository: &str, number: u64, body: &Json) -> Json {
        let throws_away = self.throws_away;
        let written = body["body"].as_str().expect("a description").to_owned();
        self.pull(repository, number).body =
            if throws_away { reference::without_blocks(&written).trim_end().to_owned() } else { written };
        self.touch(repository, number);
        self.show(repository, number)
    }

    fn list_comments(&self) -> Json {
        let there = (1..).zip(&self.comments).filter_map(|(id, body)| Some((id, body.as_ref()?)));
        there.map(|(id, body): (u64, _)| json!({"id": id, "body": body, "user": null})).collect()
    }

    fn answer(&mut self, method: Method, path: &str, body: &Json) -> (u16, Json) {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let parts: Vec<&str> = path.trim_start_matches("/repos/").split('/').collect();
        let repository = format!("{}/{}", parts[0], parts[1]);
        let number = || parts[3].parse::<u64>().expect("a number");
        let comment = || parts[4].parse::<usize>().expect("an id") - 1;
        match (method, &parts[2..]) {
            (Method::Get, []) => {
                (200, json!({"id": 1, "full_name": repository, "default_branch": self.default_branch}))
            }
            (Method::Get, ["pulls"]) => {
                let page = query.rsplit('=').next().and_then(|page| page.parse().ok()).unwrap_or(1);
                (200, self.list(&repository, page))
            }
            (Method::Get, ["pulls", _]) => (200, self.show(&repository, number())),
            (Method::Get, ["pulls", _, "commits"]) => (200, json!([])),
            (Method::Patch, ["pulls", _]) => (200, self.write(&repository, number(), body)),
            (Method::Get, ["issues", _, "comments"]) => (200, self.list_comments()),
            (Method::Post, ["issues", _, "comments"]) => {
                self.comments.push(body["body"].as_str().map(str::to_owned));
                (201, json!({"id": self.comments.len(), "body": body["body"], "user": null}))
            }
            (Method::Patch, ["issues", "comments", _]) => {
                self.comments[comment()] = body["body"].as_str().map(str::to_owned);
                (200, json!({"id": comment() + 1, "body": body["body"], "user": null}))
            }
            (Method::Delete, ["issues", "comments", _]) => {
                self.comments[comment()] = None;
                (204, json!(null))
            }
            (_, parts) => panic!("nothing is scripted for {} {parts:?}", method.as_str()),
        }
    }
}

/// Later with each change.
fn at(change: i64) -> jiff::Timestamp {
    super::start() + Duration::from_secs(change.unsigned_abs())
}

#[async_trait::async_trait]
impl Transport for ScriptedGitHub {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let mut state = self.state();
        let path = request.url[request.origin().len()..].to_owned();
        state.seen.push(format!("{} {path}", request.method.as_str()));
        let body: Json =
            request.body.as_deref().and_then(|body| serde_json::from_slice(body).ok()).unwrap_or_default();
        let (status, json) = state.answer(request.method, &path, &body);
        Ok(Response { status, headers: Vec::new(), body: json.to_string().into_bytes() })
    }
}
