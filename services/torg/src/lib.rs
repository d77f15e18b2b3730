//! The one binary. Each service is a subcommand and an independent process; `torg up` runs them all in one.
//!
//! Here is no rule of any service: this crate puts options together, starts what they say, and prints.

mod bench;
mod cli;
mod commands;
mod demo;
pub mod embedded;
mod output;
mod places;
mod replay;
mod up;
mod variant;

use std::{ffi::OsString, process::ExitCode};

use anyhow::Context as _;
use clap::{CommandFactory as _, Parser as _};

use cli::{Cli, Command};

/// The command line as clap knows it, for whoever writes it down.
#[must_use]
pub fn command() -> clap::Command {
    Cli::command()
}

/// Parses the command line and runs it.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let process = &cli.process;
    match cli.command {
        Command::Up(options) => up::run(process, options),
        Command::Ingest(config) => boot::run("ingest", process, |tasks| ingest::run(config, tasks)),
        Command::Router(config) => boot::run("router", process, |tasks| router::run(config, tasks)),
        Command::Agents(config) => boot::run("agents", process, |tasks| agents::run(config, tasks)),
        Command::Cart(config) => boot::run("cart", process, |tasks| cart::run(config, tasks)),
        Command::Dispatcher(config) => boot::run("dispatcher", process, |tasks| async {
            dispatcher::run(config, typesetter()?, tasks).await
        }),
        Command::Invoicer(config) => boot::run("invoicer", process, |tasks| async {
            invoicer::run(config, typesetter()?, tasks).await
        }),
        Command::Typeset => typeset(),
        Command::Escalation(config) => boot::run("escalation", process, |tasks| {
            escalation::run(config, tasks)
        }),
        Command::Console(config) => {
            boot::run("console", process, |tasks| console::run(config, tasks))
        }
        Command::Shop(command) => commands::shop::run(command),
        Command::Desk(command) => commands::desk::run(command),
        Command::Orders(command) => commands::orders::run(command),
        Command::Webhooks(command) => commands::webhooks::run(command),
        Command::Say(command) => commands::say::run(command),
        Command::Why(command) => commands::history::why(command),
        Command::History(command) => commands::history::history(command),
        Command::Search(command) => commands::search::run(command),
        Command::Export(command) => commands::export::run(command),
        Command::Replay(command) => replay::run(*command),
        Command::Candidate(options) => boot::run("candidate", process, |tasks| {
            replay::candidate::run(options, tasks)
        }),
        Command::Replays(config) => {
            boot::run("replays", process, |tasks| replay::serve(config, tasks))
        }
        Command::Stats(command) => commands::stats::run(command),
        Command::Experiment(command) => commands::experiment::run(command),
        Command::Label(command) => commands::label::run(command),
        Command::Rebuild(command) => commands::models::rebuild(command),
        Command::Dump(command) => commands::models::dump(command),
        Command::Verify(command) => commands::log::verify(command),
        Command::SearchEval(command) => commands::eval_search::run(command),
        Command::Eval(command) => commands::eval::run(command),
        Command::Bench(options) => bench::run(options),
        Command::Parked(command) => commands::log::parked(command),
    }
}

/// Makes pages with this very program, in a process of its own: see [`typeset`].
fn typesetter() -> anyhow::Result<paper::Typesetter> {
    let program = std::env::current_exe().context("while finding the program that runs")?;
    let arguments = vec![OsString::from("typeset")];
    Ok(paper::Typesetter::new(
        program,
        arguments,
        paper::Limits::default(),
    ))
}

/// One page: an invoice as JSON comes in, a PDF goes out. Run by [`typesetter`], before any thread is there.
fn typeset() -> ExitCode {
    let (input, output) = (std::io::stdin().lock(), std::io::stdout().lock());
    match paper::child_main(input, output, paper::Limits::default()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error}");
            ExitCode::FAILURE
        }
    }
}
