//! The simulators' own controls: what was sent to them, faults, and the Slack channel.

use super::{World, json_of};
use serde_json::Value;

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
        let answer = self.http.get(format!("{}/_sim/history", self.text("/sim"))).send();
        let history = json_of(answer.expect("the simulator answers"));
        let entries = history.as_array().into_iter().flatten();
        entries.filter(|entry| entry["path"].as_str().is_some_and(&is_meant)).count()
    }

    pub fn fault(&self, plan: Value) {
        let answer = self.http.post(format!("{}/_sim/plan", self.text("/sim"))).json(&plan).send();
        assert!(answer.expect("the simulator answers").status().is_success());
    }

    pub fn heal(&self) {
        self.http.delete(format!("{}/_sim/plan", self.text("/sim"))).send().expect("the simulator answers");
    }

    pub fn messages(&self) -> Vec<Value> {
        let answer = self.http.get(self.text("/slack/messages")).send();
        json_of(answer.expect("Slack answers")).as_array().cloned().unwrap_or_default()
    }
}
