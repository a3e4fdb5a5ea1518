//! A demo of its own: the real binary on free ports with an empty data folder, and what a person sees of it.

mod contract;
mod github;
mod jira;
mod page;
mod replica;
mod simulator;

use backline_store::trial::Cluster;
pub use jira::summary;
pub use replica::Worker;
use reqwest::Method;
use reqwest::blocking::{Client, Response};
use secrecy::ExposeSecret;
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// The longest that anything in a story may take; it is waited for by looking, not by sleeping through.
const PATIENCE: Duration = Duration::from_secs(90);
/// Stands for a quick pace among the words of a command line.
const ASKING: &str = "asking";
const LOOK_AGAIN: Duration = Duration::from_millis(50);

pub struct World {
    demo: Mutex<Demo>,
    /// The simulators, where they run in a process of their own.
    simulators: Option<Child>,
    data: tempfile::TempDir,
    /// The address of a PostgreSQL database of its own, where tests are run for that.
    database: Option<String>,
    http: Client,
}

/// The running binary and the line that it printed.
struct Demo {
    process: Child,
    info: Value,
}

impl World {
    /// Service and simulators in one process.
    pub fn start() -> Self {
        Self::begin(None, &[])
    }

    /// Asking Jira for changes every second, as where there is no webhook.
    pub fn start_asking() -> Self {
        Self::begin(None, &[ASKING])
    }

    /// The same with more words on the demo's command line.
    pub fn start_with(arguments: &[&str]) -> Self {
        Self::begin(None, arguments)
    }

    /// The simulators in a process of their own, which outlives the service.
    pub fn start_apart() -> Self {
        Self::start_apart_with(&[])
    }

    /// The same with more words on the demo's command line.
    pub fn start_apart_with(arguments_of_demo: &[&str]) -> Self {
        let data = tempfile::tempdir().expect("a temporary folder");
        let folder = data.path().join("simulators-apart");
        let arguments = ["sim", "--json", "--keep-exchanges", "--listen", "127.0.0.1:0", "--data"];
        let (process, line) = launch(&arguments, &folder);
        let address = line["sim"].as_str().expect("an address").to_owned();
        Self::begin(Some((process, address, data)), arguments_of_demo)
    }

    fn begin(apart: Option<(Child, String, tempfile::TempDir)>, arguments: &[&str]) -> Self {
        rustls::crypto::ring::default_provider().install_default().ok();
        let http = Client::builder().timeout(Duration::from_secs(30)).no_proxy().build().expect("a client");
        let (simulators, address, data) = match apart {
            Some((process, address, data)) => (Some(process), Some(address), data),
            None => (None, None, tempfile::tempdir().expect("a temporary folder")),
        };
        let database = database();
        let demo =
            Demo::launch(data.path(), "127.0.0.1:0", address.as_deref(), arguments, database.as_deref());
        Self { demo: Mutex::new(demo), simulators, data, database, http }
    }

    /// As an operating system does it: nothing is told, nothing is saved.
    pub fn kill_and_start_again(&self) {
        self.kill_and(|| ());
    }

    /// The same, and something is done to its data before it starts again.
    pub fn kill_and(&self, act: impl FnOnce()) {
        let apart = self.simulators.as_ref().map(|_| self.text("/sim"));
        let mut demo = self.demo.lock().expect("nobody panicked");
        demo.process.kill().expect("it runs");
        demo.process.wait().expect("it ended");
        act();
        let ui = demo.info["ui"].as_str().expect("an address").to_owned();
        let listen = ui.trim_start_matches("http://");
        *demo = Demo::launch(self.data.path(), listen, apart.as_deref(), &[], self.database.as_deref());
    }

    /// One of the folders that the processes keep their data in.
    pub fn folder(&self, name: &str) -> String {
        self.data.path().join(name).display().to_string()
    }

    pub fn text(&self, pointer: &str) -> String {
        let demo = self.demo.lock().expect("nobody panicked");
        let value = demo.info.pointer(pointer).and_then(Value::as_str);
        value.unwrap_or_else(|| panic!("no {pointer} in {}", demo.info)).to_owned()
    }

    /// Looks until something is there.
    pub fn wait<T>(&self, what: &str, look: impl Fn(&Self) -> Option<T>) -> T {
        self.wait_within(PATIENCE, what, look)
    }

