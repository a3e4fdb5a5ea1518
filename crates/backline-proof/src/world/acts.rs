//! What people, administrators, the scanner, the code host and Backline's user do.

use super::setup::{ACCOUNT, REPOSITORY};
use super::{Done, World};
use crate::gate::{Carried, URL};
use crate::plan::{Act, Admin, Change, Code, Does, User};
use crate::story::What;
use backline_clients::transport::{Method, Request};
use backline_core::ids::RepositoryName;
use backline_engine::connect;
use backline_engine::ingest::{self, Request as Upload};
use backline_sim::history::Entry;
use backline_sim::witness::Change as Made;
use base64::Engine as _;
use jiff::Timestamp;
use serde_json::{Value as Json, json};

const SEVERITIES: [&str; 4] = ["LOW", "MEDIUM", "HIGH", "CRITICAL"];

/// What people know: how they sign in, and what is there.
pub struct People {
    jira: String,
    site: String,
    github: String,
    /// Issues that Backline made and nobody deleted, by id.
    issues: Vec<String>,
    /// What the scanner knows: the advisory's number, its severity, and whether it finds it now.
    findings: Vec<(u64, usize, bool)>,
    pulls: Vec<u64>,
    opened: u64,
}

impl People {
    pub fn of(info: &Json) -> Self {
        let text = |pointer: &str| info.pointer(pointer).and_then(Json::as_str).unwrap_or_default();
        let login = format!("{}:{}", text("/jira/email"), text("/jira/token"));
        Self {
            jira: format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(login)),
            site: text("/jira/site").trim_start_matches(URL).to_owned(),
            github: format!("Bearer {}", text("/github/token")),
            issues: Vec::new(),
            findings: Vec::new(),
            pulls: Vec::new(),
            opened: 0,
        }
    }

    /// Takes note of what was made and deleted.
    pub fn see(&mut self, entries: &[Entry]) {
        for entry in entries {
            for commit in entry.commits.iter().filter(|commit| commit.object == "issue") {
                match commit.change {
                    Made::Created if entry.actor.starts_with("app:") => self.issues.push(commit.id.clone()),
                    Made::Deleted => self.issues.retain(|id| *id != commit.id),
                    _ => {}
                }
            }
        }
    }

    fn issue(&self, pick: u64) -> Option<String> {
        pick_of(&self.issues, pick).cloned()
    }

    pub fn issues(&self) -> &[String] {
        &self.issues
    }

    pub fn pulls(&self) -> &[u64] {
        &self.pulls
    }

    pub fn site(&self) -> &str {
        &self.site
    }

    pub fn login(&self, is_code: bool) -> &str {
        if is_code { &self.github } else { &self.jira }
    }

    /// The advisories that the scanner finds now, and how it rates them.
    pub fn found(&self) -> Vec<(String, &'static str)> {
        let found = self.findings.iter().filter(|(_, _, is_found)| *is_found);
        found.map(|(number, severity, _)| (advisory(*number), SEVERITIES[*severity])).collect()
    }
}

fn advisory(number: u64) -> String {
    format!("CVE-2026-{number:04}")
}

fn pick_of<T>(all: &[T], pick: u64) -> Option<&T> {
    let count = u64::try_from(all.len()).ok().filter(|count| *count > 0)?;
    all.get(usize::try_from(pick % count).ok()?)
}

fn paragraph(text: &str) -> Json {
    json!({"type": "paragraph", "content": [{"type": "text", "text": text}]})
}

fn document(text: &str) -> Json {
    json!({"type": "doc", "version": 1, "content": [paragraph(text)]})
}

impl World {
    pub(super) async fn act(&mut self, act: Act) {
        match act {
            Act::Scan(changes) => self.scan(&changes).await,
            Act::Person { pick, does } => {
                if let Some(issue) = self.people.issue(pick) {
                    self.person(&issue, &does).await;
                }
            }
            Act::Admin(admin) => self.administer(&admin).await,
            Act::Code { pick, does } => self.code(pick, &does).await,
            Act::User(user) => self.user(&user).await,
            Act::Kill { replica, down_ms } => {
                if let Some(life) = self.replicas.get(replica).map(|replica| replica.life) {
                    self.kill(replica, life, down_ms);
                }
            }
            Act::Pause { replica, ms } => {
                if replica < self.replicas.len() {
                    self.pause(replica, ms);
                }
            }
        }
    }

    /// A person is quicker than the request that is about to be carried out.
    pub(super) async fn race(&mut self, request: &Request, does: &Does) {
        let path = request.url.split("/issue/").nth(1).unwrap_or_default();
        let issue = path.split(['/', '?']).next().unwrap_or_default().to_owned();
        if self.people.issues.contains(&issue) {
            self.person(&issue, does).await;
        }
    }

