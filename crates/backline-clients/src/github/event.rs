//! What a webhook is about.
//!
//! Reads no more than which pull request to look at; the rest of the body is ignored, since order and age of
//! deliveries are not guaranteed.

use backline_core::ids::RepositoryName;
use serde_json::Value as Json;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    PullRequest {
        /// In lower case.
        repository: RepositoryName,
        number: u64,
        /// `opened`, `edited`, `closed`, `synchronize`, …; for the log.
        action: String,
    },
    /// The hook was just made.
    Ping,
    /// Of no interest, or not understood.
    Other,
}

impl Event {
    /// From the header `X-GitHub-Event` and a body whose signature was verified, JSON or `payload=` form.
    pub fn read(name: &str, body: &[u8]) -> Self {
        match name.trim() {
            "ping" => Self::Ping,
            "pull_request" => pull_request(body).unwrap_or(Self::Other),
            _ => Self::Other,
        }
    }
}

fn pull_request(body: &[u8]) -> Option<Event> {
    let json = payload(body)?;
    let number = json["number"].as_u64().or_else(|| json["pull_request"]["number"].as_u64())?;
    let repository = json["repository"]["full_name"].as_str().filter(|name| name.contains('/'))?;
    Some(Event::PullRequest {
        repository: RepositoryName(repository.to_lowercase()),
        number,
        action: crate::text::clean(json["action"].as_str().unwrap_or_default()),
    })
}

fn payload(body: &[u8]) -> Option<Json> {
    if let Ok(json) = serde_json::from_slice(body) {
        return Some(json);
    }
    let (_, payload) = form_urlencoded::parse(body).find(|(key, _)| key == "payload")?;
    serde_json::from_str(&payload).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = r#"{"action":"opened","number":2,"pull_request":{"number":2},"repository":{"full_name":"Codertocat/Hello-World"}}"#;

    fn opened() -> Event {
        Event::PullRequest { repository: "codertocat/hello-world".into(), number: 2, action: "opened".into() }
    }

    #[test]
    fn json_and_form_bodies_say_the_same() {
        assert_eq!(Event::read("pull_request", BODY.as_bytes()), opened());
        let form: String =
            form_urlencoded::Serializer::new(String::new()).append_pair("payload", BODY).finish();
        assert_eq!(Event::read("pull_request", form.as_bytes()), opened());
    }

    #[test]
    fn unknown_events_and_odd_bodies_are_ignored() {
        assert_eq!(Event::read("ping", b""), Event::Ping);
        for name in ["installation", "dependabot_alert", "", "PULL_REQUEST"] {
            assert_eq!(Event::read(name, BODY.as_bytes()), Event::Other);
        }
        for body in [
            "",
            "{}",
            "[]",
            "payload=",
            "payload={",
            r#"{"number":-1,"repository":{"full_name":"a/b"}}"#,
            "\u{0}",
        ] {
            assert_eq!(Event::read("pull_request", body.as_bytes()), Event::Other, "{body}");
        }
    }

    #[test]
    fn recorded_deliveries_are_read() {
        let folder = std::path::Path::new(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../../shared/scm/webhook-examples"
        ));
        let Ok(files) = std::fs::read_dir(folder) else {
            eprintln!("skipped: there are no recorded deliveries beside this repository");
            return;
        };
        let mut pull_requests = 0;
        for file in files {
            let path = file.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().split('.').next().unwrap().to_owned();
            let event = Event::read(&name, &std::fs::read(&path).unwrap());
            match name.as_str() {
                "pull_request" => {
                    assert!(matches!(event, Event::PullRequest { number: 1.., .. }), "{path:?}");
                    pull_requests += 1;
                }
                "ping" => assert_eq!(event, Event::Ping),
                _ => assert_eq!(event, Event::Other),
            }
        }
        assert!(pull_requests > 0);
    }
}
