use crate::testing::github::Followed;
use backline_core::ids::VulnerabilityId;
use backline_core::vulnerability::Status;
use backline_store::vulnerability::VulnerabilityFilter;
use std::collections::BTreeMap;
use std::time::Duration;

const REPOSITORY: &str = "acme/api";
const DAY: Duration = Duration::from_hours(24);

/// A vulnerability of the repository with ticket SEC-1, and a pull request that fixes it.
async fn fixed() -> Followed {
    let world = Followed::new(&[REPOSITORY]).await;
    world.connect().await;
    world.import(REPOSITORY, &["CVE-2026-1001"]).await;
    world.github.open(REPOSITORY, 7, "Fix SEC-1");
    world
}

/// The vulnerabilities by the keys of their tickets.
async fn by_key(world: &Followed) -> BTreeMap<String, (VulnerabilityId, Status)> {
    let filter = VulnerabilityFilter::default();
    let page = world.cx.store.list_vulnerabilities(&filter, None, 100).await.expect("a list");
    let mut found = BTreeMap::new();
    for row in page.rows {
        let known = row.vulnerability;
        let tickets = world.cx.store.tickets_of_vulnerability(known.id).await.expect("its tickets");
        let ticket = tickets[0].ticket.clone().expect("it was made");
        found.insert(ticket.key.0, (known.id, known.status));
    }
    found
}

async fn status(world: &Followed, key: &str) -> Status {
    by_key(world).await[key].1
}

#[tokio::test]
async fn every_ticket_reaches_the_description_however_many_come_in_a_day() {
    let world = Followed::new(&[REPOSITORY]).await;
    let ids = ["CVE-2026-1001", "CVE-2026-1002", "CVE-2026-1003", "CVE-2026-1004", "CVE-2026-1005"];
    world.import(REPOSITORY, &ids).await;
    world.github.open(REPOSITORY, 7, &format!("Fix {}", ids.join(", ")));
    world.follow(REPOSITORY, 7).await;
    world.connect().await;
    let body = world.github.body(REPOSITORY, 7);
    assert!((1..=5).all(|number| body.contains(&format!("[SEC-{number}]"))), "{body}");
    assert_eq!((world.github.writes(), world.github.comments().len()), (5, 0), "one for each key that came");
}

#[tokio::test]
async fn who_throws_the_block_away_gets_it_back_three_times_a_day_and_then_a_comment_until_it_stays() {
    let world = fixed().await;
    world.github.throw_away(true);
    for _ in 0..4 {
        world.follow(REPOSITORY, 7).await;
    }
    assert_eq!(world.github.body(REPOSITORY, 7), "Words.");
    let comments = world.github.comments();
    assert!(comments.len() == 1 && comments[0].contains("[SEC-1]"), "{comments:?}");
    assert_eq!(world.github.writes(), 4, "written once and given back three times");

    world.clock.advance(DAY);
    world.github.throw_away(false);
    world.follow(REPOSITORY, 7).await;
    assert!(world.github.body(REPOSITORY, 7).contains("[SEC-1]"));
    assert_eq!(world.github.comments(), [""; 0], "the description carries it again");
}

#[tokio::test]
async fn a_comment_that_stands_in_goes_with_the_last_link() {
    let world = fixed().await;
    world.github.throw_away(true);
    for _ in 0..3 {
        world.follow(REPOSITORY, 7).await;
    }
    assert_eq!(world.github.comments().len(), 1);
    let tracked =
        world.cx.store.find_pull_request(&REPOSITORY.into(), 7).await.unwrap().expect("it is known");
    let (vulnerability, _) = by_key(&world).await["SEC-1"];
    world.cx.store.unlink_fix(tracked.id, vulnerability, "ada", world.cx.clock.now()).await.unwrap();
    world.work().await;
    assert_eq!(world.github.comments(), [""; 0]);
}

#[tokio::test]
async fn a_corrected_title_takes_back_what_it_named_before() {
    let world = fixed().await;
    world.import(REPOSITORY, &["CVE-2026-1001", "CVE-2026-1002"]).await;
    world.follow(REPOSITORY, 7).await;
    assert_eq!(status(&world, "SEC-1").await, Status::InProgress);
    world.github.retitle(REPOSITORY, 7, "Fix SEC-2");
    world.follow(REPOSITORY, 7).await;
    assert_eq!(
        (status(&world, "SEC-1").await, status(&world, "SEC-2").await),
        (Status::Open, Status::InProgress)
    );
    let body = world.github.body(REPOSITORY, 7);
    assert!(body.contains("[SEC-2]") && !body.contains("SEC-1"), "{body}");
}

#[tokio::test]
async fn a_key_counts_in_every_repository_that_is_followed() {
    let world = Followed::new(&[REPOSITORY, "acme/base-image"]).await;
    world.connect().await;
    world.import(REPOSITORY, &["CVE-2026-1001"]).await;
    world.github.open("acme/base-image", 3, "SEC-1: newer base");
    world.follow("acme/base-image", 3).await;
    assert_eq!(status(&world, "SEC-1").await, Status::InProgress);
    assert!(world.github.body("acme/base-image", 3).contains("[SEC-1]"));
    world.github.retitle("acme/base-image", 3, "CVE-2026-1001: newer base");
    world.follow("acme/base-image", 3).await;
    assert_eq!(status(&world, "SEC-1").await, Status::Open, "an advisory counts at home only");
}

#[tokio::test]
async fn what_is_only_quoted_is_suggested_until_a_person_links_it() {
    let world = fixed().await;
    world.github.retitle(REPOSITORY, 7, "Tidy");
    world.github.describe(REPOSITORY, 7, "> They say that it fixes CVE-2026-1001.");
    world.follow(REPOSITORY, 7).await;
    let (vulnerability, standing) = by_key(&world).await["SEC-1"];
    let suggested = async || world.cx.store.suggestions_of_vulnerability(vulnerability).await.unwrap();
    assert_eq!((suggested().await.len(), standing), (1, Status::Open));
    let suggestion = suggested().await.remove(0);
    assert_eq!(suggestion.reason, "the description names CVE-2026-1001, but only in quoted text");
    let now = world.cx.clock.now();
    world
        .cx
        .store
        .link_fix(suggestion.pull_request.id, vulnerability, "ada says so", "ada", now)
        .await
        .unwrap();
    world.work().await;
    assert!(suggested().await.is_empty());
    assert_eq!(status(&world, "SEC-1").await, Status::InProgress, "what a person linked stays");
}
