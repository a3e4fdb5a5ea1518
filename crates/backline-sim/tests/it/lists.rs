use crate::world::World;

/// The published schema is closed; only nulls pass by it unseen.
#[tokio::test]
async fn the_hierarchy_names_no_more_of_an_issue_type_than_the_document() {
    let world = World::start().await;
    let (status, body) = world.ada().get("project/10000/hierarchy").await;
    assert_eq!(status, 200, "{body}");
    let levels = body["hierarchy"].as_array().expect("levels");
    let types: Vec<_> = levels.iter().filter_map(|level| level["issueTypes"].as_array()).flatten().collect();
    assert_eq!(types.len(), 5);
    assert!(types.iter().all(|t| t.as_object().is_some_and(|t| t.len() == 3)), "{body}");
}
