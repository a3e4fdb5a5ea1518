use super::{Feed, Hook};
use crate::Store;
use crate::testing::day;
use backline_core::ids::{ConnectionId, SubjectId};
use uuid::Uuid;

#[tokio::test]
async fn a_feed_reads_back_as_it_was_kept() {
    let store = Store::fresh().await;
    let id = ConnectionId(Uuid::from_u128(9));
    assert_eq!(store.load_feed(id).await.unwrap(), Feed::default());
    let hook = Hook {
        id: 1_000,
        url: "https://b/hooks/jira".to_owned(),
        filter: "project IN (SEC)".to_owned(),
        until: day(30),
    };
    let mut feed = Feed { read_to: Some(day(1)), hook: Some(hook), ..Feed::default() };
    store.save_feed(id, feed.clone()).await.unwrap();
    assert_eq!(store.load_feed(id).await.unwrap(), feed);
    assert_eq!(store.connection_of_hook(1_000).await.unwrap(), Some(id));
    (feed.hook, feed.hook_again) = (None, Some(day(2)));
    (feed.audit_after, feed.sweep_from) = (Some(SubjectId(Uuid::from_u128(3))), Some(day(1)));
    store.save_feed(id, feed.clone()).await.unwrap();
    assert_eq!(store.load_feed(id).await.unwrap(), feed);
    assert_eq!(store.connection_of_hook(1_000).await.unwrap(), None);
}
