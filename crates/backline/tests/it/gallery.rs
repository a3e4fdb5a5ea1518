//! The create screens of the simulator's field gallery as Backline reads them: each field ends as mappable with a kind,
//! or not mappable with a reason, and none is lost.

use backline_clients::jira::{Auth, Jira};
use backline_clients::transport::web::{RESPONSE_BYTES_MAX, WebOptions, WebTransport};
use backline_core::jira::field::FieldMeta;
use backline_core::jira::kind;
use backline_sim::{Options, Sim};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The project "Field gallery" and its issue types.
const ALL: &str = "10200";
const EVERYTHING: &str = "10006";
const ODD: &str = "10007";
const HUNDREDS: &str = "10008";

async fn gallery() -> (Sim, Jira) {
    let sim = Sim::start(Options::default()).await.expect("the simulators start");
    let options = WebOptions {
        user_agent: "backline-test".into(),
        allowed_hosts: vec![sim.address().to_string()],
        response_bytes_max: RESPONSE_BYTES_MAX,
    };
    let transport = Arc::new(WebTransport::new(options).expect("a transport"));
    let info = sim.info();
    let text =
        |pointer: &str| info.pointer(pointer).and_then(Value::as_str).expect("part of the info").to_owned();
    let auth = Auth::Basic { email: text("/jira/email"), token: text("/jira/token").into() };
    let jira = Jira::new(transport, text("/jira/site"), auth);
    (sim, jira)
}

async fn screen(jira: &Jira, issue_type: &str) -> Vec<FieldMeta> {
    jira.create_fields(&ALL.into(), &issue_type.into()).await.expect("a screen")
}

/// What each field can be used for, by its id: the title of its kind, or why it is none.
fn uses(fields: &[FieldMeta]) -> BTreeMap<String, Result<&'static str, String>> {
    let use_of = |field: &FieldMeta| (field.id.to_string(), kind::of(field).map(|kind| kind.title()));
    fields.iter().map(use_of).collect()
}

#[tokio::test]
async fn every_kind_is_mappable_or_has_a_reason() {
    let (sim, jira) = gallery().await;
    let fields = screen(&jira, EVERYTHING).await;
    let uses = uses(&fields);
    assert_eq!((fields.len(), uses.len()), (72, 72), "none is lost and none stands twice");
    for (id, found) in &uses {
        let reason = found.as_ref().err();
        assert!(reason.is_none_or(|reason| !reason.trim().is_empty()), "{id} has no reason");
    }
    // What a mapping is made of mostly.
    for id in ["summary", "description", "priority", "labels", "customfield_10204", "customfield_10211"] {
        assert!(uses[id].is_ok(), "{id}: {:?}", uses[id]);
    }
    // What Jira keeps by itself.
    for id in ["attachment", "customfield_10227", "customfield_10233", "customfield_10240"] {
        assert!(uses[id].is_err(), "{id}: {:?}", uses[id]);
    }
    sim.stop().await;
}

#[tokio::test]
async fn odd_metadata_loses_no_field() {
    let (sim, jira) = gallery().await;
    let fields = screen(&jira, ODD).await;
    let uses = uses(&fields);
    assert_eq!((fields.len(), uses.len()), (22, 22));
    assert!(fields.iter().all(|field| !field.name.is_empty()), "a page can name each");
    let reason = |id: &str| uses[id].as_ref().expect_err("not mappable").clone();
    assert_eq!(reason("customfield_10301"), "Jira does not say what type it has");
    assert!(reason("attachment").contains("files"), "{}", reason("attachment"));
    for id in ["customfield_10307", "customfield_10308", "customfield_10317"] {
        assert!(!reason(id).is_empty());
    }
    // Odd, and still usable: without a key or a flag, with numbers for ids, with labels for values.
    for id in ["customfield_10302", "customfield_10304", "customfield_10311", "customfield_10312"] {
        assert!(uses[id].is_ok(), "{id}: {:?}", uses[id]);
    }
    let of = |id: &str| fields.iter().find(|field| field.id.as_str() == id).expect("a field");
    let choices = |id: &str| {
        let allowed = of(id).allowed.clone().expect("a list");
        allowed.into_iter().map(|choice| (choice.id, choice.label)).collect::<Vec<_>>()
    };
    assert_eq!(choices("customfield_10311")[0], ("10280".to_owned(), "un".to_owned()));
    assert_eq!(choices("customfield_10312")[1], ("10291".to_owned(), "deux".to_owned()));
    assert_eq!(choices("customfield_10313"), []);
    sim.stop().await;
}

#[tokio::test]
async fn hundreds_of_fields_are_read_to_the_last() {
    let (sim, jira) = gallery().await;
    assert_eq!(screen(&jira, HUNDREDS).await.len(), 254);
    sim.stop().await;
}
