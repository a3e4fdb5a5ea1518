//! What every handler can reach.

use crate::api::repeat::UnderWay;
use crate::config::Config;
use crate::web::projects::screen::Screens;
use crate::web::session::throttle::Throttle;
use backline_clients::transport::web::WebTransport;
use backline_engine::Engine;
use backline_engine::clock::Clock;
use backline_store::Store;
use jiff::Timestamp;
use std::sync::Arc;
use tokio::sync::{Mutex, Semaphore};

/// Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct App {
    pub store: Store,
    pub engine: Engine,
    pub config: Arc<Config>,
    pub clock: Arc<dyn Clock>,
    /// What sends for the engine; told which hosts it may reach when settings change.
    pub network: Arc<WebTransport>,
    /// Failed logins of this process.
    pub throttle: Arc<Throttle>,
    /// What Jira said lately of projects that are being mapped.
    pub screens: Arc<Screens>,
    /// Uploads that are held in memory at once; the others wait before their first byte is read.
    pub uploads: Arc<Semaphore>,
    /// Requests of this process that are to be done once.
    pub under_way: Arc<UnderWay>,
    /// Held from reading a setting to saving it, so that a change made from an older one is refused.
    pub settings_turn: Arc<Mutex<()>>,
}

const UPLOADS_MAX: usize = 4;

impl App {
    pub fn new(
        store: Store,
        engine: Engine,
        config: Arc<Config>,
        clock: Arc<dyn Clock>,
        network: Arc<WebTransport>,
    ) -> Self {
        Self {
            store,
            engine,
            config,
            clock,
            network,
            throttle: Arc::default(),
            screens: Arc::default(),
            uploads: Arc::new(Semaphore::new(UPLOADS_MAX)),
            under_way: Arc::default(),
            settings_turn: Arc::default(),
        }
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }
}
