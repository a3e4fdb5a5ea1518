//! Bugs that only the engine itself can have, planted for `backline-proof` and for nobody else.
//!
//! Behind a feature that no build of the product turns on. One bug at a time, for the thread that plays a world.

use std::cell::Cell;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bug {
    /// Every 404 is taken for an ended token.
    NotFoundIsExpired,
    /// What the answer to a create names is taken for the new issue, whatever it is.
    AnswerNotReadBack,
    /// An edit whose answer was lost is settled at the first look, though it may still land.
    LostEditSettled,
}

thread_local! {
    static PLANTED: Cell<Option<Bug>> = const { Cell::new(None) };
}

/// From here on in this thread.
pub fn plant(bug: Option<Bug>) {
    PLANTED.set(bug);
}

pub(crate) fn has(bug: Bug) -> bool {
    PLANTED.get() == Some(bug)
}
