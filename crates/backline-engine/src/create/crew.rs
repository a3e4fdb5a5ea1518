//! Those who make their tickets together: where each hands its wish over, and whose turn it is to read.

use super::wish::Wish;
use backline_clients::jira::CREATE_MAX;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

/// Of one crew so many read their facts at a time: the database serves pages too.
const READ_AT_ONCE: usize = 4;

/// A part in it. The wishes are complete when every part is dropped.
#[derive(Debug, Clone)]
pub struct Crew {
    wishes: mpsc::Sender<Wish>,
    turns: Arc<Semaphore>,
}

impl Crew {
    pub fn new() -> (Self, mpsc::Receiver<Wish>) {
        // As many as there can be, so that nobody waits to hand its own over.
        let (wishes, all) = mpsc::channel(CREATE_MAX);
        (Self { wishes, turns: Arc::new(Semaphore::new(READ_AT_ONCE)) }, all)
    }

    pub async fn wish(&self, wish: Wish) {
        // Whoever leads is gone, and the pass learns of it from its answer.
        self.wishes.send(wish).await.ok();
    }

    pub async fn turn(&self) -> Option<OwnedSemaphorePermit> {
        self.turns.clone().acquire_owned().await.ok()
    }
}
