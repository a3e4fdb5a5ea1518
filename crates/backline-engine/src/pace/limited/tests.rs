use super::*;
use crate::clock::VirtualClock;
use crate::testing::{self, NoChance, settings};
use backline_store::Store;
use std::sync::Mutex;

/// A site that answers the first call as it is told to, and every other with nothing.
struct Site {
    first: Mutex<Option<Response>>,
    seen: Mutex<Vec<String>>,
}

#[async_trait::async_trait]
impl Transport for Site {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let (_, path) = request.url.split_once("/rest/api/3/").expect("a call to Jira");
        self.seen.lock().unwrap().push(format!("{} {path}", request.method.as_str()));
        let first = self.first.lock().unwrap().take();
        Ok(first.unwrap_or_else(|| Response { status: 204, headers: Vec::new(), body: Vec::new() }))
    }
}

/// What is sent within the wait after an edit of issue 10001 was answered with these headers, and after it.
async fn check(headers: &[(&str, &str)], sent: &[&str], sent_after: usize) {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let first = Response { status: 429, headers, body: Vec::new() };
    let site = Arc::new(Site { first: Mutex::new(Some(first)), seen: Mutex::default() });
    let clock = Arc::new(VirtualClock::at(testing::start()));
    let store = Store::fresh().await;
    let cx = Context::new(store, site.clone(), clock.clone(), Arc::new(NoChance), settings());
    let acme = Limited::new(&cx, "acme");
    let calls = [
        (&acme, Method::Put, "issue/10001"),
        (&acme, Method::Post, "issue/10001/comment"),
        (&acme, Method::Get, "issue/10001"),
        (&acme, Method::Put, "issue/10002"),
        (&acme, Method::Post, "search/jql"),
        (&Limited::new(&cx, "globex"), Method::Put, "issue/10001"),
    ];
    let send = async |door: &Limited, method, path: &str| {
        let url = format!("https://api.example/ex/jira/{}/rest/api/3/{path}", door.site);
        door.send(Request::new(method, url)).await.unwrap().status
    };
    assert_eq!(send(&acme, Method::Put, "issue/10001?notifyUsers=false").await, 429);
    site.seen.lock().unwrap().clear();
    for (door, method, path) in calls {
        send(door, method, path).await;
    }
    assert_eq!(*site.seen.lock().unwrap(), sent);
    clock.advance(Duration::from_secs(30));
    site.seen.lock().unwrap().clear();
    for (door, method, path) in calls {
        send(door, method, path).await;
    }
    assert_eq!(site.seen.lock().unwrap().len(), sent_after);
}

#[tokio::test]
async fn only_what_jira_named_is_left_alone_and_only_so_long() {
    let wait = ("Retry-After", "30");
    let others = [
        "POST issue/10001/comment",
        "GET issue/10001",
        "PUT issue/10002",
        "POST search/jql",
        "PUT issue/10001",
    ];
    check(&[wait, ("RateLimit-Reason", "jira-quota-global-based")], &["PUT issue/10001"], 6).await;
    check(&[wait, ("RateLimit-Reason", "jira-quota-tenant-based")], &["PUT issue/10001"], 6).await;
    check(&[wait], &["PUT issue/10001"], 6).await;
    let burst = ["POST issue/10001/comment", "GET issue/10001", "POST search/jql", "PUT issue/10001"];
    check(&[wait, ("Beta-RateLimit-Reason", "jira-burst-based")], &burst, 6).await;
    let issue = ["GET issue/10001", "PUT issue/10002", "POST search/jql", "PUT issue/10001"];
    check(&[("Beta-Retry-After", "30"), ("RateLimit-Reason", "jira-per-issue-on-write")], &issue, 6).await;
    // Without a time there is nothing to wait for here; the loop backs off by itself.
    let all: Vec<&str> = ["PUT issue/10001"].into_iter().chain(others).collect();
    check(&[("RateLimit-Reason", "jira-burst-based")], &all, 6).await;
}

/// What one was told holds for the others on the same database, and for whoever starts next.
#[tokio::test]
async fn another_process_leaves_the_site_alone_as_well() {
    let wait = ("Retry-After".to_owned(), "30".to_owned());
    let busy = Response { status: 429, headers: vec![wait], body: Vec::new() };
    let site = Arc::new(Site { first: Mutex::new(Some(busy)), seen: Mutex::default() });
    let clock = Arc::new(VirtualClock::at(testing::start()));
    let store = Store::fresh().await;
    let process = || Context::new(store.clone(), site.clone(), clock.clone(), Arc::new(NoChance), settings());
    let (told, other) = (process(), process());
    let send = async |cx: &Context| {
        let url = "https://api.example/ex/jira/acme/rest/api/3/issue/10001";
        Limited::new(cx, "acme").send(Request::new(Method::Get, url)).await.unwrap().status
    };
    assert_eq!(send(&told).await, 429);
    pace::take_up(&other).await.unwrap();
    assert_eq!((send(&other).await, site.seen.lock().unwrap().len()), (429, 1));
    clock.advance(Duration::from_secs(30));
    assert_eq!((send(&other).await, site.seen.lock().unwrap().len()), (204, 2));
}

#[tokio::test]
async fn a_call_that_comes_too_early_is_told_how_long_it_has_to_wait() {
    let now = testing::start();
    let answer = too_early(later(now, Duration::from_millis(1_200)), "jira-burst-based", now);
    let throttle = budget::throttle(&answer).unwrap();
    assert_eq!((throttle.scope, throttle.wait), (ThrottleScope::Burst, Some(Duration::from_secs(2))));
}
