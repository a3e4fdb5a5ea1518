//! Single stories of a token, each with an Atlassian that does as it is told.

use super::accounts::Accounts;
use super::shaky::Shaky;
use crate::clock::{Clock, VirtualClock, later};
use crate::context::Context;
use crate::failure::Failure;
use crate::grant::{Token, watch};
use crate::ledger::Ledger;
use crate::model::Model;
use crate::testing::random::Random;
use crate::testing::{self, NoChance, settings};
use crate::worker::drain;
use backline_clients::jira::JiraError;
use backline_clients::transport::{Request, Response, Transport, TransportError};
use backline_core::ids::ConnectionId;
use backline_store::Store;
use backline_store::connection::ConnectionStatus;
use futures_util::FutureExt as _;
use serde_json::json;
use std::sync::{Arc, Mutex};
use std::time::Duration;

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3_600);

/// What becomes of an exchange.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Said {
    Pair,
    Dead,
    Lost,
    /// Nothing, for as long as somebody waits.
    Silence,
}

struct Atlassian {
    says: Mutex<Said>,
    /// Happens during the next exchange.
    meanwhile: Mutex<Option<Box<dyn FnOnce() + Send>>>,
    exchanges: Mutex<u32>,
}

#[async_trait::async_trait]
impl Transport for Atlassian {
    async fn send(&self, _: Request) -> Result<Response, TransportError> {
        let says = *self.says.lock().unwrap();
        let meanwhile = self.meanwhile.lock().unwrap().take();
        if let Some(happens) = meanwhile {
            happens();
        }
        let number = {
            let mut exchanges = self.exchanges.lock().unwrap();
            *exchanges += 1;
            *exchanges
        };
        let (status, body) = match says {
            Said::Pair => (
                200,
                json!({"access_token": format!("a-{number}"), "refresh_token": format!("r-{number}"), "expires_in": 3600}),
            ),
            Said::Dead => {
                (403, json!({"error": "invalid_grant", "error_description": "Unknown refresh token"}))
            }
            Said::Lost => return Err(TransportError::Unknown { reason: "the connection broke".to_owned() }),
            Said::Silence => std::future::pending().await,
        };
        Ok(Response { status, headers: Vec::new(), body: body.to_string().into_bytes() })
    }
}

struct World {
    cx: Context,
    clock: Arc<VirtualClock>,
    model: Arc<Model>,
    atlassian: Arc<Atlassian>,
    connection: ConnectionId,
}

impl World {
    /// Connected, with a token that has just ended.
    async fn new() -> Self {
        let atlassian = Atlassian {
            says: Mutex::new(Said::Pair),
            meanwhile: Mutex::default(),
            exchanges: Mutex::default(),
        };
        let (atlassian, model) = (Arc::new(atlassian), Arc::new(Model::new("a-test")));
        let clock = Arc::new(VirtualClock::at(testing::start()));
        let now = clock.now();
        let consent = testing::consent(1, "acme", now);
        let connection = model.connect(consent, testing::tokens("0"), Some(now), now).id;
        let store = Store::fresh().await;
        let cx = Context::new(store, atlassian.clone(), clock.clone(), Arc::new(NoChance), settings());
        let cx = cx.with_ledger(model.clone());
        Self { cx, clock, model, atlassian, connection }
    }

    fn says(&self, says: Said) {
        *self.atlassian.says.lock().unwrap() = says;
    }

    fn exchanges(&self) -> u32 {
        *self.atlassian.exchanges.lock().unwrap()
    }

    /// The version of the token that a call would be made with.
    async fn version(&self) -> Result<i64, Failure> {
        self.cx.grants.jira(&self.cx, self.connection).await.map(|permit| permit.token.version)
    }

    async fn renew(&self, version: i64) -> Result<(), Failure> {
        self.cx.grants.renew(&self.cx, self.connection, version).await
    }

    async fn is_cut_off(&self) -> bool {
        self.model.load_grant(self.connection).await.unwrap().unwrap().refresh_started_at.is_some()
    }
}

#[tokio::test]
async fn a_token_that_another_has_renewed_is_not_called_lost() {
    let world = World::new().await;
    world.says(Said::Dead);
    let (model, id, now) = (world.model.clone(), world.connection, world.clock.now());
    *world.atlassian.meanwhile.lock().unwrap() = Some(Box::new(move || {
        let read = model.load_grant(id).now_or_never().unwrap().unwrap().unwrap();
        let kept = model.store_grant(&read, testing::tokens("other"), Some(later(now, HOUR)));
        kept.now_or_never().unwrap().unwrap();
    }));
    assert_eq!(world.version().await.unwrap(), 2);
    let connection = world.model.load_connection(world.connection).await.unwrap().unwrap();
    assert_eq!(connection.status, ConnectionStatus::Connected);
    assert!(world.model.notices().is_empty());
}

#[tokio::test]
async fn an_answer_that_was_lost_for_more_than_ten_minutes_needs_consent_and_is_told_plainly() {
    let world = World::new().await;
    world.says(Said::Lost);
    assert!(world.version().await.is_err());
    assert_eq!(world.exchanges(), 2, "the second is for the answer that got lost");
    assert!(world.is_cut_off().await);
    world.clock.advance(11 * MINUTE);
    world.says(Said::Dead);
    assert!(matches!(world.version().await, Err(Failure::GrantLost)));
    let notice = world.model.notices().pop().unwrap();
    assert!(notice.blocked.why.contains("its ten minutes passed"), "{}", notice.blocked.why);
    assert!(matches!(world.version().await, Err(Failure::GrantLost)));
    assert_eq!(world.exchanges(), 3, "nobody asks for it any more");
}

