//! One value of each kind: what is sent and what is read back.

use crate::world::{ADA, doc};
use serde_json::{Value, json};

/// Id, what is sent, and what is read back. The names are in the gallery's seed.
pub fn kinds(team: &str) -> Vec<(&'static str, Value, Value)> {
    let moment = "2026-10-15T09:00:00.000+0000";
    let there = "2026-10-15T11:00:00.000+0200";
    let option = |id: &str, value: &str| json!({"id": id, "value": value});
    let asset = json!({"workspaceId": "w", "id": "w:88", "objectId": "88"});
    vec![
        ("customfield_10200", json!("a line"), json!("a line")),
        ("customfield_10201", doc("an area"), doc("an area")),
        ("customfield_10202", json!("https://a.example/1"), json!("https://a.example/1")),
        ("customfield_10203", json!(5), json!(5.0)),
        ("customfield_10204", json!({"value": "blue"}), option("10202", "blue")),
        ("customfield_10205", json!({"id": "10211"}), option("10211", "high")),
        ("customfield_10206", json!([{"id": "10220"}, "10221"]), json!([{"value": "a"}, {"value": "b"}])),
        ("customfield_10207", json!([{"value": "Impediment"}]), json!([{"id": "10230"}])),
        (
            "customfield_10208",
            json!({"id": "10150", "child": {"id": "10161"}}),
            json!({"value": "Europe", "child": {"value": "Dublin"}}),
        ),
        ("customfield_10209", json!("2026-10-15"), json!("2026-10-15")),
        ("customfield_10210", json!(moment), json!(there)),
        ("customfield_10211", json!({"accountId": ADA}), json!({"accountId": ADA})),
        ("customfield_10212", json!([{"id": ADA}]), json!([{"accountId": ADA}])),
        ("customfield_10213", json!([{"accountId": ADA}]), json!([{"displayName": "Ada Admin"}])),
        ("customfield_10214", json!({"name": "jira-users"}), json!({"name": "jira-users"})),
        ("customfield_10215", json!([{"name": "security-team"}]), json!([{"name": "security-team"}])),
        ("customfield_10216", json!(["b", "a", "b"]), json!(["a", "b"])),
        ("customfield_10217", json!({"key": "SEC"}), json!({"id": "10000"})),
        ("customfield_10218", json!({"id": "9001"}), json!({"name": "1", "archived": false})),
        ("customfield_10219", json!(team), json!({"id": team, "name": "Payments"})),
        ("customfield_10220", json!(team), json!({"id": team})),
        ("customfield_10221", json!([{"id": "9002"}]), json!([{"name": "2"}])),
        ("customfield_10223", json!(37), json!([{"id": 37, "state": "active", "boardId": 1}])),
        ("customfield_10225", json!({"id": "10240"}), option("10240", "To Do")),
        ("customfield_10226", json!("ghx-label-4"), json!("ghx-label-4")),
        ("customfield_10228", json!(3), json!(3.0)),
        ("customfield_10229", json!("2026-11-01"), json!("2026-11-01")),
        ("customfield_10232", json!(8.5), json!(8.5)),
        ("customfield_10237", json!([2, 1]), json!([{"id": "2", "name": "Umbrella"}, {"id": "1"}])),
        ("customfield_10238", json!([{"accountId": ADA}]), json!([{"accountId": ADA}])),
        ("customfield_10241", json!([{"workspaceId": "w", "objectId": "88"}]), json!([asset])),
        ("customfield_10242", json!([{"id": "w:88"}]), json!([asset])),
        ("customfield_10243", json!("forged"), json!("forged")),
        ("customfield_10244", json!(1), json!(1.0)),
        ("customfield_10245", json!({"accountId": ADA}), json!({"accountId": ADA})),
        ("customfield_10246", json!({"name": "jira-users"}), json!({"name": "jira-users"})),
        ("customfield_10247", json!(moment), json!(there)),
        ("customfield_10248", json!({"any": [1, {"thing": true}]}), json!({"any": [1, {"thing": true}]})),
        ("customfield_10249", json!(["two words"]), json!(["two words"])),
        ("customfield_10250", json!({"id": "2"}), option("2", "two")),
        ("customfield_10011", json!("A name"), json!("A name")),
        ("description", doc("text"), doc("text")),
        ("environment", doc("here"), doc("here")),
        ("priority", json!({"id": "1"}), json!({"name": "Highest"})),
        ("labels", json!(["y", "x"]), json!(["x", "y"])),
        ("components", json!([{"id": "9001"}]), json!([{"name": "parser"}])),
        ("versions", json!([{"id": "9001"}]), json!([{"name": "1", "archived": false}])),
        ("fixVersions", json!([{"id": "9002"}]), json!([{"name": "2", "released": false}])),
        ("assignee", json!({"id": ADA}), json!({"accountId": ADA, "active": true})),
        ("duedate", json!("2026-12-24"), json!("2026-12-24")),
        ("security", json!({"id": "10000"}), json!({"name": "Internal only"})),
        ("resolution", json!({"name": "Done"}), json!({"id": "10000"})),
        (
            "timetracking",
            json!({"originalEstimate": "1w 1d", "remainingEstimate": "4d"}),
            json!({"originalEstimate": "1w 1d", "remainingEstimateSeconds": 115_200}),
        ),
    ]
}
