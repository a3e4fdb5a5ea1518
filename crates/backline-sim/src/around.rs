//! What stands around every request: its entry in history, planned faults, what it changed, and its row in the table.
//!
//! Functions that call each other and no layers of a router: a router copies all its layers for each request, which
//! cost more than most answers.

use crate::World;
use crate::fault::layer;
use crate::history::{self, Noted};
use crate::witness;
use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;
use std::sync::Arc;
use tower::ServiceExt;

/// The world, and its services as one router.
#[derive(Clone)]
pub struct Around {
    pub world: Arc<World>,
    services: Router,
}

impl Around {
    pub fn new(world: Arc<World>, services: Router) -> Self {
        Self { world, services }
    }

    /// Answers a client, with whatever faults are planned. History has the answer as the client gets it.
    pub async fn answer(State(around): State<Self>, request: Request) -> Response {
        let noted = Noted::begin(&request);
        let response = layer::answer(&around, request).await;
        noted.inspect(|noted| noted.end(&around.world, &response));
        response
    }

    /// Carries out what somebody else does: without faults, and in history.
    pub async fn act(&self, request: Request) -> Response {
        let noted = Noted::begin(&request);
        let response = self.carry_out(request).await;
        noted.inspect(|noted| noted.end(&self.world, &response));
        response
    }

    /// Carries a request out and sees what it changes. Goes on without the client, where it is spawned.
    pub fn carry_out(&self, request: Request) -> impl Future<Output = Response> + Send + 'static + use<> {
        let path = request.uri().path();
        // Jira's own router counts at its rows.
        if let Some(service) = history::service_of(path).filter(|service| *service != "jira") {
            self.world.coverage.count(service, request.method().as_str(), path);
        }
        let services = self.services.clone();
        let search_lag = witness::search_lag_of(&request);
        witness::watch(search_lag, async move {
            match services.oneshot(request).await {
                Ok(response) => response,
                Err(never) => match never {},
            }
        })
    }
}
