//! `torg bench`: the design's targets, measured on this machine, each beside a baseline of the same run.
//!
//! A figure alone says more about the machine than about Torg; so a broker, a disk or a part of the work is measured
//! beside it, and the ratio counts. Everything runs on embedded servers of its own, on loopback, and stops by itself.
//! Deliberately absent: any test. What is fast enough is for people to judge.

mod ack;
mod append;
mod driver;
mod figures;
mod history;
mod load;
mod machine;
mod memory;
mod replay;
mod reply;
mod report;
mod sample;
mod site;
mod talk;
mod understand;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use tokio::signal::unix::{SignalKind, signal};

use crate::output;

/// What can be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum What {
    /// Webhooks answered, while all services run
    Ack,
    /// Commits through the log
    Append,
    /// Loading one conversation of many
    Load,
    /// Understanding one message
    Understand,
    /// From webhook to the reply that the provider accepted
    Reply,
    /// Building the read models from a long log
    Rebuild,
    /// Searching a long log, and going back in time
    History,
    /// Past turns through today's build and a candidate
    Replay,
    /// All of them, one after the other
    All,
}

/// Options of `torg bench`.
#[derive(Args)]
pub(crate) struct Bench {
    /// What to measure
    #[arg(value_enum, default_value_t = What::All)]
    what: What,
    /// How long each load lasts
    #[arg(long, value_name = "N", default_value = "10", value_parser = clap::value_parser!(u64).range(1..=3600))]
    seconds: u64,
    /// Webhooks a second of `ack`
    #[arg(long, value_name = "N", default_value = "1000", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    ack_rate: u32,
    /// Messages a second of `reply`
    #[arg(long, value_name = "N", default_value = "300", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    reply_rate: u32,
    /// Events in the log of `load`, and in that of `rebuild` and `history`; the target is about 1000000
    #[arg(long, value_name = "N", default_value = "100000", value_parser = clap::value_parser!(u64).range(1_000..=10_000_000))]
    events: u64,
    /// Print JSON lines
    #[arg(long)]
    json: bool,
    /// Where the servers keep their data while it runs: on the disk that is to be measured
    #[arg(
        long,
        env = "TORG_BENCH_DIR",
        default_value = "./.torg/bench",
        value_name = "DIR"
    )]
    dir: PathBuf,
    /// Directory of fetched binaries and weights
    #[arg(
        long,
        env = "TORG_RUNTIME_DIR",
        default_value = "./.torg/runtime",
        value_name = "DIR"
    )]
    runtime_dir: PathBuf,
}

impl Bench {
    const fn load(&self) -> Duration {
        Duration::from_secs(self.seconds)
    }

    fn wants(&self, what: What) -> bool {
        self.what == what || self.what == What::All
    }
}

/// Measures until done or told to stop; the servers stop either way.
pub(crate) fn run(options: Bench) -> ExitCode {
    output::finish(async move {
        let mut stop = signal(SignalKind::terminate()).context("while listening for signals")?;
        tokio::select! {
            done = measure(&options) => done.map(|()| 0),
            _ = tokio::signal::ctrl_c() => anyhow::bail!("interrupted"),
            _ = stop.recv() => anyhow::bail!("told to stop"),
        }
    })
}

async fn measure(options: &Bench) -> anyhow::Result<()> {
    let room = Room::make(&options.dir)?;
    let machine = machine::look(&room.0)?;
    report::machine(&machine, options.json)?;
    let mut rows = Vec::new();
    let mut add = |new: Vec<report::Row>| {
        let printed = report::as_lines(&new, options.json);
        rows.extend(new);
        printed
    };
    if options.wants(What::Understand) {
        add(understand::measure(options)?)?;
    }
    if options.wants(What::Replay) {
        add(replay::measure(options, &room.folder("replay")?).await?)?;
    }
    if options.wants(What::Append) {
        add(append::measure(options, &room.folder("append")?).await?)?;
    }
    if options.wants(What::Load) {
        add(load::measure(options, &room.folder("load")?).await?)?;
    }
    if options.wants(What::Ack) {
        add(ack::measure(options, &room.folder("ack")?, &machine).await?)?;
    }
    if options.wants(What::Reply) {
        add(reply::measure(options, &room.folder("reply")?).await?)?;
    }
    if options.wants(What::Rebuild) || options.wants(What::History) {
        add(history::measure(options, &room.folder("history")?).await?)?;
    }
    report::as_table(&rows, options.json)
}

/// The folder of this run; gone when the run is over.
struct Room(PathBuf);

impl Room {
    fn make(dir: &Path) -> anyhow::Result<Self> {
        let path = dir.join(format!("run-{}", std::process::id()));
        std::fs::create_dir_all(&path)
            .with_context(|| format!("cannot make {}", path.display()))?;
        Ok(Self(path.canonicalize()?))
    }

    fn folder(&self, name: &str) -> anyhow::Result<PathBuf> {
        let path = self.0.join(name);
        std::fs::create_dir_all(&path)
            .with_context(|| format!("cannot make {}", path.display()))?;
        Ok(path)
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
