//! The command line.

use clap::{Parser, Subcommand};

use crate::{bench, commands, replay, up};

/// Torg answers buyers from the seller's own spreadsheet.
///
/// Exit codes: 0 done · 1 failed · 2 wrong usage · 3 done, and something is wrong with what was looked at.
#[derive(Parser)]
#[command(name = "torg", version, propagate_version = true)]
pub(crate) struct Cli {
    /// What every process can be told.
    #[command(flatten)]
    pub(crate) process: boot::Options,
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What `torg` can do.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Run everything in one process, on embedded stores unless told otherwise
    Up(up::Options),
    /// Run only ingest: webhooks, long polling, the web chat, the seller's sheet
    Ingest(ingest::Config),
    /// Run only the router: understanding, turns, the guard
    Router(router::Config),
    /// Run only the specialists, or some of them
    Agents(agents::Config),
    /// Run only the cart service: what is ordered is reserved; carts and orders as rows
    Cart(cart::Config),
    /// Run only the dispatcher: the one way out
    Dispatcher(dispatcher::Config),
    /// Run only escalation: the sellers' desk in Telegram
    Escalation(escalation::Config),
    /// Run only the invoicer: numbers, PDFs and letters for approved orders
    Invoicer(invoicer::Config),
    /// Make one page; used by the services themselves
    #[command(hide = true)]
    Typeset,
    /// Run only the console: read models and history
    Console(console::Config),
    /// A seller's shop: add it, show it, check it
    #[command(subcommand)]
    Shop(commands::shop::Command),
    /// What waits for a person in a shop: why, since when, and what the bot would have said
    Desk(commands::desk::Desk),
    /// What was ordered: list it, show it, export it for a spreadsheet
    #[command(subcommand)]
    Orders(commands::orders::Command),
    /// What a shop's other systems are told of orders and invoices: list, send again, try out
    #[command(subcommand)]
    Webhooks(commands::webhooks::Command),
    /// Write as a buyer into the web chat, and print the reply with its chain of events
    Say(commands::say::Say),
    /// Why something was said: webhook, route, facts, guard, send
    Why(commands::history::Why),
    /// A conversation's transcript and state, now or as it was then
    History(commands::history::History),
    /// Find words in what was said
    Search(commands::search::Search),
    /// Write what happened as flat tables for analysts, without personal data
    Export(commands::export::Export),
    /// Run past conversations through today's build, and through a candidate; nothing leaves the box
    Replay(Box<replay::Replay>),
    /// Be the candidate of a `torg replay --against` elsewhere
    Candidate(replay::candidate::Candidate),
    /// Run only the service that starts and keeps what-if replays
    Replays(replay::Config),
    /// How much the bot does alone, how long buyers wait, what becomes of what it hands over
    Stats(commands::stats::Stats),
    /// Try something on a part of the buyers: plan it, begin it, see what comes of it, stop it
    #[command(subcommand)]
    Experiment(commands::experiment::Command),
    /// Say what the words that were handed over want, so that the bot learns them
    Label(commands::label::Label),
    /// Build the read models anew from the log
    Rebuild(commands::models::Rebuild),
    /// Print the read models, line by line, always alike
    Dump(commands::models::Dump),
    /// Walk the hash chains of the whole log
    Verify(commands::log::Verify),
    /// What could not be handled and waits for a person
    #[command(subcommand)]
    Parked(commands::log::Parked),
    /// How well the search by meaning finds, over a catalogue and questions with known answers
    SearchEval(commands::eval_search::SearchEval),
    /// How well labelled messages are understood: accuracy, coverage, precision, calibration
    Eval(commands::eval::Eval),
    /// Measure the targets of the design on this machine, each beside a baseline of the same run
    Bench(bench::Bench),
}
