//! An administrator who changes the gallery's screen and its lists at random, between two rounds of questions.

use super::site::Site;
use backline_core::ids::FieldId;
use backline_core::jira::field::FieldMeta;
use proptest::arbitrary::any;
use proptest::sample::Index;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use serde_json::{Value as Json, json};

const PROJECT: &str = "ALL";
const EVERYTHING: &str = "Everything";
/// Options that are removed, disabled or renamed in a round, and fields that leave the screen.
const OPTIONS: usize = 8;
const FIELDS: usize = 4;

pub struct Administrator {
    http: reqwest::Client,
    address: String,
    /// What takes the changes back, the newest last.
    undo: Vec<(&'static str, Json)>,
}

impl Administrator {
    pub fn of(site: &Site) -> Self {
        let address = format!("http://{}", site.sim.address());
        Self { http: reqwest::Client::new(), address, undo: Vec::new() }
    }

    /// Takes everything back, then changes lists and takes fields off the screen; answers which are off.
    pub async fn change(&mut self, site: &Site, runner: &mut TestRunner) -> Vec<FieldMeta> {
        while let Some((path, body)) = self.undo.pop() {
            assert!(self.act(path, &body).await, "{path} {body}");
        }
        let fields = site.screen().await;
        let lists: Vec<&FieldMeta> = fields.iter().filter(|field| has_options(field)).collect();
        for _ in 0..OPTIONS {
            let field = pick(runner, &lists);
            let option = pick(runner, field.allowed.as_deref().unwrap_or_default());
            let to = *pick(runner, &["removed", "disabled", "renamed"]);
            let name = format!("{} as it is called now", option.label);
            let body = json!({"field": field.id, "option": option.id, "to": to, "name": name});
            if self.act("option", &body).await {
                let back = match to {
                    "renamed" => {
                        json!({"field": field.id, "option": option.id, "to": to, "name": option.label})
                    }
                    _ => json!({"field": field.id, "option": option.id, "to": "offered"}),
                };
                self.undo.push(("option", back));
            }
        }
        let movable: Vec<&FieldMeta> =
            fields.iter().filter(|field| field.id.as_str().starts_with("customfield_")).collect();
        let mut off = Vec::new();
        for _ in 0..FIELDS {
            let field = *pick(runner, &movable);
            if self.demand(&field.id, "off_screen").await {
                off.push(field.clone());
            }
        }
        off
    }

    /// The field becomes mandatory, until the next round.
    pub async fn require(&mut self, field: &FieldId) -> bool {
        self.demand(field, "required").await
    }

    async fn demand(&mut self, field: &FieldId, to: &str) -> bool {
        let body = |to: &str| json!({"project": PROJECT, "issue_type": EVERYTHING, "field": field, "to": to});
        let is_done = self.act("screen", &body(to)).await;
        if is_done {
            self.undo.push(("screen", body("optional")));
        }
        is_done
    }

    async fn act(&self, act: &str, body: &Json) -> bool {
        let url = format!("{}/_sim/jira/{act}", self.address);
        self.http.post(url).json(body).send().await.expect("the simulator answers").status().is_success()
    }
}

/// Whether its list is its own: people, projects and versions are not options of a field.
fn has_options(field: &FieldMeta) -> bool {
    let is_own = field.id.as_str().starts_with("customfield_");
    is_own && field.allowed.as_ref().is_some_and(|allowed| !allowed.is_empty())
}

pub fn pick<'a, T>(runner: &mut TestRunner, of: &'a [T]) -> &'a T {
    any::<Index>().new_tree(runner).expect("an index").current().get(of)
}
