//! Jira's published OpenAPI document, held against requests.
//!
//! Stricter than the document where it says less than it means: a key that it does not name is refused though most
//! of its objects are open, and so is one that only answers have; [`words`] adds what stands in descriptions alone.

mod schema;
mod value;
mod words;

use super::beside;
use backline_clients::transport::Request;
use schema::Schemas;
use serde_json::Value as Json;
use std::sync::OnceLock;

/// What addresses begin with, in tests.
pub const BASE: &str = "https://api.atlassian.com/ex/jira/11111111-2222-4333-8444-555555555555";

/// What the client does although the document speaks against it, and why.
pub const EXCEPTIONS: [(&str, &str); 1] = [(
    "GET /resolution is deprecated",
    "the search that replaces it is marked experimental, and both need the same scope",
)];

pub fn is_excepted(problem: &String) -> bool {
    EXCEPTIONS.iter().any(|(excepted, _)| problem == excepted)
}

/// What an app may have that was connected with the scopes that Backline asks for.
const SCOPES: [&str; 4] = ["read:jira-work", "write:jira-work", "read:jira-user", "manage:jira-webhook"];

pub struct Published {
    document: Json,
    schemas: Schemas,
}

/// The document; `None` where it is not beside the project.
pub fn published() -> Option<&'static Published> {
    static PUBLISHED: OnceLock<Option<Published>> = OnceLock::new();
    let read = || {
        let document = beside::read("swagger-v3.v3.json")?;
        Some(Published { schemas: Schemas::new(&document), document })
    };
    PUBLISHED.get_or_init(read).as_ref()
}

/// One request in the words of the document.
struct Sent<'a> {
    method: &'static str,
    /// Decoded.
    segments: Vec<String>,
    query: Vec<(String, String)>,
    request: &'a Request,
}

impl<'a> Sent<'a> {
    fn new(request: &'a Request) -> Option<Self> {
        let rest = request.url.strip_prefix(BASE)?.strip_prefix("/rest/api/3/")?;
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        Some(Self {
            method: request.method.as_str(),
            segments: path.split('/').map(value::decoded).collect::<Option<_>>()?,
            query: form_urlencoded::parse(query.as_bytes()).into_owned().collect(),
            request,
        })
    }

    fn header(&self, name: &str) -> Option<&str> {
        let header = self.request.headers.iter().find(|(key, _)| key == name);
        header.map(|(_, value)| value.as_str())
    }
}

impl Published {
    /// `METHOD template` below `/rest/api/3` of the operation that takes the request.
    pub fn operation(&self, request: &Request) -> Option<String> {
        let sent = Sent::new(request)?;
        let templates = self.document["paths"].as_object()?.iter();
        let mut found: Vec<&str> = templates
            .filter(|(_, item)| item.get(sent.method.to_lowercase()).is_some())
            .filter_map(|(template, _)| template.strip_prefix("/rest/api/3"))
            .filter(|template| is_like(template, &sent.segments))
            .collect();
        found.sort_by_key(|template| template.matches('{').count());
        Some(format!("{} {}", sent.method, found.first()?))
    }

    /// All that the document does not allow in a request.
    pub fn problems(&self, request: &Request) -> Vec<String> {
        let (Some(sent), Some(name)) = (Sent::new(request), self.operation(request)) else {
            return vec![format!("{} {} is not published", request.method.as_str(), request.url)];
        };
        let operation = self.named(&name);
        let mut problems = Vec::new();
        if operation["deprecated"] == true {
            problems.push("is deprecated".to_owned());
        }
        self.check_parameters(&name, operation, &sent, &mut problems);
        self.check_body(&name, operation, &sent, &mut problems);
        check_head(operation, &sent, &mut problems);
        problems.into_iter().map(|problem| format!("{name} {problem}")).collect()
    }

    /// All in which an answer is not the published one.
    pub fn answer_problems(&self, operation: &str, status: u16, body: &Json) -> Vec<String> {
        let answer = &self.named(operation)["responses"][status.to_string()];
        if answer.is_null() {
            return vec![format!("{operation} is not answered with {status}")];
        }
        match answer.pointer("/content/application~1json/schema") {
            Some(schema) if !body.is_null() => self.schemas.check_answer(schema, body),
            _ => Vec::new(),
        }
    }

