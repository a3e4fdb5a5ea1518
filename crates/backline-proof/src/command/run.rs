//! `run`: one seed, or a range of them on all processors.

use super::{outcome, show, wrongs};
use anyhow::{Context, bail};
use backline_proof::plan::Plan;
use backline_proof::run::{Figures, Run};
use serde_json::json;
use std::io::Write;
use std::ops::Range;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

#[derive(clap::Args)]
pub struct Arguments {
    /// One world.
    #[arg(long, conflicts_with = "seeds")]
    seed: Option<u64>,
    /// `A..B`, without B.
    #[arg(long)]
    seeds: Option<String>,
    /// One line of JSON a seed, and one for all.
    #[arg(long)]
    json: bool,
    /// Prints everything that happened.
    #[arg(long)]
    show: bool,
    /// Adds a line to this file: commit, harness, seeds, runs, failures, time.
    #[arg(long)]
    ledger: Option<PathBuf>,
    #[arg(long, default_value_t = 2)]
    threads: usize,
}

#[derive(Default)]
struct Sum {
    runs: u64,
    failed: Vec<u64>,
    figures: Figures,
}

pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let seeds = match (&arguments.seed, &arguments.seeds) {
        (Some(seed), _) => *seed..*seed + 1,
        (None, Some(seeds)) => range(seeds)?,
        (None, None) => bail!("give --seed N or --seeds A..B"),
    };
    let began = Instant::now();
    let (next, sum) = (AtomicU64::new(seeds.start), Mutex::new(Sum::default()));
    std::thread::scope(|scope| {
        for _ in 0..arguments.threads.max(1) {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= seeds.end {
                        return;
                    }
                    let started = Instant::now();
                    let outcome = outcome(Plan::draw(seed), None);
                    let mut sum = sum.lock().expect("no panic while it is held");
                    tell(arguments, seed, &outcome, started.elapsed().as_millis());
                    add(&mut sum, seed, &outcome);
                }
            });
        }
    });
    let sum = sum.into_inner().expect("no panic while it is held");
    let wall_ms = began.elapsed().as_millis();
    end(arguments, &seeds, &sum, wall_ms)?;
    Ok(if sum.failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn range(text: &str) -> anyhow::Result<Range<u64>> {
    let (from, to) = text.split_once("..").context("--seeds is A..B")?;
    Ok(from.parse().context("A is a number")?..to.parse().context("B is a number")?)
}

fn tell(arguments: &Arguments, seed: u64, outcome: &Result<Run, String>, ms: u128) {
    let wrongs = wrongs(outcome);
    if arguments.json {
        let (hash, figures) = match outcome {
            Ok(run) => (run.hash(), run.figures),
            Err(_) => Default::default(),
        };
        println!(
            "{}",
            json!({"seed": seed, "hash": hash, "figures": figures, "ms": ms, "violations": wrongs})
        );
        return;
    }
    if let (Ok(run), true) = (outcome, arguments.seed.is_some()) {
        show(run, arguments.show);
    }
    if !wrongs.is_empty() {
        println!("seed {seed}:");
        wrongs.iter().for_each(|wrong| println!("  {wrong}"));
    }
}

fn add(sum: &mut Sum, seed: u64, outcome: &Result<Run, String>) {
    sum.runs += 1;
    if !wrongs(outcome).is_empty() {
        sum.failed.push(seed);
    }
    if let Ok(run) = outcome {
        sum.figures.events += run.figures.events;
        sum.figures.acts += run.figures.acts;
        sum.figures.faults += run.figures.faults;
        sum.figures.requests += run.figures.requests;
        sum.figures.tickets += run.figures.tickets;
    }
}

fn end(arguments: &Arguments, seeds: &Range<u64>, sum: &Sum, wall_ms: u128) -> anyhow::Result<()> {
    let line = json!({
        "commit": commit(), "harness": "simulation", "seeds": format!("{}..{}", seeds.start, seeds.end),
        "runs": sum.runs, "failures": sum.failed, "figures": sum.figures, "wall_ms": wall_ms,
    });
    if arguments.json {
        println!("{line}");
    } else {
        println!("{} worlds, {} failed, {wall_ms} ms: {:?}", sum.runs, sum.failed.len(), sum.figures);
    }
    if let Some(path) = &arguments.ledger {
        let mut file = std::fs::OpenOptions::new().create(true).append(true).open(path)?;
        writeln!(file, "{line}")?;
    }
    Ok(())
}

/// The commit that was played, where Git knows it; with a mark where files differ from it.
fn commit() -> String {
    let git =
        std::process::Command::new("git").args(["describe", "--always", "--dirty", "--exclude=*"]).output();
    let text = git.ok().filter(|git| git.status.success()).map(|git| git.stdout);
    text.and_then(|text| String::from_utf8(text).ok())
        .map_or_else(|| "unknown".to_owned(), |text| text.trim().to_owned())
}
