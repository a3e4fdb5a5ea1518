//! What a person sees and does in the simulated Jira.

use super::{World, json_of};
use reqwest::Method;
use serde_json::{Value, json};

impl World {
    /// As the person whose e-mail and token the demo prints.
    pub fn jira(&self, path: &str) -> Value {
        json_of(self.site(Method::GET, path).send().expect("Jira answers"))
    }

    fn site(&self, method: Method, path: &str) -> reqwest::blocking::RequestBuilder {
        let (email, token) = (self.text("/jira/email"), self.text("/jira/token"));
        self.http.request(method, format!("{}{path}", self.text("/jira/site"))).basic_auth(email, Some(token))
    }

    /// Every issue of the project, by reading keys one after another: search lags.
    pub fn issues(&self) -> Option<Vec<Value>> {
        let project = self.text("/jira/project");
        let mut issues = Vec::new();
        // A hundred at a time, until one of them is not full.
        for hundred in 0.. {
            let keys = (1..=100).map(|number| format!("{project}-{}", 100 * hundred + number));
            let body = json!({
                "issueIdsOrKeys": keys.collect::<Vec<_>>(), "fields": ["summary", "priority", "status"],
            });
            let answer = self.site(Method::POST, "/rest/api/3/issue/bulkfetch").json(&body).send();
            let found = json_of(answer.expect("Jira answers"))["issues"].as_array()?.clone();
            let is_last = found.len() < 100;
            issues.extend(found);
            if is_last {
                break;
            }
        }
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
            .site(Method::PUT, &format!("/rest/api/3/issue/{key}"))
            .json(&json!({"fields": fields}))
            .send();
        assert!(answer.expect("Jira answers").status().is_success());
    }

    /// Moves a ticket on until its status is of a category; `fields` go with the last hop.
    pub fn move_to(&self, key: &str, category: &str, fields: &Value) {
        let path = format!("/rest/api/3/issue/{key}/transitions");
        for _ in 0..6 {
            if self.status(key)["statusCategory"]["key"] == category {
                return;
            }
            let offered = self.jira(&path)["transitions"].as_array().cloned().unwrap_or_default();
            let leads_there = |one: &&Value| one["to"]["statusCategory"]["key"] == category;
            let last = offered.iter().find(leads_there);
            let hop = last.or_else(|| offered.iter().find(|one| one["to"]["id"] != self.status(key)["id"]));
            let hop = hop.unwrap_or_else(|| panic!("no way on for {key}"));
            let fields = if last.is_some() { fields.clone() } else { json!({}) };
            let body = json!({"transition": {"id": hop["id"]}, "fields": fields});
            let answer = self.site(Method::POST, &path).json(&body).send().expect("Jira answers");
            assert!(answer.status().is_success(), "{}", answer.text().unwrap_or_default());
        }
        panic!("{key} never came to {category}");
    }

    /// A second issue that carries the marker of one, as a create makes it that Jira carried out twice.
    pub fn double(&self, key: &str) -> String {
        let read = self.jira(&format!("/rest/api/3/issue/{key}?properties=backline.subject"));
        let (project, kind) = (&read["fields"]["project"]["id"], &read["fields"]["issuetype"]["id"]);
        let (project, kind) = (project.as_str().expect("an id"), kind.as_str().expect("an id"));
        let screen = self.jira(&format!("/rest/api/3/issue/createmeta/{project}/issuetypes/{kind}"));
        let demanded =
            screen["fields"].as_array().into_iter().flatten().filter(|field| field["required"] == true);
        let mut fields = json!({"project": {"id": project}, "issuetype": {"id": kind}});
        for id in demanded.filter_map(|field| field["fieldId"].as_str()) {
            if fields[id].is_null() {
                fields[id] = read["fields"][id].clone();
            }
        }
        let marker = &read["properties"]["backline.subject"];
        let body = json!({"fields": fields, "properties": [{"key": "backline.subject", "value": marker}]});
        let answer = self.site(Method::POST, "/rest/api/3/issue").json(&body).send();
        json_of(answer.expect("Jira answers"))["key"].as_str().expect("a key").to_owned()
    }

    pub fn delete_issue(&self, key: &str) {
        let answer = self.site(Method::DELETE, &format!("/rest/api/3/issue/{key}")).send();
        assert!(answer.expect("Jira answers").status().is_success());
    }

    pub fn priority(&self, name: &str) -> String {
        let priorities = self.jira("/rest/api/3/priority");
        let found = priorities.as_array().into_iter().flatten().find(|priority| priority["name"] == name);
        found.and_then(|priority| priority["id"].as_str()).expect("the priority exists").to_owned()
    }
}

pub fn summary(issue: &Value) -> String {
    issue["fields"]["summary"].as_str().unwrap_or_default().to_owned()
}