    fn named(&self, operation: &str) -> &Json {
        let (method, template) = operation.split_once(' ').expect("method and template");
        let item = &self.document["paths"][format!("/rest/api/3{template}")];
        let named = &item[method.to_lowercase()];
        assert!(named.is_object(), "{operation} is not published");
        named
    }

    fn check_parameters(&self, name: &str, operation: &Json, sent: &Sent, problems: &mut Vec<String>) {
        let template = name.split_once(' ').expect("method and template").1;
        let parts = template.trim_start_matches('/').split('/').zip(&sent.segments);
        let in_path = parts.filter_map(|(part, segment)| {
            let name = part.strip_prefix('{')?.strip_suffix('}')?;
            Some(("path", name.to_owned(), segment.clone()))
        });
        let in_query = sent.query.iter().map(|(name, value)| ("query", name.clone(), value.clone()));
        let given: Vec<(&str, String, String)> = in_path.chain(in_query).collect();
        let known = operation["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
        for (place, name, value) in &given {
            let parameter = known.iter().find(|known| known["in"] == *place && known["name"] == **name);
            let Some(parameter) = parameter else {
                problems.push(format!("has no {place} parameter {name}"));
                continue;
            };
            let found = self.schemas.check_parameter(&parameter["schema"], value);
            problems.extend(found.into_iter().map(|problem| format!("{name}: {problem}")));
        }
        for parameter in known.iter().filter(|known| known["schema"]["type"] != "array") {
            let times = sent.query.iter().filter(|(name, _)| parameter["name"] == **name).count();
            if parameter["in"] == "query" && times > 1 {
                problems.push(format!("takes {} once", parameter["name"]));
            }
        }
        let by_schema = known.iter().filter(|known| known["required"] == true);
        let mut required: Vec<&str> = by_schema.filter_map(|known| known["name"].as_str()).collect();
        required.extend(words::required_parameters(name));
        for required in required {
            if !given.iter().any(|(_, name, _)| name == required) {
                problems.push(format!("needs {required}"));
            }
        }
    }

    fn check_body(&self, name: &str, operation: &Json, sent: &Sent, problems: &mut Vec<String>) {
        let content = &operation["requestBody"]["content"];
        let kind = sent.header("content-type");
        match (&sent.request.body, kind) {
            (None, None) if operation["requestBody"]["required"] != true => {}
            (None, _) => problems.push(format!("needs a body, or no content type: {kind:?}")),
            (Some(body), Some(kind)) if content[kind].is_object() => match serde_json::from_slice(body) {
                Ok(body) => {
                    problems.extend(self.schemas.check_request(&content[kind]["schema"], &body));
                    problems.extend(words::body_problems(name, &body));
                }
                Err(error) => problems.push(format!("has a body that is no JSON: {error}")),
            },
            (Some(_), kind) => problems.push(format!("takes no body of the content type {kind:?}")),
        }
    }
}

fn check_head(operation: &Json, sent: &Sent, problems: &mut Vec<String>) {
    if sent.header("accept") != Some("application/json") {
        problems.push("is answered with JSON, which is not accepted".to_owned());
    }
    if !sent.header("authorization").is_some_and(|value| value.starts_with("Bearer ")) {
        problems.push("is sent by nobody".to_owned());
    }
    let kinds = operation["x-atlassian-oauth2-scopes"].as_array().into_iter().flatten();
    let current = kinds.filter(|kind| kind["state"] == "Current");
    for scope in current.flat_map(|kind| kind["scopes"].as_array().into_iter().flatten()) {
        if !SCOPES.iter().any(|granted| scope == granted) {
            problems.push(format!("needs the scope {scope}"));
        }
    }
}

fn is_like(template: &str, segments: &[String]) -> bool {
    let parts: Vec<&str> = template.trim_start_matches('/').split('/').collect();
    let is_part = |(part, segment): (&&str, &String)| match part.starts_with('{') {
        true => !segment.is_empty(),
        false => part == segment,
    };
    parts.len() == segments.len() && parts.iter().zip(segments).all(is_part)
}
