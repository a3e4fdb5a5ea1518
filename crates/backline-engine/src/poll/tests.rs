use crate::testing::github::Followed;
use backline_store::timeline::TimelineFilter;
use backline_store::work::WorkKey;
use std::time::Duration;

const REPOSITORY: &str = "acme/api";

#[tokio::test]
async fn a_repository_that_is_taken_off_the_list_is_left_alone_and_read_anew_when_it_is_back() {
    let world = Followed::new(&["Acme/API"]).await;
    world.github.open(REPOSITORY, 7, "Tidy");
    world.poll(REPOSITORY).await;
    assert!(world.cx.store.find_pull_request(&REPOSITORY.into(), 7).await.unwrap().is_some());

    world.list(&["acme/web"]);
    world.github.open(REPOSITORY, 8, "Tidy more");
    world.github.seen();
    world.clock.advance(Duration::from_secs(600));
    world.work().await;
    world.follow(REPOSITORY, 7).await;
    assert_eq!(world.github.seen(), [""; 0], "neither read nor written");
    assert_eq!(world.cx.store.next_due_at().await.unwrap(), None, "it does not come back by itself");

    world.list(&[REPOSITORY]);
    world.poll(REPOSITORY).await;
    assert!(world.cx.store.find_pull_request(&REPOSITORY.into(), 8).await.unwrap().is_some());
    let reads = world.github.seen();
    assert!(reads.iter().any(|line| line.starts_with("GET /repos/acme/api/pulls/7")), "{reads:?}");
}

#[tokio::test]
async fn a_renamed_default_branch_is_learned_within_a_day_or_from_the_next_pull_request() {
    let world = Followed::new(&[REPOSITORY]).await;
    let is_default = async |branch: &str| {
        world.cx.store.is_default_branch(&REPOSITORY.into(), branch).await.expect("an answer")
    };
    world.github.rename_default_branch("master");
    world.poll(REPOSITORY).await;
    assert!(is_default("master").await && !is_default("main").await);

    world.github.rename_default_branch("main");
    world.poll(REPOSITORY).await;
    assert!(is_default("master").await, "it is not asked for at each poll");
    world.clock.advance(Duration::from_secs(25 * 3_600));
    world.poll(REPOSITORY).await;
    assert!(is_default("main").await && !is_default("master").await);

    world.github.rename_default_branch("trunk");
    world.github.open(REPOSITORY, 7, "Tidy");
    world.follow(REPOSITORY, 7).await;
    assert!(is_default("trunk").await);
}

#[tokio::test]
async fn more_pull_requests_than_are_read_at_once_are_said() {
    let world = Followed::new(&[REPOSITORY]).await;
    for number in 1..=5_001 {
        world.github.open(REPOSITORY, number, "Tidy");
    }
    world.mark(WorkKey::PollGithub(REPOSITORY.into())).await;
    let lease = world.lease().await.expect("the poll");
    super::poll(&world.cx, &REPOSITORY.into(), &lease).await.unwrap();
    let told = world.cx.store.list_timeline(&TimelineFilter::default(), None, 1).await.unwrap().rows;
    assert_eq!(told[0].text, "Read the newest 5000 pull requests of acme/api, and not those before them");
}