    /// The same with another patience.
    pub fn wait_within<T>(&self, patience: Duration, what: &str, look: impl Fn(&Self) -> Option<T>) -> T {
        let until = Instant::now() + patience;
        loop {
            if let Some(found) = look(self) {
                return found;
            }
            assert!(Instant::now() < until, "{what}: not within {patience:?}\nplan: {:#}", self.api("/plan"));
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
        json_of(self.call(Method::GET, path, None))
    }

    pub fn import(&self, report: &Value) -> Value {
        json_of(self.upload(report.to_string().into_bytes()))
    }

    /// As it is answered, refused or not.
    pub fn upload(&self, bytes: Vec<u8>) -> Response {
        let path = format!("/reports?repository={}", self.text("/github/repository"));
        self.call(Method::POST, &path, Some(bytes))
    }

    /// Asks the service, and again where it was killed meanwhile: by a new process, with a token of its own.
    fn call(&self, method: Method, path: &str, body: Option<Vec<u8>>) -> Response {
        let until = Instant::now() + PATIENCE;
        loop {
            let (url, token) = (format!("{}{path}", self.text("/api")), self.text("/api_token"));
            let request = self.http.request(method.clone(), url).bearer_auth(&token);
            let answer = match &body {
                Some(body) => request.header("content-type", "application/json").body(body.clone()).send(),
                None => request.send(),
            };
            match answer {
                Ok(answer) if answer.status() != 401 || token == self.text("/api_token") => return answer,
                Err(error) => assert!(Instant::now() < until, "{path}: {error}"),
                Ok(_) => {}
            }
            std::thread::sleep(LOOK_AGAIN);
        }
    }

    /// A person saves the project as it is, which makes its next version.
    pub fn save_mapping_again(&self) {
        let projects = self.api("/projects");
        let project = projects["projects"][0].clone();
        let id = project["id"].as_str().expect("an id");
        json_of(self.call(Method::PUT, &format!("/projects/{id}"), Some(project.to_string().into_bytes())));
    }

    /// As it is answered, refused or not: the status and what is answered.
    pub fn save_project(&self, project: &Value) -> (u16, Value) {
        let path = format!("/projects/{}", project["id"].as_str().expect("an id"));
        self.answered(Method::PUT, &path, project)
    }

    pub fn add_project(&self, project: &Value) -> (u16, Value) {
        self.answered(Method::POST, "/projects", project)
    }

    /// A request with a JSON body: the status and what is answered, refused or not.
    pub fn answered(&self, method: Method, path: &str, body: &Value) -> (u16, Value) {
        let answer = self.call(method, path, Some(body.to_string().into_bytes()));
        let status = answer.status().as_u16();
        (status, answer.json().expect("JSON, also where it is refused"))
    }

    /// By an account's API token; the status and what is answered.
    pub fn connect(&self, login: &Value) -> (u16, Value) {
        self.answered(Method::POST, "/connections", login)
    }

    /// A person ends the link of a ticket, by its id.
    pub fn unlink(&self, id: &str) -> Value {
        json_of(self.call(Method::POST, &format!("/tickets/{id}/unlink"), None))
    }

    pub fn disconnect(&self) {
        let connections = self.api("/connections");
        let id = connections["connections"][0]["id"].as_str().expect("an id").to_owned();
        let answer = self.call(Method::DELETE, &format!("/connections/{id}"), None);
        assert!(answer.status().is_success());
    }

    /// The command line, as a person runs it beside the demo: its exit code and what it says.
    pub fn command(&self, arguments: &[&str]) -> (i32, String) {
        verb(arguments, &[("BACKLINE_URL", self.text("/ui")), ("BACKLINE_TOKEN", self.text("/api_token"))])
    }
}

/// A verb that needs no running Backline.
pub fn verb(arguments: &[&str], environment: &[(&str, String)]) -> (i32, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_backline"))
        .args(arguments)
        .envs(environment.iter().map(|(name, value)| (name, value)))
        .output()
        .expect("the command runs");
    let said =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    (output.status.code().expect("it ended by itself"), said)
}

impl Drop for World {
    fn drop(&mut self) {
        // A test that has failed already has said why.
        if !std::thread::panicking() {
            contract::check(&self.exchanges());
        }
        // Killed, not asked: the next start has to cope with it anyway.
        if let Ok(demo) = self.demo.get_mut() {
            let _ = demo.process.kill();
            let _ = demo.process.wait();
        }
        if let Some(simulators) = &mut self.simulators {
            let _ = simulators.kill();
            let _ = simulators.wait();
        }
    }
}

impl Demo {
    fn launch(
        data: &Path,
        listen: &str,
        simulators: Option<&str>,
        more: &[&str],
        database: Option<&str>,
    ) -> Self {
        let mut arguments = vec!["demo", "--connected", "--json", "--keep-exchanges", "--listen", listen];
        if let Some(address) = simulators {
            arguments.extend(["--sim", address]);
        }
        arguments.extend(more.iter().filter(|word| **word != ASKING));
        arguments.push("--data");
        let pace = if more.contains(&ASKING) { "1" } else { "60" };
        let (process, info) = launch_at(&arguments, &data.join("backline"), pace, database);
        Self { process, info }
    }
}

/// An empty database on the cluster of this test binary, where tests are run for PostgreSQL.
fn database() -> Option<String> {
    let cluster = Cluster::wanted()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    Some(runtime.block_on(cluster.empty_database()).expose_secret().to_owned())
}

fn launch(arguments: &[&str], data: &Path) -> (Child, Value) {
    launch_at(arguments, data, "60", None)
}

/// Starts the binary and reads the line that it prints when it is ready. `pace` is the time between two looks at what
/// people changed, in seconds.
fn launch_at(arguments: &[&str], data: &Path, pace: &str, database: Option<&str>) -> (Child, Value) {
    let mut process = Command::new(env!("CARGO_BIN_EXE_backline"))
        .args(arguments)
        .arg(data)
        .env("BACKLINE_SYNC_JIRA_POLL_SECONDS", pace)
        .envs(database.map(|url| ("BACKLINE_DATABASE_URL", url)))
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .expect("it starts");
    let mut line = String::new();
    let out = process.stdout.take().expect("its output is piped");
    BufReader::new(out).read_line(&mut line).expect("it prints a line");
    let info = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line:?}"));
    (process, info)
}

fn json_of(response: Response) -> Value {
    let (status, url) = (response.status(), response.url().clone());
    let text = response.text().expect("a whole answer");
    assert!(status.is_success(), "{url}: {status} {text}");
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{url}: {error}: {text}"))
}
