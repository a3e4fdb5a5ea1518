//! What other processes on the same database have changed, taken up here.
//!
//! Due work is looked at at once, settings that were typed into a page of another process take effect, and a site that
//! asked one process to be left alone is left alone by all. Hints may get lost: the worker looks by itself every few
//! seconds, and the rest is read again now and then.

use crate::app::App;
use crate::web::integrations::settings;
use backline_engine::pace;
use backline_store::postgres::hint::Hint;
use std::time::Duration;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// Time between two looks at the settings that nobody hinted at.
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// Follows the others until `stop`.
pub async fn follow(app: App, stop: CancellationToken) {
    let (changed, paused) = (Notify::new(), Notify::new());
    let listening = app.store.listen(|hint| match hint {
        Hint::Due => app.engine.wake.notify_one(),
        Hint::Settings => changed.notify_one(),
        Hint::Pauses => paused.notify_one(),
    });
    tokio::select! {
        () = stop.cancelled() => {}
        () = listening => {}
        () = take_up(&app, &changed) => {}
        () = take_up_pauses(&app, &paused) => {}
    }
}

async fn take_up(app: &App, changed: &Notify) {
    loop {
        tokio::select! {
            () = changed.notified() => {}
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
        if let Err(error) = settings::take_up(app).await {
            tracing::warn!(%error, "settings that another process may have saved could not be read");
        }
    }
}

/// Also at once: pages ask Jira too.
async fn take_up_pauses(app: &App, paused: &Notify) {
    loop {
        if let Err(error) = pace::take_up(&app.engine).await {
            tracing::warn!(%error, "what other processes were asked to leave alone could not be read");
        }
        tokio::select! {
            () = paused.notified() => {}
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
    }
}
