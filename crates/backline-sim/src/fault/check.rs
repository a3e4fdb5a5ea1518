//! Reading a plan from JSON: all of it, or every place that is wrong with what is allowed there.

use super::glob;
use super::kind::{KINDS, Kind, MATCH, Param, Shape, TRIGGERS};
use super::plan::FaultPlan;
use axum::http::{HeaderName, HeaderValue};
use serde::Serialize;
use serde_json::{Map, Value};
use std::fmt;

/// Where the acts of a plan may go.
const ACT_PATHS: [&str; 4] = ["/_sim/jira/", "/_sim/accounts/", "/sites/", "/github/"];

/// One thing that is wrong with a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Such as `[0].fault.ms`.
    pub at: String,
    pub problem: String,
}

/// Why a plan was refused; nothing of it is in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanRefused(pub Vec<Problem>);

impl fmt::Display for PlanRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let texts = self.0.iter().map(|problem| format!("{}: {}", problem.at, problem.problem));
        f.write_str(&texts.collect::<Vec<_>>().join("; "))
    }
}

impl std::error::Error for PlanRefused {}

/// Reads a list of entries, or one entry.
///
/// # Errors
/// Every unknown key or kind, value of another type and contradiction, each with its place.
pub fn read(mut plan: Value) -> Result<FaultPlan, PlanRefused> {
    if plan.is_object() {
        plan = Value::Array(vec![plan]);
    }
    let mut problems = Problems::default();
    match plan.as_array_mut() {
        None => problems.add("plan", format!("expected a list of entries, found {}", found(&plan))),
        Some(entries) => {
            for (n, entry) in entries.iter_mut().enumerate() {
                problems.entry(&format!("[{n}]"), entry);
            }
        }
    }
    if !problems.0.is_empty() {
        return Err(PlanRefused(problems.0));
    }
    serde_json::from_value(plan)
        .map_err(|error| PlanRefused(vec![Problem { at: "plan".into(), problem: error.to_string() }]))
}

#[derive(Default)]
struct Problems(Vec<Problem>);

impl Problems {
    fn add(&mut self, at: &str, problem: impl Into<String>) {
        self.0.push(Problem { at: at.to_owned(), problem: problem.into() });
    }

    fn entry(&mut self, at: &str, entry: &mut Value) {
        let Some(object) = entry.as_object_mut() else {
            return self.add(at, format!("expected an entry, found {}", found(entry)));
        };
        let names = TRIGGERS.iter().map(|param| param.name);
        self.keys(at, object, &["match", "fault"].into_iter().chain(names).collect::<Vec<_>>());
        self.values(at, object, TRIGGERS);
        let counted: Vec<&str> =
            ["nth", "times", "after"].into_iter().filter(|name| object.contains_key(*name)).collect();
        if counted.len() > 1 {
            self.add(at, format!("{} exclude each other; give one", counted.join(" and ")));
        }
        if let Some(matching) = object.get("match") {
            self.matching(&format!("{at}.match"), matching);
        }
        let at = format!("{at}.fault");
        match object.get_mut("fault") {
            None => self.add(&at, "is missing"),
            Some(Value::Object(fault)) => self.fault(&at, fault),
            Some(other) => self.add(&at, format!("expected an object, found {}", found(other))),
        }
    }

    fn matching(&mut self, at: &str, matching: &Value) {
        let Some(object) = matching.as_object() else {
            return self.add(at, format!("expected an object, found {}", found(matching)));
        };
        self.keys(at, object, &MATCH.iter().map(|param| param.name).collect::<Vec<_>>());
        // A method may be written in small letters.
        let mut object = object.clone();
        if let Some(method) = object.get_mut("method") {
            *method = method.as_str().map_or(method.clone(), |text| text.to_ascii_uppercase().into());
        }
        self.values(at, &object, MATCH);
        let path = object.get("path").and_then(Value::as_str);
        if let Some(Err(error)) = path.map(glob) {
            self.add(&format!("{at}.path"), error);
        }
        if path.is_some_and(|path| !path.starts_with(['/', '*', '?'])) {
            self.add(&format!("{at}.path"), "no path begins so; begin with \"/\" or \"*\"");
        }
    }

    fn fault(&mut self, at: &str, fault: &mut Map<String, Value>) {
        shorten(fault);
        let known = || KINDS.iter().map(|kind| kind.name).collect::<Vec<_>>().join(", ");
        let kind: &Kind = match fault.get("kind") {
            Some(Value::String(name)) => match KINDS.iter().find(|kind| kind.name == name) {
                Some(kind) => kind,
                None => {
                    let text = format!("\"{name}\" is no kind; known are {}", known());
                    return self.add(&format!("{at}.kind"), text);
                }
            },
            Some(other) => {
                let text = format!("expected one of {}, found {}", known(), found(other));
                return self.add(&format!("{at}.kind"), text);
            }
            None => return self.add(&format!("{at}.kind"), format!("is missing; known are {}", known())),
        };
        let names: Vec<&str> =
            ["kind"].into_iter().chain(kind.params.iter().map(|param| param.name)).collect();
        self.keys(at, fault, &names);
        self.values(at, fault, kind.params);
        for param in kind.params.iter().filter(|param| param.default.is_none()) {
            if !fault.contains_key(param.name) {
                self.add(
                    &format!("{at}.{}", param.name),
                    format!("is missing; expected {}", param.shape.words()),
                );
            }
        }
        if let Some(Value::Object(headers)) = fault.get("headers") {
            for (name, value) in headers {
                let is_header = name.parse::<HeaderName>().is_ok();
                if !is_header || value.as_str().is_some_and(|text| HeaderValue::from_str(text).is_err()) {
                    self.add(&format!("{at}.headers.{name}"), "is no HTTP header");
                }
            }
        }
        if kind.name == "act" {
            self.act(at, fault);
        }
    }

