//! The simulators' own controls: what was sent to them, faults, and the Slack channel.

use super::{World, json_of};
use serde_json::{Value, json};

impl World {
    /// Calls that Backline made to Jira.
    pub fn jira_requests(&self) -> usize {
        self.outside_requests(|path| path.contains("/ex/jira/"))
    }

    /// Calls that changed something outside, or read from Jira: a moment to be killed at, each of them.
    pub fn steps(&self) -> usize {
        self.outside_requests(|path| path.contains("/ex/jira/") || path.contains("/slack/services/"))
    }

    fn outside_requests(&self, is_meant: impl Fn(&str) -> bool) -> usize {
        let history = self.sim("/_sim/history");
        let entries = history.as_array().into_iter().flatten();
        entries.filter(|entry| entry["path"].as_str().is_some_and(&is_meant)).count()
    }

    /// Every request to Jira's REST API with its answer, in full, since the simulators were started.
    pub fn exchanges(&self) -> Vec<Value> {
        let report = self.sim("/_sim/exchanges");
        assert_eq!((&report["is_on"], &report["dropped"]), (&json!(true), &json!(0)));
        report["exchanges"].as_array().cloned().unwrap_or_default()
    }

    pub(super) fn sim(&self, path: &str) -> Value {
        let answer = self.http.get(format!("{}{path}", self.text("/sim"))).send();
        json_of(answer.expect("the simulator answers"))
    }

    /// Every request that the simulators saw.
    pub fn history(&self) -> Vec<Value> {
        self.sim("/_sim/history").as_array().cloned().unwrap_or_default()
    }

    /// The number of the latest request.
    pub fn last(&self) -> u64 {
        let history = self.sim("/_sim/history");
        let numbers = history.as_array().into_iter().flatten().filter_map(|entry| entry["seq"].as_u64());
        numbers.max().unwrap_or_default()
    }

    /// Paths of what was written to Jira since.
    pub fn writes_after(&self, last: u64) -> Vec<String> {
        let history = self.sim(&format!("/_sim/history?after={last}"));
        let written = |entry: &&Value| entry["service"] == "jira" && entry["write"] == true;
        let entries = history.as_array().into_iter().flatten().filter(written);
        entries.filter_map(|entry| entry["path"].as_str().map(str::to_owned)).collect()
    }

    /// What Backline asked of the simulators that they do not have.
    pub fn unsupported(&self) -> Value {
        self.sim("/_sim/coverage")["unsupported"].clone()
    }

    /// Who may sign in to the site, and with which tokens.
    pub fn person(&self) -> Value {
        self.sim("/_sim/info")["jira"].clone()
    }

    /// What is planned to go wrong, with how often each of it did.
    pub fn faults(&self) -> Vec<Value> {
        self.sim("/_sim/plan").as_array().cloned().unwrap_or_default()
    }

    pub fn fault(&self, plan: Value) {
        let answer = self.http.post(format!("{}/_sim/plan", self.text("/sim"))).json(&plan).send();
        assert!(answer.expect("the simulator answers").status().is_success());
    }

    /// An administrator makes a field of the mapped create screen mandatory, or optional again.
    pub fn demand(&self, field: &str, is_required: bool) {
        let project = &self.api("/projects")["projects"][0];
        let change = json!({
            "project": project["project"]["key"], "issue_type": project["issue_type"]["name"],
            "field": field, "to": if is_required { "required" } else { "optional" },
        });
        let url = format!("{}/_sim/jira/screen", self.text("/sim"));
        let answer = self.http.post(url).json(&change).send().expect("the simulators answer");
        assert!(answer.status().is_success(), "{change}: {}", answer.text().unwrap_or_default());
    }

    pub fn heal(&self) {
        self.http.delete(format!("{}/_sim/plan", self.text("/sim"))).send().expect("the simulator answers");
    }

    pub fn messages(&self) -> Vec<Value> {
        let answer = self.http.get(self.text("/slack/messages")).send();
        json_of(answer.expect("Slack answers")).as_array().cloned().unwrap_or_default()
    }
}
