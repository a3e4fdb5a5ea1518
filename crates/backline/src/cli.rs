//! The command line: one verb, one file. `serve`, `sim`, `demo`, `inspect`, `backup` and `restore` work by themselves;
//! the others are clients of the API and hold no rule of their own.
//!
//! Invariant: what goes to standard output is what was asked for; everything else goes to standard error.

mod audit;
mod backup;
mod client;
mod config;
mod doctor;
mod exit;
mod import;
mod inspect;
mod out;
mod plan;
mod restore;
mod sim;
mod sync;
mod token;

use exit::{Exit, Failed};

use crate::{demo, serve};
use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Keeps one Jira ticket for each piece of security work, in step with the pull request that fixes it.
#[derive(Debug, Parser)]
#[command(name = "backline", version, after_help = exit::HELP)]
pub struct Command {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Run the service: pages, API and the loop that keeps tickets in step.
    Serve(serve::Arguments),
    /// Run everything against simulators of Jira, GitHub and Slack, with real sample reports.
    Demo(demo::Arguments),
    /// Run the simulators alone.
    Sim(sim::Arguments),
    /// Hand reports in to a running Backline.
    Import(import::Arguments),
    /// Read reports here and say what is in them; nothing is stored or sent.
    Inspect(inspect::Arguments),
    /// Say what Backline would do in Jira now, and why; nothing is done.
    Plan(plan::Arguments),
    /// Have every ticket and repository looked at now.
    Sync(sync::Arguments),
    /// Check the connection, every mapping and what waits for a person.
    Doctor(doctor::Arguments),
    /// Write connected projects as a file, compare one with what is live, apply one.
    Config(config::Arguments),
    /// Verify the audit, and write it out.
    Audit(audit::Arguments),
    /// Write a sealed copy of the database; a running Backline goes on.
    Backup(backup::Arguments),
    /// Put the database of a backup in its place; no ticket is made twice afterwards.
    Restore(restore::Arguments),
    /// Make, list and revoke API tokens.
    Token(token::Arguments),
}

impl Command {
    /// What is logged unless `BACKLINE_LOG` says otherwise: a verb that talks to a person does not log beside it.
    pub fn log_level(&self) -> &'static str {
        if matches!(self.verb, Verb::Serve(_)) { "info" } else { "warn" }
    }

    pub async fn run(self) -> ExitCode {
        let ended = match self.verb {
            Verb::Serve(arguments) => serve::run(arguments).await.map_err(Failed::from),
            Verb::Demo(arguments) => demo::run(arguments).await.map_err(Failed::from),
            Verb::Sim(arguments) => sim::run(arguments).await,
            Verb::Import(arguments) => import::run(arguments).await,
            Verb::Inspect(arguments) => inspect::run(&arguments),
            Verb::Plan(arguments) => plan::run(arguments).await,
            Verb::Sync(arguments) => sync::run(arguments).await,
            Verb::Doctor(arguments) => doctor::run(arguments).await,
            Verb::Config(arguments) => config::run(arguments).await,
            Verb::Audit(arguments) => audit::run(arguments).await,
            Verb::Backup(arguments) => backup::run(arguments).await,
            Verb::Restore(arguments) => restore::run(arguments).await,
            Verb::Token(arguments) => token::run(arguments).await,
        };
        match ended {
            Ok(()) => ExitCode::SUCCESS,
            Err(failed) => failed.report(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Command;
    use clap::{CommandFactory, Parser};

    #[test]
    fn the_command_line_is_sound() {
        Command::command().debug_assert();
    }

    #[test]
    fn every_verb_and_option_explains_itself() {
        for verb in Command::command().get_subcommands() {
            assert!(verb.get_about().is_some(), "{}", verb.get_name());
            for argument in verb.get_arguments() {
                assert!(argument.get_help().is_some(), "{} {}", verb.get_name(), argument.get_id());
            }
        }
    }

    #[test]
    fn an_import_needs_a_file_and_a_repository() {
        let parse = |line: &str| Command::try_parse_from(line.split(' '));
        assert!(parse("backline import a.json --repository acme/api --complete false").is_ok());
        assert_eq!(parse("backline import --repository acme/api").unwrap_err().exit_code(), 2);
        assert_eq!(parse("backline import a.json").unwrap_err().exit_code(), 2);
    }
}
