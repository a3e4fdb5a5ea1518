//! More processes on the world's database: `backline serve --role worker` beside the demo.

use super::World;
use std::process::{Child, Command};

/// A process that works and answers nothing.
pub struct Worker {
    process: Child,
}

impl World {
    /// Starts another process, set up as the demo's own is.
    pub fn worker(&self) -> Worker {
        let info = self.sim("/_sim/info");
        let text =
            |pointer: &str| info.pointer(pointer).and_then(|value| value.as_str()).expect(pointer).to_owned();
        let data = self.data.path().join("backline");
        let empty = data.join("worker.toml");
        std::fs::write(&empty, "").expect("a file can be written");
        let process = Command::new(env!("CARGO_BIN_EXE_backline"))
            .args(["serve", "--role", "worker", "--listen", "127.0.0.1:0", "--config"])
            .arg(&empty)
            .env("BACKLINE_LOG", "warn")
            .env("BACKLINE_DATABASE_URL", self.database())
            .env("BACKLINE_DATA_DIR", data.display().to_string())
            .env("BACKLINE_PUBLIC_URL", self.text("/ui"))
            .env("BACKLINE_ATLASSIAN_AUTHORIZE_URL", text("/oauth/authorize_url"))
            .env("BACKLINE_ATLASSIAN_TOKEN_URL", text("/oauth/token_url"))
            .env("BACKLINE_ATLASSIAN_API_URL", text("/oauth/api_url"))
            .env("BACKLINE_ATLASSIAN_CLIENT_ID", text("/oauth/client_id"))
            .env("BACKLINE_ATLASSIAN_CLIENT_SECRET", text("/oauth/client_secret"))
            .env("BACKLINE_SLACK_WEBHOOK_URL", text("/slack/webhook"))
            .env("BACKLINE_SYNC_CREATIONS_PER_HOUR", "0")
            .env("BACKLINE_SYNC_SETTLE_SECONDS", "5")
            .spawn()
            .expect("it starts");
        Worker { process }
    }

    pub fn database(&self) -> &str {
        self.database.as_deref().expect("the world is on PostgreSQL")
    }
}

impl Worker {
    /// The beginning of the name under which it holds leases.
    pub fn owner(&self) -> String {
        format!("serve-{}-", self.process.id())
    }

    pub fn kill(&mut self) {
        self.process.kill().expect("it runs");
        self.process.wait().expect("it ended");
    }

    /// `STOP` or `CONT`, as an operating system that pauses a machine does it.
    pub fn signal(&self, name: &str) {
        let told = Command::new("kill").arg(format!("-{name}")).arg(self.process.id().to_string()).status();
        assert!(told.expect("kill runs").success());
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
