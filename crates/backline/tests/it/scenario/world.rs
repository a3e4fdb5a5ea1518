//! A demo of its own: the real binary on free ports with an empty data folder, and what a person sees of it.

use reqwest::blocking::{Client, Response};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The longest that anything in a story may take; it is waited for by looking, not by sleeping through.
const PATIENCE: Duration = Duration::from_secs(60);
const LOOK_AGAIN: Duration = Duration::from_millis(50);

pub struct World {
    demo: Child,
    data: tempfile::TempDir,
    info: Value,
    http: Client,
}

impl World {
    pub fn start() -> Self {
        rustls::crypto::ring::default_provider().install_default().ok();
        let data = tempfile::tempdir().expect("a temporary folder");
        let (demo, info) = launch(data.path(), "127.0.0.1:0");
        let http = Client::builder().timeout(Duration::from_secs(30)).no_proxy().build().expect("a client");
        Self { demo, data, info, http }
    }

    /// As an operating system does it: nothing is told, nothing is saved.
    pub fn kill_and_start_again(&mut self) {
        self.demo.kill().expect("it runs");
        self.demo.wait().expect("it ended");
        let listen = self.text("/ui").trim_start_matches("http://").to_owned();
        (self.demo, self.info) = launch(self.data.path(), &listen);
    }

    fn text(&self, pointer: &str) -> String {
        let value = self.info.pointer(pointer).and_then(Value::as_str);
        value.unwrap_or_else(|| panic!("no {pointer} in {}", self.info)).to_owned()
    }

    /// Looks until something is there.
    pub fn wait<T>(&self, what: &str, look: impl Fn(&Self) -> Option<T>) -> T {
        let until = Instant::now() + PATIENCE;
        loop {
            if let Some(found) = look(self) {
                return found;
            }
            assert!(Instant::now() < until, "{what}: not within {PATIENCE:?}\nplan: {:#}", self.api("/plan"));
            std::thread::sleep(LOOK_AGAIN);
        }
    }

    /// Waits until nothing is due any more.
    pub fn settle(&self) {
        self.wait("nothing is left to do", |world| {
            let depth = world.api("/queue");
            (depth["due"] == 0 && depth["leased"] == 0).then_some(())
        });
    }

    pub fn api(&self, path: &str) -> Value {
        json_of(self.backline(reqwest::Method::GET, path).send().expect("Backline answers"))
    }

    fn backline(&self, method: reqwest::Method, path: &str) -> reqwest::blocking::RequestBuilder {
        self.http.request(method, format!("{}{path}", self.text("/api"))).bearer_auth(self.text("/api_token"))
    }

    pub fn import(&self, report: &Value) -> Value {
        let path = format!("/reports?repository={}", self.text("/github/repository"));
        let answer = self.backline(reqwest::Method::POST, &path).body(report.to_string()).send();
        json_of(answer.expect("Backline answers"))
    }

    /// A person saves the project as it is, which makes its next version.
    pub fn save_mapping_again(&self) {
        let projects = self.api("/projects");
        let project = projects["projects"][0].clone();
        let id = project["id"].as_str().expect("an id");
        let answer = self.backline(reqwest::Method::PUT, &format!("/projects/{id}")).json(&project).send();
        json_of(answer.expect("Backline answers"));
    }

    pub fn disconnect(&self) {
        let connections = self.api("/connections");
        let id = connections["connections"][0]["id"].as_str().expect("an id").to_owned();
        let answer = self.backline(reqwest::Method::DELETE, &format!("/connections/{id}")).send();
        assert!(answer.expect("Backline answers").status().is_success());
    }

    /// As the person whose e-mail and token the demo prints.
    pub fn jira(&self, path: &str) -> Value {
        json_of(self.site(reqwest::Method::GET, path).send().expect("Jira answers"))
    }

    fn site(&self, method: reqwest::Method, path: &str) -> reqwest::blocking::RequestBuilder {
        let (email, token) = (self.text("/jira/email"), self.text("/jira/token"));
        self.http.request(method, format!("{}{path}", self.text("/jira/site"))).basic_auth(email, Some(token))
    }

    /// Every issue of the project, by reading keys one after another: search lags.
    pub fn issues(&self) -> Option<Vec<Value>> {
        let project = self.text("/jira/project");
        let keys: Vec<String> = (1..=100).map(|number| format!("{project}-{number}")).collect();
        let body = json!({"issueIdsOrKeys": keys, "fields": ["summary", "priority", "status"]});
        let answer = self.site(reqwest::Method::POST, "/rest/api/3/issue/bulkfetch").json(&body).send();
        let issues = json_of(answer.expect("Jira answers"))["issues"].as_array()?.clone();
        let ours = |issue: &Value| summary(issue).contains("CVE-");
        Some(issues.into_iter().filter(ours).collect())
    }

