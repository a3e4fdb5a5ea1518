//! Runs the pages, the API and the engine's loop until it is told to stop: all in one process, or each in as many as
//! are wanted, on one PostgreSQL database.

pub mod key;
mod peers;
mod role;

pub use role::{NeedsPeers, Role};

use crate::app::App;
use crate::config::{self, Config};
use crate::web::{self, integrations::network, integrations::settings};
use anyhow::Context;
use backline_engine::clock::{Clock, SystemClock, SystemRandomness};
use backline_engine::{Engine, audit, feed, worker};
use backline_store::{RandomIds, Store};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// How long requests that are under way may take after the order to stop.
const STOP_MAX: Duration = Duration::from_secs(10);

#[derive(Debug, clap::Args)]
#[command(after_long_help = config::help())]
pub struct Arguments {
    /// The configuration file; `backline.toml` in the working directory if left out.
    #[arg(long)]
    config: Option<PathBuf>,
    /// Address and port to answer on, over what the configuration says.
    #[arg(long)]
    listen: Option<SocketAddr>,
    /// What this process does. Others than `all` need PostgreSQL (`database.url`), and the same settings and key everywhere.
    #[arg(long, value_enum, default_value_t)]
    role: Role,
}

pub async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let mut config = Config::load(arguments.config.as_deref())?;
    if let Some(listen) = arguments.listen {
        config.listen_on(listen);
    }
    let listener = TcpListener::bind(config.listen)
        .await
        .with_context(|| format!("cannot listen on {}", config.listen))?;
    // Port 0 takes a free one, which the callback address has to name.
    config.listen_on(listener.local_addr()?);
    let app = open(config, arguments.role).await?;
    match arguments.role {
        Role::Worker => {
            tracing::info!("Backline works, and tells of its health at {}", listener.local_addr()?)
        }
        Role::Web | Role::All => tracing::info!("Backline answers at {}", app.config.public_url),
    }
    let stop = CancellationToken::new();
    tokio::spawn(stop_on_signal(stop.clone()));
    serve(app, arguments.role, listener, stop).await
}

/// Opens the store and makes the engine; nothing runs yet.
///
/// # Errors
/// [`role::NeedsPeers`] where half of the work would be left to a process that cannot be there.
pub async fn open(config: Config, role: Role) -> anyhow::Result<App> {
    role.check(&config)?;
    let data_dir = &config.data_dir;
    std::fs::create_dir_all(data_dir)
        .with_context(|| format!("cannot make the folder {}", data_dir.display()))?;
    let keys = key::ring(&config)?;
    let store = match &config.database.url {
        Some(url) => Store::connect(url, keys, Arc::new(RandomIds)).await?,
        None => {
            let store = Store::open(&data_dir.join("backline.db"), keys, Arc::new(RandomIds)).await?;
            // The file is ours alone, so whoever held something is gone.
            store.break_all_leases().await?;
            store
        }
    };
    let clock = Arc::new(SystemClock);
    let settings = settings::effective(&config, &store).await?;
    settings::follow(&store, &settings, clock.now()).await?;
    store.forget_stale_consents(clock.now()).await?;
    if let Some(connection) = store.active_connection().await? {
        let site = connection.site.map(|site| site.cloud_id);
        store.mark_due(vec![feed::due(connection.id, site, clock.now())]).await?;
    }
    if settings.slack_webhook.is_some() {
        store.tell_untold(clock.now()).await?;
    }
    let network = network::open(&settings)?;
    let engine =
        Engine::new(store.clone(), network.clone(), clock.clone(), Arc::new(SystemRandomness), settings)
            .with_look_again(Duration::from_secs(config.sync.look_again_seconds.into()));
    Ok(App::new(store, engine, Arc::new(config), clock, network))
}

/// Does what `role` says until `stop`; then lets what is under way come to its end.
pub async fn serve(
    app: App,
    role: Role,
    listener: TcpListener,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    // Containers number their processes alike.
    let owner = format!("serve-{}-{}", std::process::id(), app.store.ids().uuid(app.now()));
    let mut tasks = JoinSet::new();
    if role.works() {
        tasks.spawn(worker::run(app.engine.clone(), owner, stop.clone()));
    }
    // Whatever a process does leaves its rows, and each seals what is there.
    tasks.spawn(audit::keep(app.engine.clone(), stop.clone()));
    if app.store.is_shared() {
        tasks.spawn(peers::follow(app.clone(), stop.clone()));
    }
    let router = if role.answers() { web::router(app) } else { web::health::router(app) };
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let answering =
        axum::serve(listener, service).with_graceful_shutdown(stop.clone().cancelled_owned()).into_future();
    let answered = tokio::select! {
        answered = answering => answered,
        () = overdue(&stop) => {
            tracing::warn!("some requests did not end within {} s of stopping", STOP_MAX.as_secs());
            Ok(())
        }
    };
    stop.cancel();
    while let Some(ended) = tasks.join_next().await {
        ended.context("the engine ended badly")?;
    }
    answered.context("answering HTTP failed")
}

/// Ends when requests that are under way have had their time after `stop`.
async fn overdue(stop: &CancellationToken) {
    stop.cancelled().await;
    tokio::time::sleep(STOP_MAX).await;
}

/// Ctrl-C, and what service managers send.
pub async fn stop_on_signal(stop: CancellationToken) {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminated) => {
                tokio::select! { _ = interrupted => {} _ = terminated.recv() => {} }
            }
            Err(error) => {
                tracing::warn!(%error, "the terminate signal cannot be heard; Ctrl-C can");
                interrupted.await.ok();
            }
        }
    }
    #[cfg(not(unix))]
    interrupted.await.ok();
    tracing::info!("stopping");
    stop.cancel();
}
