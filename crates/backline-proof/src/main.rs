//! `backline-proof`: plays worlds, shows that planted bugs are caught, makes failures small.

mod command;

use clap::{Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Parser)]
#[command(about = "Plays simulated worlds of Backline and judges them")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Plays one world or many; exits with 1 where one violates an invariant.
    Run(command::run::Arguments),
    /// Plants known bugs and plays until each is caught; exits with 1 where one is not.
    Sabotage(command::sabotage::Arguments),
    /// Makes the plan of a failing seed small and writes it down.
    Shrink(command::shrink::Arguments),
    /// Plays a plan that was written down.
    Replay {
        plan: PathBuf,
        /// Prints everything that happened.
        #[arg(long)]
        show: bool,
    },
}

fn main() -> anyhow::Result<ExitCode> {
    match Arguments::parse().command {
        Command::Run(arguments) => command::run::run(&arguments),
        Command::Sabotage(arguments) => command::sabotage::run(&arguments),
        Command::Shrink(arguments) => command::shrink::run(&arguments),
        Command::Replay { plan, show } => command::replay(&plan, show),
    }
}
