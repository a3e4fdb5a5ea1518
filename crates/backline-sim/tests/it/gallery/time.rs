//! Estimates and logged work.

use super::{create, holds};
use crate::world::World;
use serde_json::json;

#[tokio::test]
async fn estimates_are_edited_in_part_and_work_uses_them_up() {
    let world = World::start().await;
    let ada = world.ada();
    let key = create(&ada, "Everything", json!({"timetracking": {"originalEstimate": "2d"}})).await;
    let body = json!({"update": {
        "timetracking": [{"edit": {"remainingEstimate": "1d 4h"}}],
        "worklog": [{"add": {"timeSpent": "2h", "started": "2026-10-15T09:00:00.000+0000"}}],
    }});
    let (status, answer) = ada.put(&format!("issue/{key}"), body).await;
    assert_eq!(status, 204, "{answer}");
    let (_, issue) = ada.get(&format!("issue/{key}")).await;
    let fields = &issue["fields"];
    let expected = json!({"originalEstimate": "2d", "remainingEstimate": "1d 2h", "timeSpent": "2h"});
    assert!(holds(&fields["timetracking"], &expected), "{}", fields["timetracking"]);
    assert_eq!((&fields["worklog"]["total"], &fields["timespent"]), (&json!(1), &json!(7_200)));
    assert_eq!(fields["worklog"]["worklogs"][0]["started"], "2026-10-15T11:00:00.000+0200");
}

#[tokio::test]
async fn logged_time_stays_when_estimates_are_set_or_cleared() {
    let world = World::start().await;
    let ada = world.ada();
    let key = create(&ada, "Everything", json!({"timetracking": {"originalEstimate": "2d"}})).await;
    let path = format!("issue/{key}");
    let work = json!({"worklog": [{"add": {"timeSpent": "2h", "started": "2026-10-15T09:00:00.000+0000"}}]});
    assert_eq!(ada.put(&path, json!({"update": work})).await.0, 204);
    for (sent, expected) in [
        (json!({"originalEstimate": "1w"}), json!({"originalEstimate": "1w", "timeSpent": "2h"})),
        (json!(null), json!({"timeSpent": "2h", "timeSpentSeconds": 7_200})),
        (json!({"remainingEstimate": "1h"}), json!({"remainingEstimate": "1h", "timeSpent": "2h"})),
    ] {
        let body = json!({"fields": {"timetracking": sent}});
        assert_eq!(ada.put(&path, body).await.0, 204);
        let (_, issue) = ada.get(&path).await;
        let found = &issue["fields"]["timetracking"];
        assert!(holds(found, &expected), "{sent}: {found}");
        assert_eq!(issue["fields"]["timespent"], 7_200);
    }
    let body = json!({"update": {"timetracking": [{"set": {"originalEstimate": "3d"}}]}});
    assert_eq!(ada.put(&path, body).await.0, 204);
    assert_eq!(ada.get(&path).await.1["fields"]["timespent"], 7_200);
}
