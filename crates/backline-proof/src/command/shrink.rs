//! `shrink`: the smallest plan that still violates the same invariant, written down to be played for ever.

use super::{outcome, wrongs};
use anyhow::{Context, bail};
use backline_proof::plan::Plan;
use backline_proof::sabotage::Switch;
use backline_proof::shrink::shrink;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(clap::Args)]
pub struct Arguments {
    #[arg(long)]
    seed: u64,
    /// With a planted bug.
    #[arg(long)]
    switch: Option<Switch>,
    #[arg(long, default_value_t = 300)]
    tries: usize,
    /// Where the plan is written.
    #[arg(long, default_value = "tests/regress")]
    to: PathBuf,
}

pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let first = |plan: Plan| wrongs(&outcome(plan, arguments.switch)).into_iter().next();
    let Some(wrong) = first(Plan::draw(arguments.seed)) else {
        bail!("seed {} fails at nothing", arguments.seed)
    };
    let invariant = wrong.split(' ').next().unwrap_or_default().to_owned();
    println!("{wrong}");
    let plan = shrink(Plan::draw(arguments.seed), arguments.tries, |plan| {
        wrongs(&outcome(plan.clone(), arguments.switch)).iter().any(|wrong| wrong.starts_with(&invariant))
    });
    std::fs::create_dir_all(&arguments.to)?;
    let path = arguments.to.join(format!("{}-seed-{}.json", invariant.to_lowercase(), arguments.seed));
    let text = serde_json::to_string_pretty(&plan).context("a plan is plain JSON")?;
    std::fs::write(&path, format!("{text}\n"))?;
    println!("{} lines are left: {}", plan.lines.len(), path.display());
    wrongs(&outcome(plan, arguments.switch)).iter().for_each(|wrong| println!("  {wrong}"));
    Ok(ExitCode::SUCCESS)
}
