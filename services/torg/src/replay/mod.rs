//! `torg replay`: what would have been said. Past turns go through this build, and through a candidate, with the facts as
//! they were then. Nothing leaves: the lanes have no log, channel, mail or model to use.

mod against;
pub(crate) mod candidate;
mod compare;
pub(crate) mod engine;
mod html;
mod kept;
mod lane;
mod look;
mod people;
mod report;
mod resume;
mod runs;
mod told;
mod words;
pub(crate) mod world;

use std::{
    io::Write as _,
    num::NonZeroUsize,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context as _;
use clap::Args;
use console::names::LANGUAGES;
use jiff::{SignedDuration, Timestamp};
use schemas::{ConversationId, ShopId, shop::Variant};
use tokio_util::sync::CancellationToken;

use crate::{
    output::{self, FOUND_FAULTS, Progress},
    places::Where,
    variant,
};
use engine::{At, Mind, Plan};
use look::Look;
use people::People;
use world::Span;

pub(crate) use runs::{Config, serve};

/// Options of `torg replay`.
///
/// Exit codes: 0 done, and nothing changed or drifted · 1 failed · 3 done, and something did, or could not be replayed.
#[derive(Args, Debug)]
pub(crate) struct Replay {
    #[command(flatten)]
    place: Where,
    /// The shop; not needed when there is only one
    #[arg(long, env = "TORG_SHOP")]
    shop: Option<ShopId>,
    /// Turns from this moment on (RFC 3339)
    #[arg(long, value_name = "TIME", conflicts_with = "last")]
    from: Option<Timestamp>,
    /// Turns before this moment (RFC 3339)
    #[arg(long, value_name = "TIME")]
    to: Option<Timestamp>,
    /// Turns of the last days or hours: 7d, 12h
    #[arg(long, value_name = "TIME", value_parser = last)]
    last: Option<SignedDuration>,
    /// Only this conversation
    #[arg(long, value_name = "ID")]
    conversation: Option<ConversationId>,
    /// A file that says what the candidate has otherwise: confidence, rules, settings, delivery, bank
    #[arg(long, value_name = "FILE")]
    variant: Option<PathBuf>,
    /// Another build as the candidate, where `torg candidate` listens. It is told the shop's past
    #[arg(long, value_name = "URL")]
    against: Option<String>,
    /// A name for people, in the report
    #[arg(long, default_value = "")]
    name: String,
    /// Write the report as a page
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// The page's language; unset: the first of the shop's that is one of these, else Russian
    #[arg(long, value_name = "CODE", requires = "html", value_parser = LANGUAGES)]
    language: Option<String>,
    /// Print the report as JSON instead of its summary
    #[arg(long)]
    json: bool,
    /// Note in this file what is done, and go on from there the next time; it holds buyers' words
    #[arg(long, value_name = "FILE")]
    resume: Option<PathBuf>,
    /// Conversations at the same time; unset: one for each processor
    #[arg(long, value_name = "N")]
    workers: Option<NonZeroUsize>,
    /// Labelled messages that today's build learns beside the built-in ones, as the router's --bank
    #[arg(long, env = "TORG_BANK", value_name = "FILE")]
    bank: Option<PathBuf>,
    /// Directory of fetched binaries and weights
    #[arg(
        long,
        env = "TORG_RUNTIME_DIR",
        default_value = "./.torg/runtime",
        value_name = "DIR"
    )]
    runtime_dir: PathBuf,
}

fn last(text: &str) -> Result<SignedDuration, String> {
    let refuse = || format!("{text:?} is no length of time; write 7d or 12h");
    let number = text.get(..text.len().saturating_sub(1)).unwrap_or_default();
    let number: i64 = number
        .parse()
        .ok()
        .filter(|number| *number > 0)
        .ok_or_else(refuse)?;
    let hours = match text.chars().next_back() {
        Some('d') => number.checked_mul(24),
        Some('h') => Some(number),
        _ => None,
    };
    // A thousand years are the whole past.
    let hours = hours
        .filter(|hours| *hours < 8_766_000)
        .ok_or_else(refuse)?;
    Ok(SignedDuration::from_hours(hours))
}

/// How many workers there are when nobody says.
pub(crate) fn usual_workers() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// Replays.
pub(crate) fn run(command: Replay) -> ExitCode {
    output::finish(async move {
        let variant = match &command.variant {
            Some(path) => variant::read(path)?,
            None => Variant::default(),
        };
        let workers = command
            .workers
            .map_or_else(usual_workers, NonZeroUsize::get);
        let log = command.place.log().await?;
        let shop = world::the_shop(&log, command.shop.as_ref()).await?;
        let plan = Plan {
            shop,
            span: span(&command)?,
            name: command.name.clone(),
            variant,
            against: command.against.clone(),
            resume: command.resume.clone(),
            workers,
        };
        let mind = Mind::open(&command.runtime_dir, command.bank.as_deref(), workers).await?;
        let (reading, replaying) = (Progress::new("reading"), Progress::new("replaying"));
        let told = |at: At| match at {
            At::Reading(done, total) => reading.at(done, total),
            At::Replaying(done, total) => {
                reading.done();
                replaying.at(done, total);
            }
        };
        let report = engine::run(&log, &mind, &plan, CancellationToken::new(), told).await?;
        replaying.done();
        if let Some(path) = &command.html {
            let people = People::of(&log, &report).await?;
            let language = command.language.as_deref();
            let look = Look::of(&log, &plan.shop, language, people).await?;
            write(path, &html::page(&report, &look))?;
        }
        if command.json {
            output::line(report.json()?.trim_end())?;
        } else {
            for line in report.lines() {
                output::line(&line)?;
            }
        }
        let sum = &report.summary;
        let calm = sum.changed == 0 && sum.drifted == 0 && report.unread.is_empty();
        Ok(if calm && sum.problems == 0 {
            0
        } else {
            FOUND_FAULTS
        })
    })
}

/// Which turns. A replay that is gone on with keeps the beginning that it had: `--last` is counted once.
fn span(command: &Replay) -> anyhow::Result<Span> {
    let mut from = command.from;
    if let Some(last) = command.last {
        let begun = command
            .resume
            .as_deref()
            .map(resume::begun)
            .transpose()?
            .flatten();
        from = match begun {
            Some(header) => header.asked.from,
            None => boot::clock::now().checked_sub(last).ok(),
        };
    }
    if let (Some(from), Some(to)) = (from, command.to) {
        anyhow::ensure!(from < to, "--from {from} is not before --to {to}");
    }
    Ok(Span {
        from,
        to: command.to,
        conversation: command.conversation,
    })
}

/// Writes a file that holds buyers' words: for its owner only.
fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    let write = || {
        let mut file = private(path)?;
        file.write_all(text.as_bytes())
    };
    write().with_context(|| format!("cannot write {}", path.display()))
}

/// A new file that only its owner reads.
fn private(path: &Path) -> std::io::Result<std::fs::File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    std::fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_of_time_is_days_or_hours() {
        assert_eq!(last("7d"), Ok(SignedDuration::from_hours(168)));
        assert_eq!(last("12h"), Ok(SignedDuration::from_hours(12)));
        for wrong in [
            "",
            "7",
            "d",
            "-1d",
            "0h",
            "7w",
            "1.5d",
            "99999999999999999999d",
            "9000000h",
            "д",
        ] {
            assert!(last(wrong).unwrap_err().contains("7d or 12h"), "{wrong}");
        }
    }
}