#[tokio::test]
async fn a_refused_token_is_exchanged_once_and_its_successor_not_at_once() {
    let world = World::new().await;
    assert_eq!(world.version().await.unwrap(), 2);
    world.renew(2).await.unwrap();
    world.renew(2).await.unwrap();
    assert_eq!(world.exchanges(), 2, "the second was refused with a token that is old by now");
    for _ in 0..5 {
        assert!(matches!(world.renew(3).await, Err(Failure::Jira(JiraError::Unauthorized))));
    }
    assert_eq!(world.exchanges(), 2);
    world.clock.advance(5 * MINUTE);
    world.renew(3).await.unwrap();
    assert_eq!(world.exchanges(), 3);
}

#[tokio::test]
async fn an_exchange_that_was_cut_off_is_finished_although_nobody_calls() {
    let world = World::new().await;
    world.says(Said::Silence);
    // A browser left: whoever waited is gone at this point.
    assert!(world.version().now_or_never().is_none());
    assert!(world.is_cut_off().await && world.exchanges() == 1);
    world.says(Said::Pair);
    drain(&world.cx, "a").await.unwrap();
    assert_eq!(world.exchanges(), 1, "it may still be under way");
    world.clock.advance(MINUTE);
    drain(&world.cx, "a").await.unwrap();
    assert_eq!(world.exchanges(), 2);
    assert!(!world.is_cut_off().await);
}

#[tokio::test]
async fn a_grant_that_nobody_calls_with_is_exchanged_once_a_day() {
    let world = World::new().await;
    world.model.mark_due(vec![watch::first(world.connection, world.clock.now())]).await.unwrap();
    for day in 1..=5 {
        for _ in 0..24 * 60 + 1 {
            world.clock.advance(MINUTE);
            drain(&world.cx, "a").await.unwrap();
        }
        assert_eq!(world.exchanges(), day);
    }
    world.model.disconnect(world.connection, world.clock.now()).unwrap();
    world.clock.advance(48 * HOUR);
    drain(&world.cx, "a").await.unwrap();
    assert_eq!((world.exchanges(), world.model.next_due_at().await.unwrap()), (5, None));
}

/// The world's store behind pauses, of which so many writes of a hundred fail.
fn shaky(world: &World, fails_percent: usize) -> (Context, Arc<Shaky>) {
    let shaky = Arc::new(Shaky {
        model: world.model.clone(),
        accounts: Arc::new(Accounts::new(world.clock.clone(), Random::of(0), 0)),
        mistake: None,
        fails_percent: Mutex::new(fails_percent),
        random: Mutex::new(Random::of(0)),
        seen: Mutex::default(),
    });
    (world.cx.clone().with_ledger(shaky.clone()), shaky)
}

#[tokio::test]
async fn a_pair_that_could_not_be_kept_is_kept_once_the_store_works_again() {
    let world = World::new().await;
    let (cx, shaky) = shaky(&world, 100);
    assert!(cx.grants.jira(&cx, world.connection).await.is_err());
    world.clock.advance(20 * MINUTE);
    *shaky.fails_percent.lock().unwrap() = 0;
    let permit = cx.grants.jira(&cx, world.connection).await;
    assert!(permit.is_ok_and(|permit| permit.token.version == 2));
    assert_eq!(world.exchanges(), 1);
}

#[tokio::test]
async fn a_pair_is_kept_although_whoever_got_it_is_cut_off_before() {
    let world = World::new().await;
    let (cx, _) = shaky(&world, 0);
    let mut call = Box::pin(cx.grants.jira(&cx, world.connection));
    while world.exchanges() == 0 {
        assert!((&mut call).now_or_never().is_none());
    }
    drop(call);
    assert!(world.is_cut_off().await);
    let permit = cx.grants.jira(&cx, world.connection).await;
    assert!(permit.is_ok_and(|permit| permit.token.version == 2));
    assert_eq!(world.exchanges(), 1);
}

#[test]
fn a_refusal_is_the_tokens_only_where_that_is_possible() {
    let now = testing::start();
    let gone = || JiraError::Gone;
    let forbidden = || JiraError::Forbidden { message: String::new() };
    let scope = || JiraError::ScopeMissing { detail: String::new() };
    let check = |left: Option<i64>, error: JiraError, expected: bool| {
        let expires_at = left.map(|seconds| now + jiff::SignedDuration::from_secs(seconds));
        let token = Token { version: 1, expires_at };
        assert_eq!(token.may_have_ended(&error, now), expected, "{left:?} {error:?}");
    };
    for left in [Some(3_600), Some(61)] {
        check(left, JiraError::Unauthorized, true);
        check(left, forbidden(), false);
        check(left, gone(), false);
        check(left, scope(), false);
    }
    for left in [Some(60), Some(0), Some(-3_600)] {
        check(left, JiraError::Unauthorized, true);
        check(left, forbidden(), true);
        check(left, gone(), true);
        check(left, JiraError::NotInstalled, true);
        check(left, scope(), false);
        check(left, JiraError::Conflict, false);
    }
    check(None, gone(), false);
}