    pub fn issue(&self, key: &str) -> Value {
        self.jira(&format!("/rest/api/3/issue/{key}"))
    }

    pub fn status(&self, key: &str) -> Value {
        self.issue(key)["fields"]["status"].clone()
    }

    pub fn comments(&self, key: &str) -> String {
        self.jira(&format!("/rest/api/3/issue/{key}/comment")).to_string()
    }

    pub fn edit(&self, key: &str, fields: &Value) {
        let answer = self
            .site(reqwest::Method::PUT, &format!("/rest/api/3/issue/{key}"))
            .json(&json!({"fields": fields}))
            .send();
        assert!(answer.expect("Jira answers").status().is_success());
    }

    pub fn priority(&self, name: &str) -> String {
        let priorities = self.jira("/rest/api/3/priority");
        let found = priorities.as_array().into_iter().flatten().find(|priority| priority["name"] == name);
        found.and_then(|priority| priority["id"].as_str()).expect("the priority exists").to_owned()
    }

    /// Calls that Backline made to Jira.
    pub fn jira_requests(&self) -> usize {
        let history =
            json_of(self.http.get(format!("{}/_sim/history", self.text("/sim"))).send().expect("it answers"));
        let through_the_gateway = |entry: &&Value| {
            entry["service"] == "jira"
                && entry["path"].as_str().is_some_and(|path| path.contains("/ex/jira/"))
        };
        history.as_array().into_iter().flatten().filter(through_the_gateway).count()
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

    fn github(&self, method: reqwest::Method, path: &str) -> reqwest::blocking::RequestBuilder {
        let url = format!("{}/repos/{}{path}", self.text("/github/api"), self.text("/github/repository"));
        self.http
            .request(method, url)
            .bearer_auth(self.text("/github/token"))
            .header("user-agent", "a developer")
    }

    /// A branch, a commit on it, and a pull request to the default branch.
    pub fn open_pull_request(&self, branch: &str, title: &str, body: &str) -> u64 {
        let get =
            |path: &str| json_of(self.github(reqwest::Method::GET, path).send().expect("GitHub answers"));
        let send = |method, path: &str, body: Value| {
            json_of(self.github(method, path).json(&body).send().expect("GitHub answers"))
        };
        let head = get("/git/ref/heads/main")["object"]["sha"].clone();
        send(reqwest::Method::POST, "/git/refs", json!({"ref": format!("refs/heads/{branch}"), "sha": head}));
        let file = json!({"message": "Raise a version", "content": "Zml4ZWQK", "branch": branch});
        send(reqwest::Method::PUT, "/contents/FIX.md", file);
        let opened = send(
            reqwest::Method::POST,
            "/pulls",
            json!({"title": title, "head": branch, "base": "main", "body": body}),
        );
        opened["number"].as_u64().unwrap_or_else(|| panic!("no number in {opened}"))
    }

    pub fn pull_request(&self, number: u64) -> Value {
        json_of(
            self.github(reqwest::Method::GET, &format!("/pulls/{number}")).send().expect("GitHub answers"),
        )
    }

    pub fn merge(&self, number: u64) {
        let answer =
            self.github(reqwest::Method::PUT, &format!("/pulls/{number}/merge")).json(&json!({})).send();
        let answer = json_of(answer.expect("GitHub answers"));
        assert_eq!(answer["merged"], true, "{answer}");
    }
}

impl Drop for World {
    fn drop(&mut self) {
        // Killed, not asked: the next start has to cope with it anyway.
        let _ = self.demo.kill();
        let _ = self.demo.wait();
    }
}

pub fn summary(issue: &Value) -> String {
    issue["fields"]["summary"].as_str().unwrap_or_default().to_owned()
}

fn json_of(response: Response) -> Value {
    let (status, url) = (response.status(), response.url().clone());
    let text = response.text().expect("a whole answer");
    assert!(status.is_success(), "{url}: {status} {text}");
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{url}: {error}: {text}"))
}

fn launch(data: &std::path::Path, listen: &str) -> (Child, Value) {
    let mut demo = Command::new(env!("CARGO_BIN_EXE_backline"))
        .args(["demo", "--connected", "--json", "--listen", listen, "--data"])
        .arg(data)
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .expect("the demo starts");
    let mut line = String::new();
    let out = demo.stdout.take().expect("its output is piped");
    BufReader::new(out).read_line(&mut line).expect("it prints a line");
    let info = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line:?}"));
    (demo, info)
}
