//! `sabotage`: each planted bug is played until the judge finds something.

use super::{outcome, wrongs};
use backline_proof::plan::Plan;
use backline_proof::sabotage::Switch;
use std::process::ExitCode;

#[derive(clap::Args)]
pub struct Arguments {
    /// One bug alone.
    #[arg(long)]
    switch: Option<Switch>,
    /// Within so many seeds it is to be caught.
    #[arg(long, default_value_t = 200)]
    within: u64,
    #[arg(long, default_value_t = 0)]
    from: u64,
}

pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let mut missed = 0;
    let switches =
        Switch::ALL.iter().copied().filter(|switch| arguments.switch.is_none_or(|wanted| wanted == *switch));
    for switch in switches {
        let seeds = arguments.from..arguments.from + arguments.within;
        let caught = seeds.into_iter().find_map(|seed| {
            let wrongs = wrongs(&outcome(Plan::draw(seed), Some(switch)));
            wrongs.into_iter().next().map(|wrong| (seed, wrong))
        });
        match caught {
            Some((seed, wrong)) => println!("{}: caught by seed {seed}: {wrong}", switch.word()),
            None => {
                println!("{}: not caught within {} seeds", switch.word(), arguments.within);
                missed += 1;
            }
        }
    }
    Ok(if missed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