    fn act(&mut self, at: &str, act: &Map<String, Value>) {
        let Some(path) = act.get("path").and_then(Value::as_str) else { return };
        if !ACT_PATHS.iter().any(|start| path.starts_with(start)) {
            self.add(&format!("{at}.path"), format!("expected a path below {}", ACT_PATHS.join(", ")));
        }
    }

    fn keys(&mut self, at: &str, object: &Map<String, Value>, known: &[&str]) {
        for name in object.keys().filter(|name| !known.contains(&name.as_str())) {
            let text = format!("is unknown here; known are {}", known.join(", "));
            self.add(&format!("{at}.{name}"), text);
        }
    }

    fn values(&mut self, at: &str, object: &Map<String, Value>, params: &[Param]) {
        for param in params {
            if let Some(value) = object.get(param.name).filter(|value| !is_of(value, param.shape)) {
                let text = format!("expected {}, found {}", param.shape.words(), found(value));
                self.add(&format!("{at}.{}", param.name), text);
            }
        }
    }
}

/// `truncate@5` is how the fault matrix writes it.
fn shorten(fault: &mut Map<String, Value>) {
    let short = fault.get("kind").and_then(Value::as_str).and_then(|kind| kind.strip_prefix("truncate@"));
    if let Some(n) = short.and_then(|n| n.parse::<u64>().ok()) {
        fault.insert("kind".into(), "truncate".into());
        fault.entry("n").or_insert_with(|| n.into());
    }
}

fn is_of(value: &Value, shape: Shape) -> bool {
    match shape {
        Shape::Number(least, most) => value.as_u64().is_some_and(|n| (least..=most).contains(&n)),
        Shape::Among(numbers) => value.as_u64().is_some_and(|n| numbers.contains(&n)),
        Shape::Share => value.as_f64().is_some_and(|share| (0.0..=1.0).contains(&share)),
        Shape::Text => value.is_string(),
        Shape::Moment => value.as_str().is_some_and(|text| text.parse::<jiff::Timestamp>().is_ok()),
        Shape::OneOf(words) => value.as_str().is_some_and(|text| words.contains(&text)),
        Shape::Wait => {
            value.as_u64().is_some() || value.as_str().is_some_and(|text| HeaderValue::from_str(text).is_ok())
        }
        Shape::Texts => value.as_object().is_some_and(|object| object.values().all(Value::is_string)),
        Shape::List => value.as_array().is_some_and(|list| list.iter().all(Value::is_string)),
        Shape::Any => true,
    }
}

fn found(value: &Value) -> String {
    match value {
        Value::Null => "null".into(),
        Value::Array(_) => "a list".into(),
        Value::Object(_) => "an object".into(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::kind::SERVICES;
    use serde_json::json;

    fn problems(plan: Value) -> Vec<String> {
        let refused = read(plan).expect_err("a problem");
        refused.0.iter().map(|problem| format!("{}: {}", problem.at, problem.problem)).collect()
    }

    #[test]
    fn every_example_is_a_plan_and_every_kind_is_the_name_of_its_fault() {
        for kind in KINDS {
            let fault: Value = serde_json::from_str(kind.example).expect("JSON");
            let plan = read(json!([{"match": {"path": "*/issue/*"}, "fault": fault}]));
            let plan = plan.unwrap_or_else(|refused| panic!("{}: {refused}", kind.name));
            assert_eq!(plan.entries()[0].fault.name(), kind.name);
            let again = serde_json::to_value(&plan).expect("JSON");
            assert!(read(again.clone()).is_ok(), "what is written is not read: {again}");
        }
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place_and_what_is_allowed() {
        let plan = json!([
            {"fault": {"kind": "reset"}, "nht": 1},
            {"match": {"service": "jria", "path": "issue"}, "fault": {"kind": "explode"}},
            {"nth": 1, "times": 2, "fault": {"kind": "delay", "ms": "long", "why": 1}},
            {"fault": {"kind": "act", "path": "/elsewhere"}},
            7,
        ]);
        let problems = problems(plan);
        let text = problems.join("\n");
        for part in [
            "[0].nht: is unknown here; known are match, fault, nth, times, after, at, until, rate",
            "[1].match.service: expected \"jira\", \"auth\", \"github\", \"gitlab\", \"slack\", found \"jria\"",
            "[1].match.path: no path begins so",
            "[1].fault.kind: \"explode\" is no kind; known are delay, reset,",
            "[2]: nth and times exclude each other",
            "[2].fault.why: is unknown here; known are kind, ms",
            "[2].fault.ms: expected a whole number, found \"long\"",
            "[3].fault.path: expected a path below /_sim/jira/",
            "[4]: expected an entry, found 7",
        ] {
            assert!(text.contains(part), "{part} is not in\n{text}");
        }
        assert_eq!(problems.len(), 9, "{text}");
    }

    #[test]
    fn the_short_form_of_truncate_and_small_letters_are_taken() {
        let plan =
            read(json!({"match": {"method": "post"}, "fault": {"kind": "truncate@7"}})).expect("a plan");
        assert!(matches!(plan.entries()[0].fault, super::super::Fault::Truncate { n: 7 }));
    }

    #[test]
    fn the_list_of_services_is_the_one_that_history_knows() {
        for service in SERVICES {
            let path = match *service {
                "jira" => "/sites/acme",
                "auth" => "/auth/apps",
                "github" => "/github/",
                "gitlab" => "/gitlab/",
                _ => "/slack/",
            };
            assert_eq!(crate::history::service_of(path), Some(*service));
        }
    }
}
