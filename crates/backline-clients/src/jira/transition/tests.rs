use super::*;
use crate::jira::Auth;
use crate::scripted::Scripted;
use std::sync::Arc;

fn jira(transport: &Arc<Scripted>) -> Jira {
    Jira::new(transport.clone(), "https://api", Auth::Bearer("t".into()))
}

#[tokio::test]
async fn transitions_come_with_their_screens() {
    let to = json!({"id": "10002", "name": "Fertig", "statusCategory": {"id": 3, "key": "done"}});
    let body = json!({"transitions": [
        {"id": "31", "name": "Release", "to": to, "hasScreen": true, "isAvailable": true, "fields": {
            "resolution": {"required": true, "schema": {"type": "resolution", "system": "resolution"}, "name": "Resolution",
                "operations": ["set"], "allowedValues": [{"name": "Done", "id": "10000"}]}}},
        {"id": 41, "name": "Plain", "to": to, "hasScreen": false, "fields": {}},
        {"id": "51", "name": "Not now", "to": to, "isAvailable": false},
    ]});
    let transport = Scripted::always(200, body.to_string());
    let transitions = jira(&transport).transitions(&"10".into()).await.unwrap();
    let ids: Vec<&str> = transitions.iter().map(|transition| transition.id.as_str()).collect();
    assert_eq!(ids, ["31", "41"]);
    assert_eq!(transitions[0].to.category, Category::Done);
    assert!(transitions[0].has_screen && transitions[0].fields[0].is_mandatory());
    assert!(transitions[1].fields.is_empty());
    assert_eq!(transport.lines(), ["GET /rest/api/3/issue/10/transitions?expand=transitions.fields"]);
}

#[tokio::test]
async fn a_transition_without_a_screen_sends_no_fields() {
    let transport = Scripted::always(204, "");
    let jira = jira(&transport);
    jira.transition(&"10".into(), &"31".into(), &BTreeMap::new(), &BTreeMap::new()).await.unwrap();
    assert_eq!(transport.last_json(), json!({"transition": {"id": "31"}}));
    let fields = [("resolution".into(), json!({"id": "1"}))].into();
    jira.transition(&"10".into(), &"31".into(), &fields, &BTreeMap::new()).await.unwrap();
    assert_eq!(transport.last_json()["fields"], json!({"resolution": {"id": "1"}}));
}
