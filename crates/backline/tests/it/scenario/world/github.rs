//! What a developer does in the simulated GitHub.

use super::{World, json_of};
use reqwest::Method;
use serde_json::{Value, json};

impl World {
    fn github(&self, method: Method, path: &str) -> reqwest::blocking::RequestBuilder {
        let url = format!("{}/repos/{}{path}", self.text("/github/api"), self.text("/github/repository"));
        self.http
            .request(method, url)
            .bearer_auth(self.text("/github/token"))
            .header("user-agent", "a developer")
    }

    /// A branch, a commit on it, and a pull request to the default branch.
    pub fn open_pull_request(&self, branch: &str, title: &str, body: &str) -> u64 {
        let get = |path: &str| json_of(self.github(Method::GET, path).send().expect("GitHub answers"));
        let send = |method, path: &str, body: Value| {
            json_of(self.github(method, path).json(&body).send().expect("GitHub answers"))
        };
        let head = get("/git/ref/heads/main")["object"]["sha"].clone();
        send(Method::POST, "/git/refs", json!({"ref": format!("refs/heads/{branch}"), "sha": head}));
        let file = json!({"message": "Raise a version", "content": "Zml4ZWQK", "branch": branch});
        send(Method::PUT, "/contents/FIX.md", file);
        let opened = send(
            Method::POST,
            "/pulls",
            json!({"title": title, "head": branch, "base": "main", "body": body}),
        );
        opened["number"].as_u64().unwrap_or_else(|| panic!("no number in {opened}"))
    }

    pub fn pull_request(&self, number: u64) -> Value {
        json_of(self.github(Method::GET, &format!("/pulls/{number}")).send().expect("GitHub answers"))
    }

    pub fn merge(&self, number: u64) {
        let answer = self.github(Method::PUT, &format!("/pulls/{number}/merge")).json(&json!({})).send();
        let answer = json_of(answer.expect("GitHub answers"));
        assert_eq!(answer["merged"], true, "{answer}");
    }
}
