//! Answers that were never seen must do no harm.
//!
//! Laws: no reader panics, every list ends, a refusal is never a success, and no field of a screen is lost. With each
//! `./test fast` for some hundreds of drawn answers; `./test fuzz` sets `BACKLINE_FUZZ_S`, for so many seconds a law.

mod answers;
mod any;
mod fields;
mod pages;
mod tokens;

use proptest::strategy::Strategy;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use std::fmt::Debug;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

/// Drawn inputs of a usual run, and of each round of a long one.
const CASES: u32 = 200;
/// How long a counterexample is made smaller: some of these laws send hundreds of requests for each.
const SHRINKS_MAX: u32 = 2_000;

/// Holds a law against drawn inputs; a counterexample is made as small as it can be.
#[track_caller]
fn check<S>(inputs: S, law: impl Fn(S::Value) -> Result<(), TestCaseError>)
where
    S: Strategy,
    S::Value: Debug,
{
    let end = Instant::now() + seconds();
    loop {
        let config =
            Config { failure_persistence: None, max_shrink_iters: SHRINKS_MAX, ..Config::with_cases(CASES) };
        if let Err(broken) = TestRunner::new(config).run(&inputs, &law) {
            panic!("{broken}");
        }
        if Instant::now() >= end {
            return;
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "a test is told by the environment how long to look")]
fn seconds() -> Duration {
    let seconds = std::env::var("BACKLINE_FUZZ_S").ok().and_then(|seconds| seconds.parse().ok());
    Duration::from_secs(seconds.unwrap_or(0))
}

/// Runs what waits for nothing.
fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(done) => done,
        Poll::Pending => unreachable!("these servers answer at once"),
    }
}
