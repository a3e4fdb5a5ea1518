//! Backline: keeps one Jira ticket for each piece of security work, in step with the pull request that fixes it.

mod api;
mod app;
mod cli;
mod config;
mod demo;
mod serve;
mod web;

use clap::Parser;
use mimalloc::MiMalloc;
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    // Two TLS providers may be linked in; naming one here keeps the choice from being made at the first
    // connection, where it would be a panic.
    if rustls::crypto::ring::default_provider().install_default().is_err() {
        eprintln!("backline: another TLS provider was installed first");
        return ExitCode::from(1);
    }
    let command = cli::Command::parse();
    let filter =
        EnvFilter::try_from_env("BACKLINE_LOG").unwrap_or_else(|_| EnvFilter::new(command.log_level()));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(command.run()),
        Err(error) => {
            eprintln!("backline: no threads to run on: {error}");
            ExitCode::from(1)
        }
    }
}
