//! The end of a world: everything is mended, it comes to rest, and is left alone.

use super::World;
use crate::gate::URL;
use crate::plan::{Admin, User};
use crate::story::What;
use backline_clients::transport::{Method, Request};
use backline_core::ids::CloudId;
use backline_store::ticket::{TicketFilter, TicketRow};
use backline_store::work::{Due, Priority, WorkKey};
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// Within this everything is as it should be once nothing goes wrong any more.
const CONVERGE_MINUTES: u64 = 60;
/// What people changed is found by a search that lags.
const LEAST_MINUTES: u64 = 20;
/// Looks at an unchanged world.
const ROUNDS: usize = 10;
const ROUND_MS: u64 = 60_000;
const PAGE: u64 = 500;

/// How things stand at the end.
#[derive(Debug, Clone, Default)]
pub struct Ending {
    /// By id; those that nobody deleted.
    pub issues: BTreeMap<String, Issue>,
    pub rows: Vec<Row>,
    /// What the scanner finds, and how it rates it.
    pub found: Vec<(String, String)>,
    pub pulls: BTreeMap<u64, String>,
}

/// An issue as a person sees it.
#[derive(Debug, Clone, Default)]
pub struct Issue {
    pub summary: String,
    pub priority: String,
    pub labels: Vec<String>,
    pub description: String,
    pub category: String,
    /// The subject that it was made for.
    pub subject: Option<String>,
}

/// A subject as Backline's pages show it.
#[derive(Debug, Clone)]
pub struct Row {
    pub subject: String,
    pub title: String,
    pub issue: Option<String>,
    pub state: String,
    pub blocked: Option<String>,
}

impl World {
    /// The whole course of a world.
    pub async fn run(&mut self) -> Ending {
        let end = self.start_ms + i64::try_from(self.plan.setup.safety_s * 1_000).expect("some days");
        self.run_until(end).await;
        self.mend().await;
        self.converge().await;
        self.rest().await;
        self.shared.tell(What::Ended);
        self.look_at_all().await
    }

    async fn mend(&mut self) {
        self.shared.heal();
        self.mend_processes();
        for admin in [
            Admin::Transition { id: 21, is_offered: true },
            Admin::Transition { id: 51, is_offered: true },
            Admin::Require { is_required: false },
            Admin::Edit { is_allowed: true },
            Admin::Site { is_active: true },
        ] {
            self.administer(&admin).await;
        }
        let known = self.store.load_connection(self.connection).await.expect("a store in memory answers");
        if !known.is_some_and(|known| known.is_usable()) {
            self.user(&User::Connect).await;
        }
        self.shared.tell(What::Healed);
        self.is_stirred = true;
    }

    async fn converge(&mut self) {
        let mut left = String::new();
        for minute in 1..=CONVERGE_MINUTES {
            self.run_for(60_000).await;
            let depth = self.store.queue_depth(self.now()).await.expect("a store in memory answers");
            if self.plan.setup.cap.is_some() {
                self.user(&User::Approve).await;
                self.is_stirred = true;
            }
            left = format!("{} due, {} held, {} later", depth.due, depth.leased, depth.waiting);
            if minute >= LEAST_MINUTES && depth.due == 0 && depth.leased == 0 && depth.waiting == 0 {
                self.shared.tell(What::Converged { is_converged: true, left });
                return;
            }
        }
        self.shared.tell(What::Converged { is_converged: false, left });
    }

    /// Everything is looked at again and again, and nothing has changed.
    async fn rest(&mut self) {
        self.shared.tell(What::Quiet);
        for _ in 0..ROUNDS {
            let rows = self.rows().await;
            let site = rows.first().map(|row| row.subject.cloud_id.clone());
            let Some(site) = site else { return };
            let subjects = rows.iter().filter(|row| row.ticket.is_some()).map(|row| row.subject.id).collect();
            let now = self.now();
            self.store
                .touch(site.clone(), subjects, "the proof", now)
                .await
                .expect("a store in memory answers");
            let due = rows.iter().map(|row| self.due(WorkKey::Subject(row.subject.id), Some(site.clone())));
            let due = due.collect();
            self.store.mark_due(due).await.expect("a store in memory answers");
            self.is_stirred = true;
            self.run_for(ROUND_MS).await;
        }
    }

    fn due(&self, key: WorkKey, site: Option<CloudId>) -> Due {
        Due { key, site, at: self.now(), priority: Priority::Check, reason: "the proof".to_owned() }
    }

    async fn rows(&self) -> Vec<TicketRow> {
        let page = self.store.list_tickets(&TicketFilter::default(), None, PAGE).await;
        page.expect("a store in memory answers").rows
    }

    async fn look_at_all(&mut self) -> Ending {
        let rows = self.rows().await.into_iter().map(|row| Row {
            subject: row.subject.id.to_string(),
            title: row.title,
            issue: row.ticket.map(|ticket| ticket.issue.to_string()),
            state: row.state.word().to_owned(),
            blocked: row.blocked.map(|blocked| format!("{blocked:?}")),
        });
        let mut ending = Ending {
            rows: rows.collect(),
            found: self.people.found().into_iter().map(|(id, severity)| (id, severity.to_owned())).collect(),
            ..Ending::default()
        };
        for id in self.people.issues().to_vec() {
            let path = format!("{}/rest/api/3/issue/{id}?properties=*all", self.people.site());
            let issue = self.see(&path).await;
            if issue["fields"].is_object() {
                ending.issues.insert(id, issue_of(&issue));
            }
        }
        for number in self.people.pulls().to_vec() {
            let pull = self.see_code(&format!("/pulls/{number}")).await;
            ending.pulls.insert(number, pull["body"].as_str().unwrap_or_default().to_owned());
        }
        ending
    }

    async fn see(&self, path: &str) -> Json {
        let request = Request::new(Method::Get, format!("{URL}{path}"));
        self.answer(request.header("authorization", self.people.login(false))).await
    }

    async fn see_code(&self, path: &str) -> Json {
        let url = format!("{URL}/github/api/v3/repos/{}{path}", super::setup::REPOSITORY);
        self.answer(Request::new(Method::Get, url).header("authorization", self.people.login(true))).await
    }

    async fn answer(&self, request: Request) -> Json {
        let answer = self.gate.carry(&request, None).await.answer.ok();
        answer.and_then(|answer| serde_json::from_slice(&answer.body).ok()).unwrap_or_default()
    }
}

fn issue_of(issue: &Json) -> Issue {
    let fields = &issue["fields"];
    let text = |value: &Json| value.as_str().unwrap_or_default().to_owned();
    let labels = fields["labels"].as_array().cloned().unwrap_or_default();
    Issue {
        summary: text(&fields["summary"]),
        priority: text(&fields["priority"]["id"]),
        labels: labels.iter().map(text).collect(),
        description: fields["description"].to_string(),
        category: text(&fields["status"]["statusCategory"]["key"]),
        subject: issue["properties"]["backline.subject"]["subject"].as_str().map(str::to_owned),
    }
}