    async fn ask(&mut self, who: &str, method: Method, path: &str, body: Option<Json>) -> Json {
        let login = match who {
            "code" => &self.people.github,
            _ => &self.people.jira,
        };
        let mut request = Request::new(method, format!("{URL}{path}")).header("authorization", login);
        if path.starts_with("/_sim/") {
            request.headers.clear();
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let Carried { answer, entries, pair } = self.gate.carry(&request, None).await;
        self.people.see(&entries);
        if !entries.is_empty() {
            self.shared.tell(What::Acted { who: who.to_owned(), entries, pair });
        }
        answer.ok().and_then(|answer| serde_json::from_slice(&answer.body).ok()).unwrap_or_default()
    }

    async fn scan(&mut self, changes: &[Change]) {
        let findings = &mut self.people.findings;
        for change in changes {
            let at = |pick: u64| (!findings.is_empty()).then(|| (pick % findings.len() as u64) as usize);
            match *change {
                Change::Add { severity } => {
                    let number = findings.len() as u64 + 1;
                    findings.push((number, severity as usize % SEVERITIES.len(), true));
                }
                Change::Drop { pick } => {
                    if let Some(at) = at(pick) {
                        findings[at].2 = false;
                    }
                }
                Change::Rate { pick, severity } => {
                    if let Some(at) = at(pick) {
                        findings[at].1 = severity as usize % SEVERITIES.len();
                    }
                }
                Change::Refind { pick } => {
                    if let Some(at) = at(pick) {
                        findings[at].2 = true;
                    }
                }
            }
        }
        let report = report(&self.people.found(), self.now());
        let upload = Upload {
            repository: RepositoryName::from(REPOSITORY),
            git_ref: None,
            scope: None,
            complete: Some(true),
            format: None,
            actor: "ci".to_owned(),
        };
        ingest::ingest(&self.desk, report.to_string().into_bytes(), upload).await.expect("a sound report");
    }

    async fn person(&mut self, issue: &str, does: &Does) {
        let at = format!("{}/rest/api/3/issue/{issue}", self.people.site);
        let edit = |fields: Json| Some(json!({"fields": fields}));
        match does {
            Does::Summary(word) => {
                let summary = json!({"summary": format!("Person {word}")});
                self.ask("person", Method::Put, &at, edit(summary)).await;
            }
            Does::Priority(id) => {
                let priority = json!({"priority": {"id": id.to_string()}});
                self.ask("person", Method::Put, &at, edit(priority)).await;
            }
            Does::Label(word) => {
                let update = json!({"update": {"labels": [{"add": format!("person-{word}")}]}});
                self.ask("person", Method::Put, &at, Some(update)).await;
            }
            Does::Unlabel => {
                let known = self.ask("person", Method::Get, &format!("{at}?fields=labels"), None).await;
                let labels = known["fields"]["labels"].as_array().cloned().unwrap_or_default();
                if let Some(label) = labels.first() {
                    let update = json!({"update": {"labels": [{"remove": label}]}});
                    self.ask("person", Method::Put, &at, Some(update)).await;
                }
            }
            Does::Describe(word) => {
                let known = self.ask("person", Method::Get, &format!("{at}?fields=description"), None).await;
                let mut description = known["fields"]["description"].clone();
                match description["content"].as_array_mut() {
                    Some(content) => content.push(paragraph(&format!("Person {word}"))),
                    None => description = document(&format!("Person {word}")),
                }
                self.ask("person", Method::Put, &at, edit(json!({"description": description}))).await;
            }
            Does::Comment(word) => {
                let body = json!({"body": document(&format!("Person {word}"))});
                self.ask("person", Method::Post, &format!("{at}/comment"), Some(body)).await;
            }
            Does::Transition(pick) => {
                let path = format!("{at}/transitions");
                let known = self.ask("person", Method::Get, &path, None).await;
                let offered = known["transitions"].as_array().cloned().unwrap_or_default();
                if let Some(chosen) = pick_of(&offered, *pick) {
                    let fields = match chosen["name"].as_str() {
                        Some("Done") => json!({"resolution": {"name": "Done"}}),
                        _ => json!({}),
                    };
                    let body = json!({"transition": {"id": chosen["id"]}, "fields": fields});
                    self.ask("person", Method::Post, &path, Some(body)).await;
                }
            }
            Does::Move => {
                let body = json!({"issue": issue, "project": "WEB"});
                self.ask("person", Method::Post, "/_sim/jira/move", Some(body)).await;
            }
            Does::Delete => {
                self.ask("person", Method::Delete, &at, None).await;
            }
            Does::Clone => {
                self.ask("person", Method::Post, "/_sim/jira/clone", Some(json!({"issue": issue}))).await;
            }
            Does::Archive(is_archived) => {
                let body = json!({"issue": issue, "archived": is_archived});
                self.ask("person", Method::Post, "/_sim/jira/archive", Some(body)).await;
            }
        }
    }

    pub(super) async fn administer(&mut self, admin: &Admin) {
        let (path, body) = match admin {
            Admin::Transition { id, is_offered } => {
                let to = if *is_offered { "offered" } else { "gone" };
                ("jira/transition", json!({"project": "SEC", "transition": id.to_string(), "to": to}))
            }
            Admin::Require { is_required } => {
                let to = if *is_required { "required" } else { "optional" };
                (
                    "jira/screen",
                    json!({"project": "SEC", "issue_type": "Bug", "field": "environment", "to": to}),
                )
            }
            Admin::Edit { is_allowed } => {
                let held = json!({"account_id": ACCOUNT, "permission": "EDIT_ISSUES", "held": is_allowed});
                ("jira/permission", held)
            }
            Admin::Site { is_active } => {
                let to = if *is_active { "active" } else { "suspended" };
                ("accounts/site", json!({"site": "acme", "to": to}))
            }
            Admin::Expire { status } => ("accounts/expire", json!({"account_id": ACCOUNT, "as": status})),
        };
        self.ask("admin", Method::Post, &format!("/_sim/{path}"), Some(body)).await;
    }

    async fn code(&mut self, pick: u64, does: &Code) {
        let api = format!("/github/api/v3/repos/{REPOSITORY}");
        let pull = pick_of(&self.people.pulls, pick).map(|number| format!("{api}/pulls/{number}"));
        match (does, pull) {
            (Code::Open, _) => {
                let Some((number, ..)) = pick_of(&self.people.findings, pick).copied() else { return };
                self.open_pull(&api, number).await;
            }
            (Code::Merge, Some(pull)) => {
                self.ask("code", Method::Put, &format!("{pull}/merge"), Some(json!({}))).await;
            }
            (Code::Close, Some(pull)) => {
                self.ask("code", Method::Patch, &pull, Some(json!({"state": "closed"}))).await;
            }
            (Code::Reopen, Some(pull)) => {
                self.ask("code", Method::Patch, &pull, Some(json!({"state": "open"}))).await;
            }
            (Code::Words(word), Some(pull)) => {
                let known = self.ask("code", Method::Get, &pull, None).await;
                let body = known["body"].as_str().unwrap_or_default();
                let body = format!("Person {word}\r\n{body}");
                self.ask("code", Method::Patch, &pull, Some(json!({"body": body}))).await;
            }
            (_, None) => {}
        }
    }

    async fn open_pull(&mut self, api: &str, number: u64) {
        self.people.opened += 1;
        let branch = format!("fix-{}", self.people.opened);
        let head = self.ask("code", Method::Get, &format!("{api}/git/ref/heads/main"), None).await;
        let made = json!({"ref": format!("refs/heads/{branch}"), "sha": head["object"]["sha"]});
        self.ask("code", Method::Post, &format!("{api}/git/refs"), Some(made)).await;
        let file = json!({"message": "Raise a version", "content": "Zml4ZWQK", "branch": branch});
        self.ask("code", Method::Put, &format!("{api}/contents/{branch}.md"), Some(file)).await;
        let title = format!("Raise log4j past {}", advisory(number));
        let opened =
            json!({"title": title, "head": branch, "base": "main", "body": "My words.\r\n\r\nStay."});
        let opened = self.ask("code", Method::Post, &format!("{api}/pulls"), Some(opened)).await;
        self.people.pulls.extend(opened["number"].as_u64());
    }

    pub(super) async fn user(&mut self, user: &User) {
        match user {
            User::Disconnect => {
                let Some(replica) = self.replicas.iter().position(|replica| replica.context.is_some()) else {
                    return;
                };
                let Some(context) = self.replicas[replica].context.clone() else { return };
                let id = self.connection;
                let known = self.store.load_connection(id).await.expect("a store in memory answers");
                if !known.is_some_and(|known| known.is_usable()) {
                    return;
                }
                self.invite(replica, async move {
                    Done::Disconnected(connect::disconnect(&context, id, "ada").await.is_ok())
                });
            }
            User::Connect => {
                // Where the site is suspended, somebody tries again later.
                if let Err(error) = self.connect().await {
                    tracing::debug!(%error, "no consent now");
                }
            }
            User::Approve => {
                let batches = self.store.approve_creates(None, "ada", self.now()).await;
                let tickets =
                    batches.expect("a store in memory answers").iter().map(|batch| batch.tickets).sum();
                self.shared.tell(What::Approved { tickets });
            }
        }
    }

    pub(super) fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.now_ms()).expect("a simulation lasts some days")
    }
}

/// A report of one lock file.
fn report(found: &[(String, &str)], at: Timestamp) -> Json {
    let rows: Vec<Json> = found
        .iter()
        .map(|(id, severity)| {
            json!({
                "VulnerabilityID": id,
                "PkgName": "org.apache.logging.log4j:log4j-core",
                "PkgIdentifier": {"PURL": "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1"},
                "InstalledVersion": "2.14.1",
                "FixedVersion": "2.17.1",
                "Severity": severity,
                "Title": format!("Weakness {id}"),
                "Description": "What it is about.",
            })
        })
        .collect();
    json!({
        "SchemaVersion": 2,
        "CreatedAt": at.to_string(),
        "ArtifactName": "payments-api",
        "ArtifactType": "filesystem",
        "Results": [{"Target": "pom.xml", "Class": "lang-pkgs", "Type": "pom", "Vulnerabilities": rows}],
    })
}
