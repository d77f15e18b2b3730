//! `torg verify` and `torg parked`.

use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Args, Subcommand};
use eventlog::verify;
use schemas::AggregateKey;

use crate::{
    output::{self, FOUND_FAULTS, Progress},
    places::Where,
};

/// Options of `torg verify`.
#[derive(Args)]
pub(crate) struct Verify {
    #[command(flatten)]
    place: Where,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
}

/// Walks the whole log. Exit code 3 when anything is not as it was written.
pub(crate) fn verify(command: Verify) -> ExitCode {
    output::finish(async move {
        let log = command.place.log().await?;
        let progress = Progress::new("verifying");
        let report = verify::run(&log, |done, total| progress.at(done, total)).await?;
        progress.done();
        if command.json {
            output::json(&report)?;
        } else {
            for fault in &report.faults {
                output::line(&format!("{} at {}: {}", fault.key, fault.seq, fault.what))?;
            }
            output::line(&format!(
                "{} commits, {} events, {} histories: {}",
                report.commits,
                report.events,
                report.aggregates,
                if report.faults.is_empty() {
                    "every chain holds"
                } else {
                    "FAULTS FOUND"
                }
            ))?;
        }
        Ok(if report.faults.is_empty() {
            0
        } else {
            FOUND_FAULTS
        })
    })
}

/// What to do with what is parked.
#[derive(Subcommand)]
pub(crate) enum Parked {
    /// List what waits for a person
    List(List),
    /// Show one of them with the commits that it stands before
    Show(One),
    /// Hand it to its consumer again
    Retry(One),
}

/// Options of `torg parked list`.
#[derive(Args)]
pub(crate) struct List {
    #[command(flatten)]
    place: Where,
    /// Only of this consumer
    #[arg(long)]
    consumer: Option<String>,
    /// Print one JSON object a line
    #[arg(long)]
    json: bool,
}

/// Names one parked history.
#[derive(Args)]
pub(crate) struct One {
    #[command(flatten)]
    place: Where,
    /// Whose work it is, as `torg parked list` prints it
    consumer: String,
    /// The history: `<shop>.<kind>.<id>`
    key: String,
}

impl One {
    fn key(&self) -> anyhow::Result<AggregateKey> {
        AggregateKey::parse_key(&self.key)
            .with_context(|| format!("{:?} is not <shop>.<kind>.<id>", self.key))
    }
}

/// Lists, shows or retries.
pub(crate) fn parked(command: Parked) -> ExitCode {
    output::finish(async move {
        match command {
            Parked::List(list) => list_parked(&list).await,
            Parked::Show(one) => show(&one).await,
            Parked::Retry(one) => {
                let log = one.place.log().await?;
                log.release(&one.consumer, &one.key()?).await?;
                output::line("handed over again")?;
                Ok(0)
            }
        }
    })
}

async fn list_parked(list: &List) -> anyhow::Result<u8> {
    let log = list.place.log().await?;
    let parked = log.parked(list.consumer.as_deref()).await?;
    for one in &parked {
        if list.json {
            output::json(one)?;
        } else {
            output::line(&format!(
                "{}  {}  since {}  {} waiting\n    {}",
                one.consumer, one.key, one.since, one.waiting, one.reason
            ))?;
        }
    }
    if parked.is_empty() && !list.json {
        output::line("nothing is parked")?;
    }
    Ok(if parked.is_empty() { 0 } else { FOUND_FAULTS })
}

async fn show(one: &One) -> anyhow::Result<u8> {
    let (log, key) = (one.place.log().await?, one.key()?);
    let parked = log.parked(Some(&one.consumer)).await?;
    let found = parked.iter().find(|parked| parked.key == key);
    let found = found.with_context(|| format!("{} has not parked {key}", one.consumer))?;
    output::line(&format!(
        "{} since {}: {}",
        found.key, found.since, found.reason
    ))?;
    for commit in log.history(&key).await? {
        output::line(&format!(
            "{:>8} {} {}",
            commit.seq,
            commit.time,
            if commit.types.is_empty() {
                "(no types)".to_owned()
            } else {
                commit.types.join(" ")
            }
        ))?;
    }
    Ok(0)
}
