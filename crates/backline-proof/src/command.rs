//! The verbs of the command line.

pub mod run;
pub mod sabotage;
pub mod shrink;

use anyhow::Context;
use backline_proof::plan::Plan;
use backline_proof::run::{Run, play};
use backline_proof::sabotage::Switch;
use std::path::Path;
use std::process::ExitCode;

/// Plays a plan; a panic in it is a failure like any other.
pub fn outcome(plan: Plan, switch: Option<Switch>) -> Result<Run, String> {
    let seed = plan.seed;
    let played = std::thread::Builder::new().name(format!("seed {seed}")).spawn(move || play(plan, switch));
    let played = played.map_err(|error| error.to_string())?.join();
    match played {
        Ok(Ok(run)) => Ok(run),
        Ok(Err(error)) => Err(format!("{error:#}")),
        Err(_) => Err("panicked".to_owned()),
    }
}

/// What is wrong with an outcome, in lines; empty where nothing is.
pub fn wrongs(outcome: &Result<Run, String>) -> Vec<String> {
    match outcome {
        Ok(run) => run
            .violations
            .iter()
            .map(|one| format!("{} at {}: {}", one.invariant, one.at_ms, one.says))
            .collect(),
        Err(error) => vec![error.clone()],
    }
}

pub fn replay(path: &Path, is_shown: bool) -> anyhow::Result<ExitCode> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let plan: Plan = serde_json::from_str(&text).with_context(|| path.display().to_string())?;
    let outcome = outcome(plan, None);
    let wrongs = wrongs(&outcome);
    if let Ok(run) = &outcome {
        show(run, is_shown);
    }
    wrongs.iter().for_each(|wrong| println!("  {wrong}"));
    Ok(if wrongs.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

pub fn show(run: &Run, is_shown: bool) {
    if is_shown {
        run.story.iter().for_each(|told| println!("{} {:?}", told.at_ms, told.what));
        println!("{:#?}", run.ending);
    }
    println!("{} {:?}", run.hash(), run.figures);
}
